"""tf.function in every spelling, with the options that come with it."""

from __future__ import annotations

import pytest

from hybnb.analyse import analyse
from hybnb.model import Cell

HEAD = "import functools\nimport tensorflow as tf\njit = functools.partial(tf.function, jit_compile=True)\ngraph = tf.function\n"
BODY = "def step(x):\n    return tf.exp(x)\n"
COMPILED = {"jit_compile": "True"}


@pytest.mark.parametrize(
    ("code", "options"),
    [
        (f"@tf.function\n{BODY}", {}),
        (f"@graph\n{BODY}", {}),
        (f"@jit\n{BODY}", COMPILED),
        (f"@jit(reduce_retracing=True)\n{BODY}", {**COMPILED, "reduce_retracing": "True"}),
        (f"@functools.partial(tf.function, jit_compile=True)\n{BODY}", COMPILED),
        (f"@functools.partial(jit, autograph=False)\n{BODY}", {**COMPILED, "autograph": "False"}),
        (f"{BODY}fast = jit(step)\n", COMPILED),
        (f"{BODY}step = graph(step)\n", {}),
        (f"{BODY}fast = tf.function(step, jit_compile=True)\n", COMPILED),
    ],
)
def test_a_function_is_known_to_be_converted(code: str, options: dict[str, str]) -> None:
    (facts,) = (one for one in analyse([Cell(1, HEAD), Cell(2, code)]) if one.function.name == "step")
    assert facts.decoration is not None
    assert facts.decoration.options == options


@pytest.mark.parametrize(
    "code",
    [
        BODY,
        f"@functools.partial(print, end='')\n{BODY}",
        f"add = functools.partial(tf.add, y=1.0)\n@add\n{BODY}",
        f"{BODY}kept = functools.partial(step, x=1.0)\n",
    ],
)
def test_another_decorator_or_partial_converts_nothing(code: str) -> None:
    facts = next(one for one in analyse([Cell(1, HEAD), Cell(2, code)]) if one.function.name == "step")
    assert facts.decoration is None
