"""What becomes of results, when traces are made, and shapes of operations, by what they lead to."""

from __future__ import annotations

from textwrap import dedent

import pytest

from hybnb.analyse import analyse
from hybnb.model import Cell, FunctionFacts

PRELUDE = "import tensorflow as tf\nimport numpy as np\n"
COUNT = "def rows(x):\n    return x.shape[0]\n"
READ = "scale = 1.0\ndef scaled(x):\n    return x * scale\n"


def facts(name: str, *cells: str) -> FunctionFacts:
    written = [Cell(number, dedent(text)) for number, text in enumerate((PRELUDE, *cells), 1)]
    return next(found for found in analyse(written) if found.function.name == name)


def kinds(name: str, *cells: str) -> set[str]:
    return {effect.kind for effect in facts(name, *cells).effects}


@pytest.mark.parametrize(
    ("use", "seen"),
    [
        ("rows(tf.ones([2]))", True),
        ("print(rows(tf.ones([2])))", True),
        ("n = rows(tf.ones([2]))\nf'{n}'", True),
        ("for _ in range(3):\n    rows(tf.ones([2]))", False),
        ("n = rows(tf.ones([2]))", False),
    ],
)
def test_a_number_that_is_returned_counts_where_it_is_looked_at(use: str, seen: bool) -> None:
    found = [effect for effect in facts("rows", COUNT, use).effects if effect.kind == "return-type"]
    assert bool(found) == seen
    assert all("used" in effect.details for effect in found)


def test_a_number_that_goes_who_knows_where_stays_a_risk() -> None:
    (effect,) = (e for e in facts("rows", COUNT, "kept = [rows(tf.ones([2]))]").effects if e.kind == "return-type")
    assert "used" not in effect.details


@pytest.mark.parametrize(
    ("later", "stale"),
    [
        ("scale = 2.0\nscaled(tf.ones([2]))", False),
        ("scaled(tf.ones([2]))\nscale = 2.0", True),
        ("for i in range(3):\n    scale = float(i)\n    scaled(tf.ones([2]))", True),
    ],
)
def test_what_changes_before_the_first_call_is_not_stale(later: str, stale: bool) -> None:
    assert ("stale-read" in kinds("scaled", READ, later)) == stale


def test_a_registry_filled_by_decorators_is_not_stale_and_one_filled_later_is() -> None:
    registry = """
        steps = []
        def step(f):
            steps.append(f)
            return f
        @step
        def twice(x):
            return x * 2.0
        def run(x):
            for f in steps:
                x = f(x)
            return x
        """
    assert "stale-read" not in kinds("run", registry, "run(tf.ones([2]))")
    assert "stale-read" in kinds("run", registry, "run(tf.ones([2]))\nstep(tf.abs)")


@pytest.mark.parametrize(
    "update",
    [
        "tf.linalg.matvec(a, v)", "tf.reduce_sum(a * v, axis=1)", "tf.einsum('ij,j->i', a, v)", "tf.squeeze(v[None], 0)",
        "tf.reshape(v, [2])", "tf.stack([v[0], v[1]])", "tf.gather(v, [1, 0])", "tf.concat([v[:1], v[1:]], 0)",
    ],
)  # fmt: skip
def test_a_loop_variable_keeps_its_shape(update: str) -> None:
    loop = f"def f(a, v):\n    for _ in tf.range(3):\n        v = {update}\n    return v"
    assert "loop-inconsistent" not in kinds("f", loop, "f(tf.ones([2, 2]), tf.ones([2]))")


@pytest.mark.parametrize("update", ["tf.concat([v, v], 0)", "v[None]", "tf.reduce_sum(v)", "tf.tile(v, [2])", "v[1:]"])
def test_a_loop_variable_that_changes_its_shape_is_certain(update: str) -> None:
    loop = f"def f(v):\n    for _ in tf.range(3):\n        v = {update}\n    return v"
    found = [e for e in facts("f", loop, "f(tf.ones([2]))").effects if e.kind == "loop-inconsistent"]
    assert [effect.certainty for effect in found] == ["certain"]
