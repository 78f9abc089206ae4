"""The 1xx, 4xx and 5xx rules: each sample is run eagerly, and what hybnb would have seen is judged."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hybnb.model import CallHistory, Effect, Environment, Evidence, FunctionFacts, Parameter, Span
from hybnb.rules import Rule, registry
from tests.decide.making import CLEAN, DECORATED, FAST, calls, evidence, number, steady, tensor
from tests.rules.observed import observed
from tests.truth.sample import sample

HERE = Span(1, 2, 4, 2, 9)
RULES = {rule.name: rule for rule in registry() if rule.code[:4] in ("HYB1", "HYB4", "HYB5")}
FIRES = [pytest.param(rule, title, id=f"{rule.name}: {title}") for rule in RULES.values() for title in rule.fires]
QUIET = [pytest.param(rule, title, id=f"{rule.name}: {title}") for rule in RULES.values() for title in rule.quiet]


def _says(rule: Rule, given: Evidence) -> list[str]:
    return [place.message for place in rule.check(given)] if rule.ready(given) else []


@pytest.mark.tensorflow
@pytest.mark.parametrize(("rule", "title"), FIRES)
def test_it_fires(rule: Rule, title: str) -> None:
    assert _says(rule, observed(sample(title, rule.fires[title])))


@pytest.mark.tensorflow
@pytest.mark.parametrize(("rule", "title"), QUIET)
def test_it_stays_quiet(rule: Rule, title: str) -> None:
    assert not _says(rule, observed(sample(title, rule.quiet[title])))


def _names(given: Evidence) -> set[str]:
    return {name for name, rule in RULES.items() if _says(rule, given)}


def _facts(**changes: object) -> FunctionFacts:
    return replace(CLEAN, **changes)


def test_a_plain_function_nobody_called_gets_no_remark() -> None:
    assert _names(evidence()) == set()


def test_calls_from_within_a_graph_only() -> None:
    inside = CallHistory("step", in_graph=3)
    assert _names(evidence(inside)) == {"already-in-graph"}
    assert _names(evidence(inside, decorated=True)) == set()
    assert _names(evidence(replace(steady(5), in_graph=3))) == set()


def test_what_keras_runs_in_graphs_only_is_frozen_there_today() -> None:
    effects = (
        Effect("output", HERE, details={"call": "print"}),
        Effect("stale-read", HERE, details={"name": "self.beta"}),
    )
    step, frozen = _facts(keras_role="train_step", effects=effects), RULES["frozen-effect"]
    inside = CallHistory("Net.train_step", in_graph=2)
    assert len(_says(frozen, evidence(inside, facts=step))) == 2
    assert _says(frozen, evidence(inside, facts=_facts(effects=effects))) == []
    assert _says(frozen, evidence(facts=step)) == []
    assert _says(frozen, evidence(inside, facts=replace(step, keras_role="on_epoch_end"))) == []


def test_a_step_stays_frozen_where_another_model_runs_it_eagerly() -> None:
    effects = (Effect("output", HERE, details={"call": "print"}),)
    frozen, both = RULES["frozen-effect"], replace(steady(5), in_graph=2)
    assert len(_says(frozen, evidence(both, facts=_facts(keras_role="train_step", effects=effects)))) == 1
    all_eager = (*effects, Effect("keras-eager", HERE, details={"where": "cell 3, line 1"}))
    assert _says(frozen, evidence(both, facts=_facts(keras_role="train_step", effects=all_eager))) == []
    built = _facts(keras_role="call", effects=effects)  # an eager model's call has been in a graph once as well
    assert _says(frozen, evidence(both, facts=built)) == []


def test_what_tf_data_runs_is_frozen_whoever_else_calls_it() -> None:
    printing = _facts(graph_callers=("Dataset.map",), effects=(Effect("output", HERE, details={"call": "print"}),))
    frozen = RULES["frozen-effect"]
    assert "`Dataset.map` runs `step` as a graph" in _says(frozen, evidence(steady(5), facts=printing))[0]
    assert _says(frozen, evidence(facts=replace(printing, graph_callers=("train",)))) == []
    read = (Effect("stale-read", HERE, details={"name": "rate"}),)  # each new dataset is traced anew
    assert _says(frozen, evidence(facts=replace(printing, effects=read))) == []


def test_graph_callers_count_only_when_there_are_no_others() -> None:
    assert _names(evidence(facts=_facts(graph_callers=("train",)))) == {"already-in-graph"}
    assert _names(evidence(facts=_facts(keras_callers=("Net.call",)))) == {"already-in-graph"}
    assert _names(evidence(facts=_facts(keras_callers=("Net.call",), eager_callers=("test",)))) == set()
    assert _names(evidence(facts=_facts(graph_callers=("train",), eager_callers=("test",)))) == set()
    assert _names(evidence(steady(5), facts=_facts(graph_callers=("train",)))) == set()


def test_keras_methods_by_role() -> None:
    for role in ("call", "train_step", "test_step"):
        (place,) = RULES["keras-traced-method"].check(evidence(facts=_facts(keras_role=role)))
        assert f"`{role}`" in place.message


def test_functions_that_run_eagerly_are_noticed() -> None:
    eager = replace(evidence(steady(1)), environment=Environment("3.12", eager=False))
    assert "eager-forced" in _names(eager)
    assert "eager-forced" not in _names(replace(eager, environment=Environment("3.12")))


def test_short_calls_need_no_recording_to_be_too_small() -> None:
    assert "too-small" in _names(evidence(steady(5, each=1e-4)))
    assert "too-small" not in _names(evidence(steady(5, each=1e-3)))
    assert "too-small" not in _names(evidence(steady(2, each=1e-4)))


def test_a_weak_prediction_calls_nothing_too_small() -> None:
    weak = replace(FAST, ops=2, speedup=0.3, low=0.2, high=0.5, trusted=False)
    assert "too-small" not in _names(evidence(steady(5, each=1e-4), weak))
    assert "too-small" in _names(evidence(steady(5, each=1e-4), replace(weak, trusted=True)))


def test_a_faster_graph_with_too_few_calls() -> None:
    assert "few-calls" in _names(evidence(steady(5), FAST))
    assert "few-calls" not in _names(evidence(steady(12), FAST))
    assert "few-calls" not in _names(evidence(steady(5), replace(FAST, trusted=False)))


def test_much_time_in_many_calls_is_a_hot_path() -> None:
    assert "hot-path" in _names(evidence(steady(200)))
    assert "hot-path" not in _names(evidence(steady(20, each=0.1)))
    assert "hot-path" not in _names(evidence(steady(200), facts=_facts(tensor_computation="no")))


def test_five_traces_are_many_and_four_are_not() -> None:
    for traces, expected in ((5, True), (4, False), (None, False)):
        history = CallHistory("step", traces=traces)
        assert ("retracing-now" in _names(evidence(history, decorated=True))) is expected


def test_an_undecorated_function_does_not_retrace_now() -> None:
    assert "retracing-now" not in _names(evidence(CallHistory("step", traces=9)))


def test_the_guilty_argument_is_named_from_the_source_when_calls_are_hidden() -> None:
    facts = _facts(decoration=DECORATED, parameters=(Parameter("n", kinds=("number",), changing=True),))
    (place,) = RULES["retracing-now"].check(evidence(CallHistory("step", traces=7), facts=facts))
    assert place.details == {"traces": "7", "parameter": "n"}


def test_numbers_that_calls_pass_are_told_by_the_traces_that_were_counted_or_else_by_the_source() -> None:
    numbers = next(rule for rule in registry() if rule.name == "retrace-python-scalar")
    facts = _facts(decoration=DECORATED, parameters=(Parameter("n", kinds=("number",), changing=True),))
    assert list(numbers.check(evidence(None, facts=facts)))
    assert not list(numbers.check(evidence(CallHistory("step", traces=7), facts=facts)))


def test_python_values_are_suspected_when_nothing_was_seen_to_change() -> None:
    facts = _facts(
        decoration=DECORATED, parameters=(Parameter("n", kinds=("number",)), Parameter("x", kinds=("tensor",)))
    )
    (place,) = RULES["retracing-now"].check(evidence(CallHistory("step", traces=7), facts=facts))
    assert place.details["parameter"] == "n"
    assert "`n` takes Python values" in place.message


def test_without_tensors_nobody_cares_about_retracing() -> None:
    history = calls(*({"n": number(i)} for i in range(9)))
    rules = {rule.code: rule for rule in registry()}
    assert _says(rules["HYB301"], evidence(history))
    assert not _says(rules["HYB301"], evidence(history, facts=_facts(tensor_computation="no")))


def test_traces_seen_from_inside_name_the_argument() -> None:
    history = calls(*({"x": tensor(2), "n": number(i)} for i in range(6)))
    inside = replace(history, count=0, in_graph=6, traces=6, calls=tuple(replace(c, in_graph=1) for c in history.calls))
    (place,) = RULES["retracing-now"].check(evidence(inside, decorated=True))
    assert place.details["parameter"] == "n"


@pytest.mark.parametrize("option", ["reduce_retracing", "input_signature", "experimental_relax_shapes"])
def test_a_decorator_that_relaxes_is_not_missing_the_option(option: str) -> None:
    history = CallHistory("step", traces=9)
    assert "relaxation-missing" in _names(evidence(history, decorated=True))
    relaxed = _facts(decoration=replace(DECORATED, options={option: "True"}))
    assert "relaxation-missing" not in _names(evidence(history, facts=relaxed))


def test_shapes_are_not_blamed_where_something_else_may_vary() -> None:
    history = CallHistory("step", traces=9)
    for changes in (
        {"parameters": (Parameter("x", kinds=("tensor",)), Parameter("n", kinds=("number",)))},
        {"parameters": (Parameter("x"),)},
        {"parameters": ()},
        {"static_shape_reads": ("x",)},
        {"form": "method"},
    ):
        facts = _facts(decoration=DECORATED, **changes)
        assert "relaxation-missing" not in _names(evidence(history, facts=facts))


def test_a_decorator_of_no_use_needs_a_reason() -> None:
    for changes in ({"tensor_computation": "no"}, {"keras_role": "train_step"}, {"graph_callers": ("train",)}):
        assert "decorator-of-no-use" in _names(evidence(decorated=True, facts=_facts(**changes)))
        assert "decorator-of-no-use" not in _names(evidence(facts=_facts(**changes)))
    assert "decorator-of-no-use" not in _names(evidence(decorated=True))
    keras = _facts(graph_callers=("train",), keras_callers=("Net.call",))
    assert {"decorator-of-no-use", "already-in-graph"}.isdisjoint(_names(evidence(decorated=True, facts=keras)))
