"""There were too few calls to repay the tracing.

Sees        a function that is predicted to be faster as a graph, and fewer calls so far than win back one trace.
Matters     tracing takes tens of milliseconds to seconds; with few calls it costs more than the graph saves.
Wrong when  many more calls are to come.
Instead     decorate it when it will be called often enough.
Source      run with TensorFlow 2.21: a trace and its first run were repaid after 12 calls (median), 94 for one in ten.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hybnb.model import Evidence
from hybnb.rules import calls
from hybnb.rules.rule import Place, rule

FASTER: Final = 1.5  #: predicted speed-up that is believed

FIRES = {
    "three calls of a long chain": """
        def power(x):
            for _ in range(100):
                x = x * 1.01 + 0.01
            return x
        # %%
        power(tf.ones([3]))
        power(tf.ones([3]))
        power(tf.ones([3]))
    """,
}
QUIET = {
    "a hundred calls": """
        def power(x):
            for _ in range(100):
                x = x * 1.01 + 0.01
            return x
        # %%
        for _ in range(100): power(tf.ones([3]))
    """,
    "a graph would not be faster": """
        def norm(x):
            return tf.sqrt(tf.reduce_sum(x * x))
        # %%
        norm(tf.ones([3]))
        norm(tf.ones([3]))
        norm(tf.ones([3]))
    """,
}


@rule("HYB404", "few-calls", stance="notes", needs=("calls", "prediction"), claim="no-gain", covers=("few-calls",))
def check(evidence: Evidence) -> Iterator[Place]:
    """By the prediction's break-even."""
    prediction, count = evidence.prediction, calls.calls(evidence)
    assert prediction is not None
    saved = calls.saved_seconds(evidence, prediction.eager_seconds, prediction.speedup)
    needed = calls.break_even(saved, prediction.trace_seconds)
    if prediction.trusted and prediction.speedup >= FASTER and needed is not None and count < needed:
        message = f"A trace is repaid after about {needed} calls; there were {count} so far."
        details = {"calls": str(count), "break_even": str(needed)}
        yield Place(
            calls.own(evidence), message, f"Decorate it if it will be called more than {needed} times.", details
        )
