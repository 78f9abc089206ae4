"""Pictures of values: plain trees taken at one moment, which can be compared after the values have changed."""

from __future__ import annotations

import operator
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

CELL = "<cell "  #: how the file names of a notebook's cells begin
DEEPEST = 8
LONGEST = 300
ARRAYS = frozenset({"tensor", "variable", "ndarray"})


@dataclass(frozen=True, eq=False)
class Leaf:
    """A value without parts. `value` is an array or a plain value; None where only the type can be told."""

    kind: str  #: tensor | variable | ndarray | symbolic | number | text | none | object
    type: str
    value: Any = None


@dataclass(frozen=True)
class Node:
    """A value with parts: a container, or an object with attributes."""

    type: str
    parts: Mapping[str, Picture]


Picture = Leaf | Node


class Camera:
    """Takes pictures. `home` is the name of the module that the notebook's own classes and functions carry;
    `mentioned` are the attribute names in its source: of objects that TensorFlow or Keras fills with attributes of
    its own, only those are looked at.
    """

    def __init__(self, home: str, mentioned: frozenset[str]) -> None:
        self.home = home
        self.mentioned = mentioned

    def take(self, value: Any, seen: frozenset[int] = frozenset()) -> Picture:
        if id(value) in seen or len(seen) > DEEPEST:
            return Leaf("object", _type(value))
        leaf = _leaf(value)
        if leaf is not None:
            return leaf
        return self._node(value, seen | {id(value)})

    def _node(self, value: Any, seen: frozenset[int]) -> Picture:
        match value:
            case dict():
                return self._parts(value, ((repr(key), item) for key, item in list(value.items())[:LONGEST]), seen)
            case list() | tuple():
                return self._parts(value, ((str(i), item) for i, item in enumerate(value[:LONGEST])), seen)
            case set() | frozenset():
                return Node(_type(value), {repr(item): Leaf("object", "item") for item in value})
            case keras.layers.Layer() | keras.Optimizer() | keras.Metric() | keras.Loss():
                return self._object(value, [*self._variables(value), *self._attributes(value, own=False)], seen)
            case keras.random.SeedGenerator() | tf.random.Generator():
                return self._parts(value, [("state", value.state)], seen)
            case np.random.Generator():
                return Node(_type(value), {"state": Leaf("text", "str", repr(value.bit_generator.state))})
            case types.FunctionType() if value.__code__.co_filename.startswith(CELL):
                return self._parts(value, self._function(value), seen)
            case types.FunctionType() | types.MethodType():
                return Node("function", {})
            case type() if value.__module__ == self.home:
                return self._parts(value, self._class(value), seen)
            case _ if type(value).__module__ == self.home:
                return self._object(value, self._attributes(value, own=not isinstance(value, tf.Module)), seen)
        return self._foreign(value, seen)

    def _foreign(self, value: Any, seen: frozenset[int]) -> Picture:
        if isinstance(value, tf.types.experimental.PolymorphicFunction):  # what matters is the function inside
            return self.take(value.python_function, seen)
        if isinstance(value, tf.data.Dataset):
            return Leaf("object", "Dataset", repr(value.element_spec))
        if isinstance(value, tf.__internal__.CompositeTensor):
            flat = tf.nest.flatten(value, expand_composites=True)
            if all(isinstance(item, tf.Tensor) for item in flat):
                return self._parts(value, ((str(i), item) for i, item in enumerate(flat)), seen)
        if hasattr(value, "__length_hint__"):
            return Leaf("object", _type(value), operator.length_hint(value))
        return Leaf("object", _type(value))

    def _object(self, value: Any, parts: Iterable[tuple[str, Any]], seen: frozenset[int]) -> Node:
        return self._parts(value, parts, seen)

    def _parts(self, value: Any, parts: Iterable[tuple[str, Any]], seen: frozenset[int]) -> Node:
        return Node(_type(value), {key: self.take(item, seen) for key, item in parts})

    def _variables(self, value: Any) -> Iterator[tuple[str, Any]]:
        return ((f"variables[{i}]", item) for i, item in enumerate(getattr(value, "variables", ())))

    def _attributes(self, value: Any, *, own: bool) -> Iterator[tuple[str, Any]]:
        held = getattr(value, "__dict__", {})  # an object with slots has none
        return ((key, item) for key, item in held.items() if own or key in self.mentioned)

    def _function(self, value: types.FunctionType) -> Iterator[tuple[str, Any]]:
        for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True):
            try:
                yield name, cell.cell_contents
            except ValueError:  # an empty cell: the name has no value yet
                yield name, "<empty>"
        yield from ((f"default {i}", item) for i, item in enumerate(value.__defaults__ or ()))

    def _class(self, value: type) -> Iterator[tuple[str, Any]]:
        for key, item in vars(value).items():
            if not key.startswith("__") and not callable(item) and not hasattr(item, "__get__"):
                yield key, item


def _leaf(value: Any) -> Leaf | None:
    name = _type(value)
    match value:
        case tf.Variable() | keras.Variable():
            return Leaf("variable", "Variable", np.array(value))
        case tf.Tensor() if hasattr(value, "numpy"):
            return Leaf("tensor", "Tensor", _array(value))
        case tf.Tensor():
            return Leaf("symbolic", "SymbolicTensor")
        case np.ndarray():
            return Leaf("ndarray", name, value.copy())
        case np.generic():
            return Leaf("number", name, value)
        case bool() | int() | float() | complex():
            return Leaf("number", name, value)
        case str() | bytes():
            return Leaf("text", name, value)
        case None:
            return Leaf("none", name)
        case range() | slice() | tf.DType() | tf.TensorShape():
            return Leaf("text", name, repr(value))
    return None


def _array(value: Any) -> Any:
    """The tensor's value; None for what NumPy can't hold, as a variant."""
    try:
        return np.array(value.numpy())
    except (TypeError, ValueError, tf.errors.OpError):
        return None


def _type(value: Any) -> str:
    return type(value).__qualname__
