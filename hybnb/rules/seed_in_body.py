"""The random seed is set inside the function.

Sees        tf.random.set_seed, keras.utils.set_random_seed and the like in the function or below it.
Matters     eagerly the seed starts the sequence anew at each call; in a graph it is set while tracing and never again.
Wrong when  it never is.
Instead     set the seed once outside, or use tf.random.stateless_* with the seed as an argument.
Source      TensorFlow guide, Random number generation; TensorFlow issue 33297.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "the same draw at each call": """
        def draw(x):
            tf.random.set_seed(1)
            return x + tf.random.uniform([])
        # %%
        draw(tf.constant(0.0))
        draw(tf.constant(0.0))
        """,
    "a helper that resets everything": """
        def reset():
            keras.utils.set_random_seed(1)
        # %%
        def draw(x):
            reset()
            return x + tf.random.uniform([])
        # %%
        draw(tf.constant(0.0))
        draw(tf.constant(0.0))
        """,
}
QUIET = {
    "stateless, with a seed that is passed in": """
        def draw(x, seed):
            return x + tf.random.stateless_uniform([], seed)
        # %%
        draw(tf.constant(0.0), tf.constant([1, 2]))
        draw(tf.constant(0.0), tf.constant([1, 3]))
        """,
    "a Generator with a seed of its own": """
        generator = tf.random.Generator.from_seed(1)
        def draw(x):
            return x + generator.uniform([])
        # %%
        draw(tf.constant(0.0))
        draw(tf.constant(0.0))
        """,
}


@rule("HYB208", "seed-in-body", stance="blocks", effects=("seed",), covers=("frozen-seed",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per seed."""
    for effect in wording.of(evidence, "seed"):
        call = wording.named(effect, "call", "the seed")
        message = f"{call} would be set once per trace, so the draws of later calls would differ from eager ones"
        yield Place(effect, f"{message}{wording.by(effect)}.", "Set the seed outside, or use tf.random.stateless_*.")
