"""What is new since the user last saw it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from hybnb.model import Verdict

Mark: TypeAlias = tuple[str, str, tuple[str, ...]]
_GRAVE = ("blocks", "risks")


class Shown:
    """Remembers of each function what was last said about it; times and counts may move without being news."""

    def __init__(self) -> None:
        self._marks: dict[tuple[str, str | None], Mark] = {}

    def news(self, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
        """The verdicts that say something else than before; functions that are gone are forgotten."""
        marks = {(verdict.function.key, verdict.function.path): _mark(verdict) for verdict in verdicts}
        changed = tuple(
            verdict
            for verdict in verdicts
            if self._marks.get((verdict.function.key, verdict.function.path))
            != marks[verdict.function.key, verdict.function.path]
        )
        self._marks = marks
        return changed

    def forget(self) -> None:
        """Everything is news again."""
        self._marks = {}


def _mark(verdict: Verdict) -> Mark:
    codes = tuple(sorted({finding.code for finding in verdict.findings if finding.stance in _GRAVE}))
    return verdict.answer, verdict.safe.value, codes
