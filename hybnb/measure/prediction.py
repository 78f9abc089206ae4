"""Predicts the time of a tf.function from recorded eager calls, without tracing anything.

The graph takes what calling any tf.function takes, plus, for each op, its recorded time without its eager dispatch.
A single eager op is often slowed down by cold caches and fresh memory, so its time is capped at a few times what
the machine needs for its arithmetic and memory traffic. On 62 functions of many kinds (tests/benchmarks/prediction.py)
four of five predictions were within 1.5 times the measured graph, nine of ten within 2 times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil, exp, hypot, log
from statistics import median, quantiles

import msgspec
from msgspec import Struct

from hybnb.measure import weakness
from hybnb.measure.roofline import floor_seconds
from hybnb.model import Calibration, CallHistory, Gain, OpRecord, Prediction, Recording, ValueSketch

CAP = 3.0  #: times the roofline; 2 to 4 do equally well
ERROR = 1.5  #: four of five predictions of graph time are within this factor
ORDINARY = 1.1  #: times the calibration's best burst: a graph call in the midst of other work
LOAD_POWER = 0.2  #: how much of a slower dispatch shows in a graph call
MAX_LOAD = 3.0  #: times the calibrated dispatch that is still taken for dispatch
NESTED_CALL = 0.5  #: of a graph call's time that an inner tf.function no longer takes once it is part of the outer
ARGUMENT = 0.1  #: of an empty graph call's time that each further tensor argument adds
HOST_SHARE = 0.5  #: of the eager time outside TensorFlow from which nothing is predicted
LOOP_NODES = 5.0  #: nodes' worth of time that each round of a loop over tensors adds
TRACE_BASE = 4800.0  #: dispatches' worth of time for any trace with its first run
TRACE_PER_OP = 70.0  #: and for each op
LOOP_TRACE = 0.5  #: of the ops of a call with loops over tensors: a loop is traced once
LIGHT = 2e-6  #: seconds of an op that does almost nothing
MAX_SLACK = 2.5  #: between the slowest and the fastest graph the weak ops allow
CLEAR_GAIN = 1.15  #: the low end must promise this much …
WORTH = 1.5  #: … and the prediction this much
TENSORS = frozenset(("tensor", "ndarray", "numpy_scalar", "composite", "symbolic"))


class _Estimate(Struct, frozen=True):
    """Seconds of a graph call, how fast and slow it may be because of weak ops, and the costliest op."""

    graph: float
    fast: float
    slow: float
    why: str
    largest: str
    largest_share: float


def predict(
    recordings: Sequence[Recording], history: CallHistory, calibration: Calibration
) -> Prediction | None:
    """What a tf.function would do for this function; None when there is too little to go by.

    Without a recording only one thing can be said: a call shorter than calling an empty graph can't get faster.
    """
    eager = eager_seconds(history, recordings)
    if eager is None:
        return None
    if not recordings:
        return _too_short(eager, calibration) if eager < calibration.graph_call_seconds else None
    ops = merged(recordings)
    here = as_it_is_now(calibration, ops)
    call = here.graph_call_seconds * (1.0 + ARGUMENT * max(0, tensor_arguments(history) - 1))
    estimate = _estimate(ops, call, here)
    host = min(found.host_seconds / found.seconds if found.seconds else 0.0 for found in recordings)
    reasons = [*weakness.objections(recordings[-1]), *_reasons(estimate, host)]
    spread = hypot(log(ERROR), log(_spread(history.recent_seconds)))
    trace = trace_seconds(ops, calibration)
    return Prediction(
        eager_seconds=eager,
        graph_seconds=estimate.graph,
        speedup=eager / estimate.graph,
        low=eager / estimate.slow / exp(spread),
        high=min(eager / estimate.fast * exp(spread), eager / calibration.graph_call_seconds),
        trace_seconds=trace,
        ops=len(ops),
        break_even_calls=break_even(eager, estimate.graph, trace),
        trusted=not reasons,
        weakness="; ".join(reasons),
        host_share=host,
        largest_op_share=estimate.largest_share,
        largest_op=estimate.largest,
    )


def gain(prediction: Prediction, calls: int) -> Gain:
    """Would the graph be faster for this many calls, tracing included?

    "yes" needs a clear gain even at the low end, and enough calls to pay for the trace; a gain the calls don't pay
    for is "neutral", and so is a ratio near one.
    """
    if not prediction.trusted:
        return "unknown"
    if prediction.high < 1.0:
        return "no"
    if prediction.low > CLEAR_GAIN and prediction.speedup > WORTH:
        needed = prediction.break_even_calls
        return "yes" if needed is not None and calls >= needed else "neutral"
    return "neutral" if 1.0 / WORTH <= prediction.speedup <= WORTH else "unknown"


def break_even(eager: float, graph: float, trace: float, traces: int = 1) -> int | None:
    """Calls after which the graph has won back the seconds of its traces; None when it never does."""
    saving = eager - graph
    return max(1, ceil(traces * trace / saving)) if saving > 0.0 else None


def saved_seconds(history: CallHistory, prediction: Prediction, traces: int = 1) -> float:
    """Seconds the calls seen so far would have saved as a graph; negative when they would have lost.

    Calls made inside a graph are not counted: they cost nothing extra either way.
    """
    saving = prediction.eager_seconds - prediction.graph_seconds
    return history.count * saving - traces * prediction.trace_seconds


def trace_seconds(ops: Sequence[OpRecord], calibration: Calibration) -> float:
    """Estimated seconds of one trace together with the first, slow run of its graph.

    A straight line, good to a factor of 1.5 for four of five functions of tests/benchmarks/prediction.py, scaled by
    how fast this machine gets through TensorFlow's Python and C++.
    """
    count = len(ops) * (LOOP_TRACE if weakness.loops(ops) else 1.0)
    return calibration.dispatch_seconds * (TRACE_BASE + TRACE_PER_OP * count)


def eager_seconds(history: CallHistory, recordings: Sequence[Recording]) -> float | None:
    """Median seconds of an eager call; recorded calls are slower, so they count only where there is little else."""
    recorded = [found.seconds for found in recordings]
    if not history.recent_seconds:
        return median(recorded) if recorded else None
    seen = median(history.recent_seconds)
    few = len(history.recent_seconds) <= 2 * len(recorded)
    return min(seen, median(recorded)) if few else seen


def merged(recordings: Sequence[Recording]) -> tuple[OpRecord, ...]:
    """The ops of a call, each with the shortest time seen; of the recordings whose ops are the most common sequence."""
    groups: dict[tuple[tuple[str, tuple[tuple[int, ...], ...]], ...], list[Recording]] = {}
    for recording in recordings:
        groups.setdefault(tuple((op.name, op.input_shapes) for op in recording.ops), []).append(recording)
    largest = max(reversed(list(groups.values())), key=len)
    return tuple(
        msgspec.structs.replace(same[0], seconds=min(op.seconds for op in same))
        for same in zip(*(recording.ops for recording in largest), strict=True)
    )


def as_it_is_now(calibration: Calibration, ops: Sequence[OpRecord]) -> Calibration:
    """The calibration as it would have come out while these ops ran.

    Ops that do almost nothing show how slow dispatch is under the machine's present load and with cold caches; a
    graph call suffers from the same, but less.
    """
    light = [op.seconds for op in ops if (floor_seconds(op, calibration) or 0.0) < LIGHT]
    load = max(1.0, median(light) / calibration.dispatch_seconds) if light else 1.0
    slower = ORDINARY * load**LOAD_POWER
    return msgspec.structs.replace(
        calibration,
        dispatch_seconds=calibration.dispatch_seconds * min(load, MAX_LOAD),
        graph_call_seconds=calibration.graph_call_seconds * slower,
        node_seconds=calibration.node_seconds * slower,
    )


def tensor_arguments(history: CallHistory) -> int:
    """How many tensors the last call passed, those inside lists, tuples and dicts included."""
    return sum(_tensors_in(sketch) for _, sketch in history.calls[-1].arguments) if history.calls else 1


def _tensors_in(sketch: ValueSketch) -> int:
    return (sketch.kind in TENSORS) + sum(_tensors_in(item) for item in sketch.items)


def _estimate(ops: Sequence[OpRecord], call: float, calibration: Calibration) -> _Estimate:
    """Seconds of the graph, and of the fastest and slowest graph that the weak ops allow."""
    costs = [op_seconds(op, calibration) for op in ops]
    slacks = weakness.slacks(ops)
    rest = call + LOOP_NODES * weakness.loops(ops) * calibration.node_seconds
    fast = rest + sum(cost / slack.faster for cost, slack in zip(costs, slacks, strict=True))
    slow = rest + sum(cost * slack.slower for cost, slack in zip(costs, slacks, strict=True))
    shares: Counter[str] = Counter()
    for op, cost in zip(ops, costs, strict=True):
        shares[op.name] = max(shares[op.name], cost)
    weak: Counter[str] = Counter()
    for cost, slack in zip(costs, slacks, strict=True):
        weak[slack.why] += cost if slack.why else 0.0
    graph = rest + sum(costs)
    largest, cost = shares.most_common(1)[0] if shares else ("", 0.0)
    why = weak.most_common(1)[0][0] if weak else ""
    return _Estimate(graph, fast, slow, why, largest, cost / graph)


def op_seconds(op: OpRecord, calibration: Calibration) -> float:
    """Seconds of an op inside a graph."""
    nested = NESTED_CALL * calibration.graph_call_seconds if weakness.is_nested_graph(op) else 0.0
    measured = max(0.0, op.seconds - max(nested, calibration.dispatch_seconds))
    floor = floor_seconds(op, calibration)
    return calibration.node_seconds + (measured if floor is None else min(measured, CAP * floor))


def _reasons(estimate: _Estimate, host: float) -> list[str]:
    found = []
    if host > HOST_SHARE:
        found.append(f"{host:.0%} of its time is spent outside TensorFlow")
    if estimate.slow > MAX_SLACK * estimate.fast:
        found.append(f"most of the work is in {estimate.why}")
    return found


def _spread(seconds: Sequence[float]) -> float:
    """Ratio of the upper to the lower quartile's distance from the median: 1 when all calls take the same."""
    if len(seconds) < 4:
        return 1.0
    low, _, high = quantiles(seconds, n=4)
    return (high / low) ** 0.5 if low > 0.0 else 1.0


def _too_short(eager: float, calibration: Calibration) -> Prediction:
    """A call shorter than an empty graph call."""
    graph = calibration.graph_call_seconds
    return Prediction(
        eager_seconds=eager,
        graph_seconds=graph,
        speedup=eager / graph,
        low=0.0,
        high=eager / graph,
        trace_seconds=trace_seconds((), calibration),
        ops=0,
        break_even_calls=None,
    )
