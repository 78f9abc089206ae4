"""A tf.function is traced again and again.

Sees        a function that carries tf.function and has been traced five times or more.
Matters     a trace takes 15 ms for one op and 265 ms for a small training step, and its graph stays in memory.
            TensorFlow's own warning comes late, at most twice, and can't name the argument.
Wrong when  each trace serves very many calls, or each belongs to an object of its own that has the method.
Instead     pass Python values as tensors; write reduce_retracing=True where shapes vary; make objects once.
Source      TensorFlow guide "Better performance with tf.function", on controlling retracing; run with TensorFlow 2.21.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hybnb.amounts import seconds
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


@rule(
    "HYB501",
    "retracing-now",
    stance="notes",
    needs=("source", "decorator"),
    claim="retraces",
    covers=("method-per-instance", "memory-per-trace", "xla-recompile-shape", "retrace-ragged"),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """By TensorFlow's own count of the traces."""
    decoration, traces = evidence.facts.decoration, _traces(evidence)
    if decoration is None or traces < OFTEN:
        return
    guilty, suspects = _guilty(evidence), _suspects(evidence)
    why = (
        f", each time {wording.listed(guilty)} {'changes' if len(guilty) == 1 else 'change'}{_for_example(evidence, guilty)}"
        if guilty
        else ""
    )
    if suspects and not guilty:
        why = f"; {wording.listed(suspects)} takes Python values, and each new one is traced"
    message = f"`{evidence.facts.function.name}` has been traced {traces} times so far{_price(evidence)}{why}."
    details = {"traces": str(traces), "parameter": ", ".join(guilty or suspects)}
    yield Place(decoration.span, message, _instead(evidence, guilty or suspects), details)


def _price(evidence: Evidence) -> str:
    """What the traces have taken so far, where TensorFlow was asked."""
    retraces = evidence.retraces
    if retraces is None or not retraces.seconds or not retraces.megabytes:
        return ""
    return f" ({seconds(retraces.seconds)} and about {retraces.megabytes:.0f} MB)"


def _for_example(evidence: Evidence, guilty: Sequence[str]) -> str:
    """What the first of them was, and what it became."""
    seen = evidence.retraces.culprits if evidence.retraces is not None and evidence.retraces.exact else ()
    found = next((one for one in seen if one.argument in guilty), None)
    return f" (from {found.old} to {found.new})" if found else ""


def _traces(evidence: Evidence) -> int:
    return (evidence.history.traces or 0) if evidence.history is not None else 0


def _guilty(evidence: Evidence) -> list[str]:
    """What TensorFlow's own traces differ in; or what was seen to change; or what the call sites pass."""
    retraces = evidence.retraces
    if retraces is not None and retraces.exact and retraces.culprits:
        return [one.argument for one in retraces.culprits]
    seen = calls.varying(evidence, ("value", "shape", "rank", "dtype", "structure", "object"))
    return [one.path for one in seen] or [one.name for one in evidence.facts.parameters if one.changing]


def _suspects(evidence: Evidence) -> list[str]:
    return [one.name for one in evidence.facts.parameters if VALUES.intersection(one.kinds)]


def _instead(evidence: Evidence, named: list[str]) -> str:
    retraces = evidence.retraces
    exact = retraces is not None and retraces.exact
    shapes = bool(retraces.relaxed) if retraces and exact else bool(calls.varying(evidence, ("shape", "rank")))
    if named and not shapes:
        return f"Pass {wording.listed(named)} as a tensor, or the same value or object in every call."
    if named and evidence.facts.static_shape_reads:
        return calls.equal_shapes(named[0])
    if retraces and exact and retraces.relaxed and all(one.partition("[")[0] in retraces.relaxed for one in named):
        return "Write reduce_retracing=True, or make the shapes equal."
    return "Pass Python values as tensors, and write reduce_retracing=True if shapes vary."
