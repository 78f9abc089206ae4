"""In a running notebook: objects keep the class that they were made of, and names the function that they were given, whatever its
own name means now.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live_notebook import Notebook, live_notebook

pytestmark = pytest.mark.tensorflow
PLAIN = """
class Net:
    def __init__(self):
        self.w = tf.Variable(2.0)
    def __call__(self, x):
        return self.w * x
    def forward(self, x):
        return self.w * x
"""
COUNTING = """
class Net:
    def __init__(self):
        self.w = tf.Variable(2.0)
        self.calls = 0
    def __call__(self, x):
        self.calls += 1
        return self.w * x
    def forward(self, x):
        self.calls += 1
        return self.w * x
"""
USE = "def use(x):\n    return net(x) + 1.0\ndef forward(x):\n    return net.forward(x)\nuse(tf.constant(1.0)); forward(tf.constant(1.0))"


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    with live_notebook() as notebook:
        yield notebook


@pytest.mark.parametrize("function", ["use", "forward"])
def test_an_object_made_before_its_class_was_defined_anew_elsewhere_keeps_the_old_one(
    notebook: Notebook, function: str
) -> None:
    for old, new, before, after in ((PLAIN, COUNTING, "yes", "no"), (COUNTING, PLAIN, "no", "yes")):
        notebook.run(old, old)
        notebook.run("net = Net()", old + "made")
        notebook.run(USE, old + "used")
        notebook.run(new, new)
        notebook.run("net(tf.constant(1.0))", old + "again")
        assert notebook.of(function).safe.value == before
        notebook.run("net = Net()", new + "made")
        notebook.run(USE, new + "used")
        assert notebook.of(function).safe.value == after


@pytest.mark.parametrize("function", ["use", "forward"])
def test_nothing_is_known_of_an_object_whose_class_was_edited_where_it_stands(
    notebook: Notebook, function: str
) -> None:
    notebook.run(COUNTING, "class")
    notebook.run("net = Net()", "made")
    notebook.run(USE, "used")
    notebook.run(PLAIN, "class")
    assert notebook.of(function).safe.value == "unknown"
    (words,) = (gap.message for gap in notebook.of(function).gaps if gap.part == "safe")
    assert "made before `Net` was defined as it is now; run the cell that makes it again" in words
    notebook.run("net = Net()", "made")
    notebook.run(USE, "used")
    assert notebook.of(function).safe.value == "yes"


def test_a_model_whose_class_was_edited_is_not_taken_for_one_of_keras_own(notebook: Notebook) -> None:
    text = "class Net(keras.Model):\n    def call(self, x):\n        seen.append(x)\n        return x\n"
    notebook.run("seen = []", "seen")
    notebook.run(text, "class")
    notebook.run("net = Net()\ndef use(x):\n    return net(x)\nuse(tf.ones((1, 2)))", "made")
    assert notebook.of("use").safe.value == "no"
    notebook.run(text.replace("seen.append(x)", "pass"), "class")
    assert notebook.of("use").safe.value == "unknown"


def test_a_class_that_is_run_again_as_it_stands_changes_nothing(notebook: Notebook) -> None:
    notebook.run(PLAIN, "class")
    notebook.run("net = Net()", "made")
    notebook.run(USE, "used")
    notebook.run(PLAIN, "class")
    notebook.run("use(tf.constant(2.0))", "again")
    assert notebook.of("use").safe.value == "yes"


def test_a_cell_run_again_that_uses_the_object_does_not_bring_the_old_class_back(notebook: Notebook) -> None:
    uses = "net(tf.constant(1.0))"
    notebook.run(PLAIN, "plain")
    notebook.run("net = Net()", "made")
    notebook.run(uses, "uses")
    notebook.run(COUNTING, "counting")
    notebook.run("net = Net()", "made anew")
    notebook.run(USE, "used")
    assert notebook.of("use").safe.value == "no"
    notebook.run(uses.replace("1", "3"), "made")  # so that all is read anew, the old class first
    notebook.run(USE, "used")
    assert notebook.of("use").safe.value == "no"


NOTING = "def helper(x):\n    seen.append(x)\n    return x * 2.0\n"
SILENT = "def helper(x):\n    return x * 2.0\n"
WRAPS = """
def deco(f):
    @functools.wraps(f)
    def inner(x):
        {}
        return f(x)
    return inner
