"""Measuring a function on request, eager against graph."""

from __future__ import annotations

from hybnb.errors import HybnbError


class Measuring:
    """What panels, cards and magics ask for a measurement."""

    waiting: tuple[str, ...] = ()  #: keys of the functions being measured or waiting for it, the first one running
    refusal: str = "this hybnb predicts speed and doesn't measure it yet"  #: empty where measuring is possible

    def measure(self, key: str) -> str:
        """Measure a function once the kernel is idle; what will happen, in one sentence. HybnbError when that can't be."""
        raise HybnbError(f"{key} can't be measured: {self.refusal}")

    def cancel(self, key: str | None) -> str:
        """Stop measuring a function, or all of them; what happened, in one sentence."""
        return "nothing is being measured" if key is None else f"{key} isn't being measured"
