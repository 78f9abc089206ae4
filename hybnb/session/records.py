"""What was seen of calls, freed of what belongs to an older version of a function."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from hybnb.model import CallHistory, FunctionId, Recording, Retraces, Verdict
from hybnb.observe.calls import tf_functions, traces_of

Recordings = Mapping[str, Sequence[Recording]]


class CurrentRecordings:
    """Leaves out the recordings made before a function was last redefined, which went by the same name."""

    def __init__(self) -> None:
        self._texts: dict[str, _Text] = {}
        self._outdated: dict[str, int] = {}
        self._counts: dict[str, int] = {}

    def of(self, recordings: Recordings) -> dict[str, Sequence[Recording]]:
        """Those of the present versions."""
        return {key: found[self._outdated.get(key, 0) :] for key, found in recordings.items()}

    def note(self, verdicts: Sequence[Verdict], sources: Mapping[int | str, str], recordings: Recordings) -> bool:
        """Look which functions have a new text; True when some of them had recordings."""
        dropped = False
        for verdict in verdicts:
            function = verdict.function
            key, source = function.key, sources.get(function.path or function.cell, "")
            known = self._texts.get(key)
            if known is not None and known.function is function and known.source is source:
                continue
            text, recorded = _text(function, source), self._counts.get(key, 0)
            if known is not None and known.text != text and recorded > self._outdated.get(key, 0):
                self._outdated[key] = recorded
                dropped = True
            self._texts[key] = _Text(function, source, text)
        self._counts = {key: len(found) for key, found in recordings.items()}
        return dropped


class _Text(NamedTuple):
    """The text of a function as it was last seen, and where."""

    function: FunctionId
    source: str
    text: str


def _text(function: FunctionId, source: str) -> str:
    return "\n".join(source.split("\n")[function.line - 1 : function.end_line])


def seen(histories: Mapping[str, CallHistory]) -> Iterator[str]:
    """The functions of which any call was seen."""
    return (key for key, one in histories.items() if one.count or one.in_graph or one.raised or one.calls)


def traced(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook's own tf.function objects by the key of the function inside.

    Each object that has a method as a tf.function has traces of its own; what counts is the one with the most.
    """
    most: dict[str, tuple[int, Any]] = {}
    for key, function in tf_functions(namespace):
        traces = traces_of(function) or 0
        if key not in most or traces > most[key][0]:
            most[key] = traces, function
    return {key: function for key, (_, function) in most.items()}


def with_traces(
    histories: Mapping[str, CallHistory], functions: Mapping[str, Any], live: LiveTraces | None = None
) -> dict[str, CallHistory]:
    """The histories with what these tf.functions have traced."""
    found = dict(histories)
    told = live.of(functions) if live is not None else {}
    for key, function in functions.items():
        history = found.get(key) or CallHistory(key)
        retraces = told.get(key) or history.retraces
        found[key] = msgspec.structs.replace(history, traces=traces_of(function) or 0, retraces=retraces)
    return found


class LiveTraces:
    """What tf.functions have traced, and the time it took them.

    TensorFlow counts the time of all together: what a cell added is split among the functions that traced in it, by
    the size of their graphs. `look` is `hybnb.measure.matching.of_tf_function`, `spent` the seconds of all so far.
    """

    def __init__(self, look: Callable[[Any], Retraces | None], spent: Callable[[], float]) -> None:
        self._look = look
        self._spent = spent
        self._total = 0.0
        self._known: dict[str, tuple[weakref.ref[Any], Retraces]] = {}

    def of(self, functions: Mapping[str, Any]) -> dict[str, Retraces]:
        """What each of them has traced so far; those that haven't, or can't be asked, are left out."""
        total = self._spent()  # before looking, which may trace something of hybnb's own
        new, self._total = max(0.0, total - self._total), total
        found = {key: told for key, one in functions.items() if traces_of(one) and (told := self._told(key, one))}
        grown = {key: _grown(self._before(key, functions[key]), told) for key, told in found.items()}
        share = new / sum(grown.values()) if sum(grown.values()) else 0.0
        for key, told in found.items():
            before = self._before(key, functions[key])
            seconds = (before.seconds or 0.0 if before else 0.0) + share * grown[key]
            told = msgspec.structs.replace(told, seconds=seconds)
            self._known[key], found[key] = (weakref.ref(functions[key]), told), told
        return found

    def _told(self, key: str, function: Any) -> Retraces | None:
        before = self._before(key, function)
        return before if before is not None and before.count == traces_of(function) else self._look(function)

    def _before(self, key: str, function: Any) -> Retraces | None:
        known = self._known.get(key)
        return known[1] if known is not None and known[0]() is function else None


def _grown(before: Retraces | None, now: Retraces) -> float:
    return max(0.0, (now.megabytes or 0.0) - (before.megabytes or 0.0 if before else 0.0))
