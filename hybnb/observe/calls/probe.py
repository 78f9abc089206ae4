"""One watched function: counts, times, and now and then a closer look.

The quick path of `enter` and `leave` is written for speed: it runs in every call of the user's function. It holds
while at most one call of the function is running; recursion, other threads, calls inside a graph and calls that are
looked at take the long path. Reading an attribute and setting it can't be interrupted by another thread between two
calls of anything (CPython 3.11 to 3.13 with its lock), on which the counters rely.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import repeat
from sys import _getframe
from threading import get_ident
from types import FrameType
from typing import Final

from hybnb.errors import log
from hybnb.model import CallHistory
from hybnb.observe.calls.keeping import Keeper
from hybnb.observe.calls.ledger import FIRST_GRAPH_CALLS, NEVER, Ledger, Seen, Store, next_sample
from hybnb.observe.calls.recording import Recordings
from hybnb.observe.calls.tracing import eager_check, quick_eager_check

MOST_RECENT: Final = 64
_MOST_RUNNING: Final = 1000  #: unfinished coroutines of one function that are kept track of


class Surroundings:
    """What all probes share, and whether TensorFlow runs eagerly in this thread: before TensorFlow is there it does."""

    __slots__ = ("_ask", "called", "clock", "depth", "eager", "keeper", "quick", "recordings", "store", "trouble")

    def __init__(
        self,
        clock: Callable[[], float],
        store: Store,
        recordings: Recordings,
        depth: int,
        trouble: Callable[[Exception], None],
    ) -> None:
        self.clock = clock
        self.store = store
        self.keeper = Keeper(store.sketcher)
        self.recordings = recordings
        self.depth = depth  #: frames from `enter` up to the watched function
        self.trouble = trouble
        self.called: dict[str, None] = {}  #: keys of the functions that were called at all
        self.eager: Callable[[], bool] = repeat(True).__next__  #: asked in every call
        self.quick: bool | None = None  #: `eager` is the quick check; None before TensorFlow is there
        self._ask: Callable[[], bool] | None = None  #: TensorFlow's public answer

    def find_tensorflow(self) -> None:
        """Ask TensorFlow from now on, if the user has imported it by now."""
        if self.quick is not None:
            return
        ask = self._ask = self._ask or eager_check()
        if ask is not None:
            quick = quick_eager_check(ask)
            self.eager, self.quick = quick or ask, quick is not None

    def really_eager(self) -> bool:
        """TensorFlow's public answer; the quick check is given up when it says something else."""
        self.find_tensorflow()
        if self._ask is None:
            return True
        answer = self._ask()
        if self.quick and self.eager() != answer:
            self.eager, self.quick = self._ask, False
        return answer

    def tell(self, trouble: Exception) -> None:
        """Report hybnb's own failure; the user's call goes on."""
        if isinstance(trouble, RecursionError):
            return  # the end of the user's recursion
        try:
            self.trouble(trouble)
        except Exception:
            log.debug("hybnb could not report its own failure", exc_info=True)


class Running:
    """A call that has begun and takes the long path."""

    __slots__ = ("ended", "in_graph", "recorded", "seen", "since", "warm")

    def __init__(self, in_graph: bool, warm: bool) -> None:
        self.in_graph = in_graph
        self.warm = warm  #: not the function's first call
        self.ended = False
        self.recorded = False
        self.seen: Seen | None = None
        self.since: float | None = None


