"""Questions about a class that no code of the user's answers: neither its metaclass nor an object's own `__class__`.

A class that is looked up in a set is hashed by its metaclass, one in a tuple is compared by it, and `isinstance` asks the
object. Here classes are told apart by identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

_name_of: Final = type.__dict__["__name__"].__get__
_dict_of: Final = type.__dict__["__dict__"].__get__
_mro_of: Final = type.__dict__["__mro__"].__get__
_module_of: Final = type.__dict__["__module__"].__get__
_flags_of: Final = type.__dict__["__flags__"].__get__
_HEAP_TYPE: Final = 1 << 9  #: Py_TPFLAGS_HEAPTYPE: what the types built into Python don't have
_OF_METACLASSES: Final = frozenset({
    "__eq__", "__hash__", "__getattribute__", "__getattr__", "__instancecheck__", "__subclasscheck__", "__class__", "__call__",
    "mro", "__dir__", "__iter__", "__len__", "__contains__", "__reduce__", "__reduce_ex__",
    "__setattr__", "__delattr__",
})  # fmt: skip
#: Packages whose metaclasses answer as Python's own do; the last is that of classes bound from C++, as tf.DType is.
_PYTHONS: Final = frozenset({
    "builtins", "abc", "_abc", "enum", "typing", "types", "ctypes", "_ctypes", "_py_abc", "pybind11_builtins",
})  # fmt: skip


def is_one_of(cls: type, classes: Iterable[type]) -> bool:
    """`cls in classes`."""
    return any(cls is one for one in classes)


def has_base(cls: type, *bases: type) -> bool:
    """`issubclass(cls, bases)`, without what classes say of themselves."""
    return any(one is base for one in _mro_of(cls) for base in bases)


def mro_of(cls: type) -> tuple[type, ...]:
    """The class and its bases, in the order of look-up."""
    mro: tuple[type, ...] = _mro_of(cls)
    return mro


def own_of(cls: type) -> Mapping[str, Any]:
    """What the class itself defines, by name."""
    own: Mapping[str, Any] = _dict_of(cls)
    return own


def name_of(cls: type) -> str:
    """Its `__name__`."""
    name: str = _name_of(cls)
    return name


def module_of(cls: type) -> str:
    """Name of the module it says it is from; empty when it says nothing sensible."""
    try:
        module = _module_of(cls)
    except AttributeError:
        return ""
    return module if type(module) is str else ""


def root_of(cls: type) -> str:
    """The package of that module."""
    return module_of(cls).partition(".")[0]


def built_in(cls: type) -> bool:
    """It was made in C, as a part of Python or of a library."""
    return not _flags_of(cls) & _HEAP_TYPE


def asks_its_metaclass(cls: type, libraries: Iterable[str]) -> bool:
    """Hashing, comparing or pickling the class would run code that is neither Python's nor that of these packages."""
    quiet = _PYTHONS.union(libraries)
    return any(
        root_of(base) not in quiet and not built_in(base) and not _OF_METACLASSES.isdisjoint(own_of(base))
        for base in mro_of(type(cls))
    )
