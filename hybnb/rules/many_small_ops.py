"""Most of the time goes into starting small ops one by one.

Sees        a recorded call with fifteen ops or more that is predicted to be clearly faster as a graph.
Matters     Python and TensorFlow spend some 0.02 ms on every eager op; a graph saves nearly all of that.
Wrong when  the function is called only a few times.
Instead     decorate it with @tf.function.
Source      run with TensorFlow 2.21: of 36 functions with more than fifteen ops 34 were faster as a graph; Keras training
            steps 29 to 45 times.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hybnb.model import Evidence
from hybnb.rules import calls
from hybnb.rules.rule import Place, rule

MANY: Final = 15
FASTER: Final = 1.5  #: predicted speed-up that is believed

FIRES = {
    "a training step": """
        model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
        model.build((None, 4))
        optimizer = keras.optimizers.SGD(0.1)

        def step(x, y):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(x) - y) ** 2)
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))
            return loss
        # %%
        step(tf.ones([8, 4]), tf.ones([8, 1]))
        step(tf.ones([8, 4]), tf.ones([8, 1]))
        step(tf.ones([8, 4]), tf.ones([8, 1]))
    """,
}
QUIET = {
    "two ops": """
        def norm(x):
            return tf.sqrt(tf.reduce_sum(x * x))
        # %%
        norm(tf.ones([3]))
        norm(tf.ones([3]))
        norm(tf.ones([3]))
    """,
    "one large op": """
        def product(x):
            return tf.matmul(x, x)
        # %%
        product(tf.ones([900, 900]))
        product(tf.ones([900, 900]))
        product(tf.ones([900, 900]))
    """,
}


@rule("HYB410", "many-small-ops", stance="favours", needs=("calls", "prediction"), claim="harmless")
def check(evidence: Evidence) -> Iterator[Place]:
    """By the ops of a recorded call."""
    prediction = evidence.prediction
    assert prediction is not None
    if prediction.trusted and prediction.ops >= MANY and prediction.speedup >= FASTER and prediction.low > 1.0:
        message = f"A call runs {prediction.ops} ops one by one; in a graph starting them costs next to nothing."
        yield Place(calls.own(evidence), message, "", {"ops": str(prediction.ops)})
