"""Very many tensors are passed in.

Sees        observed calls with twenty or more tensors, those inside lists, tuples and dictionaries included.
Matters     every tensor argument of a tf.function adds to the time of its call, some 0.025 ms each.
Wrong when  the function works for milliseconds anyway.
Instead     stack the tensors into one, or keep them in variables that the function captures.
Source      run with TensorFlow 2.21: one argument 0.3 ms, fifty arguments 1.5 ms a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hybnb.model import Evidence, Kind, ValueSketch
from hybnb.rules import calls
from hybnb.rules.rule import Place, rule

MANY: Final = 20
TENSORS: Final = frozenset[Kind]({"tensor", "ndarray", "numpy_scalar", "composite"})

FIRES = {
    "a list of thirty tensors": """
        def total(xs):
            return tf.add_n(xs)

        xs = [tf.ones([2])] * 30
        # %%
        total(xs)
        total(xs)
        total(xs)
    """,
}
QUIET = {
    "one stacked tensor": """
        def total(x):
            return tf.reduce_sum(x, axis=0)

        x = tf.ones([30, 2])
        # %%
        total(x)
        total(x)
        total(x)
    """,
    "a list of numbers": """
        def total(x, weights):
            return x * sum(weights)

        weights = [0.5] * 30
        # %%
        total(tf.ones([2]), weights)
        total(tf.ones([2]), weights)
        total(tf.ones([2]), weights)
    """,
}


@rule("HYB407", "many-inputs", stance="notes", needs=("calls",), claim="no-gain", covers=("many-inputs",))
def check(evidence: Evidence) -> Iterator[Place]:
    """By the call with the most tensors."""
    assert evidence.history is not None
    most = max(sum(_tensors(sketch) for _, sketch in call.arguments) for call in evidence.history.calls)
    if most >= MANY:
        message = f"{most} tensors are passed in, and each makes a graph's call some 0.025 ms longer."
        yield Place(
            calls.own(evidence), message, "Stack them into one tensor, or capture variables.", {"count": str(most)}
        )


def _tensors(sketch: ValueSketch) -> int:
    unseen = 0
    if sketch.kind in ("list", "tuple", "dict") and sketch.items and sketch.length is not None:
        alike = all(item.kind == sketch.items[0].kind for item in sketch.items)
        unseen = (sketch.length - len(sketch.items)) * _tensors(sketch.items[-1]) if alike else 0
    return (sketch.kind in TENSORS) + sum(map(_tensors, sketch.items)) + max(0, unseen)
