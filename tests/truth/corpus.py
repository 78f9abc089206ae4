"""Reads the corpus of functions: Markdown files in which each section of the second level is one small notebook.

A section has a title, one block of Python in the form that tests.truth.sample reads, and at most one line "rare: …",
which says what of the calls is seldom met. A comment "# takes its process down" in the last cell says what it says.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.truth.sample import Sample, sample

FOLDER = Path(__file__).parent / "functions"
RARE = "rare: "
DEADLY = "# takes its process down"


@dataclass(frozen=True)
class Function:
    """One function of the corpus, with the notebook around it."""

    file: str  #: name of the Markdown file, without its ending
    title: str
    sample: Sample
    rare: str = ""

    @property
    def id(self) -> str:
        return f"{self.file}: {self.title}"

    @property
    def deadly(self) -> bool:
        """The notebook itself takes its process down, so that it can only be read."""
        return DEADLY in self.sample.cells[-1]


def functions(folder: Path = FOLDER) -> tuple[Function, ...]:
    """All of them, by file; ValueError when a section has no notebook or a second one."""
    found = [one for file in sorted(folder.glob("*.md")) for one in _read(file)]
    if len({one.id for one in found}) < len(found):
        raise ValueError("two functions of one file have the same title")
    return tuple(found)


def sampled() -> tuple[Function, ...]:
    """Those that a test run judges: all with HYBNB_FUNCTIONS=all, else six in ten, always the same."""
    everything = functions()
    if os.environ.get("HYBNB_FUNCTIONS") == "all":
        return everything
    return tuple(one for one in everything if zlib.crc32(one.id.encode()) % 10 < 6)


def _read(file: Path) -> Iterator[Function]:
    for title, tokens in _sections(MarkdownIt().parse(file.read_text(encoding="utf-8"))):
        texts = [token.content for token in tokens if token.type == "fence"]
        if len(texts) != 1:
            raise ValueError(f"{file.name}, {title}: {len(texts)} blocks of code instead of one")
        remarks = [token.content for token in tokens if token.type == "inline"]
        rare = next((remark.removeprefix(RARE) for remark in remarks if remark.startswith(RARE)), "")
        yield Function(file.stem, title, sample(f"{file.stem} {title}", texts[0]), rare)


def _sections(tokens: list[Token]) -> Iterator[tuple[str, list[Token]]]:
    """Each heading of the second level with what stands below it."""
    starts = [i for i, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        yield tokens[start + 1].content, tokens[start + 3 : end]
