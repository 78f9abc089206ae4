"""A Python condition turns into a tensor while the loop runs.

Sees        `while` on a Python number that becomes a tensor in the loop's body.
Matters     AutoGraph decides by the first value whether the loop stays in Python, and then can't ask a tensor:
            NotImplementedError.
Wrong when  the variable stays a Python number.
Instead     start with a tensor: tf.constant(0.0) instead of 0.0.
Source      AutoGraph reference, Limitations: consistency of control flow types.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a number to which tensors are added": """
        def steps(x):
            total = 0.0
            while total < 3.0:
                total = total + x
            return total
        # %%
        steps(tf.constant(1.0))
        """,
    "in a helper": """
        def until(limit, x):
            reached = 1
            while reached < limit:
                reached = reached * x
            return reached
        # %%
        def power(x):
            return until(20, x)
        # %%
        power(tf.constant(3))
        """,
}
QUIET = {
    "a tensor from the start": """
        def steps(x):
            total = tf.constant(0.0)
            while total < 3.0:
                total = total + x
            return total
        # %%
        steps(tf.constant(1.0))
        """,
    "a Python counter": """
        def steps(x):
            n = 0
            while n < 3:
                x = x * 2.0
                n += 1
            return x
        # %%
        steps(tf.constant(1.0))
        """,
}


@rule(
    "HYB251",
    "condition-becomes-tensor",
    stance="blocks",
    effects=("condition-becomes-tensor",),
    claim="raises",
    covers=("condition-becomes-tensor",),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per loop."""
    for effect in wording.of(evidence, "condition-becomes-tensor"):
        variable = wording.named(effect, "variable", "the condition")
        message = f"{variable} begins as a Python value and becomes a tensor in the loop, which AutoGraph can't convert"
        yield Place(effect, f"{message}{wording.by(effect)}.", "Start with a tensor, as tf.constant(0.0).")
