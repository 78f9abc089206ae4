"""Is the graph really faster? Mini-blocks of calls taken in turn, medians, a bootstrapped interval.

What this rests on was measured on 18 functions with known ratios: blocks taken in turn decide 99 % rightly in a second,
where all of one before all of the other decide 87 %; the shortest time misleads on a busy machine. And on 64 others: a graph
called right after an eager call is up to twice as slow as in a row of its own kind, so the first calls of a block don't count,
nor does the first pair of blocks; with five pairs, speed-ups were off by up to a half, so an answer takes a narrow interval.

More pairs at one moment don't help, other moments do. On a virtual machine eager code gets slower by up to 40 % for seconds at a
time, a graph's time jumps between levels with the cores that its threads wake on, and nothing in the machine tells. On 69
functions in a noisy hour, where 1.3 seconds of eager and graph in turn were within 15 % of those a minute later for 77 to 86 %, one
sitting of 0.4 to 1 second was within 15 % of the truth for 84 to 87 %, three at once for 88 %, two spread over a minute for 90 % and
three for 94 to 97 %. Averages (geometric, as of ratios) of what each sitting gave did as well as anything or better: medians of
them 90 to 94 %, the 10 % or 20 % quantiles of all eager and all graph blocks 77 to 91 %. So a function has a first sitting, which
says what there is to say, and two short ones later on (`pooled`; `hybnb/session/policy.py`).

An interval is a little wider than its pairs make it. On 178 functions with one sitting each, intervals of pairs alone held the truth
for 70 %, and 6 of 163 answers were wrong; widened by `DRIFT`, 83 % held it and 1 of 153 answers was wrong. Of three sittings the
ends are averaged like the speed-ups: 81 to 96 % of those intervals held it on the 69, and no answer was wrong; divided by
the root of three, as if sittings differed by chance only, 70 to 91 %. And in all, on 178 functions in quieter minutes
(`python -m tests.benchmarks.right`): 94 % of the speed-ups within 15 %, 99 % of the answers right and none opposite, 11 %
left open; a first sitting took 0.7 seconds with its trial, the further ones 0.9 together.

On an H200 (`make accelerator`), 13 kinds of functions, three runs, against loops ended by a copy to the host: with blocks of 0.01 s
19 of 20 answers were right, the other a chain whose ratio moved between 1.0 and 1.7 from run to run; with those of
`DRAINED_SECONDS` 8 of 9, the other "too noisy". The speed-up was within 15 % for 12 of 20 and 6 of 9: eager code's time moves by a third.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from math import ceil, exp, log
from statistics import fmean, median
from typing import Literal

from msgspec.structs import replace

from hybnb.measure.waiting import waited
from hybnb.model import Comparison, Timing, Trial
from hybnb.uncollected import uncollected

BLOCK = 5  #: calls in a row at least, and …
BLOCK_SECONDS = 0.01  #: … as many as take this long; the first quarter of them isn't counted
SHORTEST = 1e-5  #: seconds of a call, less than which nothing takes
LEAST = 1e-9  #: seconds, or times, that anything is taken for at least where logarithms are taken
DRAINED_SECONDS = (
    0.04  #: as many calls in a row as take this long on an accelerator, beside which draining it is little
)
SHORT = 0.02  #: seconds of a call below which blocks are needed; longer calls stand alone
FEWEST = 8  #: pairs before anything is said …
FEWEST_SLOW = 3  #: … and of calls that take so long that all else is nothing beside them
SLOW = 0.2  #: seconds of a call
NARROW = 1.21  #: times that the interval's high end is its low one before the answer counts as settled …
ENOUGH = 0.6  #: … and seconds of timing after which it does with any interval that is clear of the borders, and on a busy machine
FASTER, SLOWER = 1.15, 1 / 1.15  #: about equal in between
DRIFT = 1.05  #: times that a speed-up is more or less a few seconds later, which no pairs of one moment show
FRESH = (
    1.1  #: times that eager code may be faster in a process made for trials than in a kernel that has run for a while
)
BUSY = 0.2  #: of the time spent waiting for a core, from which on a pair is disturbed; 0.05 to 0.15 where nothing else runs
CONFIDENCE = 0.90
RESAMPLES = 500

Label = Literal["faster", "neutral", "slower", "too-noisy"]
Call = Callable[[], object]
Clock = Callable[[], float]
Average = Callable[[float, float], float]
Pairs = Sequence[tuple[float, float]]


class Blocks:
    """Times two calls in turn, a pair of mini-blocks at a time; seconds are those of `clock`.

    `waited` tells how long the process has waited for a core. A pair during which it waited long is `disturbed`. `drain` is
    that of `block`.
    """

    def __init__(
        self, eager: Call, graph: Call, clock: Clock, waited: Clock = waited, drain: Call | None = None
    ) -> None:
        self._eager, self._graph, self._clock, self._waited, self._drain = eager, graph, clock, waited, drain
        self._last = (0.0, 0.0)
        self._warm = False
        self.quiet: list[tuple[float, float]] = []
        self.disturbed: list[tuple[float, float]] = []

    @property
    def pairs(self) -> list[tuple[float, float]]:
        """The quiet ones when there are enough, else all."""
        return self.quiet if len(self.quiet) >= FEWEST else [*self.quiet, *self.disturbed]

    def take(self) -> None:
        """One more pair; whatever the calls raise comes out, and the pair isn't counted. Nor is a first pair of short calls."""
        began, before = self._clock(), self._waited()
        with uncollected():  # a full collection takes as long as a hundred calls
            eager, graph = (seconds > SHORT for seconds in self._last)
            self._last = (
                block(self._eager, self._clock, eager, self._drain),
                block(self._graph, self._clock, graph, self._drain),
            )
        lost = self._waited() - before
        kept = self.quiet if lost <= BUSY * (self._clock() - began) else self.disturbed
        if self._warm or max(self._last) > SHORT:
            kept.append(self._last)
        self._warm = True


