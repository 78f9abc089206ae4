"""The value of a tensor is taken out with .numpy() or .item().

Sees        .numpy(), .item(), .tolist() on a tensor that is made or passed in, and .numpy() on a variable.
Matters     while TensorFlow traces, tensors are symbols without values: AttributeError or NotImplementedError.
Wrong when  the tensor was made outside and is only read here; such a one keeps its value.
Instead     stay in TensorFlow; take the value out of what the function returns.
Source      TensorFlow guide, Better performance with tf.function; TensorFlow issue 37988.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a loss kept as a number": """
        def step(x):
            loss = tf.reduce_mean(x * x)
            return loss.numpy()
        # %%
        step(tf.constant([1.0, 2.0]))
        """,
    "a variable's value, in a helper": """
        scale = tf.Variable(2.0)
        def current():
            return scale.numpy()
        # %%
        def scaled(x):
            return x * current()
        # %%
        scaled(tf.constant(1.0))
        """,
}
QUIET = {
    "the caller takes the value": """
        def step(x):
            return tf.reduce_mean(x * x)
        # %%
        step(tf.constant([1.0, 2.0])).numpy()
        """,
    "a tensor made outside": """
        scale = tf.constant(2.0)
        def scaled(x):
            return x * scale.numpy()
        # %%
        scaled(tf.constant(1.0))
        """,
}


@rule(
    "HYB220",
    "eager-numpy-method",
    stance="blocks",
    effects=("numpy-method",),
    claim="raises",
    covers=("eager-numpy-method",),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per call."""
    for effect in wording.of(evidence, "numpy-method"):
        call, target = wording.named(effect, "call", "this method"), wording.named(effect, "target", "a tensor")
        message = f"{call} asks {target} for a value, which it doesn't have while TensorFlow traces"
        yield Place(
            effect,
            f"{message}{wording.by(effect)}.",
            "Take the value out of the result instead, in the caller.",
        )
