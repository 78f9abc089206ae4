"""A Python iterator is advanced.

Sees        next() on an iterator, a generator or a file that outlives the call.
Matters     it advances while TensorFlow traces; every call then gets the same element.
Wrong when  it never is.
Instead     pass the element in, or make the iterator one of a tf.data.Dataset.
Source      TensorFlow guide, Better performance with tf.function: Using Python iterators and generators.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "batches from a Python iterator": """
        batches = iter([1.0, 2.0, 3.0])
        def step(x):
            return x * next(batches)
        # %%
        step(tf.constant(1.0))
        step(tf.constant(1.0))
        """,
    "a generator that counts": """
        def numbers():
            n = 0.0
            while True:
                yield n
                n += 1.0
        source = numbers()
        # %%
        def step(x):
            scale = next(source)
            return x * scale
        # %%
        step(tf.constant(1.0))
        step(tf.constant(1.0))
        """,
}
QUIET = {
    "an iterator of tf.data": """
        batches = iter(tf.data.Dataset.range(5))
        def step(x):
            return x + next(batches)
        # %%
        step(tf.constant(1, tf.int64))
        step(tf.constant(1, tf.int64))
        """,
    "the caller advances it": """
        batches = iter([tf.constant(1.0), tf.constant(2.0)])
        def step(x):
            return x * 2.0
        # %%
        step(next(batches))
        step(next(batches))
        """,
}


@rule("HYB207", "host-iterator", stance="blocks", effects=("host-iterator",), covers=("frozen-iterator",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per call of next()."""
    for effect in wording.of(evidence, "host-iterator"):
        target = wording.named(effect, "target", "a Python iterator")
        message = f"{target} would advance once per trace; every call would get the same element{wording.by(effect)}."
        yield Place(effect, message, "Pass the element in, or iterate over a tf.data.Dataset.")
