"""Each trace keeps a lot of memory.

Sees        a large NumPy array from outside that meets a TensorFlow operation, and a custom gradient that is defined in the
            function.
Matters     the array is copied into every graph as a constant, about twice its size for each trace, and a graph over
            2 GB is refused. A custom gradient made in the body keeps its graph for good.
Wrong when  there is one trace, and memory to spare; a constant can even be folded.
Instead     make a tensor of the array once, with tf.constant: it is captured by reference. Define a custom gradient
            outside of the function.
Source      Run with TensorFlow 2.21: the graph of a function over a 1.2 MB array held 1.2 MB, over the same tensor nothing;
            tensorflow issue 27492.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a custom gradient in the body": """
        def clipped(x):
            @tf.custom_gradient
            def inner(y):
                return y, lambda upstream: tf.clip_by_value(upstream, -1.0, 1.0)
            return inner(x) * 2.0
        # %%
        clipped(tf.constant(1.0))
        clipped(tf.constant(2.0))
        clipped(tf.constant(3.0))
    """,
}
QUIET = {
    "a custom gradient outside": """
        @tf.custom_gradient
        def inner(y):
            return y, lambda upstream: tf.clip_by_value(upstream, -1.0, 1.0)

        def clipped(x):
            return inner(x) * 2.0
        # %%
        clipped(tf.constant(1.0))
    """,
    "a small array": """
        weights = np.ones(3, "float32")

        def weighted(x):
            return x * weights
        # %%
        weighted(tf.ones([3]))
    """,
}


@rule(
    "HYB408",
    "kept-memory",
    stance="notes",
    effects=("memory",),
    claim="harmless",
    covers=("const-baked", "custom-gradient-leak"),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per array or gradient."""
    for effect in wording.of(evidence, "memory"):
        way = wording.by(effect)
        if effect.details.get("what") == "array":
            name, megabytes = wording.named(effect, "name", "an array"), int(effect.details["bytes"]) / 1e6
            message = f"The array {name} ({megabytes:.0f} MB) is copied into each graph{way}."
            yield Place(
                effect, message, f"Make a tensor of it once, with tf.constant({effect.details.get('name', '')})."
            )
        else:
            message = f"A custom gradient made in the function keeps each of its graphs in memory{way}."
            yield Place(effect, message, "Define it outside of the function.")
