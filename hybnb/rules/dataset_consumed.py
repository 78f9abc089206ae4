"""A dataset is collected into Python.

Sees        a comprehension, list(), map() or the like over a tf.data.Dataset. A plain `for` is fine.
Matters     while TensorFlow traces, such an iteration never meets the end of the dataset: the trace is endless and takes
            ever more memory.
Wrong when  it never is.
Instead     a plain `for`, Dataset.reduce, or Dataset.batch and one tensor.
Source      TensorFlow issues 33724, 31823 and 30802.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a comprehension": """
        numbers = tf.data.Dataset.range(3)
        def total(x):
            return x + tf.add_n([n for n in numbers])
        # %%
        total(tf.constant(1, tf.int64))  # never ends
        """,
    "list(), in a helper": """
        def elements(dataset):
            return list(dataset)
        numbers = tf.data.Dataset.range(3)
        # %%
        def total(x):
            return x + tf.add_n(elements(numbers))
        # %%
        total(tf.constant(1, tf.int64))  # never ends
        """,
}
QUIET = {
    "a plain for": """
        numbers = tf.data.Dataset.range(3)
        def total(x):
            for n in numbers:
                x = x + n
            return x
        # %%
        total(tf.constant(1, tf.int64))
        """,
    "Dataset.reduce": """
        numbers = tf.data.Dataset.range(3)
        def total(x):
            return numbers.reduce(x, lambda a, b: a + b)
        # %%
        total(tf.constant(1, tf.int64))
        """,
}


@rule("HYB252", "dataset-consumed", stance="blocks", effects=("dataset-consumed",), covers=("dataset-comprehension",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per iteration."""
    for effect in wording.of(evidence, "dataset-consumed"):
        construct = wording.construct(effect.details.get("construct", "loop"))
        message = f"{construct} over a dataset never ends while TensorFlow traces{wording.by(effect)}."
        yield Place(effect, wording.sentence(message), "Use a plain `for`, or Dataset.reduce.")
