"""An exception is raised under a tensor condition.

Sees        `raise` in a branch of an `if` on a tensor, or in a loop over tensors.
Matters     both branches are traced, so the exception is raised while tracing, for good input too.
Wrong when  it never is.
Instead     tf.debugging.assert_* before, or check in the caller.
Source      TensorFlow issue 60805; AutoGraph reference, Error handling.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a check of the input": """
        def root(x):
            if x < 0.0:
                raise ValueError("negative")
            return tf.sqrt(x)
        # %%
        root(tf.constant(4.0))
        """,
    "a check in a helper": """
        def finite(x):
            if tf.reduce_any(tf.math.is_nan(x)):
                raise FloatingPointError("not a number")
            return x
        # %%
        def root(x):
            return tf.sqrt(finite(x))
        # %%
        root(tf.constant([4.0]))
        """,
}
QUIET = {
    "tf.debugging": """
        def root(x):
            tf.debugging.assert_non_negative(x)
            return tf.sqrt(x)
        # %%
        root(tf.constant(4.0))
        """,
    "a Python condition": """
        def root(x):
            if x.shape.rank != 0:
                raise ValueError("a scalar is needed")
            return tf.sqrt(x)
        # %%
        root(tf.constant(4.0))
        """,
}


@rule(
    "HYB244",
    "raise-under-tensor-branch",
    stance="blocks",
    effects=("branch-raise",),
    claim="raises",
    covers=(
        "raise-under-tensor-if",
        "raise-caught-in-try",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per raise."""
    for effect in wording.of(evidence, "branch-raise"):
        exception = wording.named(effect, "exception", "an exception")
        message = f"{exception} stands under a tensor condition; both branches are traced, so it would always be raised"
        message = f"{wording.sentence(message)}{wording.by(effect)}."
        yield Place(effect, message, "Use tf.debugging.assert_*, or check in the caller.")
