"""An operation that may fail stands alone, and nobody uses its result.

Sees        a statement that only calls a TensorFlow operation which checks its input when it runs: gather, reshape, inverse ….
Matters     a graph drops operations whose results nobody needs, so a failure that eager code would raise goes unnoticed.
Wrong when  the operation never fails.
Instead     tf.debugging.assert_*, which a graph keeps, or use the result.
Source      TensorFlow guide, Introduction to graphs, "Non-strict execution".
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "an index out of range": """
        def checked(x, index):
            tf.gather(x, index)
            return x * 2.0
        # %%
        checked(tf.constant([1.0, 2.0]), tf.constant([5]))
        """,
    "a singular matrix": """
        def halved(m):
            tf.linalg.inv(m)
            return m / 2.0
        # %%
        halved(tf.zeros([2, 2]))
        """,
}
QUIET = {
    "an assertion": """
        def checked(x):
            tf.debugging.assert_positive(x)
            return x * 2.0
        # %%
        checked(tf.constant([1.0, 2.0]))
        """,
    "the result is used": """
        def picked(x, index):
            return tf.gather(x, index) * 2.0
        # %%
        picked(tf.constant([1.0, 2.0]), tf.constant([1]))
        """,
}


@rule("HYB254", "unused-op", stance="risks", effects=("unused-op",), covers=("error-pruned",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per statement."""
    for effect in wording.of(evidence, "unused-op"):
        call = wording.named(effect, "call", "the operation")
        message = f"{wording.sentence(call)} fails eagerly on bad input, but a graph leaves it out, since nobody uses its result"
        yield Place(
            effect,
            f"{message}{wording.by(effect)}.",
            "Check with tf.debugging.assert_*, which a graph keeps.",
        )
