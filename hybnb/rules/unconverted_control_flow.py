"""Tensors decide in code that AutoGraph leaves as it is.

Sees        `if`, `while`, `for`, `and`, `or`, `not` on tensors in code that isn't converted: beside a construct AutoGraph
            refuses; in a property, an operator, __init__ or __enter__; in a function handed to map(), sorted() or
            functools.reduce(); in the `call` of a Keras layer that is called as layer(x); under `autograph=False`.
Matters     unconverted code asks the tensor itself: OperatorNotAllowedInGraphError while TensorFlow traces.
Wrong when  the value is a Python number after all.
Instead     tf.cond, tf.where or tf.while_loop; move the condition into a plain function.
Source      AutoGraph reference, Functions and Limitations.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a property": """
        class Point:
            def __init__(self, x):
                self.x = x
            @property
            def positive(self):
                if self.x > 0.0:
                    return self.x
                return -self.x
        # %%
        def size(x):
            return Point(x).positive * 2.0
        # %%
        size(tf.constant(-1.0))
        """,
    "functools.reduce": """
        from functools import reduce
        def larger(a, b):
            if a > b:
                return a
            return b
        # %%
        def largest(x):
            return reduce(larger, [x, x * 2.0])
        # %%
        largest(tf.constant(1.0))
        """,
    "a Keras layer of one's own": """
        class Gate(keras.layers.Layer):
            def call(self, x):
                if tf.reduce_sum(x) > 0.0:
                    return x
                return x * 0.0
        gate = Gate()
        # %%
        def gated(x):
            return gate(x) * 2.0
        # %%
        gated(tf.constant([1.0, 2.0]))
        """,
    "AutoGraph switched off": """
        @tf.function(autograph=False)
        def relu(x):
            if tf.reduce_sum(x) > 0.0:
                return x
            return x * 0.0
        # %%
        relu(tf.constant([1.0, 2.0]))
        """,
    "beside while-else": """
        def grown(x):
            n = 0
            while n < 2:
                n += 1
            else:
                x = x + 1.0
            if x > 1.0:
                return x * 2.0
            return x
        # %%
        grown(tf.constant(1.0))
        """,
}
QUIET = {
    "tf.cond with AutoGraph switched off": """
        @tf.function(autograph=False)
        def relu(x):
            return tf.cond(tf.reduce_sum(x) > 0.0, lambda: x, lambda: x * 0.0)
        # %%
        relu(tf.constant([1.0, 2.0]))
        relu(tf.constant([-1.0, -2.0]))
        """,
    "a method and __call__": """
        class Gate:
            def open(self, x):
                return x > 0.0
            def __call__(self, x):
                if self.open(x):
                    return x
                return x * 0.0
        gate = Gate()
        # %%
        def gated(x):
            return gate(x) * 2.0
        # %%
        gated(tf.constant(1.0))
        gated(tf.constant(-1.0))
        """,
    "tf.map_fn": """
        def relu(v):
            if v > 0.0:
                return v
            return v * 0.0
        # %%
        def all_relu(x):
            return tf.map_fn(relu, x)
        # %%
        all_relu(tf.constant([1.0, -1.0]))
        """,
    "a property without conditions": """
        class Point:
            def __init__(self, x):
                self.x = x
            @property
            def doubled(self):
                return self.x * 2.0
        # %%
        def size(x):
            return Point(x).doubled
        # %%
        size(tf.constant(-1.0))
        """,
}


@rule(
    "HYB261",
    "unconverted-control-flow",
    stance="blocks",
    effects=("unconverted-flow",),
    claim="raises",
    covers=(
        "ag-for-else",
        "ag-walrus",
        "ag-match",
        "ag-mangled",
        "ag-lambda-ambiguous",
        "ag-not-recursed",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per statement."""
    decoration = evidence.facts.decoration
    off = decoration is not None and decoration.options.get("autograph") == "False"
    instead = "Leave `autograph=False` out, or use" if off else "Use"
    for effect in wording.of(evidence, "unconverted-flow"):
        construct = wording.construct(effect.details.get("construct", "condition"))
        message = f"{construct} on a tensor stands in code that AutoGraph doesn't convert{wording.by(effect)}."
        yield Place(
            effect,
            wording.sentence(message),
            f"{instead} tf.cond or tf.where{'' if off else ', or move it into a plain function'}.",
        )
