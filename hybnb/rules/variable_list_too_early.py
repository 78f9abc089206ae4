"""The variables of a model are listed before its first call.

Sees        trainable_variables, weights and the like of a model that isn't built yet, read before it is called.
Matters     the list is empty in the first trace and full in the second, which TensorFlow makes because variables appeared:
            optimizers meet new variables (ValueError), counts differ.
Wrong when  the model is built before the function is called.
Instead     read the list after the forward pass, or call model.build first.
Source      TensorFlow guide, Better performance with tf.function: Creating tf.Variables.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a count before the forward pass": """
        model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="ones")])
        def penalised(x):
            weights = model.trainable_variables
            y = tf.reduce_mean(model(x))
            for w in weights:
                y = y + tf.reduce_sum(w)
            return y
        # %%
        penalised(tf.ones([1, 2]))
        penalised(tf.ones([1, 2]))
        """,
    "a layer's weights": """
        layer = keras.layers.Dense(1, kernel_initializer="ones")
        def scaled(x):
            weights = layer.weights
            y = layer(x)
            return y * float(len(weights))
        # %%
        scaled(tf.ones([1, 2]))
        """,
}
QUIET = {
    "read after the forward pass": """
        model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="ones")])
        def gradients(x):
            with tf.GradientTape() as tape:
                y = tf.reduce_mean(model(x))
            return tape.gradient(y, model.trainable_variables)
        # %%
        gradients(tf.ones([1, 2]))
        """,
    "built before": """
        model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="ones")])
        model.build((None, 2))
        def gradients(x):
            weights = model.trainable_variables
            with tf.GradientTape() as tape:
                y = tf.reduce_mean(model(x))
            return tape.gradient(y, weights)
        # %%
        gradients(tf.ones([1, 2]))
        """,
}


@rule("HYB271", "variable-list-too-early", stance="risks", effects=("variable-list",), covers=("stale-variable-list",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per list."""
    for effect in wording.of(evidence, "variable-list"):
        target = wording.named(effect, "target", "the list of variables")
        message = (
            f"{target} is read before the first call of the model, when it may still be empty{wording.by(effect)}."
        )
        yield Place(effect, message, "Read it after the forward pass, or build the model before.")
