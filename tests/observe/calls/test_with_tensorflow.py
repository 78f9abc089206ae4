"""Calls inside a graph, and AutoGraph, which reads the source and must not see a probe."""

from __future__ import annotations

import sys
import types

import pytest

from hybnb.observe.calls import traces_of
from tests.observe.calls.probing import values


@pytest.fixture
def absent(monkeypatch):
    """TensorFlow isn't imported when watching begins."""
    for name in ("tensorflow", "tensorflow.python.framework.ops"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_calls_inside_a_graph_are_told_by_asking_tensorflow_if_it_is_there(absent, watch, monkeypatch):
    module = types.ModuleType("tensorflow")
    module.eager = True
    exec("def executing_eagerly(): return eager", vars(module))
    watch.run("def f(x):\n    clock.wait(1)", "f(1)")
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    watch.run("f(1)")
    module.eager = False
    watch.run("f(1)\nf(2)")
    module.eager = True
    watch.run("for _ in range(300): f(1)")
    module.eager = False
    watch.run("f(1)")
    found = watch["f"]
    assert (found.count, found.in_graph, found.seconds) == (302, 3, 302.0)
    assert [(call.in_graph, values(call)["x"]) for call in found.calls] == [(2, 1), (1, 2)]
    assert set(found.order) == {0}


def test_nothing_is_recorded_inside_a_graph(absent, watch, monkeypatch):
    module = types.ModuleType("tensorflow")
    exec("def executing_eagerly(): return False", vars(module))
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    watch.probes.recorder = watch.recorder
    watch.run("def f():\n    clock.wait(1)", "for _ in range(20): f()")
    assert (watch.recorder.seen, watch["f"].count, watch["f"].in_graph) == ([], 0, 20)


def test_a_half_imported_tensorflow_is_no_reason_to_fail(absent, watch, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    watch.run("def f(): pass", "f()")
    assert watch["f"].count == 1


FLOW = """
import tensorflow as tf

def step(x, n):
    if tf.reduce_sum(x) > 0:
        y = x
    else:
        y = -x
    i = tf.constant(0)
    while i < n:
        if i == 3:
            break
        y = y + 1.0
        i += 1
    for v in tf.range(2):
        y = y + tf.cast(v, tf.float32)
    return helper(y)

def helper(y):
    return y * 2.0

class Trainer(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(2.0)

    @tf.function
    def step(self, x):
        if tf.reduce_sum(x) > 0:
            x = -x
        return helper(x) * self.w

@tf.function
def decorated(x):
    if tf.reduce_sum(x) > 0:
        x = -x
    return x

@tf.function(autograph=False)
def unconverted(x):
    return helper(x)
"""


@pytest.mark.tensorflow
class TestWithTensorFlow:
    """With the real TensorFlow, imported before a shell is looked at for what is left in it."""

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def tensorflow(cls):
        pytest.importorskip("tensorflow")
        pytest.importorskip("keras")

    def test_autograph_converts_watched_functions(self, watch):
        out = watch.run(
            FLOW,
            "x = tf.constant([-1.0, 2.0])\nprint(step(x, tf.constant(5)).numpy(), tf.function(step)(x, tf.constant(5)).numpy())",
            "trainer = Trainer()\nprint(decorated(x).numpy(), trainer.step(x).numpy(), unconverted(x).numpy())",
        )
        assert out == "[ 6. 12.] [ 6. 12.]\n[ 1. -2.] [ 4. -8.] [-2.  4.]\n"
        assert watch["step"].count == 1

    def test_calls_in_a_graph_that_autograph_leaves_alone_are_told(self, watch):
        watch.run(FLOW, "unconverted(tf.zeros(2))\nunconverted(tf.zeros(3))\nhelper(tf.zeros(2))")
        assert (watch["unconverted"].in_graph, watch["unconverted"].count) == (2, 0)
        assert (watch["helper"].count, watch["helper"].in_graph) == (1, 2)
        assert [sketch.kind for _, sketch in watch["unconverted"].calls[0].arguments] == ["symbolic"]

    def test_tensors_are_told_apart_by_dtype_and_shape(self, watch):
        watch.run(FLOW, "for n in (1, 2, 2): helper(tf.zeros((n, 3)))\nhelper(tf.zeros((1, 3), tf.float64) * 1)")
        sketches = [call.arguments[0][1] for call in watch["helper"].calls[:3]]
        assert [(each.dtype, each.shape) for each in sketches] == [
            ("float32", (1, 3)),
            ("float32", (2, 3)),
            ("float64", (1, 3)),
        ]
        assert watch["helper"].order[:3] == (0, 1, 1)

    def test_an_error_in_a_graph_points_to_the_users_line(self, watch):
        out = watch.run(
            "import tensorflow as tf\n@tf.function\ndef f(x):\n    y = x + 1\n    return tf.matmul(y, y)",
            "f(tf.zeros(3))",
        )
        assert "line 5, in f" in out or "5     return tf.matmul" in out or "return tf.matmul(y, y)" in out
        assert "hybnb/observe" not in out

    def test_keras_trains_with_watched_layers(self, watch):
        out = watch.run(
            "import keras, numpy as np\nclass Twice(keras.layers.Layer):\n    def call(self, x): return x * 2\n"
            "model = keras.Sequential([Twice(), keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')",
            "history = model.fit(np.zeros((8, 2)), np.zeros((8, 1)), epochs=2, verbose=0)\nprint('trained', len(history.history['loss']))",
        )
        assert "trained 2" in out
        assert "Twice.call" in watch.counts()

    def test_traces_are_counted(self, watch):
        watch.run(FLOW, "decorated(tf.zeros(1))\ndecorated(tf.zeros(2))\ndecorated(tf.zeros(2))")
        assert traces_of(watch.shell.user_ns["decorated"]) == 2
        assert traces_of(watch.shell.user_ns["unconverted"]) == 0
        assert traces_of(watch.shell.user_ns["step"]) is None
