"""hybnb's own time in the user's cells, and when it becomes too much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

TIMES_IN_A_ROW = 3
SHARE = 0.05  #: of the cell's own time that hybnb may always take: who waited two seconds doesn't notice a tenth of one


class Budget:
    """Counts the cells in a row after which hybnb took longer than allowed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._over = 0
        self.last_seconds = 0.0  #: what hybnb took after the last cell

    @contextmanager
    def measured(self, allowed_ms: float, began: float) -> Iterator[None]:
        """Measure one cell's worth of work against `allowed_ms` and the time since the cell `began`."""
        start = self._clock()
        allowed = max(allowed_ms / 1000, SHARE * (start - began))
        try:
            yield
        finally:
            self.last_seconds = self._clock() - start
            self._over = self._over + 1 if self.last_seconds > allowed else 0

    @property
    def spent(self) -> bool:
        """Was it too much three times in a row?"""
        return self._over >= TIMES_IN_A_ROW

    def reset(self) -> None:
        """Start to count anew."""
        self._over = 0


def too_much(allowed_ms: float) -> str:
    """What is said when it was."""
    return (
        f"hybnb took longer than {allowed_ms:g} ms, and than a twentieth of the cell's own time, after each of "
        f"{TIMES_IN_A_ROW} cells, so it says nothing below cells any more, and tells a panel only while the kernel is idle; "
        "ask it with %hybnb, or start it anew with %hybnb on"
    )
