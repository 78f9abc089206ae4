"""Which functions are watched, and the probe of each version that holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hybnb.model import CallHistory
from hybnb.observe.calls.probe import Probe, Surroundings


class Settled(NamedTuple):
    """What became of a function that was defined, perhaps again."""

    probes: dict[str, Probe]  #: digest → probe; empty when no more functions may be watched
    retired: list[Probe]  #: of versions that hold no longer


class Roster:
    """Probes by function and version. A version is known by a digest of its code.

    More than one version holds where a cell defines a function twice, say in both branches of an `if`.
    """

    def __init__(self, surroundings: Surroundings, max_functions: int) -> None:
        self._surroundings = surroundings
        self._max = max_functions
        self._versions: dict[str, dict[str, Probe]] = {}
        self._frozen: dict[str, tuple[object, CallHistory]] = {}
        self._settled: dict[str, None] = {}  #: keys of what was defined or forgotten since `histories` was asked
        self._histories: dict[str, CallHistory] = {}

    def settle(self, key: str, versions: Mapping[str, type[Probe]]) -> Settled:
        """From now on these versions hold, given as digest → kind of probe; one that held before keeps its history."""
        old = self._versions.get(key)
        if old is None and len(self._versions) >= self._max:
            return Settled({}, [])
        old = old or {}
        new = {digest: old.get(digest) or kind(key, self._surroundings) for digest, kind in versions.items()}
        self._versions[key] = new
        self._settled[key] = None
        retired = [probe for digest, probe in old.items() if digest not in new]
        for probe in retired:
            self._surroundings.store.give_back(probe.ledger.used)
            self._surroundings.keeper.release(key)
        return Settled(new, retired)

    def probes(self) -> Iterator[Probe]:
        """All probes of versions that hold."""
        for versions in list(self._versions.values()):
            yield from versions.values()

    def names(self) -> frozenset[str]:
        """Names of all watched functions."""
        return frozenset(self._versions)

    def version(self, key: str) -> frozenset[str]:
        """What tells the code of a watched function from that of another version; empty when it isn't watched."""
        return frozenset(self._versions.get(key, ()))

    def history(self, key: str) -> CallHistory | None:
        """What is known of the version of a function that was called most."""
        versions = tuple(self._versions.get(key, {}).values())
        if not versions:
            return None
        probe = versions[0] if len(versions) == 1 else max(versions, key=lambda each: each.calls + each.in_graph)
        state = id(probe), probe.calls, probe.seconds, probe.in_graph, probe.raised, probe.ledger.overflowed
        known = self._frozen.get(key)
        if known is None or known[0] != state:
            known = self._frozen[key] = state, probe.history()
        return known[1]

    def histories(self) -> dict[str, CallHistory]:
        """Of all watched functions, those never called included."""
        settled, self._settled = self._settled, {}
        for key in {**settled, **self._surroundings.called}:  # most functions are never called
            if (history := self.history(key)) is not None:
                self._histories[key] = history
        return dict(self._histories)

    def forget(self, key: str) -> None:
        """Start a function's history anew."""
        for probe in self._versions.get(key, {}).values():
            self._surroundings.store.give_back(probe.ledger.used)
            probe.reset()
        self._frozen.pop(key, None)
        self._settled[key] = None
