"""A loop over tensors is left by return.

Sees        `return` under a condition inside a loop over a tensor, tf.range, a dataset or a tensor condition.
Matters     a tf.while_loop has no way to return from its middle: NotImplementedError.
Wrong when  the return is the whole body of the loop.
Instead     keep the result in a variable, leave by break, and return after the loop.
Source      AutoGraph reference, Limitations: return in a TensorFlow loop.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "the first that is large": """
        def first_large(x):
            for value in x:
                if value > 1.0:
                    return value
            return x[0]
        # %%
        first_large(tf.constant([1.0, 2.0, 3.0]))
        """,
    "return from a while, in a helper": """
        def doubled_past(x):
            while x < 100.0:
                x = x * 2.0
                if x > 10.0:
                    return x
            return x
        # %%
        def scaled(x):
            return doubled_past(x) / 2.0
        # %%
        scaled(tf.constant(3.0))
        """,
}
QUIET = {
    "break and return after the loop": """
        def first_large(x):
            result = x[0]
            for value in x:
                if value > 1.0:
                    result = value
                    break
            return result
        # %%
        first_large(tf.constant([1.0, 2.0, 3.0]))
        """,
    "return after the loop": """
        def doubled_past(x):
            while x < 100.0:
                x = x * 2.0
            if x > 10.0:
                return x
            return x * 0.0
        # %%
        doubled_past(tf.constant(3.0))
        """,
}


@rule(
    "HYB246",
    "return-in-tensor-loop",
    stance="blocks",
    effects=("loop-return",),
    claim="raises",
    covers=("return-in-tf-loop",),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per return."""
    for effect in wording.of(evidence, "loop-return"):
        message = f"`return` inside a loop that becomes a tf.while_loop raises NotImplementedError{wording.by(effect)}."
        yield Place(effect, message, "Set a variable, leave by `break`, and return after the loop.")
