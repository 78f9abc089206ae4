"""A Python list grows in a loop over tensors.

Sees        append, extend or add on a list or set in a loop over a tensor, a dataset, tf.range or a tensor condition.
Matters     the loop's body is traced once: the list gets one element, which is not valid after the loop
            (InaccessibleTensorError), or simply only one element.
Wrong when  the list isn't used after the loop.
Instead     a tf.TensorArray, tf.map_fn, or a Python range where the length is known.
Source      AutoGraph reference, Limitations: Python collections in TensorFlow control flow.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "rows gathered over a tensor": """
        def doubled(x):
            rows = []
            for row in x:
                rows.append(row * 2.0)
            return tf.stack(rows)
        # %%
        doubled(tf.constant([1.0, 2.0]))
        """,
    "tf.range": """
        def repeated(x):
            rows = []
            for _ in tf.range(3):
                rows.append(x)
            return tf.stack(rows)
        # %%
        repeated(tf.constant([1.0, 2.0]))
        """,
    "a helper appends": """
        def note(rows, row):
            rows.append(row)
        # %%
        def doubled(x):
            rows = []
            while tf.reduce_sum(x) < 10.0:
                x = x * 2.0
                note(rows, x)
            return tf.stack(rows)
        # %%
        doubled(tf.constant([1.0, 2.0]))
        """,
}
QUIET = {
    "a tf.TensorArray": """
        def doubled(x):
            rows = tf.TensorArray(tf.float32, size=2)
            for i in tf.range(2):
                rows = rows.write(i, x[i] * 2.0)
            return rows.stack()
        # %%
        doubled(tf.constant([1.0, 2.0]))
        """,
    "a Python range": """
        def repeated(x):
            rows = []
            for _ in range(3):
                rows.append(x)
            return tf.stack(rows)
        # %%
        repeated(tf.constant([1.0, 2.0]))
        """,
}


@rule(
    "HYB242",
    "list-in-tensor-loop",
    stance="blocks",
    effects=("loop-append",),
    covers=(
        "loop-append",
        "dataset-append",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per change."""
    for effect in wording.of(evidence, "loop-append"):
        target = wording.named(effect, "target", "a list")
        message = (
            f"{target} grows in a loop that becomes a tf.while_loop, so it gets one element, valid only in the loop"
        )
        yield Place(effect, f"{message}{wording.by(effect)}.", "Use a tf.TensorArray, or tf.map_fn.")
