"""After a cell, only what it touched is judged anew, and all of that."""

import pytest

from hybnb.analyse import Analyser, analyse
from hybnb.model import Cell, FunctionFacts, NameFact, ValueSketch

IMPORTS = Cell(1, "import tensorflow as tf")
STEP = Cell(2, "def step(x):\n    return scale(x) * 2.0")
PURE = Cell(3, "def scale(x):\n    return tf.sin(x)")
LOUD = Cell(4, "def scale(x):\n    print(x)\n    return tf.sin(x)")


def kinds(facts: tuple[FunctionFacts, ...], name: str) -> set[str]:
    return {effect.kind for fact in facts if fact.function.name == name for effect in fact.effects}


def test_a_helper_defined_in_a_later_cell_is_followed_from_then_on():
    analyser = Analyser()

    assert "unknown-call" in kinds(analyser.update([IMPORTS, STEP]), "step")
    assert kinds(analyser.update([IMPORTS, STEP, PURE]), "step") == set()


def test_a_changed_helper_judges_who_depends_on_it_anew():
    analyser = Analyser()
    analyser.update([IMPORTS, STEP, PURE])

    assert "output" in kinds(analyser.update([IMPORTS, STEP, PURE, LOUD]), "step")


def test_asking_for_names_first_loses_no_change():
    analyser = Analyser()
    analyser.update([IMPORTS, STEP, PURE])
    analyser.used_names([IMPORTS, STEP, PURE, LOUD])

    assert "output" in kinds(analyser.update([IMPORTS, STEP, PURE, LOUD]), "step")


def test_a_cell_that_is_run_again_with_another_text_replaces_what_it_said():
    analyser = Analyser()
    analyser.update([IMPORTS, STEP, LOUD])

    assert kinds(analyser.update([IMPORTS, STEP, Cell(4, PURE.source)]), "step") == set()


def test_untouched_functions_keep_the_facts_they_had():
    analyser = Analyser()
    before = analyser.update([IMPORTS, PURE])
    after = analyser.update([IMPORTS, PURE, Cell(5, "other = 1")])

    assert after[0].effects is before[0].effects


def test_a_global_that_became_something_else_in_the_kernel_judges_anew():
    reader = Cell(2, "def read(x):\n    return factor(x)")
    analyser = Analyser()
    number = {"factor": NameFact("factor", ValueSketch("number", type="float", value=2.0))}
    sine = {"factor": NameFact("factor", ValueSketch("function", qualified="tensorflow.sin"))}

    assert kinds(analyser.update([IMPORTS, reader], names=number), "read") == {"unknown-call"}
    assert kinds(analyser.update([IMPORTS, reader], names=sine), "read") == set()


def test_going_cell_by_cell_ends_where_one_look_at_everything_does():
    analyser = Analyser()
    cells = [IMPORTS, STEP, PURE, LOUD]
    for count in range(1, len(cells) + 1):
        step_by_step = analyser.update(cells[:count])

    assert step_by_step == analyse(cells)


def test_going_piece_by_piece_ends_where_one_look_at_everything_does():
    analyser, cells, pieces = Analyser(), [IMPORTS, STEP, PURE, LOUD, Cell(5, "def other(x):\n    return step(x)")], 1
    while not analyser.read(cells):
        pieces += 1
    facts = analyser.update(cells, most=1)
    while not analyser.finished:
        facts, pieces = analyser.update(cells, most=1), pieces + 1

    assert facts == analyse(cells)
    assert pieces == len(cells) + len(facts)


def test_a_class_judged_before_an_object_of_it_is_made_ends_where_one_look_at_everything_does():
    flipped = """
class Half(tf.Module):
    def __init__(self, flip):
        self.flip = flip

    def forward(self, x):
        return -x if self.flip else x
"""
    analyser, cells = Analyser(), [IMPORTS, Cell(2, flipped), Cell(3, "half = Half(2 % 2 == 1)")]
    for count in range(1, len(cells) + 1):
        step_by_step = analyser.update(cells[:count])

    assert step_by_step == analyse(cells)
    assert "condition-type" not in kinds(step_by_step, "Half.forward")


