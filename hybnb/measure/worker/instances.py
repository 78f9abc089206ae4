"""What objects of classes written in Python hold, read without running any code of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from hybnb.classes import own_of

COMPILED: Final = frozenset({"train_function", "test_function", "predict_function"})
SLOT_NAMES: Final = "__slotnames__"  #: what `copyreg` notes on a class once an object of it was pickled


def attributes(obj: Any) -> dict[str, Any]:
    """What stands in its `__dict__`, without what Keras has compiled for itself."""
    try:
        held = dict(object.__getattribute__(obj, "__dict__"))
    except AttributeError:
        return {}
    for name in COMPILED & held.keys():
        held[name] = None
    return held


def slots(obj: Any, cls: type) -> dict[str, Any]:
    """What stands in slots of its class and the class's bases, by the name that Python gave the slot."""
    found = {}
    for one in cls.__mro__:
        names = vars(one).get("__slots__", ())
        for name in (names,) if isinstance(names, str) else tuple(names):
            mangled = f"_{one.__name__.lstrip('_')}{name}" if name[:2] == "__" != name[-2:] else name
            if name in ("__dict__", "__weakref__") or not hasattr(type(vars(one).get(mangled)), "__set__"):
                continue
            try:
                found[mangled] = object.__getattribute__(obj, mangled)
            except AttributeError:
                continue
    return found


def forget_slot_names(classes: Iterable[type]) -> None:
    """Take that note off these classes again."""
    for cls in classes:
        if SLOT_NAMES in own_of(cls):
            type.__delattr__(cls, SLOT_NAMES)
