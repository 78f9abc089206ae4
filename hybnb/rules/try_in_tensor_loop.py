"""A try stands in a loop over tensors.

Sees        try with handlers inside a loop that becomes a tf.while_loop.
Matters     the body is traced once: what goes wrong while the loop runs never reaches the handler, and a return under a
            condition inside the try raises ValueError.
Wrong when  nothing in the try can fail and nothing returns from it.
Instead     check the values before, with tf.where or tf.cond.
Source      AutoGraph reference, Limitations: exceptions; tf.errors aren't caught in a graph.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a handler for an inverse that fails": """
        def inverses(x):
            total = 0.0
            for value in x:
                try:
                    total = total + tf.linalg.inv([[value]])[0, 0]
                except tf.errors.InvalidArgumentError:
                    total = total + 1.0
            return total
        # %%
        inverses(tf.constant([1.0, 0.0]))
        """,
    "return inside": """
        def first_large(x):
            for value in x:
                try:
                    if value > 1.0:
                        return value
                except ValueError:
                    pass
            return x[0]
        # %%
        first_large(tf.constant([1.0, 2.0]))
        """,
}
QUIET = {
    "no try": """
        def inverses(x):
            total = 0.0
            for value in x:
                total = total + tf.math.divide_no_nan(1.0, value)
            return total
        # %%
        inverses(tf.constant([1.0, 0.0]))
        """,
    "a Python loop": """
        def total(x):
            result = 0.0
            for key in ("a", "b"):
                try:
                    result = result + x[key]
                except KeyError:
                    result = result + 1.0
            return result
        # %%
        total({"a": tf.constant(1.0)})
        """,
}


@rule("HYB247", "try-in-tensor-loop", stance="risks", effects=("loop-try",), claim="raises", covers=("try-in-tf-loop",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per try."""
    for effect in wording.of(evidence, "loop-try"):
        message = "`try` in a loop that becomes a tf.while_loop catches nothing that goes wrong while the loop runs"
        yield Place(effect, f"{message}{wording.by(effect)}.", "Check the values before, with tf.where or tf.cond.")
