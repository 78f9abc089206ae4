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
        changed = tuple(one for one in verdicts if self._marks.get(_name(one)) != _mark(one))
        self._marks = {}
        self.note(verdicts)
        return changed

    def note(self, verdicts: Sequence[Verdict]) -> None:
        """The user has seen these."""
        self._marks.update((_name(one), _mark(one)) for one in verdicts)


def _name(verdict: Verdict) -> tuple[str, str | None]:
    return verdict.function.key, verdict.function.path


def _mark(verdict: Verdict) -> Mark:
    codes = tuple(sorted({finding.code for finding in verdict.findings if finding.stance in _GRAVE}))
    return verdict.answer, verdict.safe.value, codes
