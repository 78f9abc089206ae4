"""Calls that leave everything as it was, so that they do the same again when they are followed again."""

from __future__ import annotations

from typing import Final

#: of the tables
CATEGORIES: Final = frozenset(
    {"op", "random-op", "pure", "plain", "constant", "output", "numpy", "host-call", "clock", "sleep", "environment"}
)
#: of what is followed in a way of its own
BUILT_IN: Final = frozenset({
    *(f"builtins.{name}" for name in (
        "len", "range", "zip", "enumerate", "sum", "max", "min", "float", "int", "bool", "abs", "round", "str",
    )),
    *(f"tensorflow.{name}" for name in ("abs", "math.abs", "shape", "size", "range", "where")),
})  # fmt: skip