def test_a_cell_run_again_leaves_what_does_not_depend_on_it():
    other = Cell(5, "def other(x):\n    return tf.cos(x)")
    analyser = Analyser()
    before = {fact.function.name: fact for fact in analyser.update([IMPORTS, STEP, PURE, other])}
    after = {fact.function.name: fact for fact in analyser.update([IMPORTS, STEP, other, LOUD])}

    assert after["other"].effects is before["other"].effects
    assert {effect.kind for effect in after["step"].effects} == {"output"}


def test_a_cell_that_goes_away_takes_its_functions_with_it():
    analyser = Analyser()
    analyser.update([IMPORTS, STEP, PURE])

    assert [fact.function.name for fact in analyser.update([IMPORTS, STEP])] == ["step"]
    assert "unknown-call" in kinds(analyser.update([IMPORTS, STEP]), "step")


COUNTER = """
class Counter:
    def __init__(self):
        self.calls = 0

    def count(self, x):
        return tf.sin(x) * self.calls
"""


def test_an_attribute_set_in_another_class_leaves_a_method_alone():
    other = Cell(6, COUNTER.replace("Counter", "Other") + "\n    def more(self):\n        self.calls += 1")
    analyser = Analyser()
    before = analyser.update([IMPORTS, Cell(5, COUNTER)])
    after = analyser.update([IMPORTS, Cell(5, COUNTER), other])

    assert after[1] is before[1]


def test_an_attribute_set_from_a_later_cell_judges_the_method_that_reads_it_anew():
    analyser = Analyser()
    cells = [IMPORTS, Cell(5, COUNTER), Cell(6, "counter = Counter()"), Cell(7, "counter.calls = 3")]

    assert "stale-read" not in kinds(analyser.update(cells[:3]), "Counter.count")
    assert "stale-read" in kinds(analyser.update(cells), "Counter.count")


def test_a_list_of_an_object_that_a_later_cell_fills_judges_the_method_that_reads_it_anew():
    keeper = COUNTER.replace("self.calls = 0", "self.calls = []").replace("* self.calls", "* len(self.calls)")
    analyser = Analyser()
    cells = [IMPORTS, Cell(5, keeper), Cell(6, "counter = Counter()"), Cell(7, "counter.calls.append(3)")]

    assert "stale-read" not in kinds(analyser.update(cells[:3]), "Counter.count")
    assert kinds(analyser.update(cells), "Counter.count") == kinds(analyse(cells), "Counter.count")
    assert "stale-read" in kinds(analyser.update(cells), "Counter.count")


def test_another_float_type_in_a_later_cell_judges_layers_anew():
    layer = Cell(
        5,
        "import keras\nlayer = keras.layers.Dense(2)\ndef f(x):\n    y = layer(x)\n    if x[0, 0] > 0:\n        y = tf.zeros([1, 2])\n    return y",
    )
    policy = Cell(6, "keras.mixed_precision.set_global_policy('mixed_float16')")
    analyser = Analyser()
    analyser.update([IMPORTS, layer])

    assert analyser.update([IMPORTS, layer, policy]) == analyse([IMPORTS, layer, policy])


CONFIG = Cell(
    2,
    "config = {'rate': 1.0}\ndef get():\n    return config\n"
    "class Step:\n    def __init__(self):\n        self.held = [config]\n    def run(self, x):\n        return self.held[-1]['rate'] * x\n"
    "step = Step()",
)
CALL = Cell(3, "step.run(tf.constant(1.0))")
HANDED_OUT = Cell(4, "handed = [get()]\nhanded[0]['rate'] = 2.0")
COPIED = Cell(4, "copied = dict(get())\ncopied['rate'] = 2.0")


def test_penalties_that_a_later_cell_adds_and_another_reads_judge_who_calls_the_layer_anew():
    keras = Cell(2, "from tensorflow import keras\nlayer = keras.layers.Dense(2)")
    caller = Cell(3, "def call(x):\n    return layer(x)")
    added = Cell(4, "layer = keras.layers.Dense(2, activity_regularizer='l2')\nloss = keras.losses.mse")
    read = Cell(5, "y = call(tf.ones((1, 3)))\npenalty = sum(layer.losses)")
    analyser, cells = Analyser(), [IMPORTS, keras, caller, added, read]
    told = [kinds(analyser.update(cells[:upto]), "call") for upto in range(3, 6)]

    assert ["lost-gradient" in found for found in told] == [False, False, True]


