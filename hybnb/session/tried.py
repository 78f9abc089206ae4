"""The trials of one session, as long as what they rest on stays the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from hybnb.measure.worker.subject import Basis
from hybnb.model import Trial


class _Known(Struct, frozen=True):
    trial: Trial
    basis: Basis | None
    namespace: Mapping[str, Any]

    @property
    def holds(self) -> bool:
        return self.basis is None or self.basis.holds(self.namespace)


class Tried:
    """The last trial of each function and variant."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], _Known] = {}

    def note(self, trial: Trial, basis: Basis | None, namespace: Mapping[str, Any]) -> None:
        """A trial has ended; it rests on what these names stand for in the namespace."""
        self._known[trial.function, trial.variant] = _Known(trial, basis, namespace)

    def of(self, variant: str) -> dict[str, Trial]:
        """Those that still hold, by function key."""
        return {key: one.trial for (key, kind), one in self._holding() if kind == variant}

    def last(self, key: str, variant: str = "graph") -> Trial | None:
        """The last one, whether it still holds or not."""
        known = self._known.get((key, variant))
        return known.trial if known is not None else None

    def has(self, key: str, variant: str = "graph") -> bool:
        """Was the present version of a function tried?"""
        known = self._known.get((key, variant))
        return known is not None and known.holds

    def forget(self, key: str) -> None:
        """Try it anew when there is occasion."""
        for variant in ("graph", "xla"):
            self._known.pop((key, variant), None)

    def _holding(self) -> Iterator[tuple[tuple[str, str], _Known]]:
        return ((place, one) for place, one in list(self._known.items()) if one.holds)
