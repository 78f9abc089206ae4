"""A tf.function whose shapes vary does not relax them.

Sees        a function that carries tf.function without reduce_retracing or input_signature, was traced five times or more,
            and takes tensors rather than Python values.
Matters     every shape is traced anew; with reduce_retracing=True shapes that differ are traced once, with unknown sizes.
Wrong when  something else than a shape varies, or the body needs static shapes.
Instead     write reduce_retracing=True, or an input_signature with None where sizes vary.
Source      run with TensorFlow 2.21: ten shapes gave ten traces, and two with reduce_retracing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hybnb.model import Evidence, Kind
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

OFTEN: Final = 5  #: traces
RELAXED: Final = frozenset({"reduce_retracing", "experimental_relax_shapes", "input_signature"})
TENSORS: Final = frozenset[Kind]({"tensor", "ndarray", "composite", "variable", "symbolic", "numpy_scalar"})

FIRES = {
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
    "relaxed already": """
        @tf.function(reduce_retracing=True)
        def loss(x):
            return tf.reduce_mean(x * x)
        # %%
        loss(tf.ones([6, 2]))
        loss(tf.ones([5, 2]))
        loss(tf.ones([4, 2]))
        loss(tf.ones([3, 2]))
        loss(tf.ones([2, 2]))
    """,
    "a signature": """
        @tf.function(input_signature=[tf.TensorSpec([None, 2])])
        def loss(x):
            return tf.reduce_mean(x * x)
        # %%
        loss(tf.ones([6, 2]))
        loss(tf.ones([5, 2]))
        loss(tf.ones([4, 2]))
    """,
    "one shape": """
        @tf.function
        def loss(x):
            return tf.reduce_mean(x * x)
        # %%
        loss(tf.ones([6, 2]))
        loss(tf.ones([6, 2]))
        loss(tf.ones([6, 2]))
    """,
}


@rule("HYB504", "relaxation-missing", stance="notes", needs=("source", "decorator"), claim="context")
def check(evidence: Evidence) -> Iterator[Place]:
    """By the count of traces, and by what can have varied."""
    decoration, history = evidence.facts.decoration, evidence.history
    if decoration is None or RELAXED & decoration.options.keys() or evidence.facts.static_shape_reads:
        return
    if history is None or (history.traces or 0) < OFTEN or _would_not_help(evidence):
        return
    names = (
        _relaxed(evidence) or [one.path for one in calls.varying(evidence, ("shape", "rank"))] or _may_vary(evidence)
    )
    if names:
        message = f"{history.traces} traces come of the shapes of {wording.listed(names)}, as far as hybnb can see."
        step = "Write @tf.function(reduce_retracing=True)."
        yield Place(decoration.span, message, step, {"parameter": ", ".join(names)})


def _relaxed(evidence: Evidence) -> list[str]:
    retraces = evidence.retraces
    return list(retraces.relaxed or ()) if retraces is not None and retraces.exact else []


def _would_not_help(evidence: Evidence) -> bool:
    """TensorFlow's own matching says that the option would save no trace, or that it breaks on these calls."""
    retraces = evidence.retraces
    return retraces is not None and retraces.exact and (retraces.reduced is None or retraces.reduced >= retraces.count)


def _may_vary(evidence: Evidence) -> list[str]:
    """The parameters, if all take tensors and nothing else, so that only shapes and dtypes can have varied."""
    parameters = evidence.facts.parameters
    only_tensors = all(one.kinds and TENSORS.issuperset(one.kinds) for one in parameters)
    return [one.name for one in parameters] if only_tensors and evidence.facts.form != "method" else []
