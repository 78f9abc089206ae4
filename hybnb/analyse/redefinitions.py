"""The functions that there are to judge: of those that are defined more than once, the definition that holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from typing import TYPE_CHECKING, Any

from astroid import nodes

from hybnb.analyse.text.rebuilding import survey

if TYPE_CHECKING:
    from hybnb.analyse.candidates import Candidate

ByUnit = list[list["Candidate"]]  #: what each unit defines


class LastDefinitions:
    """Of each name the last definition, in order of definition. Where only new units came at the end, only they are looked
    through, so that a cell costs the same in a long notebook as in a short one.
    """

    def __init__(self) -> None:
        self._lists: ByUnit = []
        self._clear()

    def _clear(self) -> None:
        self._ranks: dict[Candidate, int] = {}  #: those that hold, with their places in the order
        self._keys: dict[str, Candidate] = {}
        self._pieces: dict[Any, Candidate] = {}
        self._mentioning: dict[str, list[Candidate]] = defaultdict(list)
        self._unread: list[Candidate] = []  #: whose names aren't in there yet
        self._members: dict[nodes.ClassDef, list[Candidate]] = defaultdict(list)
        self._nodes: dict[nodes.NodeNG, list[Candidate]] = defaultdict(list)
        self._converted: list[Candidate] = []
        self._next = 0

    def update(self, lists: ByUnit) -> None:
        """From now on there are these candidates, by unit, in the order in which the units run."""
        known = len(self._lists)
        if len(lists) < known or any(old is not new for old, new in zip(self._lists, lists, strict=False)):
            self._clear()
            known = 0
        for those in lists[known:]:
            for candidate in sorted(those, key=lambda one: one.id.line):
                self._add(candidate)
        self._lists = lists

    def _add(self, candidate: Candidate) -> None:
        replaced = self._keys.get(candidate.id.key)
        if replaced is not None:
            del self._ranks[replaced]
            self._pieces.pop(replaced.key, None)
        self._keys[candidate.id.key] = self._pieces[candidate.key] = candidate
        self._ranks[candidate] = self._next
        self._next += 1
        self._nodes[candidate.node].append(candidate)
        if candidate.decoration is not None:
            self._converted.append(candidate)
        if candidate.cls is not None:
            self._members[candidate.cls].append(candidate)
        if not candidate.unit.installed:
            self._unread.append(candidate)

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self._ranks)

    def __len__(self) -> int:
        return len(self._ranks)

    def ordered(self, those: Iterable[Candidate]) -> list[Candidate]:
        """The same in order of definition."""
        return sorted(those, key=self._ranks.__getitem__)

    def of_key(self, key: str) -> Candidate | None:
        """The function of this FunctionId.key."""
        return self._keys.get(key)

    def of_piece(self, piece: Any) -> Candidate | None:
        """The function of this `Candidate.key`."""
        return self._pieces.get(piece)

    def converted(self) -> Iterator[Candidate]:
        """Those that are tf.functions."""
        return self._holding(self._converted)

    def mentioning(self, name: str) -> Iterator[Candidate]:
        """The functions whose code reads a name, or an attribute of that name."""
        return self._holding(self._by_names().get(name, ()))

    def _by_names(self) -> dict[str, list[Candidate]]:
        """By what their code reads: the command line never asks."""
        for candidate in self._unread:
            found = survey(candidate.node)
            for name in {*found.loads, *found.attributes}:
                self._mentioning[name].append(candidate)
        self._unread = []
        return self._mentioning

    def mentioned(self, names: Set[str]) -> Set[str]:
        """Those of the names that `mentioning` has something for."""
        return self._by_names().keys() & names

    def members(self, cls: nodes.ClassDef) -> Iterator[Candidate]:
        """The methods of a class."""
        return self._holding(self._members.get(cls, ()))

    def of_node(self, node: nodes.NodeNG) -> Iterator[Candidate]:
        """The functions that this code stands for."""
        return self._holding(self._nodes.get(node, ()))

    def classes(self) -> Iterable[nodes.ClassDef]:
        """The classes that have methods."""
        return (cls for cls, those in self._members.items() if any(self._holding(those)))

    def _holding(self, those: Iterable[Candidate]) -> Iterator[Candidate]:
        return (one for one in those if one in self._ranks)
