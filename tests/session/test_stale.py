"""In a running notebook with TensorFlow: which tf.function is stale, since which cell, what to run again; and leaks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live_notebook import Notebook, live_notebook

pytestmark = pytest.mark.tensorflow
LEAKED = "HYB507"


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    with live_notebook() as notebook:
        yield notebook


HELPER = "def helper(x):\n    return x * 2.0\n"
STEP = "@tf.function\ndef step(x):\n    return helper(x) + 1.0\n"


def test_a_helper_whose_cell_is_run_again_with_another_text(notebook: Notebook) -> None:
    notebook.run(HELPER, "a")
    notebook.run(STEP, "b")
    notebook.run("step(tf.ones(2))", "c")
    assert not notebook.said("step")
    notebook.run(HELPER.replace("2.0", "10.0"), "a")
    (words,) = notebook.said("step")
    assert "`step` was traced before `helper` changed (cell 2) and still uses the old one" in words
    assert "Run cell 3 again" in words
    assert "(cell 4)" not in words
    assert notebook.run("print(float(step(tf.ones(2))[0]))", "d") == "3.0\n"  # what TensorFlow really does


def test_a_new_shape_makes_two_versions_alive(notebook: Notebook) -> None:
    notebook.run(HELPER, "a")
    notebook.run(STEP, "b")
    notebook.run("step(tf.ones(2))", "c")
    notebook.run(HELPER.replace("2.0", "10.0"), "a")
    assert notebook.run("print(float(step(tf.ones(3))[0]), float(step(tf.ones(2))[0]))", "d") == "11.0 3.0\n"
    (words,) = notebook.said("step")
    assert words.startswith("Two versions of `step` are alive: older traces use `helper` as it was before cell 2")


def test_running_the_decorating_cell_again_ends_it(notebook: Notebook) -> None:
    notebook.run(HELPER, "a")
    notebook.run(STEP, "b")
    notebook.run("step(tf.ones(2))", "c")
    notebook.run(HELPER.replace("2.0", "10.0"), "a")
    assert notebook.said("step")
    notebook.run(STEP, "b")
    notebook.run("step(tf.ones(2))", "c")
    assert not notebook.said("step")


def test_cells_that_are_judged_later_for_a_panel_leave_nothing_out(notebook: Notebook, monkeypatch: Any) -> None:
    monkeypatch.setattr(notebook.session.panels, "watch_cell", lambda: True)
    notebook.run("rate = 1.0", "a")
    notebook.run("@tf.function\ndef step(x):\n    return x * rate\n\nstep(tf.ones(2))", "b")
    notebook.run("rate = 2.0", "c")
    notebook.run("other = 1", "d")
    assert "before `rate` changed (cell 4)" in notebook.said("step")[0]


def test_a_cell_run_again_unchanged_makes_nothing_stale(notebook: Notebook) -> None:
    notebook.run(HELPER + "rate = 0.5\nnames = ['a', 'b']\n", "a")
    notebook.run(STEP.replace("1.0", "rate + len(names)"), "b")
    notebook.run("step(tf.ones(2))", "c")
    notebook.run(HELPER + "rate = 0.5\nnames = ['a', 'b']\n", "a")
    assert not notebook.said("step")


@pytest.mark.parametrize(
    ("before", "body", "change", "name"),
    [
        ("rate = 1.0", "x * rate", "rate = 2.0", "rate"),
        ("options = {'rate': 1.0}", "x * options['rate']", "options['rate'] = 2.0", "options"),
        ("weights = tf.ones(2)", "x * weights", "weights = tf.zeros(2)", "weights"),
        ("counter = tf.Variable(1.0)", "x * counter", "counter = tf.Variable(2.0)", "counter"),
        ("layers = [tf.nn.relu]", "layers[-1](x)", "layers.append(tf.nn.tanh)", "layers"),
        ("make = lambda k: lambda x: x * k\nscale = make(1.0)", "scale(x)", "scale = make(2.0)", "scale"),
    ],
)
def test_what_is_read_from_outside(notebook: Notebook, before: str, body: str, change: str, name: str) -> None:
    notebook.run(before, "a")
    notebook.run(f"@tf.function\ndef step(x):\n    return {body}\n", "b")
    notebook.run("first = step(tf.ones(2))", "c")
    assert not notebook.said("step")
    notebook.run(change, "d")
    assert f"before `{name}` changed (cell 5)" in notebook.said("step")[0]
    assert notebook.run("print(bool(tf.reduce_all(step(tf.ones(2)) == first)))", "e") == "True\n"


@pytest.mark.parametrize(
    ("before", "body", "change"),
    [
        ("rate = tf.Variable(1.0)", "x * rate", "rate.assign(2.0)"),
        ("optimizer = keras.optimizers.SGD(0.1)", "x * optimizer.learning_rate", "optimizer.learning_rate = 0.5"),
        ("rate = 1.0", "x * rate", "other = 2.0"),
        ("rate = 1.0", "x * 3.0", "rate = 2.0"),
    ],
)
def test_what_a_trace_sees_or_does_not_read(notebook: Notebook, before: str, body: str, change: str) -> None:
    notebook.run(before, "a")
    notebook.run(f"@tf.function\ndef step(x):\n    return {body}\n", "b")
    notebook.run("first = step(tf.ones(2))", "c")
    notebook.run(change, "d")
    assert not notebook.said("step")


SCALER = """
class Scaler:
    def __init__(self, scale):
        self.scale = scale

    @tf.function
    def apply(self, x):
        return x * self.scale

