"""Walk a library's public names."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

#: Values of these types may be one object though they have nothing to do with one another.
_CONSTANTS = (bool, int, float, str, tuple, type(None))


class Public(NamedTuple):
    """One object of a library with all its public names, the shortest first."""

    names: tuple[str, ...]
    value: Any

    @property
    def name(self) -> str:
        """The name the tables use."""
        return self.names[0]


def walk(module: ModuleType, skipped: frozenset[str], root: str) -> tuple[Public, ...]:
    """Every public object below a module that is spelled `root`, but not below those `skipped`, in order of name."""
    objects: dict[int, tuple[Any, list[str]]] = {}
    constants: dict[str, Public] = {}
    for name, value in _below(module, root, skipped, ()):
        if isinstance(value, _CONSTANTS):
            constants[name] = Public((name,), value)
        else:
            objects.setdefault(id(value), (value, []))[1].append(name)
    shared = [Public(tuple(sorted(names, key=_preference)), value) for value, names in objects.values()]
    return tuple(sorted([*constants.values(), *shared], key=lambda public: public.name))


def merged(first: tuple[Public, ...], second: tuple[Public, ...]) -> tuple[Public, ...]:
    """Both walks; an object that the first has keeps its names and gets those of the second as further ones."""
    more = {id(each.value): each.names for each in second if not isinstance(each.value, _CONSTANTS)}
    known = {id(each.value) for each in first if not isinstance(each.value, _CONSTANTS)}
    both = [Public(tuple(dict.fromkeys((*each.names, *more.get(id(each.value), ())))), each.value) for each in first]
    return (*both, *(each for each in second if id(each.value) not in known))


def _below(module: ModuleType, name: str, skipped: frozenset[str], path: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
    for leaf in sorted(dir(module)):
        qualified = f"{name}.{leaf}"
        if leaf.startswith("_") or qualified in skipped:
            continue
        try:
            value = getattr(module, leaf)
        except (AttributeError, ImportError, RuntimeError):
            continue
        if isinstance(value, ModuleType):
            own = getattr(value, "__name__", "")  # modules that load Keras when first used have none
            if id(value) not in path and own.partition(".")[0] == name.partition(".")[0]:
                yield from _below(value, qualified, skipped, (*path, id(value)))
        else:
            yield qualified, value


def _preference(name: str) -> tuple[bool, int, int, str]:
    """Short and modern spellings first; ops.numpy and ops.nn are inner homes of keras.ops."""
    return ("experimental" in name or "legacy" in name, name.count("."), len(name), name)


def inner_name(value: Any) -> tuple[str, str] | None:
    """The module and name under which the library itself keeps the object, when it can be found there."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or "<" in name:
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return (module, name) if found is value else None


def find(name: str) -> Any:
    """The object with a dotted name, which may lie in a module that its package doesn't import."""
    try:
        return _find(name)
    except AttributeError:
        return _find(name.replace("keras.", "keras._tf_keras.keras.", 1))  # names of Keras 2 live on in tf.keras only


def _find(name: str) -> Any:
    """Attributes first: tensorflow.distribute is a public module and, on disk, another package."""
    root, *parts = name.split(".")
    found: Any = importlib.import_module(root)
    path = root
    for part in parts:
        path = f"{path}.{part}"
        if not hasattr(found, part) and isinstance(found, ModuleType):
            with contextlib.suppress(ImportError):
                found = importlib.import_module(path)
                continue
        found = getattr(found, part)
    return found
