"""A trial in the kernel says what it found, or why there was none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from hybnb.measure import adapter, adapter_state
from hybnb.measure.here import copies
from hybnb.measure.here import trial as module
from hybnb.measure.slices import run_through
from hybnb.model import Trial, TrialPlan

pytestmark = pytest.mark.tensorflow


def tried(function: Callable[..., Any], *args: Any, recent: tuple[float, ...] = ()) -> Trial:
    """A whole trial, a short one."""
    slices = module.trial(function, args, {}, TrialPlan("f", timing_seconds=0.05), time.perf_counter, recent)
    return run_through(slices)[0]


def test_a_function_without_variables_is_compared_and_timed_both_ways() -> None:
    import tensorflow as tf

    def chain(x: Any) -> Any:
        for _ in range(30):
            x = tf.sin(x) + 1.0
        return x

    found = tried(chain, tf.ones([3]))
    assert found.refusal is None
    assert found.place == "kernel"
    assert found.agreement is not None
    assert found.agreement.agreed
    assert found.eager is not None
    assert found.graph is not None
    assert found.comparison is not None
    assert found.operations > 60


def test_what_comes_out_differently_is_told() -> None:
    import tensorflow as tf

    def peek(x: Any) -> Any:
        return x + (1.0 if tf.executing_eagerly() else 2.0)

    found = tried(peek, tf.ones([3]))
    assert found.agreement is not None
    assert not found.agreement.agreed


def test_a_graph_that_raises_where_eager_code_does_not_is_a_difference() -> None:
    import tensorflow as tf

    def looked_up(x: Any, i: Any) -> Any:
        try:
            return tf.gather(x, i)
        except tf.errors.InvalidArgumentError:
            return tf.zeros([1])

    found = tried(looked_up, tf.ones([3]), tf.constant([7]))
    assert found.refusal is None
    assert found.agreement is not None
    assert [one.kind for one in found.agreement.differences] == ["exception"]
    assert "InvalidArgumentError" in found.agreement.differences[0].graph


@pytest.mark.parametrize("device", ["GPU", ""])
def test_products_that_a_gpu_rounds_to_tf32_may_differ_by_that(monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    import tensorflow as tf

    def projected(x: Any) -> Any:
        return x @ x * (1.0 if tf.executing_eagerly() else 1.0003)

    monkeypatch.setattr(module.adapter_state, "accelerator", lambda: device)
    found = tried(projected, tf.ones([3, 3]))
    assert found.agreement is not None
    assert found.agreement.agreed is (device == "GPU")


def test_what_raises_both_ways_is_not_compared() -> None:
    import tensorflow as tf

    found = tried(lambda x: tf.gather(x, 7), tf.ones([3]))
    assert found.agreement is None
    assert found.refusal is not None
    assert found.refusal.reason == "raised"


def test_what_rounding_alone_decides_is_no_disagreement() -> None:
    import tensorflow as tf

    def directions(x: Any) -> Any:
        x = x - tf.reduce_mean(x, 0)
        return x @ tf.linalg.eigh(tf.transpose(x) @ x)[1]

    found = tried(directions, tf.random.stateless_normal([500, 40], [1, 2]))
    assert found.agreement is not None
    assert found.agreement.agreed


def test_random_numbers_are_no_disagreement() -> None:
    import tensorflow as tf

    tf.constant(0.0)  # devices are chosen, whichever test comes first
    found = tried(lambda: tf.random.normal([4]))
    assert found.agreement is not None
    assert found.agreement.agreed
    assert found.agreement.random


def test_random_numbers_with_few_outcomes_are_no_disagreement() -> None:
    import tensorflow as tf

    for _ in range(5):
        found = tried(lambda: tf.random.categorical([[0.0, 0.5]], 1)[0, 0])
        assert found.agreement is not None
        assert [one.message for one in found.agreement.differences] == []


def test_random_numbers_drawn_without_a_seed_take_as_long_as_in_the_users_own_calls() -> None:
    import tensorflow as tf

    def draw() -> Any:
        return tf.random.normal([4])

    tf.random.set_seed(None)
    found = tried(draw, recent=(1.0,) * 6)
    assert found.agreement is not None
    assert found.eager is not None
    assert found.eager.median == 1.0
    refused = tried(draw)
    assert refused.refusal is not None
    assert "call it 6 times" in refused.refusal.message


def test_with_a_seed_they_are_timed_in_turn() -> None:
    import tensorflow as tf

    tf.random.set_seed(1)
    try:
        found = tried(lambda: tf.random.normal([4]), recent=(1.0,) * 6)
    finally:
        tf.random.set_seed(None)
    assert found.eager is not None
    assert found.eager.median < 1.0


def test_a_function_that_writes_is_compared_and_timed_on_copies() -> None:
    import tensorflow as tf

    weight, total = tf.Variable([1.0]), tf.Variable(0.0)

    def step(x: Any) -> Any:
        total.assign_add(tf.reduce_sum(x))
        for _ in range(20):
            weight.assign(weight * 0.9 + x)
        return weight * total

    found = tried(step, tf.constant([2.0]))
    assert found.refusal is None
    assert found.agreement is not None
    assert found.agreement.agreed
    assert found.agreement.calls == 4
    assert found.eager is not None
    assert found.comparison is not None
    assert (weight.numpy(), total.numpy()) == (1.0, 0.0)


def test_a_variable_that_is_written_once_only_is_a_difference() -> None:
    import tensorflow as tf

    count, other = tf.Variable(0.0), tf.Variable(0.0)

    def step() -> Any:
        if tf.executing_eagerly():
            count.assign_add(1.0)
        return other.assign_add(1.0) + count

    found = tried(step)
    assert found.agreement is not None
    assert {one.kind for one in found.agreement.differences} >= {"variable", "value"}
    assert (count.numpy(), other.numpy()) == (0.0, 0.0)


def test_random_numbers_of_the_host_are_frozen_in_a_trace() -> None:
    import numpy as np
    import tensorflow as tf

    found = tried(lambda x: x + np.random.rand(), tf.ones([2]))
    assert found.agreement is not None
    assert not found.agreement.agreed


def hidden(tf: Any, seen: Any) -> dict[str, Callable[[], Any]]:
    """Functions that write eagerly what no walk finds, or through a graph of their own."""
    inner = tf.function(lambda: seen.assign_add(1.0))
    inner()

    def through_a_library() -> Any:
        if tf.executing_eagerly():
            tf.hidden_by_the_test.assign_add(1.0)
        return seen.assign_add(1.0)

    def not_in_the_graph() -> Any:
        if tf.executing_eagerly():
            tf.hidden_by_the_test.assign_add(1.0)
        return seen + 1.0

    return {
        "through a library": through_a_library,
        "not in the graph": not_in_the_graph,
        "through a graph": lambda: inner(),
    }


def test_eager_code_that_would_write_something_else_is_stopped_before_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    import tensorflow as tf

    kept, seen = tf.Variable(0.0), tf.Variable(0.0)
    monkeypatch.setattr(tf, "hidden_by_the_test", kept, raising=False)
    functions = hidden(tf, seen)
    before = (float(kept), float(seen))
    for title, function in functions.items():
        found = tried(function, recent=(0.01,) * 8)
        assert found.agreement is None, title
        assert found.refusal is None, title
        assert (float(kept), float(seen)) == before, title


def test_a_function_that_cannot_run_on_copies_is_timed_beside_the_users_own_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import tensorflow as tf

    monkeypatch.setattr(copies, "MOST_BYTES", 3)
    weight = tf.Variable([1.0])
    found = tried(lambda: weight.assign_add([1.0]), recent=(1.0,) * 8)
    assert found.refusal is None
    assert found.agreement is None
    assert found.comparison is not None
    assert found.comparison.label == "faster"
    assert weight.numpy() == 1.0
    unseen = tried(lambda: weight.assign_add([1.0]))
    assert unseen.refusal is not None
    assert unseen.refusal.reason == "never-called"


def test_while_a_thread_of_the_users_runs_there_is_no_trial() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="my own")
    thread.start()
    try:
        found = tried(lambda x: x * 2.0, 1.0)
    finally:
        stop.set()
        thread.join()
    assert found.refusal is not None
    assert "while the thread my own is running" in found.refusal.message


def test_nothing_is_left_on_the_users_classes() -> None:
    import tensorflow as tf

    class Mine:
        def __len__(self) -> int:
            return 1

    before = sorted(vars(Mine))
    assert tried(lambda mine, x: x * len(mine), Mine(), tf.ones([2])).refusal is None
    assert sorted(vars(Mine)) == before


def test_traces_of_a_trial_do_not_count_for_tensorflows_warning(caplog: pytest.LogCaptureFixture) -> None:
    import tensorflow as tf

    def inner(x: Any) -> Any:
        return x * 2.0

    def fresh(x: Any) -> Any:
        return tf.function(inner)(x)

    for _ in range(3):  # the warning comes with the fifth trace
        fresh(tf.ones([2]))
    assert tried(fresh, tf.ones([2])).refusal is None
    fresh(tf.ones([2]))
    assert "retracing" not in caplog.text


def test_variables_among_the_arguments_are_copied_too() -> None:
    import tensorflow as tf

    weight = tf.Variable([1.0])

    def descend(parts: dict[str, Any]) -> Any:
        return parts["w"].assign_sub([0.5])

    found = tried(descend, {"w": weight})
    assert found.refusal is None
    assert found.agreement is not None
    assert found.agreement.agreed
    assert weight.numpy() == 1.0


def refusals(tf: Any) -> dict[str, tuple[Callable[..., Any], str]]:
    """Functions that can't be tried here, and a word of the reason."""
    held, never = list[Any](), tf.function(lambda value: value)
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], [1]), 0)
    numbers = iter(range(100))
    return {
        "a list grows": (lambda x: held.append(x) or x, "a list"),
        "it prints": (lambda x: print("here") or x, "prints"),
        "tf.print": (lambda x: (tf.print(x), x)[1], "PrintV2"),
        "a callback": (lambda x: tf.py_function(lambda v: v, [x], tf.float32), "EagerPyFunc"),
        "a table": (lambda x: table.lookup(tf.constant(["a"])), "lookup table"),
        "an iterator": (lambda x: x * next(numbers), "iterator"),
        "variables made inside": (lambda x: tf.Variable([1.0, 2.0]) + x, "singleton tf.Variables"),
        "a tf.function that was never called": (lambda x: never(x), "hasn't been called"),
        "a file": (lambda x: (tf.io.write_file("nothing", "text"), x)[1], "WriteFile"),
    }


