"""Interrupts during a trial: what runs ends soon, and nothing is left half put back.

While user code runs for a trial, the first interrupt is raised there, and later ones wait. While a graph runs, it is
cancelled. While things are put back, interrupts wait. Whoever was to be interrupted hears of it at the end.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Literal

Phase = Literal["closed", "python", "graph"]


class Interrupts:
    """Stands in for the handler of SIGINT, in the main thread only."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel
        self._phase: Phase = "closed"
        self.asked = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have interrupts come here; those that came are raised as KeyboardInterrupt when all is done."""
        before = signal.getsignal(signal.SIGINT)
        signal.signal(signal.SIGINT, self._take)
        try:
            yield
        finally:
            self._phase = "closed"
            signal.signal(signal.SIGINT, before if before is not None else signal.default_int_handler)
        if self.asked and before != signal.SIG_IGN:
            raise KeyboardInterrupt

    def run(self, work: Callable[[], Any], phase: Phase) -> Any:
        """Run `work` where an interrupt may end it, by KeyboardInterrupt or by cancelling the graph."""
        if self.asked:
            raise KeyboardInterrupt
        try:
            self._phase = phase
            return work()
        finally:
            self._phase = "closed"

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        phase, self.asked = self._phase, True
        if phase == "python":
            self._phase = "closed"  # only once: what comes after waits until everything is put back
            raise KeyboardInterrupt
        if phase == "graph":
            self._cancel()


def possible() -> bool:
    """Only the main thread can take interrupts."""
    return threading.current_thread() is threading.main_thread()
