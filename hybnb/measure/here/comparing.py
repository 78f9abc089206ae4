"""Do eager and graph do the same in the kernel? Call by call, each way on copies of the variables of its own."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

from hybnb.measure import adapter_raised, adapter_state
from hybnb.measure.adapter_copies import NoCopyError
from hybnb.measure.agreement import DRAWS, agreement, by_chance, doubtful, frozen, varied
from hybnb.measure.here.copies import Copies
from hybnb.measure.here.safeguard import Safeguard
from hybnb.measure.other_values import Arguments, reordered
from hybnb.measure.picture import Camera, Picture, Root, Shot
from hybnb.model import Agreement

CALLS: Final = 4  #: the recorded one twice, one with other values, the recorded one once more
REPEATS: Final = ((0, 1, 3),)

Run = Callable[[Arguments], Any]
Ground = Callable[[], AbstractContextManager[None]]  #: what eager code runs on


class Side:
    """One way to run the function. `copies` are the variables that it writes; `ground` is around each call."""

    def __init__(self, run: Run, copies: Copies, ground: Ground) -> None:
        self._run, self.copies, self._ground = run, copies, ground
        self.shots: list[Shot] = []
        self.trouble: Exception | None = None  #: what the last call raised

    def call(self, number: int, arguments: Arguments, variables: Mapping[str, Any]) -> None:
        """One call and what came of it."""
        _seed(number)
        camera, result, self.trouble = Camera(), None, None
        try:
            with self._ground():
                result = self._run(arguments)
        except NoCopyError:
            raise
        except Exception as raised:
            if adapter_state.out_of_memory(raised):
                raise
            self.trouble = raised
        state = {name: Root("variable", camera.take(self.copies.of(one))) for name, one in variables.items()}
        self.shots.append(_shot(camera.take(result), self.trouble, state))


def _shot(picture: Picture, trouble: Exception | None, state: Mapping[str, Root]) -> Shot:
    if trouble is None:
        return Shot(picture, state=state)
    return Shot(None, type(trouble).__name__, adapter_raised.said(trouble), state=state)


class Compared:
    """Calls both sides in turn. Between two slices the user's code may run; the caller then has to begin anew."""

    def __init__(self, eager: Side, graph: Side, safeguard: Safeguard, variables: Mapping[str, Any]) -> None:
        self._eager, self._graph, self._safeguard, self._variables = eager, graph, safeguard, variables

    def slices(
        self, arguments: Arguments, operations: int, witness: Callable[[], tuple[Side, Arguments]], most: int
    ) -> Slices:
        """The calls, two to a slice, and where numbers differ those of witnesses, at `most`: each a side and its arguments.

        What eager code raises in its first call is raised: then there is nothing to compare.
        """
        for number in range(CALLS):
            with self._safeguard.slice():
                for side in (self._graph, self._eager):
                    side.call(number, _of_call(number, arguments), self._variables)
                if number == 0 and self._eager.trouble is not None:
                    raise self._eager.trouble
            yield
            if self._eager.shots[-1].exception != self._graph.shots[-1].exception:
                break
        eager, graph = self._eager.shots, self._graph.shots
        repeats = REPEATS if len(eager) == CALLS else ()
        found = agreement(eager, graph, (), operations, repeats)
        if frozen(found) and (yield from self._varies_after_all(arguments)):
            repeats = ()
            found = by_chance(found)
        witnesses: list[list[Shot]] = []
        while doubtful(found) and len(witnesses) < most:
            with self._safeguard.slice():
                side, moved = witness()
                for number in range(len(eager)):
                    side.call(number, _of_call(number, moved), self._variables)
            yield
            witnesses.append(side.shots)
            found = agreement(eager, graph, witnesses, operations, repeats)
        return found

    def _varies_after_all(self, arguments: Arguments) -> Generator[None, None, bool]:
        """More calls of the graph tell a frozen draw from a few equal ones."""
        shots = self._graph.shots
        for number in range(CALLS, CALLS + DRAWS):
            with self._safeguard.slice():
                self._graph.call(number, arguments, self._variables)
            last = shots.pop()
            yield
            if varied((shots[0], last)):
                return True
        return False


Slices = Generator[None, None, Agreement]


def named(variables: list[Any]) -> dict[str, Any]:
    """Variables by a name that each has for itself."""
    found: dict[str, Any] = {}
    for one in variables:
        name = str(one.name).partition(":")[0]
        found[name if name not in found else f"{name} ({len(found) + 1})"] = one
    return found


def _of_call(number: int, arguments: Arguments) -> Arguments:
    return reordered(*arguments) if number == 2 else arguments


def _seed(number: int) -> None:
    """Both sides draw the same from Python's and NumPy's streams, another call something else: a trace can't keep up."""
    random.seed(number)
    sys.modules["numpy"].random.seed(number)
