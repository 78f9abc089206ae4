"""Sizes that depend on values, and calls that give several results, are told from what a trace knows."""

from __future__ import annotations

import linecache
from typing import Any

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


BATCHES = "batches = tf.data.Dataset.from_tensor_slices(x).repeat(5).batch(4)\n"
TAKEN = {
    "an unpacked shape": ("for b in batches:\n        n, m = b.shape\n        s += tf.reduce_sum(b) / n\n", False),
    "a shape as a list": ("for b in batches:\n        s += tf.reduce_sum(b) / b.shape.as_list()[0]\n", False),
    "the method for the shape": (
        "for b in batches:\n        n, m = b.get_shape()\n        s += tf.reduce_sum(b) / n\n",
        False,
    ),
    "another size in a list": ("for b in batches:\n        s += tf.reduce_sum(b) / b.get_shape().as_list()[1]\n", True),
    "next": ("b = next(iter(batches))\n    s = tf.reduce_sum(b) / b.shape[0]\n", False),
    "the length": ("for b in batches:\n        s += tf.reduce_sum(b) / len(b)\n", False),
    "enumerate": ("for i, b in batches.enumerate():\n        s += tf.reduce_sum(b) / b.shape[0]\n", False),
    "zip": ("for a, b in zip(batches, batches):\n        s += tf.reduce_sum(b) / a.shape[0]\n", False),
    "a column": ("for b in batches:\n        s += tf.reduce_sum(b) / b[:, 0].shape[0]\n", False),
    "a batch of batches": (
        "for b in batches.batch(2, drop_remainder=True):\n        s += tf.reduce_sum(b) / b.shape[0]\n",
        True,
    ),
    "a padded batch": (
        (
            "for b in tf.data.Dataset.range(1, 6).map(lambda n: tf.ones([n])).padded_batch(2):\n"
            "        s += tf.reduce_sum(b) / b.shape[1]\n"
        ),
        False,
    ),
    "a transformation that is applied": (
        (
            "for b in tf.data.Dataset.from_tensor_slices(x).apply(lambda d: d.batch(2)):\n"
            "        s += tf.reduce_sum(b) / b.shape[0]\n"
        ),
        False,
    ),
    "a mean": ("for b in batches:\n        s += tf.reduce_mean(b)\n", True),
    "a row": ("for b in batches:\n        s += tf.reduce_sum(b[0]) / b[0].shape[0]\n", True),
    "the rows": ("for b in batches:\n        for row in b:\n            s += tf.reduce_sum(row)\n", True),
}


@pytest.mark.parametrize("title", TAKEN)
def test_a_batch_taken_from_a_dataset_has_an_open_size(title: str) -> None:
    loop, holds = TAKEN[title]
    text = f"{HEAD}{BATCHES}def f():\n    s = tf.constant(0.0)\n    {loop}    return s\nf()\n"
    (verdict,) = check([Cell(1, text)], (), Settings())
    assert (verdict.safe.value == "yes") == holds


@pytest.mark.tensorflow
@pytest.mark.parametrize("title", TAKEN)
def test_tensorflow_says_the_same_of_batches(title: str) -> None:
    import tensorflow as tf

    loop, holds = TAKEN[title]
    names: dict[str, Any] = {}
    text = f"{HEAD}{BATCHES}def f():\n    s = tf.constant(0.0)\n    {loop}    return s\n"
    linecache.cache["<batches>"] = (len(text), None, text.splitlines(keepends=True), "<batches>")
    exec(compile(text, "<batches>", "exec"), names)
    eager = float(names["f"]())
    if holds:
        assert float(tf.function(names["f"])()) == pytest.approx(eager)
    else:
        with pytest.raises((TypeError, ValueError)):
            tf.function(names["f"])()


def sketched(open_size: int | None) -> str:
    """The verdict on a walk over a dataset that the kernel has, with this first size in its batches."""
    spec = ValueSketch(
        "dict", keys=("x",), items=(ValueSketch("tensor", dtype="float32", shape=(open_size, 2)),), length=1
    )
    loop = "    s = tf.constant(0.0)\n    for b in ds:\n        s += tf.reduce_sum(b['x']) / b['x'].shape[0]\n    return s\n"
    cell = Cell(1, f"{HEAD}def f():\n{loop}f()\n")
    (verdict,) = Advisor(Settings()).update(
        [cell], (), {"ds": NameFact("ds", ValueSketch("dataset", items=(spec,)))}, {}
    )
    return verdict.safe.value


def test_a_dataset_of_the_kernel_says_which_sizes_it_leaves_open() -> None:
    assert sketched(4) == "yes"
    assert sketched(None) == "unknown"


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
