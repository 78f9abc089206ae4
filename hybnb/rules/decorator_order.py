"""A decorator below tf.function makes something that it can't call.

Sees        `@tf.function` above `@property`, `@classmethod` or `@cached_property`.
Matters     what those make isn't a function; TensorFlow raises a TypeError when it is traced.
Wrong when  never.
Instead     put `@tf.function` below, next to the `def`.
Source      Run with TensorFlow 2.21.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "above a class method": """
        class Wave:
            @tf.function
            @classmethod
            def energy(cls, x):
                return tf.reduce_sum(x * x)
        # %%
        Wave.energy(tf.ones([2]))
        """,
    "above a class method, with options": """
        class Wave:
            scale = 2.0
            @tf.function(reduce_retracing=True)
            @classmethod
            def scaled(cls, x):
                return x * 2.0
        # %%
        Wave.scaled(tf.ones([2]))
        """,
}
QUIET = {
    "below a class method's decorator": """
        class Wave:
            @classmethod
            @tf.function
            def energy(cls, x):
                return tf.reduce_sum(x * x)
        # %%
        Wave.energy(tf.ones([2]))
        """,
    "above a static method's decorator": """
        class Wave:
            @tf.function
            @staticmethod
            def energy(x):
                return tf.reduce_sum(x * x)
        # %%
        Wave.energy(tf.ones([2]))
        """,
}


@rule(
    "HYB283",
    "decorator-order",
    stance="blocks",
    effects=("decorator-order",),
    claim="context",
    covers=("decorator-order",),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per decorator."""
    for effect in wording.of(evidence, "decorator-order"):
        other = effect.details.get("decorator", "property")
        message = f"tf.function is given what `@{other}` made, and that is no function."
        yield Place(effect, message, f"Put `@tf.function` below `@{other}`.")