def test_a_container_that_a_later_cell_changes_by_another_way_judges_who_reads_it_anew():
    analyser = Analyser()

    assert kinds(analyser.update([IMPORTS, CONFIG, CALL]), "Step.run") == set()
    assert kinds(analyser.update([IMPORTS, CONFIG, CALL, HANDED_OUT]), "Step.run") == {"stale-read"}


def test_a_copy_of_a_container_that_a_later_cell_changes_leaves_who_reads_the_container_alone():
    assert kinds(Analyser().update([IMPORTS, CONFIG, CALL, COPIED]), "Step.run") == set()


def test_a_container_that_an_edited_cell_no_longer_changes_judges_who_reads_it_anew():
    analyser = Analyser()
    analyser.update([IMPORTS, CONFIG, CALL, HANDED_OUT])

    assert kinds(analyser.update([IMPORTS, CONFIG, CALL, COPIED]), "Step.run") == set()
    assert kinds(analyser.update([IMPORTS, CONFIG, CALL, HANDED_OUT]), "Step.run") == {"stale-read"}


def test_what_is_put_into_a_container_before_the_first_call_is_no_change():
    assert kinds(Analyser().update([IMPORTS, CONFIG, HANDED_OUT, Cell(5, CALL.source)]), "Step.run") == set()


MAKE = Cell(2, "def make(slope):\n    def act(x):\n        return tf.sin(x) * slope\n    return act\nact = make(0.1)")


def test_a_function_that_is_made_anew_under_its_name_reads_nothing_stale_itself():
    made_anew = Cell(3, "act(tf.constant(1.0))\nact = make(0.5)\nact(tf.constant(1.0))")

    assert kinds(Analyser().update([IMPORTS, MAKE, made_anew]), "act") == set()


def test_who_calls_a_function_that_is_made_anew_under_its_name_reads_it_stale():
    caller = Cell(
        3, "def outer(x):\n    return act(x)\nouter(tf.constant(1.0))\nact = make(0.5)\nouter(tf.constant(1.0))"
    )

    assert kinds(Analyser().update([IMPORTS, MAKE, caller]), "outer") == {"stale-read"}


BOX = Cell(
    2,
    """NAMES = ["colour"]
class Box:
    rate = 2.0
box = Box()
def install(target):
    for name in NAMES:
        setattr(target, name, 5.0)
def step(x):
    return x * box.rate
""",
)


@pytest.mark.parametrize(
    ("cell", "changes"),
    [("NAMES = ['rate']", True), ("NAMES.append('rate')", True), ("print(NAMES)", False), ("OTHERS = ['rate']", False)],
)
def test_a_list_of_names_that_a_later_cell_changes_judges_who_reads_an_attribute_anew(cell: str, changes: bool) -> None:
    analyser = Analyser()
    assert kinds(analyser.update([IMPORTS, BOX]), "step") == set()

    later = Cell(3, f"{cell}\ninstall(box)")
    assert kinds(analyser.update([IMPORTS, BOX, later]), "step") == ({"stale-read"} if changes else set())


SCALED = """
SCALE = 2.0
def step(x):
    return x * SCALE
step(tf.constant(1.0))
"""
INSTALLS = """
def install(module, names):
    for name, value in names.items():
        setattr(module, name, value)
"""
INSTALLED = "import sys\ninstall(sys.modules[__name__], {'SCALE': 5.0})\n"


@pytest.mark.parametrize(
    "cells", [(INSTALLS, INSTALLED), (INSTALLS + INSTALLED,), (INSTALLED.replace("SCALE", "OTHER"), INSTALLS)]
)
def test_a_module_handed_to_a_function_that_sets_names_judges_anew_who_reads_them(cells: tuple[str, ...]) -> None:
    analyser = Analyser()
    known = [IMPORTS, Cell(2, SCALED)]
    assert kinds(analyser.update(known), "step") == set()

    for index, text in enumerate(cells, 3):
        known.append(Cell(index, text))
        found = kinds(analyser.update(known), "step")

    assert found == (set() if "OTHER" in cells[0] else {"stale-read"})
