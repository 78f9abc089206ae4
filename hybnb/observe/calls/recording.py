"""Which calls are recorded op by op: single, outermost, eager calls of functions that take long enough to matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from statistics import median
from typing import Any, Final

RECORDED_CALLS: Final = (3, 5, 9)  #: calls that are recorded, or the next possible ones after them
SHORTEST_SECONDS: Final = 50e-6  #: median of the calls so far below which recording tells nothing

Recorder = Callable[[str], AbstractContextManager[Any]]


class UserError(Exception):
    """Told to a recorder in place of the user's exception, which is nobody's but the user's."""


class Recordings:
    """Wraps one call at a time in a recorder; never two that overlap."""

    def __init__(self, recorder: Recorder | None) -> None:
        self.recorder = recorder
        self._taken = False
        self._current: AbstractContextManager[Any] | None = None

    def begin(self, key: str, done: int, calls: int, recent: Sequence[float]) -> bool:
        """Start recording when this call should be; `calls` counts it, `done` the recordings so far."""
        recorder = self.recorder
        if recorder is None or done >= len(RECORDED_CALLS) or calls < RECORDED_CALLS[done]:
            return False
        if not recent or median(recent) < SHORTEST_SECONDS or self._taken:
            return False
        self._taken = True  # no other thread comes between the question and this
        try:
            manager = recorder(key)
            manager.__enter__()
            self._current = manager
        finally:
            self._taken = self._current is not None
        return True

    def end(self, raised: bool) -> None:
        """End the recording that is going on."""
        manager, self._current = self._current, None
        if manager is None:
            return
        try:
            if raised:
                manager.__exit__(UserError, UserError(), None)
            else:
                manager.__exit__(None, None, None)
        except UserError:
            return
        finally:
            self._taken = False
