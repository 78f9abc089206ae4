"""The function calls itself.

Sees        a call of the function from its own body, or by way of others.
Matters     where a Python value ends the recursion it works, with one trace inside another per level. Where a tensor ends
            it, tracing never ends: RecursionError.
Wrong when  the depth is small and fixed.
Instead     a loop: `while` on the tensor condition becomes a tf.while_loop.
Source      TensorFlow guide, Better performance with tf.function: Recursive tf.functions are not supported.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a tensor decides": """
        def grown(x):
            if x > 10.0:
                return x
            return grown(x * 2.0)
        # %%
        grown(tf.constant(1.0))
        """,
    "by way of another function": """
        def odd(x):
            if x < 1.0:
                return x
            return even(x - 1.0)
        def even(x):
            if x < 1.0:
                return x + 1.0
            return odd(x - 1.0)
        # %%
        even(tf.constant(4.0))
        """,
}
QUIET = {
    "a loop": """
        def grown(x):
            while x <= 10.0:
                x = x * 2.0
            return x
        # %%
        grown(tf.constant(1.0))
        """,
    "a function of the same name in a class": """
        def grown(x):
            return x * 2.0
        class Model:
            def grown(self, x):
                return grown(x) + 1.0
        model = Model()
        # %%
        model.grown(tf.constant(1.0))
        """,
}


@rule("HYB290", "recursion", stance="notes", effects=("recursion",), claim="raises", covers=("recursion",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per call; one that a tensor could end blocks."""
    for effect in wording.of(evidence, "recursion"):
        through, way = wording.named(effect, "through", "the function"), wording.by(effect)
        if effect.under:
            message = f"{through} calls itself until a tensor says stop; tracing never ends then{way}."
            yield Place(effect, message, "Write it as a loop.", stance="blocks")
        else:
            yield Place(effect, f"{through} calls itself, which takes one trace per level{way}.", "Write it as a loop.")
