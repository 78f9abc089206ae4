"""The study's categories: what hybnb does about each, with a runnable example, from `cases/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

from tests.truth.sample import Sample, sample

FOLDER = Path(__file__).parent / "cases"
TRUTHS = ("same", "differs", "raises", "retraces", "ends")


@dataclass(frozen=True)
class Case:
    """One category, with a small notebook that shows it."""

    title: str
    file: str
    study: str  #: how many of the changes studied
    hybnb: str  #: what hybnb does about it
    says: str  #: code of the rule that speaks about the example
    truth: str  #: what TensorFlow does with it, one of TRUTHS
    sample: Sample


@dataclass(frozen=True)
class Code:
    """A reason that earlier work gives by number."""

    number: int
    meaning: str
    hybnb: str
    rules: tuple[str, ...]


def cases() -> tuple[Case, ...]:
    """All of them, by file name; KeyError when one lacks a line."""
    return tuple(_case(file) for file in sorted(FOLDER.glob("*.md")))


def codes() -> tuple[Code, ...]:
    """All of them, by number."""
    rows = tomllib.loads((FOLDER / "codes.toml").read_text(encoding="utf-8"))["code"]
    return tuple(Code(row["number"], row["meaning"], row["hybnb"], tuple(row.get("rules", ()))) for row in rows)


def _case(file: Path) -> Case:
    tokens = MarkdownIt().parse(file.read_text(encoding="utf-8"))
    texts = [token.content for token in tokens if token.type == "fence"]
    if len(texts) != 1:
        raise ValueError(f"{file.name}: {len(texts)} blocks of code instead of one")
    title = tokens[1].content
    said = dict(token.content.split(": ", 1) for before, token in pairwise(tokens) if before.type == "paragraph_open")
    made = sample(title, texts[0])
    return Case(title, file.name, said["study"], said["hybnb"], said["says"], said["truth"], made)
