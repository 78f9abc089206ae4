"""A shape is given as one number.

Sees        tf.reshape(x, -1) or tf.fill(n, 0.0): one number, or a tensor of one, where a list of sizes is meant.
Matters     eagerly the number counts as a shape of one axis; while TensorFlow traces, a shape must be a list: ValueError.
Wrong when  it never is.
Instead     a list of one number, as tf.reshape(x, [-1]), which is the same eagerly.
Source      reproduced: shape inference of Reshape and Fill, which eager kernels skip.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "all in one row": """
        def flat(x):
            return tf.reshape(x, -1)
        # %%
        flat(tf.ones((2, 2)))
        """,
    "lengths made flat for a mask, by keyword, in a helper": """
        def flat(lengths):
            return tf.reshape(lengths, shape=-1)
        # %%
        def mask(lengths):
            return tf.sequence_mask(flat(lengths), 4)
        # %%
        mask(tf.constant([[1, 2], [3, 4]]))
        """,
    "a number that the size of a tensor is": """
        def flat(x):
            return tf.reshape(x, tf.size(x))
        # %%
        flat(tf.ones((2, 2)))
        """,
    "so many copies of a value": """
        def row(x, n=3):
            return tf.fill(n, x)
        # %%
        row(tf.constant(1.0))
        """,
}
QUIET = {
    "a list of one number": """
        def flat(x):
            return tf.reshape(x, [-1])
        # %%
        flat(tf.ones((2, 2)))
        """,
    "a shape of another tensor": """
        def like(x, other):
            return tf.reshape(x, other.shape) + tf.reshape(x, tf.shape(other))
        # %%
        like(tf.ones((2, 2)), tf.ones(4))
        """,
    "a vector of one size": """
        def flat(x):
            return tf.reshape(x, tf.reshape(tf.size(x), [1]))
        # %%
        flat(tf.ones((2, 2)))
        """,
    "functions that take one number": """
        def rows(x):
            return tf.ones(3) + tf.zeros(3) + tf.repeat(x, 3)
        # %%
        rows(tf.constant([1.0]))
        """,
}


@rule("HYB236", "scalar-shape", stance="blocks", effects=("scalar-shape",), claim="raises", covers=("scalar-shape",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per call."""
    for effect in wording.of(evidence, "scalar-shape"):
        call = wording.named(effect, "call", "this function")
        message = f"{call} is given one number as a shape, and that must be a list of sizes while TensorFlow traces"
        yield Place(
            effect,
            f"{message}{wording.by(effect)}.",
            "Put the number in a list, as [-1]; eagerly it is the same.",
        )
