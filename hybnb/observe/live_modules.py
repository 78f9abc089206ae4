"""The user's own modules as they are in a running process, and the scripts that `%run` ran."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import NamedTuple

from hybnb.model import Cell
from hybnb.observe.calls.found import functions_in
from hybnb.observe.modules import MOST_FILES, MOST_LINES, project_folders, text_of
from hybnb.observe.notebook import mentions_tensorflow


class _Live(NamedTuple):
    """One imported module."""

    module: ModuleType
    spec: object  #: a new one with each reload
    cell: Cell
    mentions_tensorflow: bool
    codes: tuple[tuple[FunctionType, CodeType], ...]  #: of its functions, which IPython's autoreload gives new code

    def runs(self, current: object) -> bool:
        """Whether this is what runs: it was neither loaded anew nor were its functions changed in place."""
        same = current is self.module and _member(current, "__spec__") is self.spec
        return same and all(function.__code__ is code for function, code in self.codes)


class LiveModules:
    """The user's modules that are imported in this process, with the text they were imported with; and scripts that `%run`
    has run, each like a module of the script's name.

    A file that is edited but not reloaded keeps its old text here, because the old code is what runs. `scripts` gives what
    `%run` keeps: by path, the module that a script's names are in.
    """

    def __init__(self, folder: Path, scripts: Callable[[], Mapping[str, ModuleType]] = dict) -> None:
        self._scripts = scripts
        self._ran: dict[str, _Live] = {}  #: scripts, by path
        self._folders = tuple(str(each) + os.sep for each in project_folders(folder))
        paths = sysconfig.get_paths()
        installed = [Path(paths[each]) for each in ("stdlib", "platstdlib", "purelib", "platlib")]
        self._installed = tuple(str(each) + os.sep for each in (*installed, *(one.resolve() for one in installed)))
        self._seen: set[str] = set()
        self._libraries = {"__main__": True, "hybnb": True}  #: top packages; thousands of modules are in installed ones
        self._last: tuple[int, str] = (0, "")  #: how many modules there were, and the newest
        self._kept: dict[str, _Live] = {}

    def cells(self) -> tuple[Cell, ...]:
        """One cell for each module, oldest import first."""
        for name in self._fresh():
            self._seen.add(name)
            if not self._in_library(name.partition(".")[0]):
                self._look(name)
        for name, live in list(self._kept.items()):
            if not live.runs(sys.modules.get(name)):
                del self._kept[name]
                self._seen.discard(name)
                self._look(name)
        return (*self._of_scripts(), *(live.cell for live in self._kept.values()))

    def _of_scripts(self) -> Iterator[Cell]:
        """One cell for each script that ran; a module or a script of the same name goes first. None for one that was edited
        and run again: which of its texts an object or a function is of that is still held, nobody can tell.
        """
        taken = set(self._kept)
        for path, module in list(self._scripts().items()):
            known = self._ran.get(path)
            if known is None or known.codes != _codes(module):
                known = self._run_again(path, module, known)
            if known is not None and known.cell.source and known.cell.module not in taken:
                taken.add(known.cell.module or "")
                yield known.cell

    def _run_again(self, path: str, module: ModuleType, before: _Live | None) -> _Live | None:
        name = Path(path).stem
        if not path.endswith(".py") or not name.isidentifier():
            return None
        now = _live(name, module, Path(path))
        if before is not None and now.cell.source != before.cell.source:
            now = now._replace(cell=Cell(1, "", path=path, module=name))
        self._ran[path] = now
        return now

    def _fresh(self) -> list[str]:
        """Names not seen yet. Thousands of modules are imported, and after most cells it is the same ones."""
        newest = len(sys.modules), next(reversed(sys.modules), "")
        if newest == self._last:
            return []
        self._last = newest
        return [name for name in list(sys.modules) if name not in self._seen]

    def modules(self) -> tuple[ModuleType, ...]:
        """The same modules as live objects."""
        return tuple(live.module for live in self._kept.values())

    def without_tensorflow(self) -> frozenset[str]:
        """Paths of those that never mention it."""
        return frozenset(live.cell.path or "" for live in self._kept.values() if not live.mentions_tensorflow)

    def _is_installed(self, path: str) -> bool:
        return path.startswith(self._installed) or "-packages" + os.sep in path

    def _in_library(self, top: str) -> bool:
        """Is this package or module installed? Asked first: it comes after all that is in it once its import is done."""
        known = self._libraries.get(top)
        if known is None:
            file = _member(sys.modules.get(top), "__file__")
            known = self._libraries[top] = type(file) is str and self._is_installed(file)
        return known

    def _look(self, name: str) -> None:
        module = sys.modules.get(name)
        file = _member(module, "__file__")
        if type(module) is not ModuleType or type(file) is not str or len(self._kept) >= MOST_FILES:
            return
        if not file.endswith(".py") or self._is_installed(file):  # resolving many paths takes long
            return
        path = str(Path(file).resolve())
        if not path.startswith(self._folders) or self._is_installed(path):
            return
        lines = sum(live.cell.source.count("\n") for live in self._kept.values())
        found = _live(name, module, Path(path))
        if found.cell.source and lines + found.cell.source.count("\n") <= MOST_LINES:
            self._kept[name] = found


def _live(name: str, module: ModuleType, path: Path) -> _Live:
    """A module with the text that its file has now, if that can be read."""
    cell = Cell(1, text_of(path), path=str(path), module=name)
    return _Live(module, _member(module, "__spec__"), cell, mentions_tensorflow((cell,)), _codes(module))


def _codes(module: ModuleType) -> tuple[tuple[FunctionType, CodeType], ...]:
    return tuple((one, one.__code__) for _, one in functions_in(vars(module), str(_member(module, "__name__"))))


def _member(module: object, name: str) -> object:
    """A module's attribute, past any `__getattr__` and lazy loading."""
    return vars(module).get(name) if type(module) is ModuleType else None
