"""The user's own modules: Python files that lie with the notebook, not installed ones."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import resolve_name
from pathlib import Path

from hybnb.errors import HybnbError
from hybnb.model import Cell
from hybnb.observe.notebook import Document, module_source
from hybnb.observe.unwarned import unwarned
from hybnb.syntax import statements, syntax

MOST_FILES = 50
MOST_LINES = 20_000
_PROJECT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")


def project_folders(folder: Path) -> tuple[Path, ...]:
    """Where a file in `folder` finds the user's own modules: there, beside the package that it is in, in the project's top
    folder and in the project's src.
    """
    folder = folder.resolve()
    around = (folder, *folder.parents)
    beside = next(parent for parent in around if not (parent / "__init__.py").exists())
    for parent in around:
        if parent != Path.home() and any((parent / mark).exists() for mark in _PROJECT_MARKS):
            return tuple(dict.fromkeys((folder, beside, parent, parent / "src")))
    return tuple(dict.fromkeys((folder, beside)))


def modules_beside(document: Document) -> tuple[Cell, ...]:
    """The document's own modules, followed from import to import; at most 50 files and 20 000 lines together."""
    finder = _finder(project_folders(document.path.parent))
    start = document.path.resolve()
    cells: dict[Path, Cell] = {}
    lines = 0
    waiting = deque(
        (name for cell in document.cells for name in _imported(cell.source, _package(cell.module, start))),
        maxlen=10_000,
    )
    while waiting and len(cells) < MOST_FILES:
        name = waiting.popleft()
        path = finder.file(name)
        if path is None or path in cells or path == start:
            continue
        cell = finder.cell(name, path)
        lines += cell.source.count("\n") + 1
        if lines > MOST_LINES:
            break
        cells[path] = cell
        waiting.extend(_imported(cell.source, _package(name, path)))
    return tuple(cells.values())


class _Finder:
    """Files of modules in some folders, found by Python's own path finder; nothing is imported."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = [str(folder) for folder in folders]
        self._specs: dict[str, ModuleSpec | None] = {}
        self._files: dict[str, Path | None] = {}
        self._cells: dict[str, tuple[tuple[int, ...], Cell]] = {}  #: with what the file was like when it was read

    def file(self, name: str) -> Path | None:
        """The .py file of a module, None when it isn't in the folders."""
        if name not in self._files:  # the system is asked about every part of a path
            spec = self._spec(name)
            origin = spec.origin if spec is not None else None
            self._files[name] = Path(origin).resolve() if origin is not None and origin.endswith(".py") else None
        return self._files[name]

    def cell(self, name: str, path: Path) -> Cell:
        """The module's text; the same object for all who import it, as long as its file is the same."""
        stamp, known = _stamp(path), self._cells.get(name)
        if known is None or known[0] != stamp:
            known = self._cells[name] = stamp, Cell(1, text_of(path), path=str(path), module=name)
        return known[1]

    def _spec(self, name: str) -> ModuleSpec | None:
        if name not in self._specs:
            parent, _, last = name.rpartition(".")
            folders = self._folders_of(parent) if parent else self._folders
            # by its last name alone: of a dotted one, Python looks for the parent among the imported modules
            self._specs[name] = PathFinder.find_spec(last, folders) if folders else None
        return self._specs[name]

    def _folders_of(self, package: str) -> list[str]:
        spec = self._spec(package)
        return [str(folder) for folder in (spec.submodule_search_locations or ())] if spec is not None else []


_finder = lru_cache(maxsize=8)(_Finder)  #: files that are checked together lie in few folders


def _package(module: str | None, path: Path) -> str:
    if module is None or path.stem == "__init__":
        return module or ""
    return module.rpartition(".")[0]


@lru_cache(maxsize=256)  # most modules are imported by several files
def _imported(source: str, package: str) -> tuple[str, ...]:
    """Names that may be modules, from the import statements of some source; `a`, `a.b` for `from a import b`."""
    return tuple(dict.fromkeys(_imports(source, package))) if "import" in source else ()


def _imports(source: str, package: str) -> Iterator[str]:
    with unwarned():
        tree = syntax(source)
    for node in _that_may_import(source, tree) if tree is not None else ():
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_packages(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            if base:
                yield from _with_packages(base)
                yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")


def _that_may_import(source: str, tree: ast.Module) -> Iterator[ast.AST]:
    """The statements in which an import may stand: those of the top level that have the word in one of their lines, and all
    within these.
    """
    if "\r" in source or "\f" in source:
        yield from statements(tree)
        return
    lines = [number for number, line in enumerate(source.split("\n"), 1) if "import" in line]
    for one in tree.body:
        place = bisect_left(lines, one.lineno)
        if place < len(lines) and lines[place] <= (one.end_lineno or one.lineno):
            yield one
            yield from statements(one)


def _with_packages(name: str) -> Iterator[str]:
    """A module, after the packages that it is in, which are imported first."""
    parts = name.split(".")
    return (".".join(parts[: end + 1]) for end in range(len(parts)))


def _absolute(node: ast.ImportFrom, package: str) -> str:
    try:
        return resolve_name("." * node.level + (node.module or ""), package or None)
    except (ImportError, ValueError):  # relative, but not in a package
        return node.module or ""


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size


def text_of(path: Path) -> str:
    """A file as Python reads it; empty where that can't be."""
    try:
        return module_source(path, path.read_bytes())
    except (OSError, HybnbError):
        return ""
