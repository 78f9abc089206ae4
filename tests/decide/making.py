"""Small evidence for tests: functions, calls and predictions written by hand."""

from __future__ import annotations

from msgspec.structs import replace

from hybnb.measure.retraces import reckoned
from hybnb.model import (
    Call,
    CallHistory,
    Decoration,
    Evidence,
    Finding,
    FunctionFacts,
    FunctionId,
    Parameter,
    Prediction,
    Retraces,
    Span,
    Stance,
    ValueSketch,
)

STEP = FunctionId("step", 2, 1, 5, 1)
CLEAN = FunctionFacts(
    STEP,
    parameters=(Parameter("x", kinds=("tensor",), basis="calls"),),
    python_side_effects="no",
    recursive="no",
    tensor_computation="yes",
    op_calls=20,
)
DECORATED = Decoration("@tf.function", Span(2, 1, 1, 1, 12))
FAST = Prediction(
    eager_seconds=0.010, graph_seconds=0.001, speedup=10.0, low=7.0, high=14.0, trace_seconds=0.1, ops=200,
)  # fmt: skip


def tensor(*shape: int, dtype: str = "float32") -> ValueSketch:
    return ValueSketch("tensor", dtype=dtype, shape=shape)


def number(value: float) -> ValueSketch:
    return ValueSketch("number", type="int" if isinstance(value, int) else "float", value=value)


def calls(*arguments: dict[str, ValueSketch], each: float = 0.010, times: int = 1) -> CallHistory:
    """A history of eager calls with these arguments, every one made `times` times."""
    made = tuple(Call(tuple(one.items()), count=times, seconds=each * times) for one in arguments)
    count = len(made) * times
    return CallHistory("step", count, each * count, (each,) * min(64, max(0, count - 1)), calls=made)


def steady(count: int, each: float = 0.010) -> CallHistory:
    """`count` calls with one signature."""
    return calls({"x": tensor(32, 8)}, each=each, times=count)


def evidence(
    history: CallHistory | None = None,
    prediction: Prediction | None = None,
    retraces: Retraces | None = None,
    facts: FunctionFacts = CLEAN,
    decorated: bool = False,
    live: bool = True,
) -> Evidence:
    if decorated:
        facts = replace(facts, decoration=DECORATED)
    if retraces is None and history is not None:
        retraces = reckoned(history)
    return Evidence(facts, history=history, prediction=prediction, retraces=retraces, live=live)


def finding(
    name: str, stance: Stance = "notes", code: str = "HYB299", cell: int = 2, line: int = 3, message: str = "It is so."
) -> Finding:
    return Finding(code, name, stance, cell, line, 4, line, 9, message)
