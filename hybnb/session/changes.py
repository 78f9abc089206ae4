"""What is new since the user last saw it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from hybnb.model import FunctionId, Verdict

Name: TypeAlias = tuple[str, str | None]
Mark: TypeAlias = tuple[str, str, bool, tuple[str, ...]]
_GRAVE = ("blocks", "risks")


class Shown:
    """Remembers of each function what was last said about it.

    Times and counts may move without being news. Advice that was withdrawn as calls came in and is given again, for a
    function that stands there as it stood, is none either.
    """

    def __init__(self) -> None:
        self._marks: dict[Name, tuple[Verdict, Mark]] = {}
        self._advice: dict[Name, tuple[FunctionId, bool, Mark]] = {}

    def news(self, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
        """The verdicts that say something else than before; functions that are gone are forgotten."""
        before, self._marks = self._marks, {}
        fresh = [one for one in verdicts if not self._kept(one, before.get(_name(one)))]
        changed = tuple(one for one in fresh if self._differs(one, before.get(_name(one))) and not self._given(one))
        self.note(fresh)
        self._advice = {name: given for name, given in self._advice.items() if name in self._marks}
        return changed

    def ran(self, cell: int) -> None:
        """What is defined in this cell was written anew, so that it may be advised anew."""
        self._advice = {name: given for name, given in self._advice.items() if given[0].cell != cell}

    def note(self, verdicts: Sequence[Verdict]) -> None:
        """The user has seen these."""
        self._marks.update((_name(one), (one, _mark(one))) for one in verdicts)
        self._advice.update((_name(one), _advice(one)) for one in verdicts if one.pressing)

    def _kept(self, verdict: Verdict, before: tuple[Verdict, Mark] | None) -> bool:
        """The very verdict of before, as after most cells most are."""
        if before is None or before[0] is not verdict:
            return False
        self._marks[_name(verdict)] = before
        return True

    @staticmethod
    def _differs(verdict: Verdict, before: tuple[Verdict, Mark] | None) -> bool:
        return before is None or before[1] != _mark(verdict)

    def _given(self, verdict: Verdict) -> bool:
        return verdict.pressing and self._advice.get(_name(verdict)) == _advice(verdict)


def _name(verdict: Verdict) -> Name:
    return verdict.function.key, verdict.function.path


def _advice(verdict: Verdict) -> tuple[FunctionId, bool, Mark]:
    return verdict.function, verdict.decorated, _mark(verdict)


def _mark(verdict: Verdict) -> Mark:
    codes = tuple(sorted({finding.code for finding in verdict.findings if finding.stance in _GRAVE}))
    return verdict.answer, verdict.safe.value, verdict.pressing, codes
