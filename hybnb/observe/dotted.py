"""Dotted names of modules and callables, as they say them."""

from __future__ import annotations

from typing import Any

from hybnb.classes import module_of


def module_name(own: dict[str, Any]) -> str | None:
    """A module's dotted name, also of a part of TensorFlow that isn't loaded yet, such as `tf.keras`."""
    if name := text(own.get("__name__")):
        return name
    parent, name = own.get("_tfll_parent_module_globals"), text(own.get("_tfll_name") or own.get("_tfll_local_name"))
    return f"{parent.get('__name__')}.{name}" if type(parent) is dict and name else None


def qualified(module: object, name: str) -> str:
    return f"{module}.{name}" if type(module) is str else name


def text(value: object) -> str:
    return value if type(value) is str else ""


def builtin_name(value: Any) -> str | None:
    """Dotted name of something written in C. All types that come here are Python's or NumPy's own."""
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if type(name) is not str:
        return None
    module = getattr(value, "__module__", None)
    if type(module) is str:
        return f"{module}.{name}"
    owner = getattr(value, "__objclass__", None) or type(getattr(value, "__self__", None))
    if owner is type(None):
        return f"numpy.{name}"  # a ufunc knows its name only
    return f"{module_of(owner)}.{name}"
