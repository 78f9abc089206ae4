"""Keras was told to run a model eagerly.

Sees        a method that Keras would trace, in a class whose model is compiled with run_eagerly=True.
Matters     fit, evaluate and predict then run it operation by operation, often ten times slower.
Wrong when  you are debugging.
Instead     take run_eagerly=True out when you are done.
Source      Keras API, Model.compile: run_eagerly; run with Keras 3.15.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

MODEL = """
        class Small(keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = keras.layers.Dense(1)

            def call(self, inputs):
                return tf.nn.relu(self.dense(inputs))

        model = Small()
"""
FIRES = {
    "compiled with run_eagerly": f"""{MODEL}
        model.compile("sgd", "mse", run_eagerly=True)
        # %%
        model(tf.ones([2, 4]))
        """,
}
QUIET = {
    "compiled as usual": f"""{MODEL}
        model.compile("sgd", "mse")
        # %%
        model(tf.ones([2, 4]))
        """,
    "not compiled": f"""{MODEL}
        # %%
        model(tf.ones([2, 4]))
        """,
}


@rule("HYB107", "keras-eager", stance="notes", effects=("keras-eager",), claim="context")
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per function."""
    for effect in wording.of(evidence, "keras-eager"):
        where = effect.details.get("where", "")
        message = f"The model is compiled with run_eagerly=True ({where}), so Keras runs this operation by operation."
        yield Place(effect, message, "Take run_eagerly=True out when you are done with debugging.")
