"""Keeps what single calls were given, so that a trial can make the same call again.

Nothing kept may change what the notebook does. Eager tensors, numbers and texts can't change and are held as they are; arrays
and built-in containers are copied as the call begins; everything else is held weakly, so that it goes when the notebook lets it
go. (An array that somebody else refers to can't be resized, not even when that is a weak reference.)

Bound: tensors and copies of at most 16 MB for one function and 64 MB together; a call that needs more isn't kept. Kept is
the last of the 1st, 2nd, 3rd, 4th, 8th, 16th … call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from sys import getsizeof
from types import CodeType, FrameType
from typing import Any, Final, NamedTuple
from weakref import ref

from hybnb.classes import is_one_of
from hybnb.observe.calls.signature import arguments_of
from hybnb.observe.kinds import EXACT, Made
from hybnb.observe.values import Sketcher, dtype_of, shape_of

MOST_BYTES: Final = 16 << 20  #: of one function
MOST_BYTES_TOGETHER: Final = 64 << 20
MOST_PARTS: Final = 500
DEPTH: Final = 4
UNCHANGING: Final = frozenset({"number", "bool", "string", "bytes", "none", "range", "slice", "shape", "dtype", "builtin",
                               "numpy_scalar"})  # fmt: skip

_LONG: Final = (int, str, bytes)  #: of these kinds, those that may take up any amount of memory

Held = Callable[[], Any]  #: gives the value; GoneError when it is no more


class GoneError(Exception):
    """A value wasn't kept, or the notebook has let it go; the text says which, and what to do."""


class Kept(NamedTuple):
    """One call, as far as it was kept."""

    code: CodeType
    globals: dict[str, Any]
    arguments: tuple[tuple[str, Held], ...]  #: by parameter, `*args` and `**kwargs` as tuple and dict
    closure: tuple[tuple[str, Held], ...]
    bytes: int


class Keeper:
    """Calls by function key."""

    def __init__(self, sketcher: Sketcher) -> None:
        self._sketcher = sketcher
        self._kept: dict[str, Kept] = {}
        self.on = True

    def note(self, key: str, frame: FrameType, number: int) -> None:
        """A call has begun, the function's `number`th."""
        if not self.on or not (number == 3 or number & (number - 1) == 0):
            return
        holding = _Holding(self._sketcher, min(MOST_BYTES, self._room(key)))
        code = frame.f_code
        arguments = tuple((name, holding.hold(value, name, DEPTH)) for name, value in arguments_of(frame))
        free = _free_variables(frame) if code.co_freevars else ()
        closure = tuple((name, holding.hold(value, name, DEPTH)) for name, value in free)
        self._kept[key] = Kept(code, frame.f_globals, arguments, closure, holding.bytes)

    def kept(self, key: str) -> Kept | None:
        """The last call that was kept."""
        return self._kept.get(key)

    def release(self, key: str | None = None) -> None:
        """Let go what is kept of a function, or of all."""
        if key is None:
            self._kept.clear()
        else:
            self._kept.pop(key, None)

    def _room(self, key: str) -> int:
        return MOST_BYTES_TOGETHER - sum(kept.bytes for name, kept in self._kept.items() if name != key)


class _Holding:
    """Holds the values of one call; `room` is in bytes."""

    def __init__(self, sketcher: Sketcher, room: int) -> None:
        self._sketcher = sketcher
        self._room = room
        self._parts = MOST_PARTS
        self.bytes = 0

    def hold(self, value: Any, name: str, depth: int) -> Held:
        """A way to get the value back."""
        self._parts -= 1
        if self._parts < 0:
            return _gone(f"`{name}` has too many parts to be kept; call it with less")
        made = self._sketcher.made(type(value))
        if made.kind in UNCHANGING:
            return self._sized(value, name, getsizeof(value) if is_one_of(type(value), _LONG) else 0, lambda: value)
        if made.kind == "tensor":
            return self._sized(value, name, _size(value, made), lambda: value)
        if made.kind == "ndarray" and made.name == "numpy.ndarray":
            size = value.nbytes
            return self._sized(value, name, size, _copied(value) if self.bytes + size <= self._room else lambda: value)
        if is_one_of(type(value), EXACT) and made.kind in ("list", "tuple", "dict", "set"):
            return self._container(value, name, depth)
        return _weakly(value, name)

    def _sized(self, _value: Any, name: str, size: int, held: Held) -> Held:
        if self.bytes + size > self._room:
            return _gone(f"`{name}` is too large to be kept; call it with less")
        self.bytes += size
        return held

    def _container(self, value: Any, name: str, depth: int) -> Held:
        base: Any = type(value)
        if depth <= 0 or base.__len__(value) > self._parts:
            return _gone(f"`{name}` has too many parts to be kept; call it with less")
        if base is dict:
            entries = [(self.hold(key, name, 1), self.hold(item, name, depth - 1)) for key, item in dict.items(value)]
            return lambda: {key(): item() for key, item in entries}
        items = [self.hold(item, name, depth - 1) for item in base.__iter__(value)]
        return lambda: base(item() for item in items)


def _copied(array: Any) -> Held:
    copy = array.copy()
    return lambda: copy


def _weakly(value: Any, name: str) -> Held:
    try:
        weak = ref(value)
    except TypeError:
        return _gone(f"`{name}` is of a type that can't be kept")

    def held() -> Any:
        found = weak()
        if found is None:
            raise GoneError(f"`{name}` is gone; call it once more and ask again")
        return found

    return held


def _gone(words: str) -> Held:
    def held() -> Any:
        raise GoneError(words)

    return held


def _size(value: Any, made: Made) -> int:
    shape, dtype = shape_of(value, made) or (), dtype_of(value, made) or ""
    bits = "".join(letter for letter in dtype if letter.isdigit())
    return prod(size or 0 for size in shape) * max(1, int(bits or 64) // 8)


def _free_variables(frame: FrameType) -> Sequence[tuple[str, Any]]:
    """What the function's closure holds as it starts."""
    local: Any = frame.f_locals
    found = [(name, local[name]) for name in frame.f_code.co_freevars if name in local]
    if type(local) is dict:
        local.clear()  # see arguments_of
    return found
