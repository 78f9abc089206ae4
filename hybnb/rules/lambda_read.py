"""A lambda reads a variable that a condition or loop has changed since.

Sees        a lambda made before an `if` or a loop on a tensor, which reads a variable that is set there and is used by the
            lambda alone afterwards; lambdas made in a loop, of Python's too, which read what it sets and are called behind it.
Matters     AutoGraph doesn't see that the lambda will read it, so the variable leaves the condition or loop with the value
            it had before; and of the lambdas made in a loop, each keeps the variable of its own round, where eagerly all
            read the last. Nested `def`s are seen.
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
    "lambdas made in a Python loop": """
        def polynomial(x):
            terms = []
            for power in (1, 2, 3):
                terms.append(lambda: x**power)
            return tf.add_n([term() for term in terms])
        # %%
        polynomial(tf.constant(2.0))
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
    "lambdas made in a Python loop that take the variable": """
        def polynomial(x):
            terms = []
            for power in (1, 2, 3):
                terms.append(lambda power=power: x**power)
            return tf.add_n([term() for term in terms])
        # %%
        polynomial(tf.constant(2.0))
        """,
    "a lambda called in the round that made it": """
        def polynomial(x):
            total = tf.zeros_like(x)
            for power in (1, 2, 3):
                term = lambda: x**power
                total += term()
            return total
        # %%
        polynomial(tf.constant(2.0))
        """,
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


WORDS = {
    "graph": "the lambda reads {name} as it was before a tensor's condition or loop changed it",
    "rounds": "in a graph each lambda made in the loop keeps {name} of its own round, eagerly all read the last",
}


@rule("HYB256", "lambda-read", stance="blocks", effects=("lambda-read",), covers=("lambda-closes-loopvar",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per read."""
    for effect in wording.of(evidence, "lambda-read"):
        name = wording.named(effect, "name", "a variable")
        message = WORDS[effect.details.get("why", "graph")].format(name=name)
        message = f"{wording.sentence(message)}{wording.by(effect)}."
        yield Place(effect, message, f"Pass {name} to the lambda, or write a nested `def`.")
