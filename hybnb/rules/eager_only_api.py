"""Something is called that works eagerly only.

Sees        as_numpy_iterator, get_weights, save and load of models, and other calls TensorFlow or Keras refuse in a graph.
Matters     they raise while TensorFlow traces (RuntimeError, NotImplementedError).
Wrong when  it never is.
Instead     call it outside the function.
Source      TensorFlow API, tf.data.Dataset.as_numpy_iterator; Keras API, Layer.get_weights.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "as_numpy_iterator": """
        numbers = tf.data.Dataset.range(3)
        def total(x):
            for n in numbers.as_numpy_iterator():
                x = x + float(n)
            return x
        # %%
        total(tf.constant(1.0))
        """,
    "get_weights, in a helper": """
        layer = keras.layers.Dense(1)
        layer.build((None, 1))
        def bias():
            return layer.get_weights()[1]
        # %%
        def shifted(x):
            return x + bias()
        # %%
        shifted(tf.constant([1.0]))
        """,
}
QUIET = {
    "the dataset itself": """
        numbers = tf.data.Dataset.range(3)
        def total(x):
            for n in numbers:
                x = x + tf.cast(n, tf.float32)
            return x
        # %%
        total(tf.constant(1.0))
        """,
    "the layer's variables": """
        layer = keras.layers.Dense(1)
        layer.build((None, 1))
        def shifted(x):
            return x + layer.bias
        # %%
        shifted(tf.constant([1.0]))
        """,
}


@rule(
    "HYB231",
    "eager-only-api",
    stance="blocks",
    effects=("eager-only",),
    claim="raises",
    covers=(
        "as-numpy-iterator",
        "keras-weights-io",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per call."""
    for effect in wording.of(evidence, "eager-only"):
        call = wording.named(effect, "call", "this call")
        message = f"{call} works eagerly only and raises while TensorFlow traces{wording.by(effect)}."
        yield Place(effect, message, "Call it outside the function.")
