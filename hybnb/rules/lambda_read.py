"""A lambda reads a variable that a tensor condition or loop has changed since.

Sees        a lambda made before an `if` or a loop on a tensor, which reads a variable that is set there and is used by the
            lambda alone afterwards.
Matters     AutoGraph doesn't see that the lambda will read it, so the variable leaves the condition or loop with the value
            it had before. Nested `def`s are seen.
Wrong when  never where it is certain.
Instead     pass the variable to the lambda, or write a nested `def`.
Source      AutoGraph reference, Limitations: Undefined and None values, variables captured by lambdas.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a lambda made before a loop": """
        def last(values):
            found = tf.constant(-1.0)
            answer = lambda: found
            for value in values:
                found = value
            return answer()
        # %%
        last(tf.constant([1.0, 2.0]))
        """,
    "a lambda made before a condition": """
        def scaled(x):
            factor = tf.constant(1.0)
            scale = lambda y: y * factor
            if tf.reduce_sum(x) > 0.0:
                factor = tf.constant(5.0)
            return scale(x)
        # %%
        scaled(tf.constant(2.0))
        """,
}
QUIET = {
    "a nested def": """
        def last(values):
            found = tf.constant(-1.0)
            def answer():
                return found
            for value in values:
                found = value
            return answer()
        # %%
        last(tf.constant([1.0, 2.0]))
        """,
    "a lambda made afterwards": """
        def scaled(x):
            factor = tf.constant(1.0)
            if tf.reduce_sum(x) > 0.0:
                factor = tf.constant(5.0)
            scale = lambda y: y * factor
            return scale(x)
        # %%
        scaled(tf.constant(2.0))
        """,
    "a variable that is used directly as well": """
        def scaled(x):
            factor = tf.constant(1.0)
            scale = lambda y: y * factor
            if tf.reduce_sum(x) > 0.0:
                factor = tf.constant(5.0)
            return scale(x) + factor
        # %%
        scaled(tf.constant(2.0))
        """,
}


@rule("HYB256", "lambda-read", stance="blocks", effects=("lambda-read",), covers=("lambda-closes-loopvar",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per read."""
    for effect in wording.of(evidence, "lambda-read"):
        name = wording.named(effect, "name", "a variable")
        message = f"the lambda reads {name} as it was before a tensor's condition or loop changed it"
        message = f"{wording.sentence(message)}{wording.by(evidence, effect)}."
        yield Place(effect, message, f"Pass {name} to the lambda, or write a nested `def`.")
