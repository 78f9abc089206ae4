"""How good hybnb's predictions have been on this machine: kept in the user's cache, two numbers for each trial.

No name of a function and nothing of the notebook is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
import platformdirs
from msgspec import Struct

from hybnb.measure.calibration import machine_name
from hybnb.measure.comparison import FASTER, SLOWER

MOST: Final = 1000  #: trials that are kept, the last ones


class Pair(Struct, frozen=True):
    """One function: how many times faster a graph was predicted to be, and was."""

    predicted: float
    measured: float
    tensorflow: str = ""


class TrackRecord:
    """The record of this machine; a folder that can't be read or written only means that there is none."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(platformdirs.user_cache_dir("hybnb", appauthor=False))
        name = hashlib.sha256(machine_name().encode()).hexdigest()[:16]
        self._file = self._folder / f"predictions-{name}.json"

    def pairs(self) -> tuple[Pair, ...]:
        """All that is known, oldest first."""
        with suppress(OSError, msgspec.DecodeError):
            return msgspec.json.decode(self._file.read_bytes(), type=tuple[Pair, ...])
        return ()

    def note(self, pair: Pair) -> None:
        """Keep one more."""
        kept = (*self.pairs(), pair)[-MOST:]
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            part = self._file.with_suffix(".part")
            part.write_bytes(msgspec.json.encode(kept))
            part.replace(self._file)


def summary(pairs: Sequence[Pair] | None = None) -> str:
    """How good predictions were, in a sentence; those of this machine where no others are given."""
    pairs = TrackRecord().pairs() if pairs is None else pairs
    if not pairs:
        return "no prediction has been measured on this machine yet"
    right = sum(side(pair.predicted) == side(pair.measured) for pair in pairs)
    opposite = sum(side(pair.predicted) * side(pair.measured) < 0 for pair in pairs)
    near = sum(0.5 <= pair.predicted / pair.measured <= 2.0 for pair in pairs)
    return (
        f"of {len(pairs)} predictions that were measured on this machine {right} had faster, slower or about equal right, "
        f"{opposite} said the opposite, and {near} were within twice"
    )


def side(speedup: float) -> int:
    """1 for faster, -1 for slower, 0 for about equal."""
    return (speedup > FASTER) - (speedup < SLOWER)
