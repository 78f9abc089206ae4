"""What an array is, beside what is known of its values: one thing that several names, objects and views may hold."""

from __future__ import annotations

from dataclasses import dataclass

from astroid import nodes


@dataclass(eq=False, slots=True)
class Array:
    """The memory of a NumPy array that the top level made. Shared by identity: its views have the same."""

    stands_for: tuple[Array, ...] = ()  #: of which any may be meant
    made_by: nodes.NodeNG | None = None  #: the call of the top level in the course of which it was made


def either(a: Array | None, b: Array | None) -> Array:
    """One that stands for two."""
    return Array(tuple(one for one in (a, b) if one is not None))
