"""Where a program reads and calls names, each looked for once; and what follows from its text alone, found out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from astroid import nodes

from hybnb.analyse.follow.survey import attributes_of, calls_of, loads_of

if TYPE_CHECKING:
    from hybnb.analyse.text.parse import Unit

Node = TypeVar("Node", bound=nodes.NodeNG)


class Uses:
    """What was found, until another unit is taken in. `units` gives those of the program, in the order in which they run."""

    def __init__(self, units: Callable[[], Iterator[Unit]]) -> None:
        self.loads = _Places(units, loads_of)  #: where a name is read
        self.attributes = _Places(units, attributes_of)  #: where an attribute of this name is read, of whatever
        self.calls = _Places(units, calls_of)  #: where something is called whose last name this is
        self._answers: dict[Hashable, bool] = {}

    def forget(self) -> None:
        """The program holds more than it did."""
        self.loads.clear()
        self.attributes.clear()
        self.calls.clear()
        self._answers.clear()

    def answer(self, question: Hashable, find_out: Callable[[], bool]) -> bool:
        """The answer to a question about nothing but the program's text."""
        known = self._answers.get(question)
        if known is None:
            known = self._answers[question] = find_out()
        return known


class _Places(Generic[Node]):
    def __init__(self, units: Callable[[], Iterator[Unit]], find: Callable[[Unit, str], Sequence[Node]]) -> None:
        self._units, self._find = units, find
        self._known: dict[str, Sequence[tuple[Unit, Node]]] = {}

    def __call__(self, name: str) -> Sequence[tuple[Unit, Node]]:
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = [(unit, use) for unit in self._units() for use in self._find(unit, name)]
        return found

    def clear(self) -> None:
        self._known.clear()
