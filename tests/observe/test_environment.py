"""The environment is read from what is there; nothing is imported or started for it."""

from __future__ import annotations

import subprocess
import sys
import types

import pytest

from hybnb.observe.environment import environment


@pytest.fixture
def without_tensorflow(monkeypatch):
    for name in ("tensorflow", "keras", "tensorflow.python.eager.context"):
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.fixture
def fake(monkeypatch, without_tensorflow):
    """A TensorFlow that counts as imported but not as started."""
    tensorflow = types.ModuleType("tensorflow")
    tensorflow.__version__ = "2.99.0"
    tensorflow.executing_eagerly = lambda: True
    tensorflow.config = types.SimpleNamespace(functions_run_eagerly=lambda: False)
    context = types.ModuleType("context")
    context._context = types.SimpleNamespace(
        _initialized=False, list_logical_devices=lambda: [types.SimpleNamespace(name="/device:GPU:0")]
    )
    monkeypatch.setitem(sys.modules, "tensorflow", tensorflow)
    monkeypatch.setitem(sys.modules, "tensorflow.python.eager.context", context)
    return tensorflow


def test_without_tensorflow_only_python_is_known(without_tensorflow):
    known = environment()
    assert (known.tensorflow, known.keras, known.devices, known.eager) == (None, None, (), True)
    assert known.python == sys.version.split()[0]


def test_devices_are_not_asked_for_before_they_are_started(fake):
    assert environment().tensorflow == "2.99.0"
    assert environment().devices == ()
    sys.modules["tensorflow.python.eager.context"]._context._initialized = True
    assert environment().devices == ("GPU:0",)


def test_devices_that_cannot_be_listed_are_left_out(fake):
    context = sys.modules["tensorflow.python.eager.context"]._context
    context._initialized = True
    context.list_logical_devices = lambda: 1 / 0
    assert environment().devices == ()


@pytest.mark.parametrize(
    ("executing", "run_eagerly", "eager"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_eager_mode_that_was_turned_off_is_seen(fake, executing, run_eagerly, eager):
    fake.executing_eagerly = lambda: executing
    fake.config.functions_run_eagerly = lambda: run_eagerly
    assert environment().eager is eager


def test_a_broken_tensorflow_is_survived(fake):
    del fake.config
    assert environment().eager is True


def test_a_half_imported_tensorflow_is_not_there_yet(fake):
    del fake.__version__
    assert environment().tensorflow is None


@pytest.mark.tensorflow
def test_looking_starts_nothing_in_a_real_tensorflow():
    code = (
        "import tensorflow as tf\n"
        "from hybnb.observe.environment import environment as look\n"
        "from tensorflow.python.eager import context\n"
        "from hybnb.measure import adapter\n"
        "first = look()\n"
        "assert adapter.accelerator() == ''\n"
        "assert not (context._context and context._context._initialized)\n"
        "assert first.tensorflow == tf.__version__ and first.keras and first.eager and first.devices == ()\n"
        "tf.constant(1) + 1\n"
        "assert 'CPU:0' in look().devices\n"
        "tf.config.run_functions_eagerly(True)\n"
        "assert not look().eager\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
