"""Numbers that a loop passes are known to differ from call to call, as TensorFlow's own count of traces has it."""

from __future__ import annotations

from typing import Any

import pytest

from hybnb.advisor import check
from hybnb.analyse import analyse
from hybnb.model import Cell
from hybnb.settings import Settings

HEAD = """\
import tensorflow as tf
x = tf.ones([3])
sizes = [2, 3, 4]
@tf.function
def step(x, n):
    return x * tf.cast(n, tf.float32)
"""
ANEW = {
    "a counter": "for i in range(5):\n    step(x, i)\n",
    "a counter from somewhere": "for i in range(*[1, 4]):\n    step(x, i)\n",
    "numbers as written": "for rate in (0.3, 0.2, 0.1):\n    step(x, rate)\n",
    "a list": "for size in sizes:\n    step(x, size)\n",
    "enumerate": "for i, row in enumerate([x, x, x]):\n    step(row, i)\n",
    "worked out from a counter": "for epoch in range(3):\n    rate = 0.1 * 0.9 ** epoch\n    step(x, rate)\n",
    "counted by hand": "i = 0\nwhile i < 4:\n    step(x, i)\n    i += 1\n",
    "a comprehension": "out = [step(x, i) for i in range(3)]\n",
    "in a function": "def train(epochs):\n    for epoch in range(epochs):\n        step(x, epoch)\ntrain(4)\n",
    "handed on": "def inner(n):\n    return step(x, n)\nfor i in range(3):\n    inner(i)\n",
}
ONCE = {
    "the same number": "for i in range(5):\n    step(x, 2)\n",
    "a number set anew": "for i in range(5):\n    rate = 0.1\n    step(x, rate)\n",
    "a tensor of it": "for i in range(5):\n    step(x, tf.constant(i))\n",
    "a tensor's counter": "for i in tf.range(5):\n    step(x, i)\n",
    "the size of each": "for row in [x, x, x]:\n    step(row, row.shape[0])\n",
    "counted for something else": "i = 0\nwhile i < 4:\n    step(x, 3)\n    i += 1\n",
}


def changing(code: str) -> bool:
    """What the source says of `n`."""
    facts = next(one for one in analyse([Cell(1, HEAD), Cell(2, code)]) if one.function.name == "step")
    return facts.parameters[1].changing


def traces(code: str) -> int:
    """What TensorFlow says."""
    names: dict[str, Any] = {}
    exec(HEAD + code, names)
    return int(names["step"].experimental_get_tracing_count())


@pytest.mark.parametrize("title", ANEW)
def test_a_number_that_a_loop_changes_is_traced_anew(title: str) -> None:
    assert traces(ANEW[title]) > 2
    assert changing(ANEW[title])


@pytest.mark.parametrize("title", ONCE)
def test_a_number_that_stays_is_traced_once(title: str) -> None:
    assert traces(ONCE[title]) == 1
    assert not changing(ONCE[title])


def test_it_is_told_where_nothing_was_run() -> None:
    verdicts = check([Cell(1, HEAD), Cell(2, ANEW["a counter"])], (), Settings())
    (step,) = (one for one in verdicts if one.function.name == "step")
    assert [one.name for one in step.findings] == ["retrace-python-scalar"]
    assert "`n`" in step.findings[0].message
