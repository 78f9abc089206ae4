"""Keras itself traces the method, or calls it between its graphs.

Sees        call, train_step, test_step, predict_step and the like in a class derived from a Keras layer, model, loss or
            metric; and what a callback does on_epoch_end and the like.
Matters     fit, evaluate and predict make a graph of it anyway; a tf.function of its own gains nothing and defeats
            run_eagerly=True.
Wrong when  the method is called from an eager loop of the user's; then decorate that loop's step.
Instead     leave the method undecorated and decorate the function that calls the model.
Source      TensorFlow guide "Effective TensorFlow 2".
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import calls
from hybnb.rules.rule import Place, rule

FIRES = {
    "a callback": """
        class Log(keras.callbacks.Callback):
            def __init__(self):
                super().__init__()
                self.seen = []

            def on_epoch_end(self, epoch, logs=None):
                self.seen.append(epoch)

        log = Log()
        # %%
        log.on_epoch_end(1)
    """,
    "the call of a model": """
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
    "a training step": """
        class Small(keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = keras.layers.Dense(3)

            def call(self, inputs):
                return self.dense(inputs)

            def train_step(self, data):
                x, y = data
                with tf.GradientTape() as tape:
                    loss = tf.reduce_mean((self(x) - y) ** 2)
                gradients = tape.gradient(loss, self.trainable_variables)
                self.optimizer.apply(gradients, self.trainable_variables)
                return {"error": loss}

        model = Small()
        model.compile("sgd")
        model(tf.ones([2, 4]))
        # %%
        model.train_step((tf.ones([2, 4]), tf.zeros([2, 3])))
        model.train_step((tf.ones([2, 4]), tf.zeros([2, 3])))
    """,
}
QUIET = {
    "a method of another name": """
        class Small(keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = keras.layers.Dense(3)

            def encode(self, inputs):
                return tf.nn.relu(inputs)

        model = Small()
        # %%
        model.encode(tf.ones([2, 4]))
    """,
    "the call of a class of the user's own": """
        class Scale:
            def call(self, inputs):
                return inputs * 2.0

        scale = Scale()
        # %%
        scale.call(tf.ones([2, 4]))
    """,
}


@rule(
    "HYB102",
    "keras-traced-method",
    stance="notes",
    claim="context",
    covers=(
        "nested-train-step",
        "keras-call-decorated",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """By the method's name and its class's bases."""
    role = evidence.facts.keras_role
    if role is None:
        return
    details = {"role": role}
    message = f"Keras traces `{role}` itself, as part of fit, evaluate and predict."
    if role.startswith("on_"):
        message = f"Keras calls `{role}` from Python, between its graphs, so that its effects happen each time."
    yield Place(calls.own(evidence), message, "Leave it undecorated.", details)
