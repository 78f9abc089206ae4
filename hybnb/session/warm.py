"""What takes a while the first time, done in the background while the user types."""

from __future__ import annotations

import sys
import threading
from importlib import import_module

from hybnb.errors import log
from hybnb.model import Cell
from hybnb.observe.unwarned import unwarned
from hybnb.session.undisturbed import undisturbed
from hybnb.settings import Settings

#: Judging it loads astroid and the tables of TensorFlow's names.
_SAMPLE = "import tensorflow as tf\n\ndef step(x):\n    return tf.reduce_sum(x)\n\nstep(tf.ones([2]))\n"

#: What the first call of a function, and the first cell that uses TensorFlow, would wait for otherwise.
_LATER = ("matching", "adapter_matching", "calibrator", "recorder")


class Warmth:
    """One daemon thread that imports what judging and drawing need, and then ends."""

    def __init__(self) -> None:
        self._thread = threading.Thread(target=_warm, name="hybnb-warm", daemon=True)

    def start(self) -> None:
        """Begin; once."""
        self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait at most so long, or to the end; True when everything is imported."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()


def ready_to_draw() -> None:
    """Have rich here, which draws from the user's random numbers as it is imported.

    Not ahead of time: Keras imports rich as well, and where that is the first import, the draw belongs to the notebook.
    """
    if "rich.style" not in sys.modules:
        with undisturbed():
            import_module("rich.style")


def _warm() -> None:
    try:
        with undisturbed():
            advisor, show = import_module("hybnb.advisor"), import_module("hybnb.show")
            if "rich.style" in sys.modules:
                show.warm()
            for name in _LATER:
                import_module(f"hybnb.measure.{name}")
        with unwarned():
            advisor.check([Cell(1, _SAMPLE)], [], Settings())
    except Exception:  # the import fails again where it is needed, and is reported there
        log.debug("hybnb could not import ahead of time", exc_info=True)
