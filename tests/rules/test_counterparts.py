"""What TensorFlow has for what NumPy does is named where it has something."""

from __future__ import annotations

import pytest

from hybnb.rules.counterparts import OTHERWISE, instead


@pytest.mark.parametrize(
    ("call", "step"),
    [
        ("np.exp", "Use tf.exp."),
        ("np.sum", "Use tf.reduce_sum."),
        ("np.linalg.norm", "Use tf.norm."),
        ("math.log", "Use tf.math.log."),
        ("np.asarray", "Use tf.convert_to_tensor."),
        ("rows[i]", "Make it a tensor, and use tf.gather."),
        ("rows[i] = …", "Gather the values in a tf.TensorArray, or use tf.tensor_scatter_nd_update."),
    ],
)
def test_a_counterpart_is_named(call: str, step: str) -> None:
    assert instead(call) == step


@pytest.mark.parametrize("call", ["np.median", "np.random.normal", "np.dot", "json.dumps", "float", "np", ""])
def test_none_is_made_up(call: str) -> None:
    assert instead(call) == OTHERWISE
