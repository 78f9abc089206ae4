"""The function draws random numbers with TensorFlow.

Sees        tf.random.*, tf.nn.dropout and other operations with a random state of their own.
Matters     it works in a graph: each call draws anew. Only the sequence for a given tf.random.set_seed is another one than
            eagerly, unless the operation has a seed of its own.
Wrong when  it never is; the numbers are as good.
Instead     for the same numbers both ways: tf.random.stateless_*, or a tf.random.Generator made outside.
Source      TensorFlow guide, Random number generation.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "noise of the size of the input": """
        def noisy(x):
            return x + tf.random.normal(tf.shape(x))
        # %%
        noisy(tf.zeros(3))
        noisy(tf.zeros(3))
        """,
    "dropout, in a helper": """
        def thinned(x):
            return tf.nn.dropout(x, 0.5)
        # %%
        def forward(x):
            return thinned(x) * 2.0
        # %%
        forward(tf.ones(20))
        """,
}
QUIET = {
    "stateless, under a global seed": """
        def noisy(x, seed):
            return x + tf.random.stateless_normal([3], seed)
        # %%
        tf.random.set_seed(1)
        noisy(tf.zeros(3), tf.constant([1, 2]))
        """,
    "a dropout layer of Keras, which keeps its own seed": """
        layer = keras.layers.Dropout(0.5)
        def forward(x):
            return layer(x, training=True)
        # %%
        tf.random.set_seed(1)
        forward(tf.ones(20))
        forward(tf.ones(20))
        """,
}


@rule("HYB291", "random-op", stance="notes", effects=("random-op",), claim="harmless", covers=("rng-stream-shift",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per operation."""
    for effect in wording.of(evidence, "random-op"):
        call = wording.named(effect, "call", "a random operation")
        message = f"{call} works in a graph, but draws another sequence for the same seed{wording.by(effect)}."
        yield Place(effect, message, "For equal numbers use tf.random.stateless_*.")
