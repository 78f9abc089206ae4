"""In which of a program's namespaces something is named or set: in a package of many modules, in one or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hybnb.analyse.text.computed import ANY

if TYPE_CHECKING:
    from hybnb.analyse.packages import Namespace

Named = dict[Any, list[tuple[int, "Namespace", list[str]]]]  #: by what has the names, with the namespaces' order


class Changing:
    """What was found out, until another unit is taken in or followed."""

    def __init__(self, namespaces: Mapping[str | None, Namespace]) -> None:
        self._namespaces = namespaces
        self.forget()

    def forget(self) -> None:
        """A namespace holds more than it did."""
        self._setting: dict[str, Sequence[Namespace]] = {}
        self._derived: frozenset[str] | None = None
        self._modules: Named | None = None
        self._containers: Named | None = None

    def setting(self, attribute: str) -> Sequence[Namespace]:
        """Where an attribute of this name is set, of whatever, or what one holds is changed."""
        found = self._setting.get(attribute)
        if found is None:
            found = self._setting[attribute] = [one for one in self._namespaces.values() if _may_set(one, attribute)]
        return found

    def derived_from(self, cls: str) -> bool:
        """Whether a class may derive from one of this name."""
        if self._derived is None:
            self._derived = frozenset().union(*(one.changes.derived for one in self._namespaces.values()))
        return cls in self._derived

    def aliases(self, modules: Iterable[Namespace]) -> Iterator[tuple[Namespace, str]]:
        """The names that modules have anywhere."""
        if self._modules is None:
            self._modules = self._named({one: one.aliases() for one in self._namespaces.values()})
        return _in_order(self._modules, modules)

    def names_of(self, containers: Iterable[object]) -> Iterator[tuple[Namespace, str]]:
        """The global names that containers have."""
        if self._containers is None:
            self._containers = self._named({one: one.containers() for one in self._namespaces.values()})
        return _in_order(self._containers, containers)

    @staticmethod
    def _named(names: Mapping[Namespace, Mapping[Any, list[str]]]) -> Named:
        found: Named = {}
        for rank, (namespace, known) in enumerate(names.items()):
            for what, those in known.items():
                found.setdefault(what, []).append((rank, namespace, those))
        return found


def _in_order(named: Named, those: Iterable[object]) -> Iterator[tuple[Namespace, str]]:
    found = [one for each in those for one in named.get(each, ())]
    if len(found) > 1:
        found.sort(key=lambda one: one[0])
    return ((namespace, name) for _, namespace, names in found for name in names)


def _may_set(namespace: Namespace, attribute: str) -> bool:
    changes = namespace.changes
    set_there = not changes.attributes.keys().isdisjoint((attribute, f"{attribute}[]", ANY))
    return set_there or f".{attribute}" in changes.aliases or f".{attribute}[+]" in changes.augmented
