"""Which containers and arrays the notebook itself changes, by whatever way it reaches them: noted while its top level is followed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from astroid import nodes
from msgspec import Struct

from hybnb.analyse.holders import Array
from hybnb.analyse.text.remembered import remembered
from hybnb.analyse.text.sites import Site
from hybnb.analyse.values import Container

if TYPE_CHECKING:
    from hybnb.analyse.text.parse import Unit
    from hybnb.analyse.text.rebuilding import Code

HAPPENINGS = "[]"  #: what facts depend on that depend on what is changed in any container
MOST = 64  #: containers that one stands for
Holder = Container | Array


class Happening(Struct, frozen=True):
    """One change of a container."""

    site: Site  #: the statement or call of the top level in the course of which it happens
    functions: frozenset[str]  #: that are under way then, by their qualified names


@dataclass(slots=True)
class Happenings:
    """The changes of one program's containers, and the functions that look into these."""

    _changes: dict[Holder, list[Happening]] = field(default_factory=lambda: defaultdict(list))
    _readers: dict[Holder, set[nodes.NodeNG]] = field(default_factory=lambda: defaultdict(set))
    _told: Counter[nodes.NodeNG] = field(default_factory=Counter)

    def note(self, holder: Holder, site: Site, functions: frozenset[str]) -> set[nodes.NodeNG]:
        """A container changes. The functions that look into it, so far as they are known."""
        readers: set[nodes.NodeNG] = set()
        for one in originals(holder):
            self._changes[one].append(Happening(site, functions))
            readers |= self._readers.get(one, set())
        self._told.update(readers)
        return readers

    def after(
        self, holder: Holder, unit: Unit, line: int, readers: frozenset[str], function: nodes.NodeNG,
        harmless: Callable[[Site], bool] = lambda _: False,
    ) -> Site | None:  # fmt: skip
        """Where a container changes after this place, other than by the `readers` on the way from `function` to where it is
        read; `harmless` tells which changes aren't of what is read.
        """
        for one in originals(holder):
            self._readers[one].add(function)
            for change in self._changes.get(one, ()):
                site = change.site
                if site.after(unit, line) and not change.functions & readers and not harmless(site):
                    return site
        return None

    def ever(self, holder: Holder) -> bool:
        """A container changes at all."""
        return any(self._changes.get(one) for one in originals(holder))

    def told(self, function: nodes.NodeNG) -> int:
        """How often something changed that a function looks into."""
        return self._told[function]

    def places(self) -> frozenset[tuple[Unit, int]]:
        """Where anything changes."""
        return frozenset((one.site.unit, one.site.line) for found in self._changes.values() for one in found)


def originals(holder: Holder) -> Iterator[Holder]:
    """A container, and all that it stands for."""
    known: set[Holder] = {holder}
    waiting: list[Holder] = [holder]
    while waiting and len(known) < MOST:
        one = waiting.pop()
        yield one
        fresh: set[Holder] = {other for other in one.stands_for if other not in known}
        known |= fresh
        waiting += fresh
    yield from waiting


@remembered
def qualified(function: Code) -> str:
    """Qualified name within its namespace, as `bindings` spells it."""
    parts: list[str] = []
    node: nodes.NodeNG | None = function
    while node is not None and not isinstance(node, nodes.Module):
        if isinstance(node, nodes.FunctionDef | nodes.ClassDef):
            parts.append(node.name)
        node = node.parent
    return ".".join(reversed(parts))
