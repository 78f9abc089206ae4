"""The shape of a tensor changes from call to call.

Sees        observed calls with three or more different shapes of a tensor, array or variable.
Matters     tf.function traces each shape anew; nothing relaxes shapes by itself.
Wrong when  only a few shapes ever come, each for very many calls.
Instead     write reduce_retracing=True, which traces unknown dimensions once, or make batches equal with
            drop_remainder=True or padding. Where the body reads a size that varies in Python, as x.shape[0], let it ask
            tf.shape(x)[0] first: reduce_retracing makes the other None.
Source      TensorFlow guide "Better performance with tf.function", on retracing; 39 shapes gave 39 traces, and 2 with
            reduce_retracing.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import Evidence
from hybnb.rules import calls, wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "batches of every size": """
        def loss(x):
            return tf.reduce_mean(x * x)
        # %%
        loss(tf.ones([4, 2]))
        loss(tf.ones([3, 2]))
        loss(tf.ones([2, 2]))
        loss(tf.ones([1, 2]))
    """,
    "arrays in a tuple": """
        def total(pair):
            return tf.reduce_sum(pair[0]) + tf.reduce_sum(pair[1])
        # %%
        total((np.ones(1, np.float32), np.ones(2, np.float32)))
        total((np.ones(2, np.float32), np.ones(2, np.float32)))
        total((np.ones(3, np.float32), np.ones(2, np.float32)))
    """,
    "another number of dimensions": """
        def double(x):
            return x + x
        # %%
        double(tf.ones([]))
        double(tf.ones([1]))
        double(tf.ones([1, 1]))
    """,
}
QUIET = {
    "a smaller last batch": """
        def loss(x):
            return tf.reduce_mean(x * x)
        # %%
        loss(tf.ones([4, 2]))
        loss(tf.ones([4, 2]))
        loss(tf.ones([1, 2]))
        loss(tf.ones([4, 2]))
    """,
    "other values of the same shape": """
        def loss(x):
            return tf.reduce_mean(x * x)
        # %%
        loss(tf.constant([1.0, 2.0]))
        loss(tf.constant([3.0, 4.0]))
        loss(tf.constant([5.0, 6.0]))
    """,
    "an array and a tensor of one shape": """
        def double(x):
            return x + x
        # %%
        double(tf.ones([2]))
        double(np.ones(2, np.float32))
        double(tf.zeros([2]))
    """,
}


@rule(
    "HYB302",
    "retrace-shape",
    stance="notes",
    needs=("calls",),
    claim="retraces",
    covers=(
        "retrace-shape",
        "retrace-rank",
    ),
)
def check(evidence: Evidence) -> Iterator[Place]:
    """Shapes in observed calls."""
    found = calls.varying(evidence, ("shape", "rank"))
    if found:
        seen = found[0].seen
        told = f"{wording.code(found[0].path)} had {len(seen)} different shapes ({calls.examples(seen)})"
        yield calls.place(evidence, found, told, _instead(evidence, found[0].path))


def _instead(evidence: Evidence, path: str) -> str:
    if evidence.facts.static_shape_reads:
        return calls.equal_shapes(path)
    return "Write @tf.function(reduce_retracing=True), or make the shapes equal (drop_remainder=True, padding)."
