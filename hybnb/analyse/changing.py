"""In which of a program's namespaces something is set, asked by its name: in a package of many modules, in one or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hybnb.analyse.text.computed import ANY

if TYPE_CHECKING:
    from hybnb.analyse.packages import Namespace


class Changing:
    """What was found out, until another unit is taken in."""

    def __init__(self, namespaces: Mapping[str | None, Namespace]) -> None:
        self._namespaces = namespaces
        self._setting: dict[str, Sequence[Namespace]] = {}
        self._derived: frozenset[str] | None = None

    def forget(self) -> None:
        """A namespace holds more than it did."""
        self._setting.clear()
        self._derived = None

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


def _may_set(namespace: Namespace, attribute: str) -> bool:
    changes = namespace.changes
    set_there = not changes.attributes.keys().isdisjoint((attribute, f"{attribute}[]", ANY))
    return set_there or f".{attribute}" in changes.aliases or f".{attribute}[+]" in changes.augmented