one, two = Scaler(1.0), Scaler(2.0)
"""


def test_of_two_objects_the_one_whose_attribute_changed_is_named(notebook: Notebook) -> None:
    notebook.run(SCALER, "a")
    notebook.run("one.apply(tf.ones(2)); two.apply(tf.ones(2))", "b")
    notebook.run("two.scale = 9.0", "c")
    (words,) = notebook.said("Scaler.apply")
    assert "before `two.scale` changed (cell 4)" in words
    assert "make its objects anew" in words


def test_a_function_converted_by_a_call(notebook: Notebook) -> None:
    notebook.run("rate = 1.0\ndef step(x):\n    return x * rate\n", "a")
    notebook.run("fast = tf.function(step)\nfast(tf.ones(2))", "b")
    notebook.run("rate = 2.0", "c")
    (words,) = notebook.said("step")
    assert "before `rate` changed (cell 4)" in words
    assert "Run cell 3 again" in words


def test_a_function_whose_conversion_takes_its_name_is_defined_anew_as_well(notebook: Notebook) -> None:
    notebook.run("rate = 1.0", "a")
    notebook.run("def step(x):\n    return x * rate\n", "b")
    notebook.run("step = tf.function(step)\nstep(tf.ones(2))", "c")
    notebook.run("rate = 2.0", "a")
    (words,) = notebook.said("step")
    assert "Run cell 3 and cell 4 again" in words
    notebook.run("step = tf.function(step)\n", "c")
    assert notebook.run("print(float(step(tf.ones(2))[0]))", "d") == "1.0\n"  # cell 4 alone keeps the old trace
    assert notebook.said("step") == [words]
    notebook.run("def step(x):\n    return x * rate\n", "b")
    notebook.run("step = tf.function(step)\nstep(tf.ones(2))", "c")
    assert notebook.run("print(float(step(tf.ones(2))[0]))", "d") == "2.0\n"
    assert not notebook.said("step")


def test_a_symbol_left_behind_is_found_and_explained(notebook: Notebook) -> None:
    notebook.run("losses = []\ndef note(loss):\n    losses.append(loss)\n", "a")
    notebook.run("@tf.function\ndef step(x):\n    note(tf.reduce_mean(x))\n    return x\n", "b")
    notebook.run("step(tf.ones(2))", "c")
    (words,) = notebook.said("step", LEAKED)
    assert words.startswith("`losses[…]` holds a symbolic tensor")
    assert "(by way of `note` (cell 2))" in words
    notebook.run("losses.clear()", "d")
    assert not notebook.said("step", LEAKED)


def test_a_symbol_on_an_object_in_a_dictionary(notebook: Notebook) -> None:
    text = "class Probe:\n    def watch(self, x):\n        self.last = tf.nn.relu(x)\n        return self.last\n"
    notebook.run(f"{text}probes = {{'a': Probe()}}\nprobe = probes['a']", "a")
    notebook.run("fast = tf.function(probe.watch)\nfast(tf.ones(2))", "b")
    (words,) = notebook.said("Probe.watch", LEAKED)
    assert ".last` holds a symbolic tensor" in words


LAYERS = """
class Attention(keras.layers.Layer):
    def call(self, x):
        self.weights_seen = tf.nn.softmax(x)
        return x * 2.0

