"""Reads constructs.md; run as a program, it records on TensorFlow what becomes of each construct.

python -m tests.truth.constructs [WORD...]   records those whose titles have one of the words, or all (minutes)
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.truth.differences import Differences
from tests.truth.harness import Bench
from tests.truth.sample import Sample, sample

FILE = Path(__file__).with_suffix(".md")
SECTION = re.compile(r"^## (?P<title>.+)\n\n```python (?P<truth>.+)\n(?P<text>(?:(?!```).*\n)*)```\n", re.MULTILINE)
SAME = "same"


@dataclass(frozen=True)
class Construct:
    """A sample with what TensorFlow makes of it."""

    title: str
    truth: str  #: "same", or "differs: " and the kinds of difference
    text: str

    @property
    def differs(self) -> bool:
        return self.truth != SAME

    @property
    def sample(self) -> Sample:
        return sample(self.title, self.text)


def constructs() -> tuple[Construct, ...]:
    """All of the file, in order."""
    found = SECTION.finditer(FILE.read_text(encoding="utf-8"))
    return tuple(Construct(one["title"], one["truth"], one["text"]) for one in found)


def truth(found: Differences) -> str:
    """In the words of the file."""
    return f"differs: {', '.join(sorted(found.kinds))}" if found else SAME


def _recorded(words: Sequence[str]) -> Iterator[tuple[Construct, str]]:
    with Bench() as bench:
        for one in constructs():
            if not words or any(word in one.title for word in words):
                yield one, truth(bench.compare(one.sample))


def main() -> None:
    """Write what has changed into the file, and say it."""
    text = FILE.read_text(encoding="utf-8")
    for one, now in _recorded(sys.argv[1:]):
        if now != one.truth:
            print(f"{one.title}: {one.truth} → {now}", flush=True)
            section = f"## {one.title}\n\n```python "
            text = text.replace(f"{section}{one.truth}\n", f"{section}{now}\n")
            FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
