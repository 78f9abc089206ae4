"""An error of TensorFlow's is caught.

Sees        try with handlers around TensorFlow work.
Matters     in a graph the work runs after the try is over: tf.errors never reach the handler. Errors about static shapes
            are raised while tracing, some as ValueError instead of InvalidArgumentError.
Wrong when  only Python errors of the code between are meant, as KeyError.
Instead     check before with tf.cond or tf.where, or catch around the call.
Source      AutoGraph reference, Error handling; TensorFlow issue 10332.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a matrix without an inverse": """
        def inverse(x):
            try:
                return tf.linalg.inv(x)
            except tf.errors.InvalidArgumentError:
                return x
        # %%
        inverse(tf.zeros([2, 2]))
        """,
    "shapes that don't fit, in a helper": """
        def product(a, b):
            try:
                return tf.matmul(a, b)
            except tf.errors.InvalidArgumentError:
                return a
        # %%
        def scaled(x):
            return product(x, x) * 2.0
        # %%
        scaled(tf.ones([2, 3]))
        """,
}
QUIET = {
    "caught by the caller": """
        def inverse(x):
            return tf.linalg.inv(x)
        def safe_inverse(x):
            try:
                return inverse(x)
            except tf.errors.InvalidArgumentError:
                return x
        # %%
        inverse(tf.eye(2))
        """,
    "no TensorFlow work in the try": """
        rates = {"a": 2.0}
        def scaled(x, name="b"):
            try:
                rate = rates[name]
            except KeyError:
                rate = 1.0
            return x * rate
        # %%
        scaled(tf.constant(1.0))
        """,
}


@rule(
    "HYB248",
    "caught-error",
    stance="risks",
    effects=("caught-error",),
    claim="raises",
    covers=(
        "except-runtime-op",
        "exception-class",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per handler."""
    for effect in wording.of(evidence, "caught-error"):
        exception = wording.named(effect, "exception", "the error")
        message = (
            f"the handler of {exception} would not see errors of TensorFlow work, which runs after the `try` is over"
        )
        message = f"{wording.sentence(message)}{wording.by(effect)}."
        yield Place(effect, message, "Check before with tf.cond or tf.where, or catch around the call.")
