"""What TensorFlow says about tracing, asked the cheap way and the public way."""

from __future__ import annotations

import sys
import threading
import types

import pytest

from hybnb.observe.calls import traces_of
from hybnb.observe.calls.ledger import Store
from hybnb.observe.calls.probe import Surroundings
from hybnb.observe.calls.recording import Recordings
from hybnb.observe.calls.tracing import eager_check, quick_eager_check


def surroundings():
    return Surroundings(lambda: 0.0, Store(5), Recordings(None), 1, lambda trouble: None)


def stand_in(monkeypatch, eager="True"):
    module = types.ModuleType("tensorflow")
    exec(f"def executing_eagerly(): return {eager}", vars(module))
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    return module


def graphs(monkeypatch):
    local = threading.local()
    local.stack = []
    module = types.ModuleType("tensorflow.python.framework.ops")
    module._default_graph_stack = local
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return local.stack


def test_only_tf_functions_have_a_tracing_count():
    for value in (len, 3, None, lambda: 0, types.ModuleType("m"), traces_of):
        assert traces_of(value) is None


def test_without_tensorflow_nothing_is_asked(monkeypatch):
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    assert eager_check() is None
    assert surroundings().really_eager()


def test_a_module_of_that_name_that_answers_otherwise_is_not_asked(monkeypatch):
    module = types.ModuleType("tensorflow")
    module.executing_eagerly = len
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    assert eager_check() is None


def test_the_public_answer_is_used_where_the_cheap_one_is_not_found(monkeypatch):
    module = stand_in(monkeypatch)
    monkeypatch.delitem(sys.modules, "tensorflow.python.framework.ops", raising=False)
    found = surroundings()
    found.find_tensorflow()
    assert (found.quick, found.eager) == (False, module.executing_eagerly)


def test_a_cheap_answer_that_is_wrong_is_given_up(monkeypatch):
    module = stand_in(monkeypatch, "now")
    module.now = True
    graphs(monkeypatch)
    found = surroundings()
    assert found.really_eager()
    assert found.quick
    module.now = False
    assert not found.really_eager()
    assert (found.quick, found.eager) == (False, module.executing_eagerly)


def test_the_cheap_answer_asks_when_there_is_a_graph(monkeypatch):
    module = stand_in(monkeypatch, "now")
    module.now = True
    stack = graphs(monkeypatch)
    check = quick_eager_check(module.executing_eagerly)
    stack.append("a graph")
    assert check()
    module.now = False
    assert not check()


@pytest.mark.tensorflow
def test_the_cheap_answer_is_that_of_tensorflow_wherever_code_runs():
    import keras
    import tensorflow as tf

    check = quick_eager_check(tf.executing_eagerly)
    assert check is not None
    seen = []

    def look(where, value=None):
        seen.append((where, check(), tf.executing_eagerly()))
        return value

    def traced(x):
        look("graph")
        with tf.init_scope():
            look("init_scope")
        tf.cond(tf.reduce_sum(x) > 0, lambda: look("branch", x), lambda: x)
        thread = threading.Thread(target=look, args=("other thread",))
        thread.start()
        thread.join()
        return tf.py_function(lambda each: look("py_function", each), [x], tf.float32)

    class Layer(keras.layers.Layer):
        def call(self, x):
            return look("layer", x)

    look("plain")
    tf.function(traced, autograph=False)(tf.ones(2))
    with tf.Graph().as_default():
        look("Graph")
    list(tf.data.Dataset.range(2).map(lambda x: look("dataset", x)))
    tf.map_fn(lambda x: look("map_fn", x), tf.ones(2))
    tf.vectorized_map(lambda x: look("vectorized_map", x), tf.ones(2))
    keras.Model(given := keras.Input((2,)), Layer()(given))
    Layer()(tf.ones((1, 2)))
    look("plain again")
    assert [where for where, cheap, public in seen if cheap != public] == []
    assert {public for _, _, public in seen} == {True, False}
    assert {where for where, _, _ in seen} >= {"init_scope", "branch", "py_function", "dataset", "layer"}
