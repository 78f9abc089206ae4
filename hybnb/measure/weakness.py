"""Where the prediction is known to be weak: how far off an op's share may be, and what rules a prediction out.

The factors come from comparing predictions with measured graphs (tests/benchmarks/prediction.py): how many times
faster, or slower, the op may be in a graph than the model says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hybnb.measure.roofline import ELEMENT_COST, PRODUCTS, names
from hybnb.model import OpRecord, Recording


class Slack(Struct, frozen=True):
    """An op may be this many times faster or slower in the graph than the model says."""

    faster: float = 1.0
    slower: float = 1.0
    why: str = ""


EXACT = Slack()
CHAIN = Slack(faster=3.0, why="several large elementwise ops in a row, which a graph may run in parallel or fuse")
POWER = Slack(faster=6.0, why="powers, which a graph turns into products")
SEGMENT = Slack(slower=2.5, why="segment ops, which run differently in a graph")
NESTED = Slack(faster=3.0, why="calls of another tf.function, which become part of the graph")

LARGE = 1_000_000  #: bytes from which an elementwise op is bound by memory
CHAIN_LENGTH = 3
MIN_LOOP = 3  #: rounds

REDUCTIONS: Final = names("Sum Mean Max Min Prod All Any EuclideanNorm")
CALLBACKS: Final = names("EagerPyFunc PyFunc PyFuncStateless")
NEW_ITERATORS: Final = names("AnonymousIterator AnonymousIteratorV2 AnonymousIteratorV3 MakeIterator")
SCALAR_CONDITIONS: Final = names("Less LessEqual Greater GreaterEqual NotEqual LogicalAnd")


def slacks(ops: Sequence[OpRecord]) -> list[Slack]:
    """How far off the model may be for each op."""
    found = [_own_slack(op) for op in ops]
    for start, end in _chains(ops):
        found[start:end] = [CHAIN] * (end - start)
    return found


def objections(recording: Recording) -> list[str]:
    """Why nothing should be predicted from this recording at all."""
    seen = {op.name for op in recording.ops}
    found = []
    if recording.truncated:
        found.append("the call runs more ops than hybnb records")
    if recording.accelerator:
        found.append(f"ops run on a {recording.accelerator}, where hybnb can't time them one by one")
    if not recording.ops:
        found.append("the call runs no TensorFlow ops")
    if seen & CALLBACKS:
        found.append("Python functions run as ops (tf.py_function), which a graph doesn't speed up")
    if seen & NEW_ITERATORS:
        found.append("it starts a loop over a dataset, whose cost inside a graph hybnb can't tell")
    return found


def loops(ops: Sequence[OpRecord]) -> int:
    """How many iterations of loops over tensors the ops seem to hold: each costs more in a graph than its nodes.

    A loop over tf.range reads the range's elements one by one; a while loop tests a scalar in each round.
    """
    ranges = {op.output_shapes[0] for op in ops if op.name == "Range" and op.output_shapes}
    reads = sum(
        op.name == "StridedSlice" and op.output_shapes[:1] == ((),) and op.input_shapes[0] in ranges
        for op in ops
        if op.input_shapes
    )
    tests = Counter(op.name for op in ops if op.name in SCALAR_CONDITIONS and op.output_shapes[:1] == ((),))
    rounds = max(reads, max(tests.values(), default=0))
    return rounds if rounds >= MIN_LOOP else 0


def is_nested_graph(op: OpRecord) -> bool:
    """A call of another tf.function: its graph goes by a name like "__inference_helper_42"."""
    return op.name.startswith("__") or op.name in ("PartitionedCall", "StatefulPartitionedCall")


def is_slow_eagerly(op: OpRecord) -> bool:
    """Ops known to take longer on their own than in a graph.

    TensorFlow draws new seeds for an eager random op and makes a new kernel for them; powers become products in graphs.
    """
    return "Random" in op.name or "Truncated" in op.name or op.name == "Pow"


def _own_slack(op: OpRecord) -> Slack:
    if "Segment" in op.name:
        return SEGMENT
    if op.name == "Pow" and () in op.input_shapes:
        return POWER
    if is_nested_graph(op):
        return NESTED
    return EXACT


def _chains(ops: Sequence[OpRecord]) -> list[tuple[int, int]]:
    """Ranges of at least CHAIN_LENGTH large elementwise ops in a row, each of which could feed the next."""
    found, start = [], 0
    for index in range(len(ops) + 1):
        if index == len(ops) or not _large_elementwise(ops[index]):
            if index - start >= CHAIN_LENGTH:
                found.append((start, index))
            start = index + 1
    return found


def _large_elementwise(op: OpRecord) -> bool:
    return op.bytes > LARGE and op.name in ELEMENT_COST and op.name not in PRODUCTS and op.name not in REDUCTIONS
