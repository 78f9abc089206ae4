"""Work that the cyclic garbage collector does not interrupt."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """The collector waits meanwhile, where the user has it on.

    What hybnb makes after one cell would set it off some fifty times, and now and then for all objects of the process,
    which TensorFlow makes a matter of a quarter of a second. Afterwards one pass over the young objects is due.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
