"""Random numbers come from Python or NumPy.

Sees        random, numpy.random, a NumPy Generator, uuid, secrets and the like, called in the function or below it.
Matters     the numbers are drawn while TensorFlow traces and stay in the graph as constants: every call gets the same ones.
Wrong when  one draw for all calls is what is wanted; then draw it outside.
Instead     tf.random.*, a tf.random.Generator made outside, or tf.random.stateless_* with a seed that is passed in.
Source      TensorFlow guide, Better performance with tf.function: Executing Python side effects.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "NumPy noise": """
        def noisy(x):
            return x + np.random.normal(size=3).astype("float32")
        # %%
        noisy(tf.zeros(3))
        noisy(tf.zeros(3))
        """,
    "a coin of Python's own": """
        import random
        def flip(image):
            if random.random() < 0.5:
                image = tf.reverse(image, [0])
            return image + random.random()
        # %%
        flip(tf.range(4.0))
        flip(tf.range(4.0))
        """,
    "a Generator of the notebook": """
        rng = np.random.default_rng(0)
        def sample(x):
            return x * rng.uniform()
        # %%
        sample(tf.constant(1.0))
        sample(tf.constant(1.0))
        """,
}
QUIET = {
    "a generator that is made with a seed in each call": """
        def noisy(x, seed=3):
            rng = np.random.default_rng(seed)
            return x + tf.constant(rng.normal(size=2), tf.float32)
        # %%
        noisy(tf.ones(2))
        noisy(tf.ones(2))
        noisy(tf.ones(2), 5)
        """,
    "tf.random": """
        def noisy(x):
            return x + tf.random.normal([3])
        # %%
        noisy(tf.zeros(3))
        noisy(tf.zeros(3))
        """,
    "drawn outside and passed in": """
        rng = np.random.default_rng(0)
        def noisy(x, noise):
            return x + noise
        # %%
        noisy(tf.zeros(3), tf.constant(rng.normal(size=3), tf.float32))
        noisy(tf.zeros(3), tf.constant(rng.normal(size=3), tf.float32))
        """,
}


@rule("HYB203", "host-random", stance="blocks", effects=("host-random",), covers=("frozen-host-rng",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per draw."""
    for effect in wording.of(evidence, "host-random"):
        call = wording.named(effect, "call", "a random draw in Python")
        message = f"{call} would be drawn once per trace; every call would get the same numbers{wording.by(effect)}."
        yield Place(effect, message, "Draw with tf.random, or draw outside and pass the numbers in.")