"""


@pytest.mark.parametrize(
    ("made", "called"),
    [
        ("alias = helper", "alias(x)"),
        ("held = [helper]", "held[0](x)"),
        ("held = {'f': helper}", "held['f'](x)"),
        ("class Holder:\n    def __init__(self):\n        self.fn = helper\nholder = Holder()", "holder.fn(x)"),
        ("part = functools.partial(helper)", "part(x)"),
    ],
)
@pytest.mark.parametrize("where", ["helper", "another cell"])
def test_a_function_that_is_held_under_another_name_stays_the_old_one(
    notebook: Notebook, made: str, called: str, where: str
) -> None:
    notebook.run("import functools\nseen = []", "seen")
    for old, new, before, after in ((SILENT, NOTING, "yes", "no"), (NOTING, SILENT, "no", "yes")):
        notebook.run(old, "helper")
        notebook.run(made, "made")
        notebook.run(f"def use(x):\n    return {called}\nuse(tf.constant(1.0))", "use")
        assert notebook.of("use").safe.value == before
        notebook.run(new, where)
        assert notebook.of("use").safe.value == ("unknown" if where == "helper" else before)
        notebook.run(made, "made")
        notebook.run("use(tf.constant(1.0))", "again")
        notebook.run(f"def use(x):\n    return {called}\nuse(tf.constant(2.0))", "use")
        assert notebook.of("use").safe.value == after


def test_a_decorator_that_is_edited_leaves_what_it_has_decorated_as_it_is(notebook: Notebook) -> None:
    notebook.run("import functools\nseen = []", "seen")
    notebook.run(WRAPS.format("seen.append(x)"), "deco")
    notebook.run("@deco\ndef plain(x):\n    return x + 1.0\n", "plain")
    notebook.run("def use(x):\n    return plain(x)\nuse(tf.constant(1.0))", "use")
    assert notebook.of("use").safe.value == "no"
    notebook.run(WRAPS.format("pass"), "deco")
    assert notebook.of("use").safe.value == "unknown"
    assert notebook.of("plain").safe.value == "unknown"
    notebook.run("@deco\ndef plain(x):\n    return x + 1.0\n", "plain")
    assert notebook.of("use").safe.value == "yes"
    assert notebook.of("plain").safe.value == "yes"


def test_a_decorator_that_is_run_again_as_it_stands_changes_nothing(notebook: Notebook) -> None:
    notebook.run("import functools\nseen = []", "seen")
    notebook.run(WRAPS.format("pass"), "deco")
    notebook.run("@deco\ndef plain(x):\n    return x + 1.0\n", "plain")
    notebook.run(WRAPS.format("pass"), "deco")
    notebook.run("plain(tf.constant(1.0))", "use")
    assert notebook.of("plain").safe.value == "yes"


def test_a_class_under_another_name_stays_the_old_one(notebook: Notebook) -> None:
    notebook.run(PLAIN, "plain")
    notebook.run("Kept = Net", "kept")
    notebook.run(COUNTING, "counting")
    notebook.run("kept, net = Kept(), Net()", "made")
    notebook.run("def use(x):\n    return kept(x)\ndef other(x):\n    return net(x)\nuse(tf.constant(1.0))", "use")
    assert notebook.of("use").safe.value == "yes"
    assert notebook.of("other").safe.value == "no"


def test_what_a_method_did_whose_text_is_gone_is_not_known(notebook: Notebook) -> None:
    plain = "class Cfg:\n    def __init__(self):\n        self.k = 1.0\n"
    notebook.run(plain + "    def reset(self, k):\n        self.k = k\n", "class")
    notebook.run("cfg = Cfg()", "made")
    notebook.run("def use(x):\n    return x * cfg.k\nuse(tf.ones([2]))", "used")
    notebook.run(plain, "class")
    assert notebook.of("use").safe.value == "yes"
    notebook.run("cfg.reset(4.0)", "reset")
    assert notebook.of("use").safe.value == "unknown"


@pytest.mark.parametrize("edited", ["activation", "elsewhere"])
def test_a_default_value_of_a_method_stays_what_it_was_when_the_class_was_made(notebook: Notebook, edited: str) -> None:
    plain = "def activation(x):\n    return tf.nn.relu(x)\n"
    counting = "seen = []\ndef activation(x):\n    seen.append(1)\n    return x * float(len(seen))\n"
    made = "class Net:\n    def run(self, x, act=activation):\n        return act(x) + 1.0\nnet = Net()"
    notebook.run(counting, "activation")
    notebook.run(made, "net")
    notebook.run("def use(x):\n    return net.run(x)\nuse(tf.constant(1.0))", "use")
    assert notebook.of("use").safe.value == notebook.of("Net.run").safe.value == "no"
    notebook.run(plain, edited)
    gone = "unknown" if edited == "activation" else "no"
    assert notebook.of("use").safe.value == notebook.of("Net.run").safe.value == gone
    notebook.run(made, "net")
    notebook.run("use(tf.constant(1.0))", "again")
    assert notebook.of("use").safe.value == notebook.of("Net.run").safe.value == "yes"


SCRIPT = """
import tensorflow as tf
seen = []
BY = 2.0
def scale(x):
    return tf.nn.relu(x) * BY
