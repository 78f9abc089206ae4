"""Interrupts during a trial: what runs ends soon, and nothing is left half put back.

While user code runs for a trial, the first interrupt is raised there, and later ones wait. While a graph runs, it is
cancelled. While things are put back, interrupts wait. Whoever was to be interrupted hears of it at the end.
"""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Literal

Phase = Literal["closed", "python", "graph"]


class TooLate(Exception):
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
        before = signal.getsignal(signal.SIGINT)
        signal.signal(signal.SIGINT, self._take)
        try:
            yield
        finally:
            self._phase = "closed"
            signal.signal(signal.SIGINT, before if before is not None else signal.default_int_handler)
            if self.asked:
                raise KeyboardInterrupt

    def run(self, work: Callable[[], Any], phase: Phase, deadline: float | None = None) -> Any:
        """Run `work` where an interrupt may end it, by KeyboardInterrupt or by cancelling the graph.

        TooLate when it runs Python for more than `deadline` seconds.
        """
        if self.asked:
            raise KeyboardInterrupt
        timer = threading.Timer(deadline, self._expire) if deadline is not None else None
        try:
            if timer is not None:
                timer.daemon = True
                timer.start()
            self._phase = phase
            return work()
        finally:
            self._phase = "closed"
            if timer is not None:
                timer.cancel()

    def _expire(self) -> None:
        if self._phase == "python":
            self._late = True
            _thread.interrupt_main(signal.SIGINT)

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        phase, late = self._phase, self._late
        self._late = False
        self.asked = self.asked or not late
        if phase == "python":
            self._phase = "closed"  # only once: what comes after waits until everything is put back
            raise TooLate if late else KeyboardInterrupt
        if phase == "graph":
            self._cancel()


def possible() -> bool:
    """Only the main thread can take interrupts."""
    return threading.current_thread() is threading.main_thread()
