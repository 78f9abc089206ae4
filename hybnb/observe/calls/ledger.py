"""What is kept of one function's calls, and its bound.

Every call is counted and timed. Looked at in full are the first 256 calls outside a graph and the first 32 inside one,
then 128 for each doubling of the number of calls, evenly spread; `Call.count` counts those. Once more signatures came
than the bound allows, no further call is looked at.

Memory: at most `max_signatures` signatures for each function, each at most 256 sketches, and all functions together at
most 100 000 sketches (some 30 MB) plus one flat sketch for each argument of a signature.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Final, Protocol

from hybnb.model import Call, Retraces, ValueSketch
from hybnb.observe.calls.callers import caller_name
from hybnb.observe.calls.signature import DEPTH, Arguments, Identities, arguments_of, key_of
from hybnb.observe.values import MOST_SKETCHES, Sketcher

FIRST_CALLS: Final = 256  #: looked at without a gap
FIRST_GRAPH_CALLS: Final = 32
PER_DOUBLING: Final = 128  #: looked at later, for each doubling of the number of calls
MOST_ORDER: Final = 256
MOST_CALLERS: Final = 8
MOST_SKETCHES_TOGETHER: Final = 100_000
NEVER: Final = -1


def next_sample(calls: int) -> int:
    """After how many calls the next one is looked at."""
    return calls if calls < FIRST_CALLS else calls + calls // PER_DOUBLING


@dataclass(slots=True)
class Seen:
    """Calls with one signature."""

    arguments: tuple[tuple[str, ValueSketch], ...]
    count: int = 0
    seconds: float = 0.0
    in_graph: int = 0
    raised: int = 0
    callers: list[str] = field(default_factory=list)
    last_caller: tuple[int, int] | None = None

    def frozen(self) -> Call:
        """As the rest of hybnb sees it."""
        return Call(self.arguments, self.count, self.seconds, self.in_graph, self.raised, tuple(self.callers))


class Matching(Protocol):
    """Asks TensorFlow which calls of one function would share a trace."""

    def note(self, code: CodeType, arguments: Arguments, number: int) -> None:
        """A call outside a graph begins; its number, from 1, or 0 when calls before it weren't looked at."""

    def result(self) -> Retraces | None:
        """What the calls come to; None when some couldn't be matched."""


class Store:
    """What all ledgers share: how values are sketched and matched, and how much room is left."""

    def __init__(self, max_signatures: int, matching: Callable[[], Matching] | None = None) -> None:
        self.max_signatures = max_signatures
        self.matching = matching
        self.sketcher = Sketcher(Identities().of)
        self.room = MOST_SKETCHES_TOGETHER

    def sketched(self, arguments: Arguments) -> tuple[tuple[str, ValueSketch], ...]:
        """Sketches of a call's arguments: flat ones once there is no room left."""
        left = min(self.room, MOST_SKETCHES)
        done = []
        for name, value in arguments:
            sketch, used = self.sketcher.measured(value, depth=DEPTH if left > 1 else 0, most=max(left, 1))
            left -= used
            self.room -= used
            done.append((name, sketch))
        return tuple(done)

    def give_back(self, sketches: int) -> None:
        """Make room that a forgotten ledger took."""
        self.room += sketches


class Ledger:
    """Signatures of one function's calls, in order of appearance."""

    def __init__(self, shared: Store) -> None:
        self._shared = shared
        self._index: dict[Hashable, int] = {}
        self.seen: list[Seen] = []
        self.order: list[int] = []
        self.overflowed = False
        self.used = 0
        self.matching = shared.matching() if shared.matching is not None else None

    def note(self, frame: FrameType, in_graph: bool) -> Seen | None:
        """Look at a call that has just started; None when its signature is one too many."""
        arguments = arguments_of(frame)
        key, vague = key_of(arguments, self._shared.sketcher)
        index = self._index.get(key)
        known = index is not None and self.seen[index].count > self.seen[index].in_graph
        if index is None:
            if len(self.seen) >= self._shared.max_signatures:
                self.overflowed = True
                return None
            index = self._add(key, arguments)
        if self.matching is not None and not in_graph and (vague or not known):
            number = len(self.order) + 1
            self.matching.note(frame.f_code, arguments, number if number <= MOST_ORDER else 0)
        seen = self.seen[index]
        seen.count += 1
        seen.in_graph += in_graph
        if not in_graph and len(self.order) < MOST_ORDER:
            self.order.append(index)
        self._note_caller(frame, seen)
        return seen

    def _note_caller(self, frame: FrameType, seen: Seen) -> None:
        caller = frame.f_back
        line = (id(caller.f_code), caller.f_lasti) if caller is not None else None
        if line != seen.last_caller and len(seen.callers) < MOST_CALLERS:
            seen.last_caller = line  # most calls come from where the one before came from
            name = caller_name(frame)
            if name not in seen.callers:
                seen.callers.append(name)

    def _add(self, key: Hashable, arguments: Arguments) -> int:
        before = self._shared.room
        self.seen.append(Seen(self._shared.sketched(arguments)))
        self.used += before - self._shared.room
        self._index[key] = len(self.seen) - 1
        return len(self.seen) - 1
