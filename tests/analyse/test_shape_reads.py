"""Which static sizes a body reads that vary from call to call: with reduce_retracing=True these would be None."""

from __future__ import annotations

import numpy as np
import pytest

from hybnb.decide.decorator import relaxing_helps
from hybnb.measure.retraces import reckoned
from hybnb.model import Evidence
from tests.rules.observed import observed, read
from tests.truth.sample import sample

CALLS = """
# %%
f(tf.ones([2, 6]))
f(tf.ones([3, 6]))
f(tf.ones([4, 6]))
f(tf.ones([5, 6]))
"""
RAISES = {
    "of the parameter": """
def f(x):
    return tf.reshape(x, [x.shape[0], 2, 3])
""",
    "of a parameter that is bound anew": """
def f(x):
    x = tf.tanh(x)
    return tf.reshape(x, [x.shape[0], 2, 3])
""",
    "of what is computed, by a name of its own": """
def f(x):
    h = tf.tanh(x)
    return tf.reshape(h, [h.shape[0], 2, 3])
""",
    "of what has no name": """
def f(x):
    return tf.zeros((x @ tf.ones([6, 6])).shape) + x
""",
    "in a helper": """
def rows(z):
    return tf.reshape(z, [z.shape[0], 2, 3])
def f(x):
    return rows(x * 2.0)
""",
    "taken apart": """
def f(x):
    n, m = x.shape
    return tf.reshape(x, [n, m // 2, 2])
""",
    "of what changes its axes": """
def f(x):
    y = tf.transpose(x)
    return tf.reshape(y, [6, y.shape[-1], 1])
""",
}
SAME = {
    "the last size of the parameter": """
def f(x):
    return tf.reduce_sum(x, -1) / x.shape[-1]
""",
    "the same, counted from the first": """
def f(x):
    return tf.reshape(x, [-1, x.shape[1], 1])
""",
    "the last size of what is computed": """
def f(x):
    h = tf.tanh(x)
    return tf.reshape(h, [-1, h.shape[-1], 1])
""",
    "sizes that the graph itself reads": """
def f(x):
    return tf.reshape(x, [tf.shape(x)[0], 2, 3])
""",
    "no size": """
def f(x):
    return tf.tanh(x)
""",
}


def _seen(body: str) -> Evidence:
    evidence = observed(sample("sizes", body + CALLS))
    assert evidence.history is not None
    return Evidence(evidence.facts, history=evidence.history, retraces=reckoned(evidence.history))


def _relaxed(body: str) -> None:
    """Eager results and those of the relaxed graph are the same."""
    import tensorflow as tf

    namespace = {"tf": tf}
    exec(body, namespace)
    graph = tf.function(namespace["f"], reduce_retracing=True)
    for rows in (2, 3, 4, 5):
        x = tf.ones([rows, 6])
        np.testing.assert_allclose(graph(x), namespace["f"](x))  # type: ignore[operator]


@pytest.mark.tensorflow
@pytest.mark.parametrize("title", RAISES)
def test_where_a_size_that_varies_is_read_in_python_shapes_are_not_relaxed(title: str) -> None:
    with pytest.raises((TypeError, ValueError)):
        _relaxed(RAISES[title])
    assert not relaxing_helps(_seen(RAISES[title]))


@pytest.mark.tensorflow
@pytest.mark.parametrize("title", SAME)
def test_a_size_that_all_calls_share_may_be_read_while_others_are_relaxed(title: str) -> None:
    _relaxed(SAME[title])
    assert relaxing_helps(_seen(SAME[title]))


def test_without_calls_every_size_that_is_read_may_vary() -> None:
    alone = sample("sizes", SAME["the last size of the parameter"] + "\n# %%\nf(unknown)\n")
    assert read(alone).facts.static_shape_reads
