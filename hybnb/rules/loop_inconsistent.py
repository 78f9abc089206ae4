"""A variable changes its kind in a loop over tensors.

Sees        a loop over a tensor, a dataset or a tensor condition in which a variable changes its dtype, shape or structure;
            a loop over a dataset that is the first to set a variable which is read after it, or before it is set in each round.
Matters     AutoGraph makes a tf.while_loop, whose variables keep dtype, shape and structure: TypeError or ValueError. A walk
            over a dataset can't even make up the first value of one.
Wrong when  the variable has its final dtype and shape from the start.
Instead     start with the right dtype (0.0, not 0; tf.zeros of the dtype); a tf.TensorArray for what grows.
Source      AutoGraph reference, Limitations: consistency of control flow.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a sum that starts with 0": """
        def total(x):
            result = 0
            for value in x:
                result = result + value
            return result
        # %%
        total(tf.constant([1.0, 2.0]))
        """,
    "a tensor that grows": """
        def repeated(x):
            result = x[:1]
            for value in x:
                result = tf.concat([result, [value]], 0)
            return result
        # %%
        repeated(tf.constant([1.0, 2.0]))
        """,
    "a dataset of int64, in a helper": """
        numbers = tf.data.Dataset.range(3)
        def add_up():
            result = 0
            for n in numbers:
                result += n
            return result
        # %%
        def shifted(x):
            return x + add_up()
        # %%
        shifted(tf.constant(1, tf.int64))
        """,
    "losses that aren't reduced": """
        loss_of = keras.losses.MeanSquaredError(reduction="none")
        def total(batches):
            result = tf.constant(0.0)
            for batch in batches:
                result += loss_of(batch, 2.0 * batch)
            return result
        # %%
        total(tf.ones([4, 3, 2]))
        """,
    "a tensor that grows while an iterator is used up": """
        numbers = tf.data.Dataset.range(3)
        def listed():
            result = tf.zeros([0], tf.int64)
            for n in iter(numbers):
                result = tf.concat([result, [n]], 0)
            return result
        # %%
        listed()
        """,
    "first set in a loop over a dataset": """
        numbers = tf.data.Dataset.range(3)
        def last():
            for n in numbers:
                result = n * 2
            return result
        # %%
        last()
        """,
    "None before a loop over a dataset": """
        numbers = tf.data.Dataset.range(3)
        def last():
            result = None
            for n in numbers:
                result = n * 2
            return result
        # %%
        last()
        """,
    "set in the inner loop of two": """
        batches = tf.data.Dataset.range(6).batch(2)
        def total():
            result = tf.constant(0, tf.int64)
            for batch in batches:
                for factor in (1, 2):
                    part = tf.reduce_sum(batch) * factor
                result += part
            return result
        # %%
        total()
        """,
}
QUIET = {
    "a sum that starts with 0.0": """
        def total(x):
            result = 0.0
            for value in x:
                result = result + value
            return result
        # %%
        total(tf.constant([1.0, 2.0]))
        """,
    "first set in the loop": """
        def last(x):
            for value in x:
                result = value * 2.0
            return result
        # %%
        last(tf.constant([1.0, 2.0]))
        """,
    "set in both branches, and read in the same round": """
        batches = tf.data.Dataset.range(6).batch(2)
        def total():
            result = tf.constant(0, tf.int64)
            for batch in batches:
                if batch[0] > 2:
                    part = tf.reduce_sum(batch)
                else:
                    part = tf.reduce_max(batch)
                result += part
            return result
        # %%
        total()
        """,
    "losses that are one number each": """
        loss_of = keras.losses.MeanSquaredError()
        def total(batches):
            result = tf.constant(0.0)
            for batch in batches:
                result += loss_of(batch, 2.0 * batch)
            return result
        # %%
        total(tf.ones([4, 3, 2]))
        """,
    "a tensor that grows over a dataset": """
        numbers = tf.data.Dataset.range(3)
        def listed():
            result = tf.zeros([0], tf.int64)
            for n in numbers:
                result = tf.concat([result, [n]], 0)
            return result
        # %%
        listed()
        """,
    "a Python loop may change it": """
        def total(x):
            result = 0
            for i in range(3):
                result = result + x * i
            return result
        # %%
        total(tf.constant([1.0, 2.0]))
        """,
}

WHY = {
    "dtype": "changes its dtype",
    "shape": "changes its shape",
    "structure": "changes its structure",
    "none": "is None before or after",
    "undefined": "isn't set before, but read after,",
    "unset": "is None before, which a walk over a dataset doesn't take,",
    "no-round": "is set by no round, and another error than Python's says so,",
    "asked": "is None before, and asked whether it is, which it never is",
}


@rule(
    "HYB241",
    "loop-inconsistent",
    stance="blocks",
    effects=("loop-inconsistent",),
    claim="raises",
    covers=("loop-dtype", "loop-shape"),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per variable."""
    for effect in wording.of(evidence, "loop-inconsistent"):
        why, variable = effect.details.get("why", ""), wording.named(effect, "variable", "a variable")
        message = f"{variable} {WHY.get(why, 'changes')} in a loop that becomes a tf.while_loop{wording.by(effect)}."
        step = "Use a tf.TensorArray for what grows." if why == "shape" else "Start with a value of the final dtype."
        yield Place(effect, wording.sentence(message), step)
