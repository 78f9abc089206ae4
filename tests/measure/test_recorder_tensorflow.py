"""The recorder and the adapter on the real TensorFlow."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import traceback
from typing import Any

import pytest

from hybnb.measure import adapter
from hybnb.measure.recorder import Recorder
from hybnb.measure.roofline import ELEMENT_COST, FREE, PRODUCTS

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def tf() -> Any:
    import tensorflow

    tensorflow.constant(1.0)
    return tensorflow


def entry_points() -> tuple[Any, ...]:
    return tuple(getattr(adapter.entry_module(), name) for name in adapter.ENTRY_POINTS)


def recorded(call: Any) -> Any:
    recorder = Recorder(time.perf_counter)
    before = entry_points()
    with recorder.record("f"):
        call()
    assert entry_points() == before
    (recording,) = recorder.recordings()["f"]
    return recording


@pytest.mark.parametrize("feature", ["recording", "matching", "cloning"])
def test_all_that_is_used_of_tensorflow_is_available_here(tf: Any, feature: adapter.Feature) -> None:
    assert adapter.available(feature) is None
    assert adapter._tried(feature, tf.__version__) is None


def test_where_it_is_known_to_be_available_asking_makes_neither_tensors_nor_graphs(
    tf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tensorflow.python import pywrap_tfe

    monkeypatch.setattr(adapter, "PROVEN", {tf.__version__})
    adapter._tried.cache_clear()
    number = pywrap_tfe.TFE_Py_UID()
    assert adapter.available("recording") is adapter.available("matching") is None
    assert pywrap_tfe.TFE_Py_UID() == number + 1


def test_ops_shapes_and_bytes_are_right(tf: Any) -> None:
    left, right = tf.zeros([2, 5]), tf.zeros([5, 3])
    recording = recorded(lambda: tf.nn.relu(tf.matmul(left, right)))
    assert [op.name for op in recording.ops] == ["MatMul", "Relu"]
    assert recording.ops[0].input_shapes == ((2, 5), (5, 3))
    assert recording.ops[0].output_shapes == ((2, 3),)
    assert recording.ops[0].bytes == 4 * (10 + 15 + 6)
    assert 0.0 < sum(op.seconds for op in recording.ops) < recording.seconds


def test_gradients_variables_and_inner_graphs_are_seen(tf: Any) -> None:
    weight, helper = tf.Variable(tf.ones([3, 3])), tf.function(lambda x: x + 1.0)
    helper(tf.ones([3, 3]))

    def step() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.tanh(helper(tf.ones([3, 3])) @ weight))
        weight.assign_sub(tape.gradient(loss, weight))

    names = [op.name for op in recorded(step).ops]
    assert {"ReadVariableOp", "Tanh", "TanhGrad", "MatMul", "AssignSubVariableOp"} <= set(names)
    assert any(name.startswith("__") for name in names)


def test_results_and_random_streams_are_the_same_with_and_without(tf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    def run(record: bool) -> list[bytes]:
        keras.backend.clear_session()
        keras.utils.set_random_seed(3)
        layer = keras.layers.Dense(4)
        recorder = Recorder(time.perf_counter)
        monkeypatch.setattr(adapter, "PROVEN", frozenset())
        adapter._tried.cache_clear()  # the self-test, too, must leave no trace
        found = []
        for _ in range(4):
            token = recorder.begin("f") if record else None
            noise = tf.random.normal([5, 3]) + tf.random.uniform([5, 3], seed=7)
            found.append(layer(noise).numpy().tobytes())
            recorder.end(token)
        return [layer.name.encode(), *found]

    assert run(False) == run(True)


def test_other_threads_are_not_disturbed(tf: Any) -> None:
    stop, sums = threading.Event(), []

    def elsewhere() -> None:
        while not stop.is_set():
            sums.append(float(tf.reduce_sum(tf.ones([10]))))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    recordings = [recorded(lambda: [tf.abs(tf.constant(-1.0)) for _ in range(50)]) for _ in range(10)]
    stop.set()
    thread.join()
    assert set(sums) == {10.0}
    assert {op.name for recording in recordings for op in recording.ops} == {"Abs"}


def test_users_tracebacks_show_nothing_of_it(tf: Any) -> None:
    def wrong() -> None:
        tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3]))

    def text(record: bool) -> str:
        recorder = Recorder(time.perf_counter)
        try:
            token = recorder.begin("f") if record else None
            wrong()
        except tf.errors.InvalidArgumentError:
            shown = traceback.format_exc()
        finally:
            recorder.end(token, completed=False)
        return "\n".join(line for line in shown.splitlines() if "~" not in line and "^" not in line)

    assert text(True) == text(False)
    assert "hybnb/measure" not in text(True)


def test_nothing_is_recorded_while_a_graph_is_built(tf: Any) -> None:
    reasons = []

    def body(x: Any) -> Any:
        reasons.append(adapter.available("recording"))
        return x + 1.0

    tf.function(body, autograph=False)(tf.constant(1.0))
    assert reasons == ["TensorFlow isn't executing eagerly here"]


def test_what_no_longer_fits_this_tensorflow_is_said(tf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "ENTRY_POINTS", {"TFE_Py_Gone": 1})
    monkeypatch.setattr(adapter, "PROVEN", frozenset())
    adapter._tried.cache_clear()
    reason = adapter.available("recording")
    adapter._tried.cache_clear()
    assert reason is not None
    assert "TFE_Py_Gone" in reason


def test_ops_of_the_roofline_exist(tf: Any) -> None:
    known = {name.lower() for name in dir(tf.raw_ops)}
    listed = {*FREE, *ELEMENT_COST, *PRODUCTS}
    assert sorted(name for name in listed if name.lower() not in known) == []


def test_before_any_op_the_devices_stay_open_to_choice() -> None:
    """A recording that comes first must not make TensorFlow choose its devices."""
    code = """
import time, tensorflow as tf
from hybnb.measure.recorder import Recorder
recorder = Recorder(time.perf_counter)
with recorder.record("f"):
    pass
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
assert len(tf.config.list_logical_devices("CPU")) == 2
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=120)


def test_importing_the_package_imports_no_tensorflow() -> None:
    code = """
import sys
import hybnb.measure.adapter, hybnb.measure.calibrator, hybnb.measure.prediction, hybnb.measure.recorder
import hybnb.measure.retraces
from hybnb.measure import adapter
assert adapter.available("recording") == "TensorFlow hasn't been imported"
assert not {"tensorflow", "numpy", "keras"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
