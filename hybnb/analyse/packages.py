"""Modules of installed packages as namespaces, read when the code that is followed calls into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import installed
from hybnb.analyse.scope import Scope
from hybnb.analyse.text.bindings import Changes
from hybnb.analyse.text.parse import Unit, together
from hybnb.analyse.values import NOTHING, Container, Instance, Value

HOPS = 5  #: from module to module, for a name that one imports from another
MOST_MODULES = 24  #: read for one program; what is in further ones isn't known


@dataclass(eq=False, slots=True)
class Namespace:
    """The global names of the notebook, or of one module."""

    module: str | None
    units: list[Unit] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    names: dict[str, Value] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)  #: modules whose names were imported with *
    scope: Scope | None = None
    started: int = 0  #: how many units were followed
    _aliases: tuple[int, dict[Any, list[str]]] = (0, {})
    _containers: tuple[int, dict[object, list[str]]] = (0, {})

    def take_in(self, unit: Unit) -> None:
        """It holds one more unit."""
        self.units.append(unit)
        if self.module is None:
            self.changes.add(unit.changes)
        else:  # one file, as a rule, which many programs may read
            self.changes = unit.settled if len(self.units) == 1 else together(self.units)

    def bind(self, name: str, value: Value) -> None:
        """A function that runs at the top level binds a name here."""
        if self.scope is not None:
            self.scope.names[name] = value
            self._containers = 0, {}

    def containers(self) -> Mapping[object, list[str]]:
        """The names that each container has here, as of the last unit that was followed: a few among many functions."""
        if self._containers[0] != self.started and self.scope is not None:
            found: dict[object, list[str]] = {}
            for name, value in self.scope.names.items():
                if type(value.ref) is Container:
                    found.setdefault(value.ref, []).append(name)
            self._containers = self.started, found
        return self._containers[1]

    def aliases(self) -> Mapping[Any, list[str]]:
        """The names that modules have here, by their namespaces, as of the last unit that was followed."""
        if self._aliases[0] != self.started and self.scope is not None:
            found: dict[Any, list[str]] = {}
            for name, value in self.scope.names.items():
                if isinstance(value.ref, Namespace):
                    found.setdefault(value.ref, []).append(name)
            self._aliases = self.started, found
        return self._aliases[1]


@dataclass(eq=False, slots=True)
class Converting:
    """The calls of a namespace that may make a tf.function of what they are handed."""

    looked: int = 0  #: how many units were looked through
    units: list[tuple[Unit, list[nodes.Call]]] = field(default_factory=list)  #: those that hold one


class Reader(Protocol):
    """What follows the top level of a namespace."""

    def global_value(self, namespace: Namespace, name: str) -> Value | None:
        """What a global name holds."""


class Packages:
    """The installed packages that one program calls into."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._modules: dict[str, Namespace | None] = {}
        self._stamps: dict[str, int | None] = {}  #: files that may be edited, as they were when they were read

    def find(self, qualified: str, hops: int = HOPS) -> Value | None:
        """The function, class or value of this dotted name, by the package's source; None where that doesn't tell."""
        module, _, name = qualified.rpartition(".")
        namespace = self.module(module) if module and hops else None
        value = self._reader.global_value(namespace, name) if namespace is not None else None
        if value is not None and value.kind == "module" and isinstance(value.ref, str) and value.ref != qualified:
            return self.find(value.ref, hops - 1) if installed.readable(value.ref) else value
        return value if value is not None and value.is_known else None

    def module(self, name: str) -> Namespace | None:
        """A module by its dotted name; None where it can't be read."""
        if name not in self._modules:
            path = installed.file_of(name) if len(self._modules) < MOST_MODULES else None
            stamp = installed.stamp(path) if path is not None else None
            unit = installed.unit_of(name, path, stamp) if path is not None else None
            if path is not None and installed.changes(path):
                self._stamps[path] = stamp
            self._modules[name] = Namespace(name, [unit], unit.changes) if unit is not None else None
        return self._modules[name]

    def known(self, unit: Unit) -> Namespace | None:
        """The namespace of a module that was read before."""
        return self._modules.get(unit.cell.module or "")

    def outdated(self) -> bool:
        """Whether a package that was followed has been edited since."""
        return any(installed.stamp(path) != stamp for path, stamp in self._stamps.items())


def from_outside(value: Value, name: str) -> Value:
    """A global as a function sees it: there before the call, and named."""
    if value.kind in ("module", "function", "class", "builtin", "tf_function", "partial"):
        return value.named(name)
    if isinstance(value.ref, Container | Instance) and not value.ref.name:
        value.ref.name = name
    const = value.const if value.kind != "range" else NOTHING
    still = value.open if value.kind in ("dataset", "variable") else ""  # eagerly its sizes are known
    return replace(value, name=name, outer=True, const=const, open=still)
