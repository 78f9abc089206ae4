"""Interrupts during a trial: what runs ends soon, and nothing is left half put back.

While user code runs for a trial, an interrupt is raised there. While a graph runs, it is cancelled. While things are put
back, interrupts wait. Whoever was to be interrupted hears of it at the end.
"""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, Literal

AGAIN: Final = 0.2  #: seconds after which user code that goes on past its deadline is interrupted once more

Phase = Literal["closed", "python", "graph"]


class TooLateError(Exception):
    """User code ran longer than it may."""


class Interrupts:
    """Stands in for the handler of SIGINT, in the main thread only."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel
        self._phase: Phase = "closed"
        self._late = False
        self.asked = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have interrupts come here; one that came is raised as KeyboardInterrupt when all is done."""
        if not possible():  # other threads get no interrupts
            yield
            return
        before = signal.getsignal(signal.SIGINT)
        signal.signal(signal.SIGINT, self._take)
        try:
            yield
        finally:
            self.close()
            signal.signal(signal.SIGINT, before if before is not None else signal.default_int_handler)
            if self.asked:
                raise KeyboardInterrupt

    def run(self, work: Callable[[], Any], phase: Phase, deadline: float | None = None) -> Any:
        """Run `work` where an interrupt may end it, by KeyboardInterrupt or by cancelling the graph.

        TooLateError when it runs Python for more than `deadline` seconds.
        """
        if self.asked:
            raise KeyboardInterrupt
        ended = threading.Event()
        try:
            if deadline is not None:
                threading.Thread(target=self._expire, args=(ended, deadline), daemon=True).start()
            self._phase = phase
            return work()
        finally:
            self.close()
            ended.set()

    def close(self) -> None:
        """From here on nothing may be interrupted."""
        self._phase = "closed"

    def _expire(self, ended: threading.Event, deadline: float) -> None:
        """Once isn't always enough: Python drops what is raised within a `__del__`."""
        while not ended.wait(deadline):
            self._late, deadline = True, AGAIN
            _thread.interrupt_main(signal.SIGINT)

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        late, self._late = self._late, False
        self.asked = self.asked or not late
        if self._phase == "python":
            raise TooLateError if late else KeyboardInterrupt
        if self._phase == "graph":
            self._cancel()


def possible() -> bool:
    """Only the main thread can take interrupts."""
    return threading.current_thread() is threading.main_thread()
