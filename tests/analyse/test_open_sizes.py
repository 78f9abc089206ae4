"""Sizes that depend on values, and calls that give several results, are told from what a trace knows."""

from __future__ import annotations

import pytest

from hybnb.advisor import Advisor, check
from hybnb.model import Cell, NameFact, ValueSketch
from hybnb.settings import Settings

HEAD = "import tensorflow as tf\nx = tf.constant([[1.0, 2.0], [3.0, 4.0]])\n"
MASKED = "    kept = tf.boolean_mask(x, x[:, 0] > 2.0)\n"

SAFE = {
    "a comparison of the length": MASKED + "    return tf.reduce_sum(kept) if len(kept) > 0 else x[0, 0]\n",
    "a slice up to the length": MASKED + "    return x[:len(kept)]\n",
    "a loop over the length": MASKED
    + "    s = tf.constant(0.0)\n    for i in range(len(kept)):\n        s += kept[i, 0]\n    return s\n",
    "the length of an argument": "    return tf.reduce_sum(x) if len(x) else x[0, 0]\n",
    "the size of an argument": "    return x if x.shape[0] else x + 1.0\n",
    "another size of what is left": MASKED + "    return kept / kept.shape[1]\n",
    "a sum over what is left": MASKED + "    total = tf.reduce_sum(kept, axis=0)\n    return total / total.shape[0]\n",
}
UNSAFE = {
    "the length as a condition": MASKED + "    return tf.reduce_sum(kept) if len(kept) else x[0, 0]\n",
    "the length as a condition of while": MASKED + "    while len(kept):\n        kept = kept[1:]\n    return kept\n",
    "a Python number that a loop without a round leaves": MASKED
    + "    s = 0.0\n    for i in range(len(kept)):\n        s += kept[i, 0]\n    return s\n",
    "the length beside floats": MASKED + "    return kept / len(kept)\n",
    "max of the length": MASKED + "    return kept * (1.0 / max(len(kept), 1))\n",
    "the size read in Python": MASKED + "    return x if kept.shape[0] else x + 1.0\n",
    "the size after an op": MASKED + "    return tf.zeros([(kept * 2.0).shape[0]])\n",
    "the length of what a comparison leaves": "    kept = x[x > 2.0]\n    return x if len(kept) else x + 1.0\n",
    "the length of what tf.where gives": "    found = tf.where(x > 2.0)\n    return x if len(found) else x + 1.0\n",
    "the length of what tf.unique gives": "    values, _ = tf.unique(x[:, 0])\n    return x if len(values) else x + 1.0\n",
}


def safe(body: str) -> str:
    """The verdict on a function of one matrix."""
    (verdict,) = check([Cell(1, f"{HEAD}def f(x):\n{body}f(x)\n")], (), Settings())
    return verdict.safe.value


@pytest.mark.parametrize("title", SAFE)
def test_sizes_that_a_trace_can_tell_raise_no_doubt(title: str) -> None:
    assert safe(SAFE[title]) == "yes"


@pytest.mark.parametrize("title", UNSAFE)
def test_sizes_that_a_trace_leaves_open_are_never_called_safe(title: str) -> None:
    assert safe(UNSAFE[title]) != "yes"


def live(model: ValueSketch, body: str) -> str:
    """The verdict on a function that uses a Keras object of the kernel."""
    advisor = Advisor(Settings())
    cell = Cell(1, f"{HEAD}def f(x):\n{body}f(x)\n")
    (verdict,) = advisor.update([cell], (), {"model": NameFact("model", model)}, {})
    return verdict.safe.value


GRU = "keras.src.layers.rnn.gru.GRU"
FUNCTIONAL = "keras.src.models.functional.Functional"
UNPACKED = "    y, state = model(x)\n    return y + state\n"
LOOP = (
    "    losses = []\n    for y in model(x):\n        losses.append(tf.reduce_mean(y))\n    return tf.add_n(losses)\n"
)


def test_a_layer_that_returns_its_state_gives_two_results() -> None:
    assert live(ValueSketch("layer", type=GRU, length=2), UNPACKED) == "yes"
    assert live(ValueSketch("layer", type=GRU, length=1), UNPACKED) == "no"
    assert live(ValueSketch("layer", type=GRU), UNPACKED) != "yes"


def test_a_model_with_several_outputs_gives_a_list() -> None:
    assert live(ValueSketch("model", type=FUNCTIONAL, length=2), LOOP) == "yes"
    assert live(ValueSketch("model", type=FUNCTIONAL, length=1), LOOP) == "no"
