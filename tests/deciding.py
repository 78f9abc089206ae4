"""What hybnb would say of a gain, from a prediction and a number of calls alone."""

from __future__ import annotations

from hybnb.decide.gain import gain as decided
from hybnb.model import CallHistory, Evidence, FunctionFacts, FunctionId, Gain, Prediction


def gain(prediction: Prediction, calls: int) -> Gain:
    """The answer to "faster?" for a function without findings."""
    seconds = prediction.eager_seconds
    history = CallHistory("f", count=calls, seconds=calls * seconds, recent_seconds=(seconds,) * min(calls, 8))
    facts = FunctionFacts(FunctionId("f", 1, 1, 2, 1), tensor_computation="yes", op_calls=prediction.ops)
    return decided(Evidence(facts, history, prediction, recorded=True), ())[0].value
