"""A tf.function is traced again and again.

Sees        a function that carries tf.function and has been traced five times or more.
Matters     a trace takes 15 ms for one op and 265 ms for a small training step, and its graph stays in memory.
            TensorFlow's own warning comes late, at most twice, and can't name the argument.
Wrong when  each trace serves very many calls, or each belongs to an object of its own that has the method.
Instead     pass Python values as tensors; write reduce_retracing=True where shapes vary; make objects once.
Source      TensorFlow guide "Better performance with tf.function", on controlling retracing; run with TensorFlow 2.21.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hybnb.model import Evidence, Kind
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

OFTEN: Final = 5  #: traces; TensorFlow's own warning needs as many within ten calls
VALUES: Final = frozenset[Kind]({"number", "string"})

FIRES = {
    "a Python counter": """
        @tf.function
        def step(x, n):
            return x * tf.cast(n, tf.float32)
        # %%
        step(tf.ones([2]), 1)
        step(tf.ones([2]), 2)
        step(tf.ones([2]), 3)
        step(tf.ones([2]), 4)
        step(tf.ones([2]), 5)
        step(tf.ones([2]), 6)
    """,
    "batches of every size": """
        @tf.function
        def loss(x):
            return tf.reduce_mean(x * x)
        # %%
        loss(tf.ones([6, 2]))
        loss(tf.ones([5, 2]))
        loss(tf.ones([4, 2]))
        loss(tf.ones([3, 2]))
        loss(tf.ones([2, 2]))
    """,
}
QUIET = {
    "one trace for all calls": """
        @tf.function
        def step(x, n):
            return x * n
        # %%
        step(tf.ones([2]), tf.constant(1.0))
        step(tf.ones([2]), tf.constant(2.0))
        step(tf.ones([2]), tf.constant(3.0))
        step(tf.ones([2]), tf.constant(4.0))
        step(tf.ones([2]), tf.constant(5.0))
    """,
    "a smaller last batch": """
        @tf.function
        def loss(x):
            return tf.reduce_mean(x * x)
        # %%
        loss(tf.ones([4, 2]))
        loss(tf.ones([4, 2]))
        loss(tf.ones([3, 2]))
    """,
}


@rule("HYB501", "retracing-now", stance="notes", claim="retraces")
def check(evidence: Evidence) -> Iterator[Place]:
    """By TensorFlow's own count of the traces."""
    decoration, traces = evidence.facts.decoration, _traces(evidence)
    if decoration is None or traces < OFTEN:
        return
    guilty, suspects = _guilty(evidence), _suspects(evidence)
    why = f", each time {wording.listed(guilty)} changes" if guilty else ""
    if suspects and not guilty:
        why = f"; {wording.listed(suspects)} takes Python values, and each new one is traced"
    message = f"`{evidence.facts.function.name}` has been traced {traces} times so far{why}."
    details = {"traces": str(traces), "parameter": ", ".join(guilty or suspects)}
    yield Place(decoration.span, message, _instead(evidence, guilty or suspects), details)


def _traces(evidence: Evidence) -> int:
    return (evidence.history.traces or 0) if evidence.history is not None else 0


def _guilty(evidence: Evidence) -> list[str]:
    """What was seen to change, or else what the call sites pass different Python values for."""
    seen = calls.varying(evidence, ("value", "shape", "rank", "dtype", "structure", "object"))
    return [one.path for one in seen] or [one.name for one in evidence.facts.parameters if one.changing]


def _suspects(evidence: Evidence) -> list[str]:
    return [one.name for one in evidence.facts.parameters if VALUES.intersection(one.kinds)]


def _instead(evidence: Evidence, named: list[str]) -> str:
    if named and not calls.varying(evidence, ("shape", "rank")):
        return f"Pass {wording.listed(named)} as a tensor, or the same value or object in every call."
    return "Pass Python values as tensors, and write reduce_retracing=True if shapes vary."
