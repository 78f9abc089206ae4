"""Which tf.functions still run with what names held when they were traced, and since which cell."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from hybnb.model import CallHistory, Stale
from hybnb.observe.calls import traces_of
from hybnb.observe.holding import Token, holding, same


@dataclass(slots=True)
class _Traced:
    """A tf.function that has traces, and what the names that they keep held at the end of the cell that made the first."""

    function: weakref.ref[Any]
    traces: int
    keeps: frozenset[str]
    held: dict[str, Token]
    stale: dict[str, Stale] = field(default_factory=dict)


class StaleTraces:
    """Remembers, for each tf.function, what its traces saw. A function made anew starts anew."""

    def __init__(self) -> None:
        self._traced: dict[str, _Traced] = {}

    def look(self, functions: Mapping[str, Any], namespace: Mapping[str, object], cell: int) -> None:
        """What has become stale in the cell of this number, which ran last."""
        for key, known in list(self._traced.items()):
            function = functions.get(key)
            if function is None or known.function() is not function:
                del self._traced[key]
            else:
                self._compare(known, function, namespace, cell)

    def told(self, histories: Mapping[str, CallHistory]) -> dict[str, CallHistory]:
        """The histories with what was stale at the last look."""
        found = dict(histories)
        for key, known in self._traced.items():
            if known.stale:
                history = found.get(key) or CallHistory(key)
                found[key] = msgspec.structs.replace(history, stale=tuple(known.stale.values()))
        return found

    def note(
        self, functions: Mapping[str, Any], keeps: Callable[[str], frozenset[str]], namespace: Mapping[str, object]
    ) -> None:
        """After a cell was judged: those that have traced for the first time. `keeps` gives the names that its traces keep."""
        for key, function in functions.items():
            traces = traces_of(function) if key not in self._traced else 0
            if traces:
                kept = keeps(key) - {key}  # its own name may have been bound to a tf.function of it
                self._traced[key] = _Traced(weakref.ref(function), traces, kept, holding(kept, namespace))

    def _compare(self, known: _Traced, function: Any, namespace: Mapping[str, object], cell: int) -> None:
        """What holds something else now. A trace that came after the change saw it: then two versions are alive."""
        now = holding(known.keeps, namespace)
        grown = (traces_of(function) or 0) > known.traces
        for name, before in known.held.items():
            if name not in now or same(before, now[name]):
                known.stale.pop(name, None)
            elif name not in known.stale:
                known.stale[name] = Stale(name, cell, grown)
            elif grown:
                known.stale[name] = msgspec.structs.replace(known.stale[name], mixed=True)
        known.traces = traces_of(function) or 0