class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.attention = Attention()

    def call(self, x):
        return self.attention(x)

class Stack(keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [Block(), Block()]

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return x

stack = Stack()
"""


def test_a_symbol_on_a_layer_within_the_layers_of_a_model(notebook: Notebook) -> None:
    notebook.run(LAYERS, "a")
    notebook.run("@tf.function\ndef step(x):\n    return stack(x)\n\nstep(tf.ones((2, 3)))", "b")
    (words,) = notebook.said("step", LEAKED)
    assert words.startswith("`stack.blocks[…].attention.weights_seen` holds a symbolic tensor")
    notebook.run("_ = stack(tf.ones((2, 3)))", "c")
    assert not notebook.said("step", LEAKED)


def test_inputs_of_keras_and_tensors_with_values_are_no_leaks(notebook: Notebook) -> None:
    notebook.run("kept = []\ndef step(x):\n    kept.append(x * 2.0)\n    return x\n", "a")
    notebook.run("step(tf.ones(2)); inputs = keras.Input((2,)); kept.append(inputs)", "b")
    assert not notebook.said("step", LEAKED)


@pytest.mark.parametrize(
    ("before", "body", "change"),
    [
        ("losses = []", "losses.append(x)", "losses.clear()"),
        ("seen = {}", "seen['x'] = x", "seen = {}"),
        (
            "class Log:\n    def __init__(self):\n        self.rows = []\nlog = Log()",
            "log.rows.append(x)",
            "log.rows.clear()",
        ),
        ("calls = 0", "global calls\n    calls += 1", "calls = 0"),
        ("class Log:\n    calls = 0\nlog = Log()", "log.calls += 1", "log.calls = 0"),
    ],
)
def test_what_a_function_only_adds_to_is_not_used_by_its_graph(
    notebook: Notebook, before: str, body: str, change: str
) -> None:
    notebook.run(before, "a")
    notebook.run(f"@tf.function\ndef step(x):\n    {body}\n    return x * 2.0\n", "b")
    notebook.run("step(tf.ones(2)); step(tf.ones(3))", "c")
    notebook.run(change, "d")
    assert not notebook.said("step")


@pytest.fixture
def own_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A module of the user's that can be imported."""
    file = tmp_path / "own_activations.py"
    file.write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # or an edit within a second may be overlooked
    yield file
    sys.modules.pop(file.stem, None)


OWN = "import tensorflow as tf\nscale = 2.0\n\ndef activation(x):\n    return tf.nn.relu(x) * scale\n"
USES_OWN = "@tf.function\ndef step(x):\n    return own_activations.activation(x)\n"


def test_a_module_that_is_edited_and_loaded_anew(own_module: Path, notebook: Notebook) -> None:
    notebook.run("import own_activations, importlib", "a")
    notebook.run(USES_OWN, "b")
    notebook.run("step(tf.ones(2))", "c")
    own_module.write_text(OWN.replace("relu(x)", "tanh(x) + 1.0"))
    notebook.run("importlib.reload(own_activations);", "d")
    (words,) = notebook.said("step")
    assert words.startswith("`step` was traced before `own_activations.activation` changed (cell 5)")
    assert "Run cell 3 again" in words
    notebook.run(USES_OWN, "b")
    notebook.run("step(tf.ones(2))", "c")
    assert not notebook.said("step")


def test_a_module_loaded_anew_as_it_was_makes_nothing_stale(own_module: Path, notebook: Notebook) -> None:
    notebook.run("import own_activations, importlib", "a")
    notebook.run(USES_OWN, "b")
    notebook.run("step(tf.ones(2))", "c")
    notebook.run("importlib.reload(own_activations);", "d")
    assert not notebook.said("step")


def test_a_name_of_the_notebook_that_a_module_has_as_well(own_module: Path, notebook: Notebook) -> None:
    notebook.run("import own_activations\nscale = 1.0", "a")
    notebook.run(USES_OWN, "b")
    notebook.run("step(tf.ones(2))", "c")
    notebook.run("scale = 3.0", "d")
    assert not notebook.said("step")
    notebook.run("own_activations.scale = 3.0", "e")
    assert "before `own_activations.scale` changed (cell 6)" in notebook.said("step")[0]
