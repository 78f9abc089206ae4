"""A kernel's event loop, as far as hybnb uses it, in a shell without a kernel."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator

NEXT_CELL = 0.3  #: seconds after the end of a cell at which the next one is taken to begin


class Loop:
    """Stands for the event loop of a kernel: what is to be done while it is idle, in order."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], object]] = deque()

    def add_callback(self, work: Callable[[], object]) -> None:
        """Do it when idle."""
        self._waiting.append(work)

    def call_later(self, seconds: float, work: Callable[[], object]) -> None:
        """Do it when idle for a while; the next cell comes before anything that waits longer, as trials do."""
        if seconds < NEXT_CELL:
            self._waiting.append(work)

    def idle(self) -> Iterator[float]:
        """Seconds that each piece of the thread's work took."""
        while self._waiting:
            start = time.thread_time()
            self._waiting.popleft()()
            yield time.thread_time() - start
