"""A deadline that stands still while a trial does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Patience:
    """Calls `expired` after some seconds, those of a pause not counted."""

    def __init__(self, expired: Callable[[], None]) -> None:
        self._expired = expired
        self._timer: threading.Timer | None = None
        self._left = 0.0
        self._since = 0.0

    def begin(self, seconds: float) -> None:
        """Start to count anew."""
        self.end()
        self._left, self._since = seconds, time.monotonic()
        self._timer = threading.Timer(seconds, self._expired)
        self._timer.name, self._timer.daemon = "hybnb-deadline", True
        self._timer.start()

    def pause(self) -> None:
        """Stop counting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._left -= time.monotonic() - self._since

    def resume(self) -> None:
        """Go on counting."""
        if self._timer is None and self._left > 0.0:
            self.begin(self._left)

    def end(self) -> None:
        """Count no longer."""
        self._left = 0.0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
