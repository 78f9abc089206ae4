"""Probes that sys.monitoring runs (Python 3.12 and newer): functions are watched from the moment their `def` runs."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final
from weakref import ref

from hybnb.observe.calls.definitions import definitions
from hybnb.observe.calls.found import codes_of, digest, functions_in
from hybnb.observe.calls.monitor import Monitor
from hybnb.observe.calls.probe import CoroutineProbe, CountingProbe, Probe
from hybnb.observe.calls.rewrite import TABLE, Change, finds_builtins, mark
from hybnb.observe.calls.roster import Roster
from hybnb.observe.kinds import module_dict

_MAIN: Final = "__main__"
_GENERATORS: Final = 0x20 | 0x200
_COROUTINE: Final = 0x80


class Watched:
    """Finds the code objects of the user's functions and has them monitored."""

    def __init__(self, roster: Roster, namespace: Mapping[str, Any], monitor: Monitor) -> None:
        self._roster = roster
        self._namespace = namespace
        self._monitor = monitor
        self._name = ""
        self._seen: dict[int, ref[CodeType]] = {}
        self._fresh: dict[str, dict[str, type[Probe]]] = {}  #: versions defined by the running cell

    def install(self) -> bool:
        """Take a tool id and watch what the notebook has already defined; False when no id is free."""
        if not self._monitor.install():
            return False
        self._name = TABLE
        while self._name in vars(builtins):
            self._name += "_"
        vars(builtins)[self._name] = self._noticed
        self._adopt(self._namespace, _MAIN)
        return True

    def remove(self) -> None:
        """Stop watching and give everything back."""
        self._monitor.remove()
        self._seen.clear()
        if self._name:
            vars(builtins).pop(self._name, None)
            self._name = ""

    def pause(self) -> None:
        """Switch all events off."""
        self._monitor.pause()

    def resume(self) -> None:
        """Switch them on again."""
        self._monitor.resume()

    def transform(self, tree: ast.Module) -> list[Change]:
        """Mark a cell's functions so that they are watched once they exist; catch up with lambdas of earlier cells. What
        was marked.
        """
        self._adopt(self._namespace, _MAIN)
        self._fresh.clear()
        found = definitions(tree) if finds_builtins(self._namespace) else ()
        return [mark(each.node, self._name) for each in found if not each.nested]

    def watch_module(self, module: ModuleType) -> int:
        """Watch the functions of one of the user's modules; how many were new."""
        self._fresh.clear()
        own = module_dict(module)
        name = own.get("__name__")
        return self._adopt(own, name, name) if type(name) is str else 0

    def _noticed(self, made: Any) -> Any:
        """A `def` of a cell has just run."""
        if type(made) is FunctionType:
            self._watch(made, "", "")
        return made

    def _adopt(self, namespace: Mapping[str, Any], module: str, prefix: str = "") -> int:
        return sum(self._watch(function, prefix, name) for name, function in functions_in(namespace, module))

    def _watch(self, function: FunctionType, module: str, name: str) -> int:
        if not self._is_new(function.__code__):
            return 0
        for found in codes_of(function, module, name):
            if found.code is function.__code__ or self._is_new(found.code):
                self._settle(found.key, found.code)
        return 1

    def _is_new(self, code: CodeType) -> bool:
        """True once for each code object: a version that was replaced isn't watched again under another name."""
        address = id(code)
        known = self._seen.get(address)
        if known is not None and known() is code:
            return False
        self._seen[address] = ref(code, lambda _: self._seen.pop(address, None))
        return True

    def _settle(self, key: str, code: CodeType) -> None:
        version = digest(code)
        versions = self._fresh.setdefault(key, {})
        versions[version] = _kind(code)
        settled = self._roster.settle(key, versions)
        for probe in settled.retired:
            self._monitor.unwatch(probe)
        if version in settled.probes:
            self._monitor.watch(code, settled.probes[version])


def _kind(code: CodeType) -> type[Probe]:
    if code.co_flags & _GENERATORS:
        return CountingProbe
    return CoroutineProbe if code.co_flags & _COROUTINE else Probe
