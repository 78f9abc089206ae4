"""The size of a tensor is read in Python, and the trace leaves it open.

Sees        `x.shape[0]`, `len(x.shape)` or the like, in a tf.function whose input_signature has None, or which relaxes
            shapes; of a tensor whose sizes values say: what a mask leaves, what a tensor cuts or shapes, a decoded image, what
            comes from Python; or of an element that the function takes out of a dataset itself.
Matters     where the trace leaves a size open, `x.shape[0]` is None: arithmetic, `range` and shapes made from it fail, or a
            comparison with it is false.
Wrong when  the size that is read is one that the signature gives.
Instead     `tf.shape(x)[0]`, or give the size in the signature.
Source      TensorFlow guide, Introduction to tensors: shapes; run with TensorFlow 2.21.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "a mean over a batch of any size": """
        @tf.function(input_signature=[tf.TensorSpec([None, 2])])
        def mean(x):
            return tf.reduce_sum(x, axis=0) / x.shape[0]
        # %%
        mean(tf.ones([4, 2]))
        """,
    "as many zeros as rows": """
        @tf.function(input_signature=[tf.TensorSpec([None, 2])])
        def padded(x):
            return tf.concat([x, tf.zeros([x.shape[0], 2])], axis=1)
        # %%
        padded(tf.ones([4, 2]))
        """,
    "the size of what a mask leaves": """
        def mean(x):
            kept = tf.boolean_mask(x, x > 0.0)
            return tf.reduce_sum(kept) / kept.shape[0]
        # %%
        mean(tf.constant([1.0, -1.0]))
        """,
    "how many are in a batch": """
        batches = tf.data.Dataset.from_tensor_slices(tf.ones([10, 2])).batch(4)
        def mean_of_means():
            total = tf.constant(0.0)
            for batch in batches:
                total += tf.reduce_sum(batch) / batch.shape[0]
            return total
        # %%
        mean_of_means()
        """,
    "the number of rows, counted in Python": """
        def evaluate(batches):
            total, count = tf.constant(0.0), 0
            for x, y in batches:
                total += tf.reduce_sum((x - y) ** 2)
                count += x.shape[0]
            return total / tf.cast(count, tf.float32)
        # %%
        evaluate(tf.data.Dataset.from_tensor_slices((tf.ones([10]), tf.zeros([10]))).batch(4))
        """,
    "a batch of what was mapped": """
        def scaled(row):
            return {"x": row * 2.0, "y": tf.reduce_sum(row)}
        batches = tf.data.Dataset.from_tensor_slices(tf.ones([10, 2])).map(scaled).shuffle(4).batch(4)
        def total():
            s = tf.constant(0.0)
            for batch in batches:
                s += tf.reduce_sum(batch["x"]) / batch["y"].shape[0]
            return s
        # %%
        total()
        """,
}
QUIET = {
    "another size of what a mask leaves": """
        def mean(x):
            kept = tf.boolean_mask(x, x[:, 0] > 0.0)
            return tf.reduce_sum(kept) / kept.shape[1]
        # %%
        mean(tf.constant([[1.0, 2.0], [-1.0, 3.0]]))
        """,
    "the size as a tensor": """
        @tf.function(input_signature=[tf.TensorSpec([None, 2])])
        def mean(x):
            return tf.reduce_sum(x, axis=0) / tf.cast(tf.shape(x)[0], tf.float32)
        # %%
        mean(tf.ones([4, 2]))
        """,
    "batches that are all full": """
        batches = tf.data.Dataset.from_tensor_slices(tf.ones([8, 2])).batch(4, drop_remainder=True)
        def mean_of_means():
            total = tf.constant(0.0)
            for batch in batches:
                total += tf.reduce_sum(batch) / batch.shape[0]
            return total
        # %%
        mean_of_means()
        """,
    "another size of a batch": """
        batches = tf.data.Dataset.from_tensor_slices(tf.ones([10, 2])).batch(4)
        def mean_of_means():
            total = tf.constant(0.0)
            for batch in batches:
                total += tf.reduce_sum(batch) / batch.shape[1]
            return total
        # %%
        mean_of_means()
        """,
    "a batch that is passed": """
        batches = tf.data.Dataset.from_tensor_slices(tf.ones([10, 2])).batch(4)
        def mean(batch):
            return tf.reduce_sum(batch) / batch.shape[0]
        # %%
        [mean(batch) for batch in batches]
        """,
    "rows of a batch taken one by one": """
        batches = tf.data.Dataset.from_tensor_slices(tf.ones([10, 2])).batch(4).unbatch()
        def total():
            s = tf.zeros([2])
            for row in batches:
                s += row
            return s
        # %%
        total()
        """,
    "no signature": """
        def mean(x):
            return tf.reduce_sum(x, axis=0) / x.shape[0]
        # %%
        mean(tf.ones([4, 2]))
        """,
}


@rule(
    "HYB235", "static-shape", stance="risks", effects=("static-shape",), claim="raises", covers=("static-shape-none",)
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per function."""
    for effect in wording.of(evidence, "static-shape"):
        name = wording.named(effect, "target", "a tensor")
        message = f"the static shape of {name} is read in Python, but the trace leaves some sizes open as None"
        message = f"{wording.sentence(message)}{wording.by(effect)}."
        asked = effect.details.get("target") or "x"
        yield Place(effect, message, f"Use tf.shape({asked.split(', ')[0]}).")
