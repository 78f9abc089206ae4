"""What makes two calls alike: a cheap key of the arguments, and numbers that tell objects apart.

The key goes by the rules by which tf.function matches arguments: tensors by dtype and shape, Python scalars and strings
by value, containers item by item, everything else by identity. It holds no reference to an argument.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import count, islice
from types import FrameType
from typing import Any, Final, NamedTuple
from weakref import ref

from hybnb.observe.kinds import Made
from hybnb.observe.values import (
    LONGEST_TEXT,
    MOST_ITEMS,
    Sketcher,
    built_in_base,
    dtype_name,
    dtype_of,
    plain_shape,
    shape_of,
    unwrapped,
)

MOST_PARTS: Final = 256  #: of one call's arguments that are compared
DEPTH: Final = 2  #: levels of containers that are compared
_MOST_OBJECTS: Final = 4096

_BY_SPEC: Final = frozenset({"tensor", "symbolic", "ndarray", "numpy_scalar"})
_BY_CLASS: Final = frozenset({"dataset", "dataset_iterator", "tensor_array", "tape", "set", "generator"})

Arguments = Sequence[tuple[str, Any]]


class Identities:
    """Numbers for objects: `id`, or a negative number where a new object got the address of one that is gone.

    Remembers at most 4096 objects, weakly.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[ref[Any], int]] = {}
        self._serial = count(-1, -1)

    def of(self, value: object) -> int:
        """The number of an object; no two objects seen get the same, unless they can't be weakly referenced."""
        address = id(value)
        known = self._seen.get(address)
        if known is not None and known[0]() is value:
            return known[1]
        try:
            weak = ref(value)
        except TypeError:
            return address
        number = address if known is None else next(self._serial)
        if len(self._seen) >= _MOST_OBJECTS:
            self._drop_dead()
        self._seen[address] = weak, number
        return number

    def _drop_dead(self) -> None:
        alive = {address: entry for address, entry in list(self._seen.items()) if entry[0]() is not None}
        self._seen = alive if len(alive) < _MOST_OBJECTS // 2 else {}


def arguments_of(frame: FrameType) -> list[tuple[str, Any]]:
    """Parameters and their values in a frame that has just started."""
    code = frame.f_code
    flags = code.co_flags
    number = code.co_argcount + code.co_kwonlyargcount + bool(flags & 0x04) + bool(flags & 0x08)  # *args, **kwargs
    local: Any = frame.f_locals
    found = [(name, local[name]) for name in code.co_varnames[:number] if name in local]
    if type(local) is dict:
        # before Python 3.13 the frame keeps this copy, and with it would keep alive what the function deletes
        local.clear()
    return found


class Key(NamedTuple):
    """What calls that tf.function would match have in common."""

    parts: Hashable
    vague: bool  #: tf.function may tell calls apart that have this key in common


def key_of(arguments: Arguments, sketcher: Sketcher) -> Key:
    """A key that is equal for calls that tf.function would match."""
    parts = _Parts(sketcher)
    key = tuple([parts.of(value, DEPTH) for _, value in arguments])
    return Key(key, parts.vague or parts.left <= 0)


class _Parts:
    """Makes the key of one call; `left` bounds its size."""

    __slots__ = ("aliases", "left", "sketcher", "vague")

    def __init__(self, sketcher: Sketcher) -> None:
        self.sketcher = sketcher
        self.left = MOST_PARTS
        self.vague = False
        self.aliases: dict[int, int] = {}

    def of(self, value: Any, depth: int) -> Hashable:
        cls = type(value)
        self.left -= 1
        if cls is int or cls is bool:
            return cls, value
        if value is None:
            return None
        if cls is str or cls is bytes:
            return cls, value if len(value) <= LONGEST_TEXT else (len(value), hash(value))
        if cls is float or cls is complex:
            return cls, value if value == value else "nan"
        made = self.sketcher.made(cls)
        try:
            if made.kind in _BY_SPEC:
                return made.name, dtype_of(value, made), shape_of(value, made)
            return self.known(value, made, depth)
        except Exception:  # a library object in a state nobody foresaw
            self.vague = True
            return made.name, id(value)

    def known(self, value: Any, made: Made, depth: int) -> Hashable:
        kind = made.kind
        if kind == "variable":  # f(v, v) and f(v, w) have a trace each
            alias = self.aliases.setdefault(id(value), len(self.aliases))
            return made.name, dtype_of(value, made), shape_of(value, made), alias
        if kind == "composite":
            self.vague = True
            return made.name, dtype_of(value, made)
        if kind in _BY_CLASS:
            self.vague = True
            return made.name
        if kind == "list" or kind == "tuple":
            held = unwrapped(value, made)
            base = built_in_base(held)
            self.vague = self.vague or base.__len__(held) > MOST_ITEMS
            return made.name, base.__len__(held), self.each(islice(base.__iter__(held), MOST_ITEMS), depth)
        if kind == "dict":
            return made.name, self.of_dict(unwrapped(value, made), depth)
        return self.of_object(value, made)

    def of_dict(self, value: Any, depth: int) -> Hashable:
        named = [(key, item) for key, item in list(islice(dict.items(value), MOST_ITEMS)) if type(key) is str]
        self.vague = self.vague or len(named) < dict.__len__(value)
        return dict.__len__(value), tuple([key for key, _ in named]), self.each([item for _, item in named], depth)

    def of_object(self, value: Any, made: Made) -> Hashable:
        kind = made.kind
        if kind == "shape":
            return made.name, plain_shape(value)
        if kind == "dtype":
            return made.name, dtype_name(value)
        if kind == "range" or kind == "slice":
            return made.name, self.each((value.start, value.stop, value.step), 1)
        if kind == "method":  # a new object each time, if written as `object.method`
            self.vague = True
            return made.name, self.sketcher.identify(value.__func__), self.of(value.__self__, 0)
        return made.name, self.sketcher.identify(value)

    def each(self, values: Iterable[Any], depth: int) -> Hashable:
        if depth <= 0:
            self.vague = True
            return None
        return tuple([self.of(value, depth - 1) for value in values if self.left > 0])
