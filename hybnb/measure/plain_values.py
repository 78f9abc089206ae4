"""Whether TensorFlow could look at arguments without running any code of the user's.

To match a call, TensorFlow iterates over containers, hashes and compares objects, and looks for attributes of its
protocols. An object whose class answers to one of these with code of the user's is left alone.
"""

from __future__ import annotations

from typing import Any, Final

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
_dict_of: Final = type.__dict__["__dict__"].__get__
_mro_of: Final = type.__dict__["__mro__"].__get__
_module_of: Final = type.__dict__["__module__"].__get__
_weak_offset_of: Final = type.__dict__["__weakrefoffset__"].__get__
_flags_of: Final = type.__dict__["__flags__"].__get__
_MADE_BY_CLASS: Final = 1 << 9  #: Py_TPFLAGS_HEAPTYPE: what the types built into Python don't have


def plain(value: Any) -> bool:
    """True when looking at `value` runs no code of the user's and takes little time."""
    left = MOST_VALUES
    waiting = [value]
    while waiting:
        each = waiting.pop()
        left -= 1
        if left < 0:
            return False
        cls = type(each)
        if any(cls is atom for atom in _ATOMS):  # looked up in a set, a class is hashed, by its metaclass
            continue
        if cls is str or cls is bytes:
            if len(each) > LONGEST_TEXT:
                return False
        elif cls is list or cls is tuple:
            if len(each) > left:
                return False
            waiting.extend(each)
        elif cls is dict:
            if len(each) > left:
                return False
            waiting.extend(each.values())
            waiting.extend(each)
        elif not _harmless(cls) or _kept_alive(cls):
            return False
        elif isinstance(each, tuple):  # a namedtuple: its class is harmless, so this is the built-in's iteration
            waiting.extend(tuple.__iter__(each))
    return True


def _harmless(cls: type) -> bool:
    """No class among its bases is the user's and answers to what TensorFlow asks."""
    return _is_library(_module_of(type(cls))) and all(map(_silent, _mro_of(cls)))


def _kept_alive(cls: type) -> bool:
    """TensorFlow would hold on to the object itself, because it can't be referenced weakly; tuples it takes apart."""
    if _weak_offset_of(cls) or any(base is tuple for base in _mro_of(cls)):
        return False
    return cls is object or not _is_library(_module_of(cls))


def _is_library(module: object) -> bool:
    return type(module) is str and module.partition(".")[0] in _LIBRARIES


def _silent(cls: type) -> bool:
    own = _dict_of(cls)
    return _is_library(own.get("__module__")) or not _flags_of(cls) & _MADE_BY_CLASS or not _ASKED.intersection(own)
