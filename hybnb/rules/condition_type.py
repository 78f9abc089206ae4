"""A condition is a tensor that isn't boolean.

Sees        `if`, `while`, `not`, `and`, `or` on a tensor of numbers.
Matters     Python takes any number for true or false; a graph condition must be a boolean tensor: ValueError or TypeError.
Wrong when  the tensor is boolean after all.
Instead     compare: `x != 0`, `x > 0`; `is not None` to ask for None.
Source      AutoGraph reference, Control flow.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "an int tensor": """
        def halved(x, n):
            if n:
                return x / 2.0
            return x
        # %%
        halved(tf.constant(1.0), tf.constant(3))
        """,
    "while on a float, in a helper": """
        def countdown(x):
            while x:
                x = x - 1.0
            return x
        # %%
        def rest(x):
            return countdown(x) + 1.0
        # %%
        rest(tf.constant(3.0))
        """,
    "not": """
        def zero(x, n):
            if not n:
                return x * 0.0
            return x
        # %%
        zero(tf.constant(1.0), tf.constant(3))
        """,
    "the length of what a mask leaves": """
        def mean(x):
            kept = tf.boolean_mask(x, x > 0.0)
            return tf.reduce_mean(kept) if len(kept) else tf.constant(0.0)
        # %%
        mean(tf.constant([1.0, -1.0]))
        """,
}
QUIET = {
    "the length of an argument, which a trace knows": """
        def mean(x):
            return tf.reduce_mean(x) if len(x) else tf.constant(0.0)
        # %%
        mean(tf.constant([1.0, -1.0]))
        """,
    "a comparison of the length of what a mask leaves": """
        def mean(x):
            kept = x[x > 0.0]
            return tf.reduce_sum(kept) if len(kept) > 0 else tf.constant(0.0)
        # %%
        mean(tf.constant([1.0, -1.0]))
        """,
    "a comparison": """
        def halved(x, n):
            if n != 0:
                return x / 2.0
            return x
        # %%
        halved(tf.constant(1.0), tf.constant(3))
        """,
    "a boolean tensor": """
        def halved(x, flag):
            if flag:
                return x / 2.0
            return x
        # %%
        halved(tf.constant(1.0), tf.constant(True))
        """,
    "a flag that the constructor keeps": """
        class Coupling:
            def __init__(self, flip):
                self.flip = flip
            def mix(self, x):
                a, b = tf.split(x, 2)
                if self.flip:
                    a, b = b, a
                return tf.concat([a, b * 2.0], 0)
        layers = [Coupling(flip=i % 2 == 1) for i in range(3)]
        def mixed(x):
            for layer in layers:
                x = layer.mix(x)
            return x
        # %%
        mixed(tf.constant([1.0, 2.0]))
        """,
    "a Python number": """
        def halved(x, n=3):
            if n:
                return x / 2.0
            return x
        # %%
        halved(tf.constant(1.0))
        """,
}


@rule(
    "HYB250",
    "condition-type",
    stance="blocks",
    effects=("condition-type",),
    claim="raises",
    covers=("nonbool-condition",),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per condition."""
    for effect in wording.of(evidence, "condition-type"):
        target = wording.named(effect, "target", "the condition")
        message = f"{target} is a tensor of numbers, and a graph condition must be boolean{wording.by(effect)}."
        yield Place(effect, wording.sentence(message), "Compare it, as in `!= 0`.")
