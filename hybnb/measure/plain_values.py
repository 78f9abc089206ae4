"""Whether TensorFlow could look at arguments without running any code of the user's.

To match a call, TensorFlow iterates over containers, hashes and compares objects, and looks for attributes of its
protocols. An object whose class answers to one of these with code of the user's is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from hybnb.classes import built_in, is_one_of, mro_of, own_of

MOST_VALUES: Final = 200  #: in one call; longer lists take TensorFlow too long
LONGEST_TEXT: Final = 20_000  #: characters; TensorFlow keeps a text to compare it with later ones

_LIBRARIES: Final = frozenset({
    "tensorflow", "keras", "tf_keras", "numpy", "builtins", "collections", "enum", "functools", "types", "typing", "abc",
    "ml_dtypes", "wrapt", "weakref", "pathlib", "random", "datetime", "fractions", "decimal", "google",
})  # fmt: skip
_ASKED: Final = frozenset({
    "__eq__", "__hash__", "__getattr__", "__getattribute__", "__class__", "__iter__", "__getitem__", "__len__", "__contains__",
    "keys", "items", "values", "get", "__array__", "__wrapped__", "__tf_tracing_type__", "__tf_flatten__", "__attrs_attrs__",
})  # fmt: skip
_ATOMS: Final = (int, float, complex, bool, type(None))
_module_of: Final = type.__dict__["__module__"].__get__
_weak_offset_of: Final = type.__dict__["__weakrefoffset__"].__get__


def plain(value: Any) -> bool:
    """True when looking at `value` runs no code of the user's and takes little time."""
    return classes_in(value) is not None


def classes_in(value: Any) -> list[type] | None:
    """The classes of the objects in a plain value, other than Python's own; None when it isn't plain."""
    left = MOST_VALUES
    waiting, found = [value], list[type]()
    while waiting:
        each = waiting.pop()
        left -= 1
        if left < 0:
            return None
        cls = type(each)
        if is_one_of(cls, _ATOMS):
            continue
        if cls is str or cls is bytes:
            if len(each) > LONGEST_TEXT:
                return None
        elif cls is list or cls is tuple:
            if len(each) > left:
                return None
            waiting.extend(each)
        elif cls is dict:
            if len(each) > left:
                return None
            waiting.extend(each.values())
            waiting.extend(each)
        elif not _harmless(cls) or _kept_alive(cls) or not _silent_itself(each):
            return None
        else:
            found.append(cls)
            if isinstance(each, tuple):  # a namedtuple: its class is harmless, so this is the built-in's iteration
                waiting.extend(tuple.__iter__(each))
    return found


@contextmanager
def unannotated(classes: Iterable[type]) -> Iterator[None]:
    """The user's classes among these get no empty `__annotations__` by being looked at, as typing's protocols give them."""
    bases = [base for cls in classes for base in mro_of(cls) if not _is_library(own_of(base).get("__module__"))]
    without = [base for base in bases if "__annotations__" not in own_of(base)]
    try:
        yield
    finally:
        for base in without:
            if own_of(base).get("__annotations__") == {}:
                with suppress(TypeError, AttributeError):  # a class made by C++ says no
                    type.__delattr__(base, "__annotations__")


def _harmless(cls: type) -> bool:
    """No class among its bases is the user's and answers to what TensorFlow asks."""
    return _is_library(_module_of(type(cls))) and all(map(_silent, mro_of(cls)))


def _silent_itself(value: Any) -> bool:
    """A class that is handed over is asked for its methods as an object is for its own."""
    is_class = any(base is type for base in mro_of(type(value)))
    return not is_class or all(map(_silent, mro_of(value)))


def _kept_alive(cls: type) -> bool:
    """TensorFlow would hold on to the object itself, because it can't be referenced weakly; tuples it takes apart."""
    if _weak_offset_of(cls) or any(base is tuple for base in mro_of(cls)):
        return False
    return cls is object or not _is_library(_module_of(cls))


def _is_library(module: object) -> bool:
    return type(module) is str and module.partition(".")[0] in _LIBRARIES


def _silent(cls: type) -> bool:
    own = own_of(cls)
    return _is_library(own.get("__module__")) or built_in(cls) or not _ASKED.intersection(own)
