"""The source of installed packages that the tables don't know. Files are found and read; nothing is imported.

What is installed stays as it is while the process lives. A package that was installed to be edited may not, so its files
are looked at again.
"""

from __future__ import annotations

import os
import sys
import tokenize
from functools import lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

from hybnb.analyse import lexicon
from hybnb.analyse.text.parse import Unit, parse
from hybnb.classes import module_of
from hybnb.model import Cell

MOST_LINES = 2000  #: of a module; a longer one isn't read


def readable(name: str) -> bool:
    """Whether a module's source may say something: it isn't Python's own, and the tables don't speak of its package."""
    return name.partition(".")[0] not in ("", "__main__", "hybnb") and not lexicon.is_library(name)


def file_of(name: str) -> str | None:
    """The module's .py file: where it was imported from, else where it would be; None for anything else."""
    if not readable(name):
        return None
    loaded = sys.modules.get(name)
    if loaded is not None:
        path = vars(loaded).get("__file__") if type(loaded) is type(sys) else None
    else:
        spec = _spec(name)
        path = spec.origin if spec is not None else None
    return path if isinstance(path, str) and path.endswith(".py") else None


def changes(path: str) -> bool:
    """Whether a file may change while the process lives."""
    return f"-packages{os.sep}" not in path


def stamp(path: str) -> int | None:
    """Something else after each change of a file; None where there is no file."""
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return None


@lru_cache(maxsize=256)
def unit_of(name: str, path: str, _stamped: int | None) -> Unit | None:
    """The parsed module in a file, as it was when it was stamped; None where it isn't Python or is too long."""
    try:
        with tokenize.open(path) as file:
            source = file.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
    if source.count("\n") > MOST_LINES:
        return None
    unit = parse(Cell(1, source, path=path, module=name))
    if unit is not None:
        unit.installed = True
    return unit


def _spec(name: str) -> ModuleSpec | None:
    """By Python's own path finder, from package to package, and those of packages that were installed to be edited."""
    parent, _, last = name.rpartition(".")
    if not parent:
        return PathFinder.find_spec(name) or _editable(name)
    package = _spec(parent)
    if package is None or package.submodule_search_locations is None:
        return None
    # by its last name alone: of a dotted one, Python looks for the parent among the imported modules
    return PathFinder.find_spec(last, list(package.submodule_search_locations))


def _editable(name: str) -> ModuleSpec | None:
    everyone: list[Any] = sys.meta_path  # whatever the user put there, too
    finders: list[Any] = [one for one in everyone if type(one) is type and module_of(one).startswith("__editable__")]
    return next((spec for one in finders if (spec := one.find_spec(name, None)) is not None), None)
