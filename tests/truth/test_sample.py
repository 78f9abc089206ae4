"""Reading samples: which function their last cell is about."""

from __future__ import annotations

import pytest

from tests.truth.sample import PRELUDE, sample

CASES = {
    "a function": ("def step(x):\n    return x\n# %%\nstep(1)\n", "step", 1),
    "a function inside another call": ("def step(x):\n    return x\n# %%\nprint(float(step(1)))\n", "step", 1),
    "the later definition": ("def step(x):\n    return x\n# %%\ndef step(x):\n    return -x\n# %%\nstep(1)\n", "step", 2),
    "a method": ("class T:\n    def step(self):\n        pass\nt = T()\n# %%\nt.step()\n", "T.step", 1),
    "a method of a new object": ("class T:\n    def step(self):\n        pass\n# %%\nT().step()\n", "T.step", 1),
    "an inherited method": (
        "class B:\n    def step(self):\n        pass\nclass T(B):\n    pass\nt = T()\n# %%\nt.step()\n", "B.step", 1,
    ),
    "an object that is called": (
        "class T:\n    def __call__(self):\n        pass\nt = T()\n# %%\nt()\n", "T.__call__", 1,
    ),
    "a Keras layer": (
        "class L(keras.layers.Layer):\n    def call(self, x):\n        return x\nl = L()\n# %%\nl(1)\n", "L.call", 1,
    ),
    "a closure": (
        "def make():\n    def inner(x):\n        return x\n    return inner\nf = make()\n# %%\nf(1)\n", "make.inner", 1,
    ),
    "a lambda": ("f = lambda x: x\n# %%\nf(1)\n", "f", 1),
    "a partial": ("from functools import partial\nf = partial(max, 1)\n# %%\nf(2)\n", "f", 1),
    "another name": ("def step(x):\n    return x\nf = step\n# %%\nf(2)\n", "step", 1),
    "a method under a name": (
        "class T:\n    def step(self):\n        pass\nt = T()\nf = t.step\n# %%\nf()\n", "T.step", 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "name", "cell"), CASES.values(), ids=CASES)
def test_the_first_user_function_called_is_judged(text: str, name: str, cell: int) -> None:
    found = sample("any", text).judged
    assert (found.name, found.cell) == (name, cell)


def test_cells_are_parted_and_dedented() -> None:
    found = sample("any", "\n    a = 1\n    # %%\n    def f():\n        return a\n    # %%\n    f()\n    ")
    assert found.cells == (PRELUDE, "\na = 1\n", "def f():\n    return a\n", "f()\n")
    assert found.judged.line == 1


def test_a_sample_that_calls_nothing_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="calls none"):
        sample("any", "def f():\n    pass\n# %%\nprint(1)\n")


def test_a_sample_can_say_that_it_never_ends() -> None:
    assert sample("any", "def f():\n    pass\n# %%\nf()  # never ends\n").endless
    assert not sample("any", "def f():\n    pass\n# %%\nf()\n").endless
