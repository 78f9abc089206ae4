"""Copies of variables, for a graph or for eager code to use in their place."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from hybnb.classes import root_of
from hybnb.measure import adapter_copies, adapter_state

MOST_BYTES: Final = 500 << 20  #: of variables that are copied, for the graph and for eager code each
#: Whose threads touch no variable of the user's.
_HOUSEKEEPING: Final = frozenset({
    "ipykernel", "IPython", "zmq", "tornado", "jupyter_client", "traitlets", "hybnb", "debugpy", "_pydevd_bundle",
})  # fmt: skip


class Copies:
    """Of some variables, each once."""

    def __init__(self, variables: Iterable[Any]) -> None:
        originals = {id(one.handle): one for one in variables}
        self._pairs = {key: (one, adapter_state.clone(one)) for key, one in originals.items()}

    @property
    def handles(self) -> dict[int, Any]:
        """The copies' handles, by the id of the variable's own."""
        return {key: copy.handle for key, (_, copy) in self._pairs.items()}

    def of(self, variable: Any) -> Any:
        """Its copy; the variable itself where it has none."""
        return self._pairs.get(id(variable.handle), (None, variable))[1]

    def within(self, value: Any) -> Any:
        """An argument with its variables replaced."""
        cls = type(value)
        if cls is list or cls is tuple:
            return cls(self.within(item) for item in value)
        if cls is dict:
            return {key: self.within(item) for key, item in value.items()}
        return self.of(value) if adapter_state.is_variable(value) else value

    def standing_in(self) -> AbstractContextManager[None]:
        """Eager code finds the copies in the variables."""
        return adapter_copies.standing_in(list(self._pairs.values()))

    @contextmanager
    def watched(self, graphs_too: bool) -> Iterator[None]:
        """The same, and it can write nothing else, `graphs_too`: nor hand anything else to a graph; NoCopyError."""
        with self.standing_in(), adapter_copies.writing_only(self.handles.values(), graphs_too):
            yield


def variables_in(value: Any) -> Iterator[Any]:
    """The variables among the arguments, those in built-in containers included."""
    cls = type(value)
    if cls is list or cls is tuple:
        for item in value:
            yield from variables_in(item)
    elif cls is dict:
        for item in value.values():
            yield from variables_in(item)
    elif adapter_state.is_variable(value):
        yield value


def bytes_of(variables: Iterable[Any]) -> int:
    """What they hold, each counted once."""
    ones = {id(one.handle): one for one in variables}.values()
    return sum((one.shape.num_elements() or 0) * one.dtype.size for one in ones)


def may_stand_in(variables: Iterable[Any]) -> bool:
    """All of them can be replaced, and copying them once more isn't too much."""
    ones = list(variables)
    return bytes_of(ones) <= MOST_BYTES and all(map(adapter_copies.replaceable, ones))


def thread_of_the_users() -> str:
    """Name of a thread that could meet the copies, or draw from a trial's seeds; empty when there is none."""
    others = (one for one in threading.enumerate() if one is not threading.current_thread())
    return next((one.name for one in others if _of_the_users(one)), "")


def _of_the_users(thread: threading.Thread) -> bool:
    target = getattr(thread, "_target", None)
    module = getattr(target, "__module__", None) or ""
    known = _HOUSEKEEPING & {module.partition(".")[0] if type(module) is str else "", root_of(type(thread))}
    return not known and not thread.name.startswith("hybnb")
