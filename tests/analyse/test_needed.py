"""After a cell only some functions are followed; what is said of them is the same as if all were."""

import random

import pytest
from msgspec.structs import replace

from hybnb.analyse import Analyser, analyse
from hybnb.model import Cell, FunctionFacts
from tests.benchmarks.corpus import IMPORTS as LIBRARIES
from tests.benchmarks.corpus import text

IMPORTS = Cell(1, "import tensorflow as tf")
SCALE = Cell(2, "def scale(x):\n    return tf.sin(x)")
STEP = Cell(3, "def step(x):\n    return scale(x) * 2.0")
OTHER = Cell(4, "def other(x):\n    return tf.cos(x)")
LOUD = Cell(5, "def scale(x):\n    print(x)\n    return tf.sin(x)")
HELPER = Cell(6, "again = scale\ndef helper(x):\n    return again(x)")
GRAPH = Cell(7, "@tf.function\ndef graph(x):\n    return tf.abs(x)")
MODEL = Cell(
    8,
    "class Base:\n    def grow(self):\n        self.rate = tf.ones([])\n"
    "class Model(Base):\n    def call(self, x):\n        return x * self.rate\n    def stop(self):\n        self.rate = None",
)
MAKER = Cell(9, "def make(rate):\n    def inner(x):\n        return x * rate\n    return inner")


def names(facts) -> list[str]:
    return [one.function.name for one in facts]


def kinds(facts, name: str) -> set[str]:
    return {effect.kind for fact in facts if fact.function.name == name for effect in fact.effects}


def told(facts) -> dict[str, FunctionFacts]:
    """What is said of each function; which names were looked at for that depends on the cells that were there then."""
    return {one.function.key: replace(one, depends_on=()) for one in facts}


def test_whoever_names_a_function_is_followed_with_it_and_nobody_else():
    assert names(Analyser().update([IMPORTS, SCALE, STEP, OTHER], keys={"scale"})) == ["scale", "step"]


def test_a_function_does_not_need_its_helpers_to_be_judged_as_well():
    assert names(Analyser().update([IMPORTS, SCALE, STEP, OTHER], keys={"step"})) == ["step"]


def test_another_name_of_a_function_counts_as_its_name():
    assert names(Analyser().update([IMPORTS, SCALE, HELPER], keys={"scale"})) == ["scale", "helper"]


def test_tf_functions_are_always_followed():
    assert names(Analyser().update([IMPORTS, SCALE, GRAPH], keys=())) == ["graph"]


def test_what_a_dataset_maps_is_always_followed():
    mapped = Cell(10, "tf.data.Dataset.range(3).map(other)")
    assert names(Analyser().update([IMPORTS, SCALE, OTHER, mapped], keys=())) == ["other"]


def test_methods_are_followed_with_all_others_of_their_class_and_its_bases():
    assert names(Analyser().update([IMPORTS, OTHER, MODEL], keys={"Model.call"})) == [
        "Base.grow", "Model.call", "Model.stop",
    ]  # fmt: skip


def test_an_inner_function_is_followed_with_the_one_around_it():
    assert names(Analyser().update([IMPORTS, OTHER, MAKER], keys={"make.inner"})) == ["make", "make.inner"]


def test_what_was_left_out_is_followed_once_it_is_asked_for():
    analyser = Analyser()
    analyser.update([IMPORTS, SCALE, STEP, OTHER], keys=())

    assert analyser.update([IMPORTS, SCALE, STEP, OTHER]) == analyse([IMPORTS, SCALE, STEP, OTHER])


def test_a_changed_helper_that_nobody_asked_for_changes_its_caller():
    analyser = Analyser()
    analyser.update([IMPORTS, SCALE, STEP], keys={"step"})

    assert "output" in kinds(analyser.update([IMPORTS, SCALE, STEP, LOUD], keys={"step"}), "step")


def test_facts_that_no_longer_hold_are_not_given_again():
    analyser = Analyser()
    assert names(analyser.update([IMPORTS, SCALE, STEP, OTHER])) == ["scale", "step", "other"]

    after = analyser.update([IMPORTS, SCALE, STEP, OTHER, LOUD], keys=())

    assert names(after) == ["other"]
    assert "output" in kinds(analyser.update([IMPORTS, SCALE, STEP, OTHER, LOUD]), "step")


@pytest.mark.parametrize("seed", range(6))
def test_the_order_in_which_functions_are_asked_for_makes_no_difference(seed: int):
    chosen, analyser = random.Random(seed), Analyser()
    cells = [Cell(1, LIBRARIES), *(Cell(index, text(60, seed * 10 + index)) for index in range(2, 8))]
    expected = told(analyse(cells))

    for count in range(1, len(cells) + 1):
        keys = set(chosen.sample(sorted(expected), 5))
        found = told(analyser.update(cells[:count], keys=keys))
        assert found.keys() >= {key for key in keys if expected[key].function.cell <= count}

    assert {key: one for key, one in expected.items() if key in found} == found
    assert told(analyser.update(cells)) == expected
