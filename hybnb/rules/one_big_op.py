"""Nearly all of the time goes into one op.

Sees        a recorded call in which one op, such as a large matrix product, takes nine tenths of the time or more.
Matters     that op takes as long in a graph; there is hardly any overhead to save.
Wrong when  the op can be merged with its neighbours, as XLA does.
Instead     leave it as it is; make the op itself smaller, or use another dtype or device.
Source      run with TensorFlow 2.21: a matrix product of 1500 x 1500 was 1.08 times as fast in a graph, a convolution 0.96.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hybnb.model import Evidence
from hybnb.rules import calls
from hybnb.rules.rule import Place, rule

MOST: Final = 0.9  #: share of the graph's time

FIRES = {
    "a large matrix product": """
        def product(x):
            return tf.matmul(x, x)
        # %%
        product(tf.ones([900, 900]))
        product(tf.ones([900, 900]))
        product(tf.ones([900, 900]))
    """,
}
QUIET = {
    "many small ops": """
        def power(x):
            for _ in range(40):
                x = x * 1.01 + 0.01
            return x
        # %%
        power(tf.ones([3]))
        power(tf.ones([3]))
        power(tf.ones([3]))
    """,
    "a small matrix product": """
        def product(x):
            return tf.matmul(x, x)
        # %%
        product(tf.ones([4, 4]))
        product(tf.ones([4, 4]))
        product(tf.ones([4, 4]))
    """,
}


@rule("HYB403", "one-big-op", stance="notes", needs=("calls", "prediction"), claim="no-gain", covers=("one-big-op",))
def check(evidence: Evidence) -> Iterator[Place]:
    """By the ops of a recorded call."""
    prediction = evidence.prediction
    assert prediction is not None
    if prediction.largest_op_share >= MOST:
        message = (
            f"{prediction.largest_op} takes {prediction.largest_op_share:.0%} of the time, and as long in a graph."
        )
        yield Place(calls.own(evidence), message, "Leave it as it is.", {"op": prediction.largest_op})
