"""How long a graph of recorded ops would take: what any call takes, plus each op without its eager dispatch.

A single eager op is often slowed down by cold caches and fresh memory, so its time is capped at a few times what the
machine needs for its arithmetic and memory traffic. What is beyond all that is real, and stays: Softmax, Roll, Transpose and
convolutions hand their work to other threads, which takes 50 to 300 microseconds for however few numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import msgspec
from msgspec import Struct

from hybnb.measure import weakness
from hybnb.measure.roofline import floor_seconds
from hybnb.model import Calibration, OpRecord, Recording

CAP = 3.0  #: times the roofline; 2 to 4 do equally well
COLD = 3.0  #: dispatches' worth of time that cold caches may cost an op; the cap takes no more off it
ORDINARY = 1.15  #: times the calibration's best burst: a graph call in the midst of other work
LOAD_POWER = 0.1  #: how much of a slower dispatch shows in a graph call
MAX_LOAD = 3.0  #: times the calibrated dispatch that is still taken for dispatch
LIGHT = 2e-6  #: seconds of an op that does almost nothing
ARGUMENT = 0.1  #: of an empty graph call's time that each further tensor argument adds
NESTED_CALL = 0.5  #: of a graph call's time that an inner tf.function no longer takes once it is part of the outer
LOOP_NODES = 5.0  #: nodes' worth of time that each round of a loop over tensors adds
TRACE_BASE = 4800.0  #: dispatches' worth of time for any trace with its first run
TRACE_PER_OP = 70.0  #: and for each op
LOOP_TRACE = 0.5  #: of the ops of a call with loops over tensors: a loop is traced once


class Estimate(Struct, frozen=True):
    """Seconds of a graph call and of its trace; `fast` and `slow` are what the doubtful ops allow."""

    graph: float
    fast: float
    slow: float
    trace: float
    ops: int
    slack: float  #: how many times slower the slowest graph is than the fastest, as far as it is due to weak ops
    weakest: str  #: what most of that is due to, in words
    largest: str  #: name of the costliest op
    largest_share: float  #: of the graph's time


def estimate(recordings: Sequence[Recording], calibration: Calibration, arguments: int) -> Estimate:
    """The graph of the recorded calls, called with this many tensors."""
    ops = merged(recordings)
    here = as_it_is_now(calibration, ops)
    costs = [op_seconds(op, here) for op in ops]
    slacks = weakness.slacks(ops)
    rounds = weakness.loops(ops)
    call = here.graph_call_seconds * (1.0 + ARGUMENT * max(0, arguments - 1))
    rest = call + LOOP_NODES * rounds * here.node_seconds
    fast = rest + sum(cost / slack.faster for cost, slack in zip(costs, slacks, strict=True))
    slow = rest + sum(cost * slack.slower for cost, slack in zip(costs, slacks, strict=True))
    weak: dict[str, float] = {}
    for cost, slack in zip(costs, slacks, strict=True):
        weak[slack.why] = weak.get(slack.why, 0.0) + cost * (slack.slower - 1.0 / slack.faster)
    dearest, largest = max(((cost, op.name) for cost, op in zip(costs, ops, strict=True)), default=(0.0, ""))
    graph = rest + sum(costs)
    traced = len(ops) * (LOOP_TRACE if rounds else 1.0)
    return Estimate(
        graph=graph,
        fast=fast,
        slow=slow,
        trace=trace_seconds(traced, calibration),
        ops=len(ops),
        slack=slow / fast,
        weakest=max(weak, key=lambda why: weak[why], default=""),
        largest=largest,
        largest_share=dearest / graph,
    )


def trace_seconds(ops: float, calibration: Calibration) -> float:
    """Estimated seconds of one trace together with the first, slow run of its graph.

    A straight line, good to a factor of 1.5 for four of five functions of tests/benchmarks/prediction.py, scaled by
    how fast this machine gets through TensorFlow's Python and C++.
    """
    return calibration.dispatch_seconds * (TRACE_BASE + TRACE_PER_OP * ops)


def merged(recordings: Sequence[Recording]) -> tuple[OpRecord, ...]:
    """The ops of a call, each with the shortest time seen; of the recordings that ran the most common sequence."""
    groups: dict[tuple[tuple[str, tuple[tuple[int, ...], ...]], ...], list[Recording]] = {}
    for recording in reversed(recordings):
        groups.setdefault(tuple((op.name, op.input_shapes) for op in recording.ops), []).append(recording)
    alike = max(groups.values(), key=len)
    return tuple(
        msgspec.structs.replace(same[0], seconds=min(op.seconds for op in same))
        for same in zip(*(recording.ops for recording in alike), strict=True)
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


def op_seconds(op: OpRecord, calibration: Calibration) -> float:
    """Seconds of an op inside a graph."""
    floor = floor_seconds(op, calibration)
    measured = _without_dispatch(op, calibration)
    if floor is None:
        return calibration.node_seconds + measured
    warm = 0.0 if not floor or weakness.is_slow_eagerly(op) else measured - COLD * calibration.dispatch_seconds
    return calibration.node_seconds + max(warm, min(measured, CAP * floor))


def _without_dispatch(op: OpRecord, calibration: Calibration) -> float:
    nested = NESTED_CALL * calibration.graph_call_seconds if weakness.is_nested_graph(op) else 0.0
    return max(0.0, op.seconds - max(nested, calibration.dispatch_seconds))
