"""A tensor decides when a Python loop ends.

Sees        break or return under a tensor condition in a Python loop (range, list, while True). `continue` is fine.
Matters     AutoGraph keeps Python loops in Python, and those can't wait for a tensor: NotImplementedError or ValueError.
Wrong when  the condition is a Python value after all.
Instead     a loop over tf.range or a `while` on the tensor condition; one return at the end.
Source      AutoGraph reference, Limitations: consistency of control flow types.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "break in a range": """
        def grown(x):
            for _ in range(10):
                if x > 100.0:
                    break
                x = x * 3.0
            return x
        # %%
        grown(tf.constant(2.0))
        """,
    "while True": """
        def grown(x):
            while True:
                x = x * 3.0
                if x > 100.0:
                    break
            return x
        # %%
        grown(tf.constant(2.0))
        """,
    "return from a loop over a list, in a helper": """
        def first_above(x, limits):
            for limit in limits:
                if x < limit:
                    return x / limit
            return x
        # %%
        def scaled(x):
            return first_above(x, [1.0, 10.0])
        # %%
        scaled(tf.constant(2.0))
        """,
}
QUIET = {
    "a loop over tf.range": """
        def grown(x):
            for _ in tf.range(10):
                if x > 100.0:
                    break
                x = x * 3.0
            return x
        # %%
        grown(tf.constant(2.0))
        """,
    "a while on the tensor": """
        def grown(x):
            while x <= 100.0:
                x = x * 3.0
            return x
        # %%
        grown(tf.constant(2.0))
        """,
    "continue": """
        def summed(x):
            total = x * 0.0
            for i in range(4):
                if x > float(i):
                    continue
                total = total + x
            return total
        # %%
        summed(tf.constant(2.0))
        """,
    "a Python condition": """
        def grown(x):
            for i in range(10):
                if i > 3:
                    break
                x = x * 3.0
            return x
        # %%
        grown(tf.constant(2.0))
        """,
}


@rule(
    "HYB245",
    "tensor-exit-from-python-loop",
    stance="blocks",
    effects=("tensor-break",),
    claim="raises",
    covers=("tensor-break-in-python-loop",),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per exit."""
    for effect in wording.of(evidence, "tensor-break"):
        construct = wording.named(effect, "construct", "an exit")
        message = f"{construct} depends on a tensor, but the code around it stays in Python and can't wait for one"
        step = "Loop over tf.range or on the tensor condition; return once, at the end."
        yield Place(effect, f"{message}{wording.by(effect)}.", step)
