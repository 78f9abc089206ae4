"""The size of a tensor is read in Python, and the trace leaves it open.

Sees        `x.shape[0]`, `len(x.shape)` or the like, in a tf.function whose input_signature has None, or which relaxes
            shapes; or of a tensor as long as values say, such as what a mask leaves.
Matters     where the trace leaves a size open, `x.shape[0]` is None: arithmetic, `range` and shapes made from it fail, or a
            comparison with it is false.
Wrong when  the size that is read is one that the signature gives.
Instead     `tf.shape(x)[0]`, or give the size in the signature.
Source      TensorFlow guide, Introduction to tensors: shapes; run with TensorFlow 2.21.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a mean over a batch of any size": """
        @tf.function(input_signature=[tf.TensorSpec([None, 2])])
        def mean(x):
            return tf.reduce_sum(x, axis=0) / x.shape[0]
        # %%
        mean(tf.ones([4, 2]))
        """,
    "as many zeros as rows": """
        @tf.function(input_signature=[tf.TensorSpec([None, 2])])
        def padded(x):
            return tf.concat([x, tf.zeros([x.shape[0], 2])], axis=1)
        # %%
        padded(tf.ones([4, 2]))
        """,
    "the size of what a mask leaves": """
        def mean(x):
            kept = tf.boolean_mask(x, x > 0.0)
            return tf.reduce_sum(kept) / kept.shape[0]
        # %%
        mean(tf.constant([1.0, -1.0]))
        """,
}
QUIET = {
    "another size of what a mask leaves": """
        def mean(x):
            kept = tf.boolean_mask(x, x[:, 0] > 0.0)
            return tf.reduce_sum(kept) / kept.shape[1]
        # %%
        mean(tf.constant([[1.0, 2.0], [-1.0, 3.0]]))
        """,
    "the size as a tensor": """
        @tf.function(input_signature=[tf.TensorSpec([None, 2])])
        def mean(x):
            return tf.reduce_sum(x, axis=0) / tf.cast(tf.shape(x)[0], tf.float32)
        # %%
        mean(tf.ones([4, 2]))
        """,
    "no signature": """
        def mean(x):
            return tf.reduce_sum(x, axis=0) / x.shape[0]
        # %%
        mean(tf.ones([4, 2]))
        """,
}


@rule(
    "HYB235", "static-shape", stance="risks", effects=("static-shape",), claim="raises", covers=("static-shape-none",)
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per function."""
    for effect in wording.of(evidence, "static-shape"):
        name = wording.named(effect, "target", "a tensor")
        message = f"the static shape of {name} is read in Python, but the trace leaves some sizes open as None"
        message = f"{wording.sentence(message)}{wording.by(evidence, effect)}."
        yield Place(effect, message, f"Use tf.shape({effect.details.get('target', 'x').split(', ')[0]}).")
