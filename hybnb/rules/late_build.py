"""A layer is built within the trace of the `call` that uses it.

Sees        the `call` of a Keras layer or model, or what that runs, calling another layer which nothing has built yet.
Matters     the trace that Keras makes while it builds keeps the initial weights: assigning and training no longer change
            what the decorated `call` returns.
Wrong when  the layer is built before, as by build(), by an Input, or by a call of the model before it is decorated.
Instead     decorate the function that calls the model instead, or build the layers first.
Source      run with Keras 3.15: a decorated `call` with a Dense layer built on its first call gave the same output after its
            weights were set to zero, and gradients of None.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a dense layer of a model": """
        class Small(keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = keras.layers.Dense(3, kernel_initializer="ones")

            def call(self, inputs):
                return self.dense(inputs)

        model = Small()
        # %%
        model(tf.ones([2, 4]))
        for weight in model.weights: weight.assign(tf.zeros_like(weight))
        model(tf.ones([2, 4]))
    """,
    "a layer of a layer": """
        class Scaled(keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.inner = keras.layers.Dense(2, kernel_initializer="ones")

            def call(self, inputs):
                return self.inner(inputs) * 2.0

        scaled = Scaled()
        # %%
        scaled(tf.ones([1, 3]))
        for weight in scaled.weights: weight.assign(tf.zeros_like(weight))
        scaled(tf.ones([1, 3]))
    """,
}
QUIET = {
    "no layers within": """
        class Doubled(keras.layers.Layer):
            def call(self, inputs):
                return inputs * 2.0

        doubled = Doubled()
        # %%
        doubled(tf.ones([2, 4]))
        doubled(tf.zeros([2, 4]))
    """,
    "weights of its own": """
        class Scale(keras.layers.Layer):
            def build(self, shape):
                self.factor = self.add_weight(shape=(), initializer="ones")

            def call(self, inputs):
                return inputs * self.factor

        scale = Scale()
        scale.build((None, 3))
        # %%
        scale(tf.ones([2, 3]))
        scale.factor.assign(5.0)
        scale(tf.ones([2, 3]))
    """,
    "built before": """
        class Small(keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = keras.layers.Dense(3, kernel_initializer="ones")
                self.dense.build((None, 4))

            def call(self, inputs):
                return self.dense(inputs)

        model = Small()
        # %%
        model(tf.ones([2, 4]))
        for weight in model.weights: weight.assign(tf.zeros_like(weight))
        model(tf.ones([2, 4]))
    """,
}


@rule("HYB273", "late-build", stance="risks", effects=("late-build",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per layer."""
    for effect in wording.of(evidence, "late-build"):
        layer = wording.named(effect, "target", "a layer")
        message = f"{layer} is built on the first call, and a tf.function on `call` can keep its initial weights"
        step = "Decorate the function that calls the model instead, or build the layer before."
        yield Place(effect, f"{wording.sentence(message)}{wording.by(effect)}.", step)