def counted(x):
    seen.append(1)
    return x * float(len(seen))
class Net(tf.Module):
    def __init__(self):
        self.w = tf.Variable(2.0)
    def __call__(self, x):
        return x * self.w
"""
USE_SCRIPT = "net = Net()\ndef use(x):\n    return scale(net(x))\ndef bad(x):\n    return counted(x)\nuse(tf.ones([2])); bad(tf.constant(1.0))"


def test_what_a_script_defines_that_the_run_magic_ran_is_followed(notebook: Notebook, tmp_path: Path) -> None:
    script = tmp_path / "helpers.py"
    script.write_text(SCRIPT)
    notebook.run(f"%run {script}", "run")
    notebook.run(USE_SCRIPT, "use")
    assert notebook.of("use").safe.value == "yes"
    assert notebook.of("bad").safe.value == "no"
    notebook.run("BY = 3.0", "another")  # the script's functions read its own
    assert notebook.of("use").safe.value == "yes"
    notebook.run(f"%run {script}", "again")
    notebook.run(USE_SCRIPT, "use")
    assert notebook.of("use").safe.value == "yes"


def test_a_script_takes_the_place_of_functions_of_cells_and_they_of_its_own(notebook: Notebook, tmp_path: Path) -> None:
    script = tmp_path / "helpers.py"
    script.write_text(SCRIPT)
    notebook.run("def counted(x):\n    return x\nseen = []\ndef scale(x):\n    seen.append(x)\n    return x", "own")
    notebook.run(f"%run {script}", "run")
    notebook.run(USE_SCRIPT, "use")
    assert notebook.of("use").safe.value == "yes"
    assert notebook.of("bad").safe.value == "no"
    notebook.run("def counted(x):\n    return x * 2.0", "newer")
    notebook.run(USE_SCRIPT, "use")
    assert notebook.of("bad").safe.value == "yes"


def test_nothing_is_known_of_a_script_that_was_edited_and_run_again(notebook: Notebook, tmp_path: Path) -> None:
    script = tmp_path / "helpers.py"
    script.write_text(SCRIPT.replace("return x * self.w", "seen.append(1); return x * self.w"))
    notebook.run(f"%run {script}", "run")
    notebook.run(USE_SCRIPT, "use")
    assert notebook.of("use").safe.value == "no"
    script.write_text(SCRIPT)
    notebook.run(f"%run {script}", "run")
    assert notebook.of("use").safe.value == "unknown"


def test_of_two_scripts_of_one_name_only_the_first_is_followed(notebook: Notebook, tmp_path: Path) -> None:
    for folder, factor in (("one", "2.0"), ("two", "float(len(seen)); seen.append(1)")):
        (tmp_path / folder).mkdir()
        script = tmp_path / folder / "helpers.py"
        script.write_text(f"seen = []\ndef scale(x):\n    return x * {factor}\n")
        notebook.run(f"%run {script}", folder)
        notebook.run(f"{folder} = scale\ndef use_{folder}(x):\n    return {folder}(x)", f"use {folder}")
    assert notebook.of("use_one").safe.value == "yes"
    assert notebook.of("use_two").safe.value == "unknown"
