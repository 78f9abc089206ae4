"""The trials of one session, as long as what they rest on stays the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from hybnb.model import Trial

if TYPE_CHECKING:
    from hybnb.advisor import Trials
    from hybnb.measure.worker.subject import Basis


class _Known(NamedTuple):
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

    def add(self, again: Trial) -> None:
        """A function that was tried before was timed once more; nothing comes of that where the trial no longer holds."""
        from hybnb.measure.comparison import pooled

        place = again.function, again.variant
        known = self._known.get(place)
        if known is not None and known.holds:
            self._known[place] = known._replace(trial=pooled(known.trial, again))

    def holding(self) -> Trials:
        """Those that still hold."""
        from hybnb.advisor import Trials

        return Trials(self._of("graph"), self._of("xla"))

    def of(self, key: str, variant: str = "graph") -> Trial | None:
        """The trial of the present version of a function."""
        known = self._known.get((key, variant))
        return known.trial if known is not None and known.holds else None

    def has(self, key: str, variant: str = "graph") -> bool:
        """Was the present version of a function tried?"""
        return self.of(key, variant) is not None

    def forget(self, key: str) -> None:
        """Try it anew when there is occasion."""
        for variant in ("graph", "xla"):
            self._known.pop((key, variant), None)

    def _of(self, variant: str) -> dict[str, Trial]:
        return {key: one.trial for (key, kind), one in list(self._known.items()) if kind == variant and one.holds}
