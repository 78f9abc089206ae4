"""Recordings and traces belong to the functions as they are now."""

from __future__ import annotations

import pytest

from hybnb.model import CallHistory, Recording, Retraces
from hybnb.session.records import CurrentRecordings, LiveTraces, Paying, may_pay, traced, with_traces


def recordings(count):
    return {"f": [Recording("f", (), float(number)) for number in range(count)]}


def seconds(current, count, version):
    return [each.seconds for each in current.of(recordings(count), lambda key: {"f": version}[key])["f"]]


def test_recordings_of_a_function_that_stays_are_kept():
    current = CurrentRecordings()
    assert seconds(current, 1, "one") == [0.0]
    assert seconds(current, 2, "one") == [0.0, 1.0]


def test_recordings_made_before_a_redefinition_are_left_out():
    current = CurrentRecordings()
    seconds(current, 2, "one")
    assert seconds(current, 3, "two") == [2.0]
    assert seconds(current, 3, "two") == [2.0]
    assert seconds(current, 3, "three") == []


def test_a_function_that_is_written_as_it_was_before_starts_anew():
    current = CurrentRecordings()
    seconds(current, 1, "one")
    seconds(current, 2, "two")
    assert seconds(current, 3, "one") == [2.0]


@pytest.mark.parametrize(
    ("history", "may"),
    [
        (CallHistory("f"), False),
        (CallHistory("f", count=2, seconds=9.0), False),
        (CallHistory("f", count=3, seconds=3e-3), True),
        (CallHistory("f", count=3, seconds=1e-3), False),
        (CallHistory("f", count=4, seconds=9.0, recent_seconds=(1e-4, 1e-4, 1e-4)), False),
        (CallHistory("f", in_graph=1), True),
    ],
    ids=["never called", "two long calls", "three calls", "short calls", "a long first call", "in a graph"],
)
def test_a_graph_may_pay_once_calls_took_as_long_as_a_trace_or_where_there_is_one(history, may):
    assert list(may_pay({"f": history}, 3, 2e-3)) == (["f"] if may else [])


def test_values_that_are_no_tf_functions_have_no_traces():
    histories = {"f": CallHistory("f", count=1)}
    assert with_traces(histories, traced({"f": len, "x": 1, "y": object()})) == histories


@pytest.mark.tensorflow
def test_the_traces_of_tf_functions_are_told_by_the_function_inside():
    tf = pytest.importorskip("tensorflow")

    @tf.function
    def step(x):
        return x

    step(tf.ones([1]))
    step(tf.ones([2]))
    twice = tf.function(lambda x: x)
    found = with_traces({}, traced({"name": step, "twice": twice}))
    assert {key: history.traces for key, history in found.items()} == {
        "test_the_traces_of_tf_functions_are_told_by_the_function_inside.step": 2,
        "twice": 0,
    }


@pytest.mark.tensorflow
def test_traces_of_methods_are_told_by_the_object_with_the_most():
    tf = pytest.importorskip("tensorflow")

    class Net:
        def __init__(self):
            self.run = tf.function(self._run)

        def _run(self, x):
            return x

        @tf.function
        def call(self, x):
            return x

    first, second = Net(), Net()
    for size in (1, 2, 3):
        first.call(tf.ones([size]))
    second.call(tf.ones([1]))
    second.run(1)
    found = with_traces({}, traced({"Net": Net, "first": first, "second": second}))
    assert {key.rpartition(".")[2]: history.traces for key, history in found.items()} == {"call": 3, "_run": 1}


@pytest.mark.tensorflow
def test_what_was_traced_tells_the_argument_the_seconds_and_what_would_help():
    tf = pytest.importorskip("tensorflow")
    from hybnb.measure.adapter_matching import building_seconds
    from hybnb.measure.matching import of_tf_function

    @tf.function
    def step(x):
        return x * 2.0

    live = LiveTraces(of_tf_function, building_seconds)
    live.of({})
    began = building_seconds()
    for size in (1, 2, 3, 4):
        step(tf.ones([size]))
    took = building_seconds() - began
    (told,) = live.of({"step": step}).values()
    assert (told.count, told.reduced, told.signed, told.exact) == (4, 2, 1, True)
    assert [(one.argument, one.old, one.new) for one in told.culprits] == [("x", "float32[1]", "float32[2]")]
    assert told.seconds == pytest.approx(took, rel=0.01)
    assert told.megabytes > 0.4
    assert live.of({"step": step})["step"].seconds == told.seconds


def test_the_time_of_a_cell_is_split_by_what_each_function_traced():
    spent = iter((0.0, 9.0, 9.0))

    class Traced:
        def experimental_get_tracing_count(self):
            return 1

    Traced.__module__ = "tensorflow.python.eager.polymorphic_function.polymorphic_function"
    Traced.__qualname__ = "Function"
    functions = {"small": Traced(), "large": Traced()}
    sizes = {id(functions["small"]): 1.0, id(functions["large"]): 2.0}
    live = LiveTraces(lambda one: Retraces(1, megabytes=sizes[id(one)]), lambda: next(spent))
    live.of({})
    for _ in range(2):
        assert {key: told.seconds for key, told in live.of(functions).items()} == {"small": 3.0, "large": 6.0}


def test_what_may_pay_follows_the_histories():
    paying, long, short = Paying(), CallHistory("f", count=5, seconds=1.0), CallHistory("f", count=5)
    other = CallHistory("g", count=5, seconds=1.0)
    assert paying.of({"f": long, "g": other}, 3, 2e-3) == {"f", "g"}
    assert paying.of({"f": short, "g": other}, 3, 2e-3) == {"g"}
    assert paying.of({"f": short, "h": other}, 3, 2e-3) == {"h"}
    assert paying.of({"f": long}, 6, 2e-3) == frozenset()
    assert paying.of({"f": long}, 3, 2e-3) == {"f"}
    assert paying.of({}, 3, 2e-3) == frozenset()