class Probe:
    """The probe of one function; `enter` and `leave` frame each call, `fail` comes between them when it raised."""

    __slots__ = (
        "busy",
        "calls",
        "due",
        "in_graph",
        "key",
        "ledger",
        "raised",
        "recent",
        "recorded",
        "running",
        "seconds",
        "since",
        "surroundings",
    )

    def __init__(self, key: str, surroundings: Surroundings) -> None:
        self.key = key
        self.surroundings = surroundings
        self.reset()

    def reset(self) -> None:
        """Forget all calls, also those still running."""
        self.calls = 0
        self.seconds = 0.0
        self.in_graph = 0
        self.raised = 0
        self.recorded = 0
        self.due = 0
        self.recent: deque[float] = deque(maxlen=MOST_RECENT)
        self.ledger = Ledger(self.surroundings.store)
        self.drop_running()

    def drop_running(self) -> None:
        """Forget the calls that are still running; they stay counted."""
        self.busy = False  #: some call is running
        self.since: float | None = None  #: when the one call on the quick path began
        self.running: dict[int, list[Running]] = {}  #: on the long path, by thread or coroutine

    def enter(self) -> None:
        """A call begins."""
        surroundings = self.surroundings
        if self.busy or self.calls == self.due or not surroundings.eager():
            self.begin(_getframe(surroundings.depth))
            return
        self.busy = True
        self.calls += 1
        self.since = surroundings.clock()

    def leave(self) -> None:
        """A call ends, by returning or after `fail`."""
        since = self.since
        if since is None or self.running:
            self.end(_getframe(self.surroundings.depth))
            return
        self.since = None
        took = self.surroundings.clock() - since
        self.seconds += took
        self.recent.append(took)
        self.busy = False

    def fail(self) -> None:
        """A call raises; `leave` follows."""
        frame = _getframe(self.surroundings.depth)
        self.end(frame, raised=True)
        ended = Running(False, True)
        ended.ended = True
        self.running.setdefault(self.place(frame), []).append(ended)

    def fail_for_good(self) -> None:
        """A call raised, and no `leave` follows."""
        self.end(_getframe(self.surroundings.depth), raised=True)

    def place(self, _frame: FrameType) -> int:
        """What the calls that nest strictly have in common: the thread."""
        return get_ident()

    def begin(self, frame: FrameType) -> None:
        """The long path into a call. Never raises an Exception."""
        surroundings = self.surroundings
        surroundings.called[self.key] = None
        alone, self.busy = not self.busy, True
        in_graph = not surroundings.really_eager()
        if in_graph:
            self.in_graph += 1
            look = self.in_graph <= FIRST_GRAPH_CALLS and self.due != NEVER
        else:
            look = self.calls == self.due
            self.calls += 1
        running = Running(in_graph, self.calls > 1)
        try:
            if look:
                self.look(frame, running)
            if (
                alone
                and not in_graph
                and surroundings.recordings.begin(self.key, self.recorded, self.calls, self.recent)
            ):
                running.recorded = True
                self.recorded += 1
        except Exception as trouble:
            self.surroundings.tell(trouble)
        # Last: where the recursion limit allows what stands above, it allows the call's end too.
        self.running.setdefault(self.place(frame), []).append(running)
        running.since = surroundings.clock()

    def look(self, frame: FrameType, running: Running) -> None:
        """Note the call's signature, and when to look again."""
        self.due = NEVER  # holds should the look fail
        running.seen = self.ledger.note(frame, running.in_graph)
        self.due = NEVER if self.ledger.overflowed else next_sample(self.calls)
        if not running.in_graph and self.surroundings.quick is not None:
            self.surroundings.keeper.note(self.key, frame, self.calls)

    def end(self, frame: FrameType, raised: bool = False) -> None:
        """The long path out of a call. Never raises an Exception."""
        now = self.surroundings.clock()
        place = self.place(frame)
        stack = self.running.get(place)
        if stack:
            running = stack.pop()
            if not stack:
                self.running.pop(place, None)
            if not running.ended:
                self.finish(running, now, raised)
        elif self.since is not None:
            quick = Running(False, True)
            quick.since, self.since = self.since, None
            self.finish(quick, now, raised)
        self.busy = bool(self.running) or self.since is not None

    def finish(self, running: Running, now: float, raised: bool) -> None:
        """Count a call's time and outcome."""
        self.raised += raised
        seen = running.seen
        if seen is not None:
            seen.raised += raised
        if running.recorded:
            try:
                self.surroundings.recordings.end(raised)
            except Exception as trouble:
                self.surroundings.tell(trouble)
        if running.in_graph or running.since is None:
            return
        took = now - running.since
        self.seconds += took
        if seen is not None:
            seen.seconds += took
        if running.warm and not raised and not running.recorded:
            self.recent.append(took)

    def history(self) -> CallHistory:
        """All that is known of the calls so far."""
        ledger = self.ledger
        return CallHistory(
            function=self.key,
            count=self.calls,
            seconds=self.seconds,
            recent_seconds=tuple(self.recent),
            in_graph=self.in_graph,
            raised=self.raised,
            calls=tuple([seen.frozen() for seen in list(ledger.seen)]),
            overflowed=ledger.overflowed,
            order=tuple(ledger.order),
            retraces=ledger.matching.result() if ledger.matching is not None and not ledger.overflowed else None,
        )


class CoroutineProbe(Probe):
    """Of an async function: its calls interleave in one thread, so they are told apart by their frames."""

    __slots__ = ()

    def drop_running(self) -> None:
        super().drop_running()
        self.busy = True  # neither the quick path nor a recording

    def place(self, _frame: FrameType) -> int:
        return id(_frame)

    def begin(self, frame: FrameType) -> None:
        if len(self.running) >= _MOST_RUNNING:
            self.running.clear()  # coroutines that were closed without ever ending
        super().begin(frame)

    def end(self, frame: FrameType, raised: bool = False) -> None:
        super().end(frame, raised)
        self.busy = True


class CountingProbe(Probe):
    """Of a generator, whose time is its consumer's: calls are counted and looked at, nothing more."""

    __slots__ = ()

    def begin(self, frame: FrameType) -> None:
        super().begin(frame)
        self.drop_running()

    def enter(self) -> None:
        self.begin(_getframe(self.surroundings.depth))

    def leave(self) -> None:
        return

    def fail(self) -> None:
        return

    fail_for_good = fail