def test_what_could_leave_something_behind_is_refused() -> None:
    import tensorflow as tf

    wrong = {}
    for title, (function, word) in refusals(tf).items():
        found = tried(function, tf.ones([2]), recent=(0.01,) * 8)
        if found.refusal is None or word not in found.refusal.message:
            wrong[title] = found.refusal
    assert not wrong


def test_an_endless_trace_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    import tensorflow as tf

    def forever(x: Any) -> Any:
        while True:
            x = (x,)

    monkeypatch.setattr(module, "TRACE_SECONDS", 0.3)
    found = tried(forever, tf.ones([2]))
    assert found.refusal is not None
    assert found.refusal.reason == "deadline"


def test_only_the_main_thread_tries() -> None:
    found = []
    thread = threading.Thread(target=lambda: found.append(tried(lambda: None)))
    thread.start()
    thread.join()
    assert found[0].refusal is not None
    assert "main thread" in found[0].refusal.message


def test_no_graph_and_no_gradient_stays_behind() -> None:
    import gc

    import keras
    import tensorflow as tf
    from tensorflow.python.framework import func_graph, ops

    layer, optimizer = keras.layers.Dense(2), keras.optimizers.Adam()

    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(layer(x) ** 2)
        optimizer.apply_gradients(
            zip(tape.gradient(loss, layer.trainable_variables), layer.trainable_variables, strict=True)
        )
        return loss

    def graphs() -> int:
        gc.collect()
        return sum(type(one) is func_graph.FuncGraph for one in gc.get_objects())

    step(tf.ones([1, 2]))
    before = graphs(), len(ops.gradient_registry._registry)
    assert tried(step, tf.ones([1, 2]), recent=(0.01,) * 8).refusal is None
    assert (graphs(), len(ops.gradient_registry._registry)) == before


