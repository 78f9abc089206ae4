"""A Keras training or prediction loop is called inside.

Sees        model.fit, evaluate, predict and the *_on_batch methods.
Matters     fit, evaluate and predict are whole loops with Python in them and raise while TensorFlow traces; the
            *_on_batch methods may run, but return tensors instead of numbers.
Wrong when  it never is: Keras has made graphs of these already.
Instead     model(x, training=…) inside; leave fit and predict undecorated.
Source      Keras API, Model training; TensorFlow issue 37988.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "predict": """
        model = keras.Sequential([keras.layers.Dense(1)])
        model.build((None, 2))
        def score(x):
            return tf.reduce_mean(model.predict(x, verbose=0))
        # %%
        score(tf.ones([4, 2]))
        """,
    "fit, in a method": """
        class Trainer:
            def __init__(self):
                self.model = keras.Sequential([keras.layers.Dense(1)])
                self.model.compile("sgd", "mse")
            def run(self, x, y):
                self.model.fit(x, y, verbose=0)
                return tf.reduce_mean(self.model(x) - y)
        trainer = Trainer()
        # %%
        trainer.run(tf.ones([4, 2]), tf.ones([4, 1]))
        """,
    "train_on_batch": """
        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        def step(x, y):
            return model.train_on_batch(x, y)
        # %%
        step(tf.ones([4, 2]), tf.ones([4, 1]))
        """,
}
QUIET = {
    "the model is called": """
        model = keras.Sequential([keras.layers.Dense(1)])
        model.build((None, 2))
        def score(x):
            return tf.reduce_mean(model(x, training=False))
        # %%
        score(tf.ones([4, 2]))
        """,
    "a fit of the notebook's own": """
        class Line:
            def fit(self, x):
                return tf.reduce_mean(x)
        line = Line()
        def score(x):
            return line.fit(x) * 2.0
        # %%
        score(tf.ones([4, 2]))
        """,
}

RUNS = ("train_on_batch", "test_on_batch")


@rule(
    "HYB232",
    "keras-endpoint",
    stance="blocks",
    effects=("keras-endpoint",),
    covers=(
        "keras-endpoint",
        "keras-train-on-batch",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per call."""
    for effect in wording.of(evidence, "keras-endpoint"):
        call, way = wording.named(effect, "call", "this method"), wording.by(effect)
        if effect.details.get("call", "").rstrip("()").endswith(RUNS):
            message = f"{call} would return tensors instead of Python numbers{way}."
            yield Place(effect, message, "Leave it undecorated: Keras makes a graph of it already.", stance="risks")
        else:
            message = f"{call} is a loop of Keras's own, which fails while TensorFlow traces{way}."
            yield Place(effect, message, "Call the model itself here; leave fit and predict outside.")
