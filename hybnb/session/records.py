"""What was seen of calls, freed of what belongs to an older version of a function."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import compress
from operator import is_not
from typing import Any, NamedTuple

import msgspec

from hybnb.model import CallHistory, Recording, Retraces
from hybnb.observe.calls import tf_functions, traces_of

Recordings = Mapping[str, Sequence[Recording]]
Made = dict[str, tuple[CallHistory | None, CallHistory]]  #: by key, a history without traces and the same with them


class CurrentRecordings:
    """Leaves out the recordings made before a function was last redefined, which went by the same name.

    `version` tells which version of a function is watched, see `Probes.version`.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Recorded] = {}

    def of(self, recordings: Recordings, version: Callable[[str], object]) -> dict[str, Sequence[Recording]]:
        """Those of the present versions. To be asked after each cell: what is new then is of the version that holds then."""
        self._known = {key: self._now(key, len(found), version(key)) for key, found in recordings.items()}
        return {key: found[self._known[key].first :] for key, found in recordings.items()}

    def _now(self, key: str, count: int, version: object) -> _Recorded:
        known = self._known.get(key)
        if known is None:
            return _Recorded(version, 0, count)
        return _Recorded(version, known.first if known.version == version else known.total, count)


class _Recorded(NamedTuple):
    """The recordings of one function when it was last asked."""

    version: object
    first: int  #: the first that is of this version
    total: int


class Paying:
    """Asks `may_pay` again and again, of the histories that are others than before: after a cell these are a few."""

    def __init__(self) -> None:
        self._rule: tuple[int, float] | None = None
        self._seen: dict[str, CallHistory] = {}
        self._keys: set[str] = set()

    def of(self, histories: Mapping[str, CallHistory], fewest: int, seconds: float) -> frozenset[str]:
        """The functions for which a graph may pay."""
        if self._rule != (fewest, seconds):
            self._rule, self._seen, self._keys = (fewest, seconds), {}, set()
        others = map(is_not, histories.values(), map(self._seen.get, histories))
        fresh = dict(compress(histories.items(), others))
        gone = self._seen.keys() - histories.keys() if len(self._seen) + len(fresh) > len(histories) else set[str]()
        self._keys -= fresh.keys() | gone
        self._keys.update(may_pay(fresh, fewest, seconds))
        self._seen = dict(histories)
        return frozenset(self._keys)


def may_pay(histories: Mapping[str, CallHistory], fewest: int, seconds: float) -> Iterator[str]:
    """The functions that have run in a graph, or that were called at least `fewest` times for so many seconds together."""
    for key, one in histories.items():
        if one.in_graph or (one.count >= max(fewest, 1) and one.count * (one.eager_seconds or 0.0) >= seconds):
            yield key


def traced(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook's own tf.function objects by the key of the function inside.

    Each object that has a method as a tf.function has traces of its own; what counts is the one with the most.
    """
    most: dict[str, Any] = {}
    for key, function in tf_functions(namespace):
        if key not in most or (traces_of(function) or 0) > (traces_of(most[key]) or 0):
            most[key] = function
    return most


def with_traces(
    histories: Mapping[str, CallHistory],
    functions: Mapping[str, Any],
    live: LiveTraces | None = None,
    made: Made | None = None,
) -> dict[str, CallHistory]:
    """The histories with what these tf.functions have traced; those `made` before where nothing is new of one."""
    found, made = dict(histories), {} if made is None else made
    counts = _counts(functions)
    told = live.of(functions, counts) if live is not None else {}
    for key, traces in counts.items():
        seen = histories.get(key)
        retraces = told.get(key) or (seen.retraces if seen is not None else None)
        before, known = made.get(key, (seen, None))
        if known is None or before is not seen or known.traces != traces or known.retraces is not retraces:
            known = msgspec.structs.replace(seen or CallHistory(key), traces=traces, retraces=retraces)
            made[key] = seen, known
        found[key] = known
    return found


def _counts(functions: Mapping[str, Any]) -> dict[str, int]:
    return {key: traces_of(function) or 0 for key, function in functions.items()}


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

    def of(self, functions: Mapping[str, Any], counts: Mapping[str, int] | None = None) -> dict[str, Retraces]:
        """What each of them has traced so far, which it did so many times; those that haven't, or can't be asked, are left out."""
        counts = counts if counts is not None else _counts(functions)
        total = self._spent()  # before looking, which may trace something of hybnb's own
        new, self._total = max(0.0, total - self._total), total
        found = {
            key: told
            for key, one in functions.items()
            if (traces := counts[key]) and (told := self._told(key, one, traces)) is not None
        }
        befores = {key: self._before(key, functions[key]) for key in found}
        grown = {key: _grown(befores[key], told) for key, told in found.items()}
        share = new / sum(grown.values()) if sum(grown.values()) else 0.0
        for key, told in found.items():
            before = befores[key]
            if told is not before:
                seconds = (before.seconds or 0.0 if before else 0.0) + share * grown[key]
                told = msgspec.structs.replace(told, seconds=seconds)
                self._known[key], found[key] = (weakref.ref(functions[key]), told), told
        return found

    def grew(self, functions: Mapping[str, Any]) -> bool:
        """Has one of them traced since it was asked last?"""
        return any(
            traces != (before.count if (before := self._before(key, one)) is not None else 0)
            for key, one in functions.items()
            if (traces := traces_of(one))
        )

    def _told(self, key: str, function: Any, traces: int) -> Retraces | None:
        before = self._before(key, function)
        return before if before is not None and before.count == traces else self._look(function)

    def _before(self, key: str, function: Any) -> Retraces | None:
        known = self._known.get(key)
        return known[1] if known is not None and known[0]() is function else None


def _grown(before: Retraces | None, now: Retraces) -> float:
    return max(0.0, (now.megabytes or 0.0) - (before.megabytes or 0.0 if before else 0.0))
