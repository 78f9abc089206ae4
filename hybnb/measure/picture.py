"""Pictures of values: plain trees taken at one moment, which can be compared after the values have changed.

Only exact or known classes are looked into; of anybody else's objects a picture holds the type alone. TensorFlow and Keras
are taken from `sys.modules`, NumPy with them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import FunctionType, MethodType
from typing import Any, Final, Literal

from hybnb.model import DifferenceKind

DEEPEST: Final = 12  #: containers within containers
MOST: Final = 20_000  #: parts of one picture
LIBRARIES: Final = frozenset({"tensorflow", "keras", "numpy", "tf_keras", "builtins", "collections", "functools"})

LeafKind = Literal["tensor", "variable", "ndarray", "symbolic", "number", "text", "none", "object"]
ARRAYS: Final = frozenset({"tensor", "variable", "ndarray"})


@dataclass(frozen=True, eq=False, slots=True)
class Leaf:
    """A value without parts; `value` is an array or a plain value, None where only the type can be told."""

    kind: LeafKind
    type: str
    value: Any = None


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """A value with parts: a container by index or key, an object by attribute."""

    type: str
    parts: Mapping[str, Picture]
    container: bool = True


Picture = Leaf | Node


@dataclass(frozen=True, eq=False, slots=True)
class Root:
    """Something that outlives a call: a global, what a closure holds, an argument."""

    kind: DifferenceKind
    picture: Picture


@dataclass(frozen=True, eq=False, slots=True)
class Shot:
    """What one call came to, and how it left the world."""

    result: Picture | None = None  #: None when it raised
    exception: str | None = None  #: name of the class
    message: str = ""  #: of the exception, first line
    line: int | None = None  #: of the function, from 0, that was running then
    stdout: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    state: Mapping[str, Root] = field(default_factory=dict)


class Camera:
    """Takes pictures; of one camera they share a bound on their size. `complete` tells whether it held."""

    def __init__(self) -> None:
        self.complete = True
        self._left = MOST
        self._numpy = sys.modules["numpy"]
        self._tensorflow = sys.modules["tensorflow"]
        self._keras = sys.modules.get("keras")

    def take(self, value: Any, above: frozenset[int] = frozenset()) -> Picture:
        """A picture of `value`; where it holds itself, the picture ends."""
        self._left -= 1
        if id(value) in above or len(above) > DEEPEST or self._left < 0:
            self.complete = self.complete and id(value) in above
            return Leaf("object", type_name(value))
        leaf = self._leaf(value)
        return leaf if leaf is not None else self._node(value, above | {id(value)})

    # ---- without parts ---------------------------------------------------------------------------------------------

    def _leaf(self, value: Any) -> Leaf | None:
        name = type_name(value)
        if value is None:
            return Leaf("none", name)
        if isinstance(value, bool | int | float | complex | self._numpy.generic):
            return Leaf("number", name, value)
        if isinstance(value, str | bytes):
            return Leaf("text", name, value)
        if isinstance(value, self._numpy.ndarray):
            return Leaf("ndarray", name, value.copy())
        if self._is_variable(value):
            return Leaf("variable", "Variable", self._numpy.array(value.numpy()))
        if isinstance(value, self._tensorflow.Tensor):
            eager = hasattr(value, "numpy")
            return Leaf("tensor", "Tensor", _array(value)) if eager else Leaf("symbolic", "SymbolicTensor")
        if isinstance(value, range | slice | self._tensorflow.DType | self._tensorflow.TensorShape):
            return Leaf("text", name, repr(value))
        return None

    def _is_variable(self, value: Any) -> bool:
        return isinstance(value, self._tensorflow.Variable) or (
            self._keras is not None and isinstance(value, self._keras.Variable)
        )

    # ---- with parts ------------------------------------------------------------------------------------------------

    def _node(self, value: Any, above: frozenset[int]) -> Picture:
        if type(value).__name__ in PROXIES:
            value = value.__wrapped__
        if isinstance(value, dict):
            return self._parts(value, ((repr(key), item) for key, item in list(dict.items(value))), above)
        if isinstance(value, list | tuple):
            return self._parts(value, ((str(at), item) for at, item in enumerate(list(value))), above)
        if isinstance(value, set | frozenset):
            return Node(type_name(value), {repr(item): Leaf("object", "item") for item in list(value)})
        if type(value) is MethodType:
            return self.take(value.__self__, above)
        if type(value) is FunctionType:
            return self._parts(value, closure_of(value), above, container=False)
        if isinstance(value, self._tensorflow.__internal__.CompositeTensor):
            return self._composite(value, above)
        if isinstance(value, self._numpy.random.Generator):
            return Node(type_name(value), {"state": Leaf("text", "str", repr(value.bit_generator.state))}, False)
        return self._parts(value, self._attributes(value), above, container=False)

    def _composite(self, value: Any, above: frozenset[int]) -> Picture:
        flat = self._tensorflow.nest.flatten(value, expand_composites=True)
        if all(isinstance(item, self._tensorflow.Tensor) for item in flat):
            return self._parts(value, ((str(at), item) for at, item in enumerate(flat)), above)
        return Leaf("object", type_name(value))

    def _attributes(self, value: Any) -> Iterator[tuple[str, Any]]:
        """Variables of TensorFlow's and Keras's objects, and the attributes of the user's own."""
        cls = type(value)
        tracked = self._tracks_variables(value)
        if tracked:
            yield from ((f"variables[{at}]", one) for at, one in enumerate(value.variables))
        if cls.__module__.partition(".")[0] in LIBRARIES or isinstance(value, type):
            return
        for name, item in list(getattr(value, "__dict__", {}).items()):
            if not (tracked and name.startswith("_")):
                yield name, item

    def _tracks_variables(self, value: Any) -> bool:
        keras = self._keras
        if keras is not None and isinstance(value, keras.Layer | keras.Optimizer | keras.Metric):
            return True
        return isinstance(value, self._tensorflow.Module)

    def _parts(
        self, value: Any, parts: Iterable[tuple[str, Any]], above: frozenset[int], container: bool = True
    ) -> Node:
        return Node(type_name(value), {key: self.take(item, above) for key, item in parts}, container)


def closure_of(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """What a function's free variables hold, by name; one without a value yet is left out."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:
            continue


def _array(tensor: Any) -> Any:
    """The tensor's value; None for what NumPy can't hold, as a variant."""
    try:
        held = tensor.numpy()  # of a scalar text plain bytes, else a view of the tensor's memory
        return held.copy() if hasattr(held, "copy") else held
    except Exception:
        return None


def type_name(value: Any) -> str:
    """The class's own name; that of a wrapper with which TensorFlow or Keras tracks a container is the container's."""
    name = type(value).__name__
    return WRAPPED.get(name, name)


PROXIES: Final = frozenset({"_DictWrapper", "_TupleWrapper"})  #: they only say that they are a dict or tuple
WRAPPED: Final = {
    "ListWrapper": "list", "_DictWrapper": "dict", "_TupleWrapper": "tuple",
    "TrackedList": "list", "TrackedDict": "dict", "TrackedSet": "set",
}  # fmt: skip
