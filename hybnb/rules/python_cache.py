"""A Python cache keeps tensors that are made in the function.

Sees        functools.lru_cache, cached_property and caches of one's own whose values are tensors made here.
Matters     while TensorFlow traces, the cache takes in a symbol that is valid in this graph only; the next trace, or other
            code that asks the cache, fails with "out of scope".
Wrong when  the cache is filled before the first call, so that it holds real tensors.
Instead     compute the value outside once, or cache what the tensor is made from.
Source      TensorFlow guide, Better performance with tf.function: Executing Python side effects (leaks).
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "lru_cache around a table of positions": """
        from functools import lru_cache
        @lru_cache
        def positions(n):
            return tf.range(n) * 2
        # %%
        def encode(x):
            return x + tf.cast(positions(3), tf.float32)
        # %%
        encode(tf.zeros(3))
        encode(tf.zeros([2, 3]))
        positions(3) + 1
        """,
    "cached_property": """
        from functools import cached_property
        class Grid:
            @cached_property
            def points(self):
                return tf.range(3) * 2
            def shifted(self, x):
                return x + tf.cast(self.points, tf.float32)
        grid = Grid()
        # %%
        grid.shifted(tf.zeros(3))
        grid.points + 1
        """,
}
QUIET = {
    "a cache of Python numbers": """
        from functools import lru_cache
        @lru_cache
        def factor(n):
            return n * 2.0
        # %%
        def scaled(x):
            return x * factor(3)
        # %%
        scaled(tf.constant(1.0))
        factor(3)
        """,
    "a table made outside": """
        positions = tf.range(3) * 2
        def encode(x):
            return x + tf.cast(positions, tf.float32)
        # %%
        encode(tf.zeros(3))
        encode(tf.zeros([2, 3]))
        """,
}


@rule("HYB210", "python-cache", stance="blocks", effects=("cache",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per cache."""
    for effect in wording.of(evidence, "cache"):
        target, call = wording.named(effect, "target", "a cache"), wording.named(effect, "call", "a cache")
        message = f"{target} ({call}) would keep a tensor of this trace, which fails wherever else it is used"
        yield Place(effect, f"{message}{wording.by(effect)}.", "Make that value outside, once.")
