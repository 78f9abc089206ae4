"""Python constants of the source text as values."""

from __future__ import annotations

from hybnb.analyse.values import NONE, Value


def constant(value: object) -> Value:
    """A Python constant of the source text."""
    match value:
        case None:
            return NONE
        case bool():
            return Value("bool", const=value)
        case int() | float() | complex():
            return Value("number", const=value)
        case str():
            return Value("string", const=value)
        case bytes():
            return Value("bytes", const=value)
    return Value("object", const=Ellipsis) if value is Ellipsis else Value("object")