def block(call: Call, clock: Clock, alone: bool = False, drain: Call | None = None) -> float:
    """Median seconds of calls in a row, the first quarter of them left out; a long call stands alone, or any that is to.

    On an accelerator calls return before their work is done. There `drain` waits for it, and a block is timed as a whole.
    """
    if drain is not None:
        return _drained(call, clock, alone, drain)
    times: list[float] = []
    while len(times) < BLOCK or sum(times) < BLOCK_SECONDS:
        began = clock()
        call()
        times.append(clock() - began)
        if alone or times[0] > SHORT:
            break
    return median(times[len(times) // 4 :])


def _drained(call: Call, clock: Clock, alone: bool, drain: Call) -> float:
    """Seconds of each of some calls in a row, from an idle accelerator to an idle one; those before don't count.

    Each call drained on its own would take longer than in a user's loop, where Python is ahead of the accelerator.
    """
    drain()
    began = clock()
    call()
    drain()
    first = clock() - began
    if alone or first > SHORT:
        return first
    count = max(BLOCK, ceil(DRAINED_SECONDS / max(first, SHORTEST)))
    for _ in range(ceil(count / 4)):
        call()
    drain()
    began = clock()
    for _ in range(count):
        call()
    drain()
    return (clock() - began) / count


def paired(
    eager: Call,
    graph: Call,
    clock: Clock,
    budget: float = 1.0,
    known: Pairs = (),
    waited: Clock = waited,
    drain: Call | None = None,
) -> Generator[Pairs, None, Comparison]:
    """Take pairs until the answer is clear or `budget` seconds are spent; gives the pairs so far around each.

    A generator, so that whoever times can stop for a while, or for good, between two pairs. Its value is the comparison.
    Single calls that were timed before (`known`) count where calls are so long that no block is needed. `drain` is that of
    `block`.
    """
    blocks, spent = Blocks(eager, graph, clock, waited, drain), 0.0
    if known and min(min(pair) for pair in known) > SHORT:
        blocks.quiet += known
    while True:
        pairs = blocks.pairs
        yield pairs
        if len(pairs) >= FEWEST_SLOW:
            found = compared(pairs)
            long_enough = spent >= ENOUGH or len(blocks.quiet) >= len(blocks.disturbed)
            if spent >= budget or (long_enough and settled(found, pairs, spent)):
                return found
        began = clock()
        blocks.take()
        spent += clock() - began


def settled(found: Comparison, pairs: Pairs, spent: float = 0.0) -> bool:
    """Enough pairs, and an interval that is clear of the borders between faster, about equal and slower, and narrow if not
    many seconds were `spent`."""
    slow = median(max(pair) for pair in pairs) > SLOW
    enough = len(pairs) >= (FEWEST_SLOW if slow else FEWEST)
    return enough and found.label != "too-noisy" and (spent >= ENOUGH or found.high <= NARROW * found.low)


def compared(pairs: Pairs) -> Comparison:
    """Ratio of the medians with its interval; "too-noisy" when the interval lies across a border."""
    low, high = interval(pairs)
    low, high = low / DRIFT, high * DRIFT
    ratio = median(eager for eager, _ in pairs) / median(graph for _, graph in pairs)
    return Comparison(ratio, min(low, ratio), max(high, ratio), _label(low, high), len(pairs))


def _label(low: float, high: float) -> Label:
    if low > FASTER:
        return "faster"
    if high < SLOWER:
        return "slower"
    return "neutral" if low > SLOWER and high < FASTER else "too-noisy"


def as_in_kernel(found: Comparison, eager: Timing, seconds: float | None) -> tuple[Comparison, Timing]:
    """The same with eager calls as slow as in the user's kernel, where one takes `seconds`; None where that isn't known.

    In a new process Python hands operations on a little faster, by 3 % where both were timed in turn and by up to 7 % in the
    median of whole runs, while graphs run alike. More than `FRESH` isn't put down to that; the interval still begins where it
    was measured. Of six runs over up to 64 functions each, 88 % of the speed-ups came within 15 % of the truth instead of 81 %.
    """
    slower = min(max(seconds / eager.median, 1.0), FRESH) if seconds and eager.median else 1.0
    low, high = found.low, found.high * slower
    there = replace(eager, median=eager.median * slower, high=eager.high * slower)
    return replace(found, speedup=found.speedup * slower, high=high, label=_label(low, high)), there


def pooled(trial: Trial, again: Trial) -> Trial:
    """The same trial with what was measured at one more moment; all moments weigh the same.

    An interval is as wide as those of its moments are on average, not narrower for their number: it has to tell of the
    moments to come as well.
    """
    tried = replace(trial, sittings=trial.sittings + 1)
    if trial.comparison is None or again.comparison is None:
        return tried
    average = partial(_average, trial.sittings)
    found = _averaged(average, trial.comparison, again.comparison)
    eager, graph = _of_both(average, trial.eager, again.eager), _of_both(average, trial.graph, again.graph)
    return replace(tried, comparison=found, eager=eager, graph=graph)


def _averaged(average: Average, old: Comparison, new: Comparison) -> Comparison:
    low, high = average(old.low, new.low), average(old.high, new.high)
    return Comparison(average(old.speedup, new.speedup), low, high, _label(low, high), old.pairs + new.pairs)


def _of_both(average: Average, old: Timing | None, new: Timing | None) -> Timing | None:
    if old is None or new is None:
        return old or new
    low, high = min(old.low, new.low), max(old.high, new.high)
    return Timing(average(old.median, new.median), low, high, old.samples + new.samples)


def _average(weight: int, old: float, new: float) -> float:
    """Of something at `weight` moments and at one more; geometric, as ratios are averaged."""
    return exp(fmean((log(max(old, LEAST)), log(max(new, LEAST))), (weight, 1)))


def timing(seconds: Sequence[float]) -> Timing:
    """Median with the range in which the middle nine tenths lie."""
    ordered = sorted(seconds)
    cut = round(len(ordered) * (1 - CONFIDENCE) / 2)
    return Timing(median(ordered), ordered[cut], ordered[-1 - cut], len(ordered))


def interval(pairs: Pairs) -> tuple[float, float]:
    """Bootstrap interval of the ratio of medians; pairs are drawn whole, so that what slowed both counts for neither."""
    import numpy

    times = numpy.asarray(pairs)
    drawn = times[numpy.random.Generator(numpy.random.PCG64(0)).integers(len(pairs), size=(RESAMPLES, len(pairs)))]
    medians = numpy.median(drawn, axis=1)
    low, high = numpy.quantile(medians[:, 0] / medians[:, 1], [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)
