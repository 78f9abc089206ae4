"""Recordings and traces belong to the functions as they are now."""

from __future__ import annotations

import pytest

from hybnb.model import CallHistory, Facts, Faster, FunctionId, Recording, Safe, Verdict
from hybnb.session.records import CurrentRecordings, with_traces

SOURCE = "def f(x):\n    return x\n"


def verdict(cell=1, line=1):
    function = FunctionId("f", cell, line, line + 1, line)
    return Verdict(function, False, Facts(), Safe("yes", (), ""), Faster("yes", ""), "decorate")


def recordings(count):
    return {"f": [Recording("f", (), float(number)) for number in range(count)]}


def test_recordings_of_a_function_that_stays_are_kept():
    current = CurrentRecordings()
    assert not current.note([verdict()], {1: SOURCE}, recordings(1))
    assert not current.note([verdict()], {1: SOURCE}, recordings(2))
    assert current.of(recordings(2)) == recordings(2)


def test_a_function_that_only_moved_keeps_its_recordings():
    current = CurrentRecordings()
    current.note([verdict()], {1: SOURCE}, recordings(2))
    assert not current.note([verdict(cell=2, line=2)], {2: "\n" + SOURCE}, recordings(2))


def test_recordings_made_before_a_redefinition_are_left_out():
    current = CurrentRecordings()
    current.note([verdict()], {1: SOURCE}, recordings(2))
    assert current.note([verdict()], {1: SOURCE.replace("x\n", "x + 1\n")}, recordings(3))
    assert [each.seconds for each in current.of(recordings(3))["f"]] == [2.0]


def test_values_that_are_no_tf_functions_have_no_traces():
    histories = {"f": CallHistory("f", count=1)}
    assert with_traces(histories, {"f": len, "x": 1, "y": object()}) == histories


@pytest.mark.tensorflow
def test_the_traces_of_tf_functions_are_told_by_the_function_inside():
    tf = pytest.importorskip("tensorflow")

    @tf.function
    def step(x):
        return x

    step(tf.ones([1]))
    step(tf.ones([2]))
    twice = tf.function(lambda x: x)
    found = with_traces({}, {"name": step, "twice": twice})
    assert {key: history.traces for key, history in found.items()} == {
        "test_the_traces_of_tf_functions_are_told_by_the_function_inside.step": 2,
        "twice": 0,
    }
