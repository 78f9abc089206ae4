"""A loop of the top level is followed once more only where a round changes what the next one sees."""

from __future__ import annotations

import pytest

from hybnb.analyse.candidates import candidates
from hybnb.analyse.program import Program
from hybnb.model import Cell

HEAD = """\
import tensorflow as tf
x, losses, steps = tf.ones([3]), [], {}
class Count:
    def __init__(self):
        self.calls = 0
    def __call__(self):
        self.calls += 1
    @property
    def now(self):
        self.calls += 1
        return self.calls
count = Count()
total = 0
def step(x):
    return tf.reduce_sum(x * 2.0)
def counted(x):
    global total
    total += 1
    return x
def kept(x):
    losses.append(x)
"""
ONCE = {
    "calls": "for _ in range(4):\n    step(x)\n",
    "writes": "for i in range(4):\n    print(i, float(step(x)))\n",
    "of two names": "for a, b in [(1, 2), (3, 4)]:\n    step(x)\n",
    "while": "while True:\n    step(x)\n",
}
AGAIN = {
    "binds a name": "for _ in range(4):\n    y = step(x)\n",
    "appends": "for _ in range(4):\n    losses.append(step(x))\n",
    "sets an entry": "for i in range(4):\n    steps[i] = step(x)\n",
    "calls an object": "for _ in range(4):\n    count(), step(x)\n",
    "reads a property": "for _ in range(4):\n    count.now, step(x)\n",
    "sets an attribute": "for _ in range(4):\n    count.last = step(x)\n",
    "appends in a function": "for _ in range(4):\n    kept(step(x))\n",
    "sets a global in a function": "for _ in range(4):\n    counted(step(x))\n",
    "makes a function": "for _ in range(4):\n    step(x), map(lambda y: y, [1])\n",
    "leaves": "for i in range(4):\n    step(x)\n    if i > 2:\n        break\n",
    "adds": "for _ in range(4):\n    total += step(x)\n",
}


def times(loop: str) -> int:
    """How often `step` was followed for the loop."""
    program = Program([Cell(1, HEAD), Cell(2, loop)])
    step = next(one for one in candidates(program) if one.id.name == "step")
    return len(program.call_sites[step.node])


@pytest.mark.parametrize("title", ONCE)
def test_a_round_that_changes_nothing_is_the_only_one(title: str) -> None:
    assert times(ONCE[title]) == 1


@pytest.mark.parametrize("title", AGAIN)
def test_what_a_round_changes_is_seen_by_the_next(title: str) -> None:
    assert times(AGAIN[title]) == 2
