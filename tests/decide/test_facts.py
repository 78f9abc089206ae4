"""The short facts: which parameters take tensors, which take Python values."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hybnb.decide.facts import facts
from hybnb.model import CallHistory, Kind, Parameter, ValueSketch
from tests.decide.making import CLEAN, calls, evidence, number, steady, tensor


def _of(*parameters: Parameter, history: CallHistory | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = facts(evidence(history, facts=replace(CLEAN, parameters=parameters)))
    return found.tensor_parameters, found.primitive_parameters


@pytest.mark.parametrize("kind", ["tensor", "variable", "ndarray", "symbolic", "composite", "numpy_scalar"])
def test_tensors_and_what_becomes_one(kind: Kind) -> None:
    assert _of(Parameter("a", kinds=(kind,))) == (("a",), ())


@pytest.mark.parametrize("kind", ["number", "bool", "string"])
def test_python_values(kind: Kind) -> None:
    assert _of(Parameter("a", kinds=(kind,))) == ((), ("a",))


@pytest.mark.parametrize("kind", ["model", "list", "none", "instance", "function", "unknown", "dataset"])
def test_neither(kind: Kind) -> None:
    assert _of(Parameter("a", kinds=(kind,))) == ((), ())


def test_a_parameter_nothing_is_known_of_is_neither() -> None:
    assert _of(Parameter("a"), Parameter("b", default="number")) == ((), ())


def test_calls_tell_what_the_source_did_not() -> None:
    history = calls({"a": tensor(2), "b": number(1), "c": ValueSketch("list", items=(tensor(2),), length=1)})
    assert _of(Parameter("a"), Parameter("b"), Parameter("c"), history=history) == (("a", "c"), ("b",))


def test_a_dictionary_of_batches_takes_tensors() -> None:
    batch = ValueSketch("dict", keys=("x",), items=(ValueSketch("tuple", items=(tensor(2),)),))
    assert _of(Parameter("batch"), history=calls({"batch": batch})) == (("batch",), ())


def test_a_list_of_numbers_takes_none() -> None:
    assert _of(Parameter("a"), history=calls({"a": ValueSketch("list", items=(number(1),))})) == ((), ())


def test_a_parameter_may_take_both() -> None:
    assert _of(Parameter("a"), history=calls({"a": tensor()}, {"a": number(2)})) == (("a",), ("a",))


def test_counts_and_times_come_from_the_calls() -> None:
    found = facts(evidence(replace(steady(9), recent_seconds=(0.3, 0.1, 0.2), in_graph=4)))
    assert (found.calls, found.eager_seconds, found.signatures, found.inside_graph_calls) == (9, 0.2, 1, 4)


def test_a_single_call_has_its_own_time() -> None:
    assert facts(evidence(steady(1, each=0.5))).eager_seconds == 0.5


def test_without_calls_there_is_no_time() -> None:
    for history in (None, CallHistory("step", in_graph=3)):
        found = facts(evidence(history))
        assert (found.calls, found.eager_seconds) == (0, None)
