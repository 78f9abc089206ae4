"""The function computes nothing with tensors.

Sees        a body in which no TensorFlow or Keras op is reached.
Matters     a graph has nothing to speed up; calling it costs some 0.2 ms, and what it returns becomes a tensor.
Wrong when  the ops hide in code that hybnb can't follow; then it says so instead.
Instead     leave it a plain Python function.
Source      run with TensorFlow 2.21: an identity function was more than 1000 times slower as a tf.function.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import calls
from hybnb.rules.rule import Place, rule

FIRES = {
    "a schedule in plain Python": """
        def rate(epoch):
            if epoch < 10:
                return 0.1
            return 0.1 * 0.9 ** (epoch - 10)
        # %%
        rate(1)
        rate(20)
    """,
    "a solution in NumPy": """
        def exact(t):
            return np.exp(-2.0 * t) * np.cos(3.0 * t)
        # %%
        exact(np.linspace(0.0, 1.0, 5))
    """,
    "a tensor is only handed on": """
        def pair(x, y):
            return x, y
        # %%
        pair(tf.ones([2]), tf.zeros([2]))
    """,
}
QUIET = {
    "an array meets a variable": """
        weight = tf.Variable([1.0, 2.0])

        def scaled(x):
            return (x - 0.5) * weight
        # %%
        scaled(np.ones(2, "float32"))
    """,
    "one op": """
        def double(x):
            return x + x
        # %%
        double(tf.ones([2]))
    """,
    "a layer is called": """
        dense = keras.layers.Dense(2)
        dense.build((None, 2))

        def forward(x):
            return dense(x)
        # %%
        forward(tf.ones([1, 2]))
    """,
}


@rule("HYB401", "tensor-free", stance="notes", claim="no-gain", covers=("barren",))
def check(evidence: Evidence) -> Iterator[Place]:
    """By what analysis found on the way."""
    if evidence.facts.tensor_computation == "no":
        name = evidence.facts.function.name
        message = f"`{name}` computes nothing with tensors, so a graph has nothing to speed up."
        yield Place(calls.own(evidence), message, "Leave it a plain Python function.")
