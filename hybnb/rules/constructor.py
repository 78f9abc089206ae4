"""The function makes objects: it is a constructor or a factory.

Sees        `__init__`, `__new__`, `__post_init__` and a Keras class's `build`; functions that return a model, a layer, an
            optimizer, a metric or a dataset.
Matters     it makes variables and sets things up, once for each object; there is nothing to repeat as a graph.
Wrong when  the object that it returns is one that was there before, and the function does other work again and again.
Instead     leave it as it is, and look at the functions that are called again and again.
Source      TensorFlow guide "Better performance with tf.function", on creating variables once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hybnb.model import Evidence
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a module with a variable": """
        class Scale(tf.Module):
            def __init__(self):
                super().__init__()
                self.factor = tf.Variable(2.0)
        # %%
        Scale.__init__(Scale())
    """,
    "a model": """
        def build_model(units=4):
            inputs = keras.Input((3,))
            return keras.Model(inputs, keras.layers.Dense(units)(inputs))
        # %%
        build_model()
    """,
    "a model and its optimizer": """
        def set_up(rate):
            model = keras.Sequential([keras.layers.Dense(2)])
            return model, keras.optimizers.SGD(rate)
        # %%
        set_up(0.1)
    """,
    "a pipeline": """
        def batches(values):
            return tf.data.Dataset.from_tensor_slices(values).batch(2)
        # %%
        batches([1.0, 2.0, 3.0])
    """,
}
QUIET = {
    "a method": """
        class Scale(tf.Module):
            def __init__(self):
                super().__init__()
                self.factor = tf.Variable(2.0)

            def apply(self, x):
                return x * self.factor

        scale = Scale()
        # %%
        scale.apply(tf.constant(1.0))
    """,
    "a layer made in the forward pass": """
        def forward(x):
            layer = keras.layers.Dense(2)
            return layer(x)
        # %%
        forward(tf.ones([1, 3]))
    """,
}
MADE: Final = frozenset({"model", "layer", "optimizer", "metric", "dataset"})


@rule("HYB105", "constructor", stance="notes", claim="context")
def check(evidence: Evidence) -> Iterator[Place]:
    """By the method's name, or by what is returned."""
    name = evidence.facts.function.name.rpartition(".")[2]
    made = [one.details["what"] for one in wording.of(evidence, "return-type") if one.details["what"] in MADE]
    if calls.constructs(evidence):
        yield Place(
            calls.own(evidence), f"`{name}` runs once for each object, so there is nothing to gain.", "Leave it."
        )
    elif made:
        kind = "an optimizer" if made[0] == "optimizer" else f"a {made[0]}"
        yield Place(calls.own(evidence), f"`{name}` makes {kind}, so there is nothing to gain.", "Leave it.")