@pytest.fixture
def with_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel takes itself to have one; what waits for it waits for this machine's devices."""
    monkeypatch.setattr(adapter, "accelerator", lambda: "GPU")


@pytest.mark.usefixtures("with_gpu")
def test_on_an_accelerator_both_ways_are_timed_as_well() -> None:
    import tensorflow as tf

    found = tried(lambda x: tf.reduce_sum(tf.sin(x) * 2.0), tf.ones([3]))
    assert found.refusal is None
    assert found.agreement is not None
    assert found.comparison is not None


@pytest.mark.usefixtures("with_gpu")
def test_on_an_accelerator_the_users_own_calls_are_no_measure() -> None:
    import tensorflow as tf

    tf.random.set_seed(None)  # another test of this process may have set one
    found = tried(lambda: tf.random.normal([4]), recent=(1.0,) * 8)
    assert found.comparison is None
    assert found.refusal is not None
    assert "on a GPU hybnb can't tell when the notebook's own calls are done" in found.refusal.message


def test_variables_too_large_to_be_copied_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import tensorflow as tf

    monkeypatch.setattr(module, "MOST_BYTES", 3 << 20)
    weight = tf.Variable(tf.zeros([1 << 20]))
    found = tried(lambda: tf.reduce_sum(weight), recent=(1.0,) * 8)
    assert found.refusal is not None
    assert (found.refusal.reason, found.comparison) == ("too-large", None)
    assert "copies of its variables would take 4 MB" in found.refusal.message


def test_want_of_memory_is_not_laid_to_the_function() -> None:
    import tensorflow as tf

    found = tried(lambda size: tf.fill([size], 1.0), tf.constant(1 << 46, tf.int64))
    assert found.refusal is not None
    assert found.refusal.reason == "memory"


@pytest.mark.parametrize(("dropout", "refused"), [(0.0, []), (0.5, ["CudnnRNN with dropout"])])
def test_a_recurrent_layer_on_a_gpu_has_no_side_effect_unless_it_draws(dropout: float, refused: list[str]) -> None:
    import tensorflow as tf

    def layer(x: Any, state: Any, params: Any) -> Any:
        return tf.raw_ops.CudnnRNN(input=x, input_h=state, input_c=state, params=params, dropout=dropout)[0]

    cube = tf.TensorSpec([2, 2, 2])
    concrete = tf.function(layer).get_concrete_function(cube, cube, tf.TensorSpec([10]))
    operations = adapter_state.operations(concrete)
    assert adapter_state.stateful(operations) == refused
    assert not adapter_state.takes_seeds(operations)
