"""What is new since the user last saw it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from hybnb.model import FunctionId, Verdict

Name: TypeAlias = tuple[str, str | None]
Mark: TypeAlias = tuple[str, str, bool, bool, bool, tuple[str, ...]]
_GRAVE = ("blocks", "risks")


class Shown:
    """Remembers of each function what was last said about it.

    Times and counts may move without being news. Advice that was withdrawn as calls came in and is given again, for a
    function that stands there as it stood, is none either.
    """

    def __init__(self) -> None:
        self._verdicts: dict[
            int, Verdict
        ] = {}  #: the last ones, by identity: after most cells most are the same objects
        self._marks: dict[Name, Mark] = {}
        self._advice: dict[Name, tuple[FunctionId, bool, Mark]] = {}

    def news(self, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
        """The verdicts that say something else than before; functions that are gone are forgotten."""
        before, self._verdicts = self._verdicts, {id(one): one for one in verdicts}
        fresh = [one for identity, one in self._verdicts.items() if identity not in before]
        changed = tuple(one for one in fresh if self._marks.get(_name(one)) != _mark(one) and not self._given(one))
        if fresh or len(before) != len(self._verdicts):
            self.note(fresh)
            names = {_name(one) for one in verdicts}
            self._marks = {name: mark for name, mark in self._marks.items() if name in names}
            self._advice = {name: given for name, given in self._advice.items() if name in names}
        return changed

    def ran(self, cell: int) -> None:
        """What is defined in this cell was written anew, so that it may be advised anew."""
        self._advice = {name: given for name, given in self._advice.items() if given[0].cell != cell}

    def note(self, verdicts: Sequence[Verdict]) -> None:
        """The user has seen these."""
        self._marks.update((_name(one), _mark(one)) for one in verdicts)
        self._advice.update((_name(one), _advice(one)) for one in verdicts if one.pressing)

    def _given(self, verdict: Verdict) -> bool:
        return verdict.pressing and self._advice.get(_name(verdict)) == _advice(verdict)


def _name(verdict: Verdict) -> Name:
    return verdict.function.key, verdict.function.path


def _advice(verdict: Verdict) -> tuple[FunctionId, bool, Mark]:
    return verdict.function, verdict.decorated, _mark(verdict)


def _mark(verdict: Verdict) -> Mark:
    found = verdict
    return found.answer, found.safe.value, found.pressing, found.decorated, found.frozen, _reason(found)


def _reason(verdict: Verdict) -> tuple[str, ...]:
    """The gravest finding, which a line gives as the reason: what else there is can't be told by the same line again."""
    causes = sorted(
        (one for one in verdict.findings if one.caused_by is None), key=lambda one: one.name != "stale-trace"
    )
    for stance in _GRAVE:
        for one in causes:
            if one.stance == stance:
                return one.code, *(one.details.get(key, "") for key in ("target", "name", "call"))
    return ()
