"""What an array, a KerasTensor or a variable is, beside what is known of its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from astroid import nodes
from msgspec import Struct, field

if TYPE_CHECKING:
    from hybnb.analyse.values import Value


class Array(Struct, eq=False):
    """The memory of a NumPy array that the top level made. Shared by identity: its views have the same."""

    stands_for: tuple[Array, ...] = ()  #: of which any may be meant
    made_by: nodes.NodeNG | None = None  #: the call of the top level in the course of which it was made


def either(a: Array | None, b: Array | None) -> Array:
    """One that stands for two."""
    return Array(tuple(one for one in (a, b) if one is not None))


class Step(Struct, eq=False, frozen=True):
    """A layer, or a function that a layer was given, and what it was called with; None where its owner decides that."""

    layer: Value
    args: tuple[Value, ...] | None = None
    keywords: Mapping[str, Value] = field(default_factory=dict)


class Wired(Struct, eq=False, frozen=True):
    """The layers that were called on the way to a KerasTensor."""

    steps: tuple[Step, ...]

    def with_steps(self, others: tuple[Step, ...]) -> Wired:
        return Wired(tuple(dict.fromkeys((*self.steps, *others))))


class Chosen(Struct, frozen=True):
    """A variable that a tensor condition chooses: in a graph that is a tensor with its value."""
