"""Dtypes and shapes that aren't known, marked so that they can be told apart."""

from __future__ import annotations

from msgspec.structs import replace

from hybnb.analyse.values import TENSORS, Value


def concrete(dtype: str | None) -> bool:
    """The dtype itself is known, rather than that it is the same as another value's."""
    return dtype is not None and not dtype.startswith("of ")


def anchored(value: Value, name: str, line: int) -> Value:
    """A tensor whose dtype or shape isn't known gets ones that stand for themselves, to be compared with later."""
    if value.kind not in TENSORS or (value.dtype is not None and value.shape is not None):
        return value
    mark = f"of {name}@{line}"
    return replace(value, dtype=value.dtype or mark, shape=mark if value.shape is None else value.shape)
