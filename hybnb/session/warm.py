"""What takes a while the first time, done in the background while the user types."""

from __future__ import annotations

import threading
from importlib import import_module

from hybnb.errors import log
from hybnb.model import Cell
from hybnb.settings import Settings

#: Judging it loads astroid and the tables of TensorFlow's names.
_SAMPLE = "import tensorflow as tf\n\ndef step(x):\n    return tf.reduce_sum(x)\n\nstep(tf.ones([2]))\n"


class Warmth:
    """One daemon thread that imports what judging and drawing need, and then ends."""

    def __init__(self) -> None:
        self._thread = threading.Thread(target=_warm, name="hybnb-warm", daemon=True)

    def start(self) -> None:
        """Begin; once."""
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; True when everything is imported."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()


def _warm() -> None:
    try:
        import_module("hybnb.advise").check([Cell(1, _SAMPLE)], [], Settings())
        import_module("hybnb.show").warm()
    except Exception:  # the import fails again where it is needed, and is reported there
        log.debug("hybnb could not import ahead of time", exc_info=True)
