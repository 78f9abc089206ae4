"""Does TensorFlow still do what it did? A function may replace parts of it, for everything that runs after it."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from typing import Any, Final

MODULES: Final = (
    "tensorflow", "tensorflow.math", "tensorflow.nn", "tensorflow.random", "tensorflow.linalg", "keras", "keras.ops",
    "keras.layers", "numpy", "numpy.random", "random", "time", "math",
    "tensorflow.python.ops.math_ops", "tensorflow.python.ops.array_ops", "tensorflow.python.ops.gen_math_ops",
    "tensorflow.python.eager.polymorphic_function.polymorphic_function", "tensorflow.python.pywrap_tfe",
)  # fmt: skip
CLASSES: Final = (("tensorflow", "Tensor"), ("tensorflow", "Variable"), ("keras", "Layer"), ("keras", "Model"))


class Integrity:
    """What the libraries' names stood for when this was made."""

    def __init__(self) -> None:
        self._before = {place: id(value) for place, value in _places()}

    def changed(self) -> str:
        """A name that stands for something else now; empty when none does. New names don't count: libraries load late."""
        now = {place: id(value) for place, value in _places()}
        return next((place for place, known in self._before.items() if now.get(place, 0) != known), "")


def _places() -> Iterator[tuple[str, Any]]:
    for name in MODULES:
        held: Any = getattr(sys.modules.get(name), "__dict__", {})
        yield from ((f"{name}.{key}", value) for key, value in list(held.items()) if not key.startswith("__"))
    for name, cls in CLASSES:
        held = vars(getattr(sys.modules.get(name), cls, object))
        yield from ((f"{name}.{cls}.{key}", value) for key, value in list(held.items()) if callable(value))
    yield from ((f"builtins.{key}", value) for key, value in list(vars(builtins).items()) if key != "_")
