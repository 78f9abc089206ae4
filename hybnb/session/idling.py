"""A trial in the kernel itself, a slice at a time while nothing else wants to run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from hybnb.model import Trial
from hybnb.observe.calls import Probes

PAUSE: Final = 0.02  #: seconds between two slices, in which whatever waits for the kernel comes first

Done = Callable[[Trial], object]


class Idling:
    """At most one trial, on the kernel's main thread. `loop` is the kernel's; without one nothing runs by itself."""

    def __init__(self, loop: Any, probes: Callable[[], Probes], note: Callable[[BaseException], object]) -> None:
        self._loop = loop
        self._probes = probes
        self._note = note
        self._slices: Any = None

    @property
    def busy(self) -> bool:
        """A trial is under way."""
        return self._slices is not None

    def begin(self, slices: Any, done: Done) -> None:
        """Run a trial's slices from now on; `done` is given its outcome, unless it is dropped before."""
        self._slices = slices
        self._soon(slices, done)

    def drop(self) -> bool:
        """Give way at once: what the trial has made is taken back. False when there was none. From any thread."""
        slices, self._slices = self._slices, None
        if slices is None:
            return False
        if threading.current_thread() is threading.main_thread():
            slices.close()
        else:  # the kernel's thread may be within a slice
            self._loop.add_callback(slices.close)
        return True

    def _soon(self, slices: Any, done: Done) -> None:
        self._loop.call_later(PAUSE, lambda: self._step(slices, done))

    def _step(self, slices: Any, done: Done) -> None:
        if slices is not self._slices:
            return  # dropped meanwhile
        try:
            with unwatched(self._probes()):
                next(slices)
        except StopIteration as ended:
            self._slices = None
            done(ended.value)
        except KeyboardInterrupt:  # no cell is running that it could be meant for
            self.drop()
        except Exception as trouble:
            self._note(trouble)
            self.drop()
        else:
            self._soon(slices, done)


@contextmanager
def unwatched(probes: Probes) -> Iterator[None]:
    """Calls that a trial makes in this kernel aren't the user's."""
    probes.pause()
    try:
        yield
    finally:
        probes.resume()
