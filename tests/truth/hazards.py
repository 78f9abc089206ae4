"""The catalogue of hazards: the ways in which tf.function is known to change, break or slow down a function.

Each file of `catalogue/` is one group. A section of the second level is one row: its code, then a paragraph "outcome: what
happens", and at most one "trial: …", "fine: …" or "gone: …" that says why no rule covers it. Its samples are blocks of
Python below headings of the third level; "fires" or "quiet" behind the language says which, and "holds" that the
sample proves itself by assertions instead of by running both ways. Which rules cover a row stands in the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hybnb.rules import Rule, registry
from tests.truth.differences import Differences
from tests.truth.sample import Sample, sample

FOLDER = Path(__file__).parent / "catalogue"
Outcome = Literal["silent", "exception", "retrace", "slower", "memory", "hang", "fine"]
Reason = Literal["trial", "fine", "gone"]
MANY_TRACES = 3
ENDS = frozenset({"hangs", "dies"})


@dataclass(frozen=True)
class Shown:
    """A sample of a row."""

    row: str
    title: str
    fires: bool
    holds: bool  #: it asserts by itself
    text: str

    @property
    def id(self) -> str:
        return f"{self.row}: {self.title}"

    @property
    def sample(self) -> Sample:
        return sample(self.id, self.text)


@dataclass(frozen=True)
class Row:
    """One hazard."""

    code: str
    group: str
    outcome: Outcome
    words: str
    reason: Reason | None  #: why no rule covers it
    why: str
    samples: tuple[Shown, ...]

    def rules(self) -> tuple[Rule, ...]:
        """Those that say in their decorator that they cover it."""
        return tuple(rule for rule in registry() if self.code in rule.covers)

    def agrees(self, shown: Shown, found: Differences) -> bool:
        """TensorFlow does with this sample what the row says."""
        if not shown.fires:
            return not found and (self.outcome != "retrace" or (found.traces or 0) < MANY_TRACES)
        if self.outcome == "exception":
            return bool(found.raised) or "exception" in found.kinds
        if self.outcome == "retrace":
            return (found.traces or 0) >= MANY_TRACES
        if self.outcome == "hang":
            return bool(found.kinds & ENDS) or bool(found.raised)  # compiled code that may die raises by luck
        return bool(found)


@dataclass(frozen=True)
class Group:
    """Rows of one kind."""

    letter: str
    title: str
    rows: tuple[Row, ...]


def groups(folder: Path = FOLDER) -> tuple[Group, ...]:
    """All of them, by letter; ValueError when a row isn't written as the module says."""
    return tuple(_read(file) for file in sorted(folder.glob("*.md")))


def rows() -> tuple[Row, ...]:
    """Of all groups."""
    return tuple(row for group in groups() for row in group.rows)


def _read(file: Path) -> Group:
    tokens = MarkdownIt().parse(file.read_text(encoding="utf-8"))
    letter = file.stem[0].upper()
    title = next(b.content for a, b in pairwise(tokens) if a.type == "heading_open")
    found = (_row(letter, code, below) for code, below in _sections(tokens, "h2"))
    return Group(letter, title.partition(". ")[2], tuple(found))


def _row(letter: str, code: str, tokens: Sequence[Token]) -> Row:
    said = dict(
        part.replace("\n", " ").split(": ", 1)
        for before, token in pairwise(tokens)
        if before.type == "paragraph_open" and ": " in (part := token.content)
    )
    outcomes = [one for one in get_args(Outcome) if one in said]
    if not outcomes:
        raise ValueError(f"{code}: no paragraph begins with one of {', '.join(get_args(Outcome))}")
    reason = next((one for one in get_args(Reason) if one in said and one != outcomes[0]), None)
    reason = "fine" if outcomes[0] == "fine" else reason
    samples = tuple(_shown(code, title, below) for title, below in _sections(tokens, "h3"))
    return Row(code, letter, outcomes[0], said[outcomes[0]], reason, said[reason] if reason else "", samples)


def _shown(code: str, title: str, tokens: Sequence[Token]) -> Shown:
    fences = [token for token in tokens if token.type == "fence"]
    words = fences[0].info.split() if len(fences) == 1 else []
    if words not in (["python", role, *holds] for role in ("fires", "quiet") for holds in ([], ["holds"])):
        raise ValueError(f"{code}, {title}: not one block of Python that says fires or quiet")
    return Shown(code, title, words[1] == "fires", "holds" in words, fences[0].content)


def _sections(tokens: Sequence[Token], tag: str) -> Iterator[tuple[str, Sequence[Token]]]:
    """Each heading of a level with what stands below it."""
    starts = [i for i, token in enumerate(tokens) if token.type == "heading_open" and token.tag == tag]
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        yield tokens[start + 1].content, tokens[start + 3 : end]
