"""Probes written into the functions of the cells (Python 3.11)."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any, Final

from hybnb.observe.calls.definitions import (
    BYTECODE_READERS,
    Definition,
    Version,
    definitions,
    imported_roots,
    nests_too_deep,
    version_of,
)
from hybnb.observe.calls.probe import CoroutineProbe, CountingProbe, Probe
from hybnb.observe.calls.rewrite import TABLE, Change, finds_builtins, instrument
from hybnb.observe.calls.roster import Roster
from hybnb.observe.kinds import module_dict

DEPTH: Final = 1  #: frames from a probe's `enter` up to the watched function
_MOST_RETIRED: Final = 5000  #: entries kept for code that may still run, though its function was defined anew


class Idle:
    """Stands where a probe was, and does nothing."""

    __slots__ = ()

    def enter(self) -> None:
        """A call begins."""

    def leave(self) -> None:
        """A call ends."""

    def fail(self) -> None:
        """A call raises."""


class Written:
    """Writes probes into syntax trees and keeps the table that they look themselves up in, a name in `builtins`."""

    def __init__(self, roster: Roster, namespace: Mapping[str, Any]) -> None:
        self._roster = roster
        self._namespace = namespace
        self._probes: dict[str, Probe] = {}
        self._retired: dict[str, None] = {}
        self._table: dict[str, Probe | Idle] = {}
        self._name = ""
        self._idle = Idle()
        self._readers = False

    def install(self) -> bool:
        """Put the table in its place."""
        self._name = TABLE
        while self._name in vars(builtins):  # another shell of this process
            self._name += "_"
        vars(builtins)[self._name] = self._table
        self.resume()
        return True

    def remove(self) -> None:
        """Take the table away; code that was written to runs on without it."""
        if self._name:
            vars(builtins).pop(self._name, None)
            self._name = ""

    def pause(self) -> None:
        """Let written code run past its probes."""
        for entry in self._probes:
            self._table[entry] = self._idle

    def resume(self) -> None:
        """Let it run through them again."""
        self._table.update(self._probes)

    def transform(self, tree: ast.Module) -> list[Change]:
        """Write probes into the functions of a cell; what was written to."""
        if self._reads_bytecode(tree) or not finds_builtins(self._namespace):
            return []
        own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} | self._roster.names()
        found: dict[str, list[tuple[Version, Definition]]] = {}
        for each in definitions(tree, own):
            if each.plain and not nests_too_deep(each.node):
                found.setdefault(each.key, []).append((version_of(each.node), each))
        return [change for key, versions in found.items() for change in self._write(key, versions)]

    def watch_module(self, _module: ModuleType) -> int:
        """Nothing: a module's functions can't be written to once they are compiled."""
        return 0

    def _write(self, key: str, versions: list[tuple[Version, Definition]]) -> Iterator[Change]:
        settled = self._roster.settle(key, {version.digest: _kind(version, each) for version, each in versions})
        for probe in settled.retired:
            self._retire(probe)
        for version, each in versions:
            if version.digest in settled.probes:
                entry = f"{key}@{version.digest}"
                self._probes[entry] = self._table[entry] = settled.probes[version.digest]
                self._retired.pop(entry, None)
                yield instrument(each.node, entry, self._name, only_enter=version.generator)

    def _retire(self, probe: Probe) -> None:
        for entry in [entry for entry, each in self._probes.items() if each is probe]:
            del self._probes[entry]
            self._table[entry] = self._idle
            self._retired[entry] = None
        while len(self._retired) > _MOST_RETIRED:
            oldest = next(iter(self._retired))
            del self._retired[oldest]
            self._table.pop(oldest, None)

    def _reads_bytecode(self, tree: ast.Module) -> bool:
        """True once the notebook uses a library that compiles bytecode, which a probe would break."""
        if not self._readers:
            self._readers = any(root in BYTECODE_READERS for root in imported_roots(tree)) or self._has_readers()
        return self._readers

    def _has_readers(self) -> bool:
        imported = any(reader in sys.modules for reader in BYTECODE_READERS)  # of modules there are thousands
        return imported and any(_root(value) in BYTECODE_READERS for value in list(self._namespace.values()))


def _kind(version: Version, definition: Definition) -> type[Probe]:
    if version.generator:
        return CountingProbe
    return CoroutineProbe if isinstance(definition.node, ast.AsyncFunctionDef) else Probe


def _root(value: object) -> str:
    """Root package of a module or of a library's function."""
    name: object = None
    if type(value) is ModuleType:
        name = module_dict(value).get("__name__")
    elif type(value) is FunctionType:
        name = value.__module__
    return name.partition(".")[0] if type(name) is str else ""
