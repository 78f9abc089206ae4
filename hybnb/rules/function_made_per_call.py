"""A tf.function is made at each call, or in each round of a loop.

Sees        tf.function(...) or a decorated `def` in the body, or in a loop of the notebook's.
Matters     eagerly, each call makes a new function and traces it anew, which takes longer than what it computes. Decorated
            itself, the outer function would trace the inner one once.
Wrong when  the function is called once.
Instead     make the tf.function once, outside.
Source      TensorFlow guide, Better performance with tf.function: Rules of tracing.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "tf.function of a lambda": """
        def doubled(x):
            double = tf.function(lambda v: v * 2.0)
            return double(x)
        # %%
        doubled(tf.constant(1.0))
        doubled(tf.constant(2.0))
        """,
    "a decorated def inside": """
        def doubled(x):
            @tf.function
            def double(v):
                return v * 2.0
            return double(x)
        # %%
        doubled(tf.constant(1.0))
        doubled(tf.constant(2.0))
        """,
    "a conversion in each round of a loop": """
        def scaled(x):
            return x * 2.0
        for size in (1, 2):
            tf.function(scaled)(tf.ones(size))
        # %%
        scaled(tf.constant(1.0))
        scaled(tf.constant(2.0))
        """,
}
QUIET = {
    "made once": """
        double = tf.function(lambda v: v * 2.0)
        def doubled(x):
            return double(x)
        # %%
        doubled(tf.constant(1.0))
        doubled(tf.constant(2.0))
        """,
    "a nested function that isn't decorated": """
        def doubled(x):
            def double(v):
                return v * 2.0
            return double(x)
        # %%
        doubled(tf.constant(1.0))
        doubled(tf.constant(2.0))
        """,
}


@rule(
    "HYB272",
    "function-made-per-call",
    stance="notes",
    effects=("wrapper-per-call",),
    claim="harmless",
    covers=("wrapper-per-call",),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per tf.function."""
    for effect in wording.of(evidence, "wrapper-per-call"):
        if "loop" in effect.details:
            name = evidence.facts.function.name
            message = f"`{name}` is made a tf.function in each round of the loop in {effect.details['loop']}, and traced anew."
            yield Place(effect, message, "Make it once, before the loop.")
            continue
        call = wording.named(effect, "call", "tf.function")
        message = (
            f"{call} is made at each call of `{evidence.facts.function.name}` and traced anew{wording.by(effect)}."
        )
        yield Place(effect, message, "Make it once, outside.")
