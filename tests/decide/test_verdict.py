"""Whole verdicts: from the text of cells and observed calls to answer, decorator, gaps and fixes."""

from __future__ import annotations

from textwrap import dedent
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hybnb.analyse import analyse
from hybnb.decide import verdict
from hybnb.decide.text import applied
from hybnb.model import (
    CallHistory,
    Cell,
    Effect,
    EffectKind,
    Evidence,
    FunctionFacts,
    Parameter,
    Prediction,
    Retraces,
    Span,
    Tri,
    Verdict,
)
from hybnb.settings import Settings
from tests.decide.making import CLEAN, FAST, calls, number, steady, tensor
from tests.decide.making import DECORATED as DECORATION

PLAIN = """
    def step(x):
        for _ in range(20):
            x = x * 1.01 + 0.01
        return x
    """
PRINTS = """
    def step(x):
        x = x * 1.01
        print("loss", x)
        return x
    """


def judged(
    source: str,
    history: CallHistory | None = None,
    prediction: Prediction | None = None,
    retraces: Retraces | None = None,
    settings: Settings | None = None,
    calls_cell: str = "step(tf.ones([2]))",
    live: bool = True,
) -> Verdict:
    """The verdict on `step`."""
    cells = [Cell(1, "import tensorflow as tf"), Cell(2, dedent(source).lstrip("\n")), Cell(3, calls_cell)]
    histories = {"step": history} if history is not None else None
    facts = {one.function.name: one for one in analyse(cells, histories=histories)}["step"]
    given = Evidence(facts, history=history, prediction=prediction, retraces=retraces, live=live)
    return verdict(given, {cell.index: cell.source for cell in cells}, settings or Settings())


def test_a_safe_function_that_gains_is_to_be_decorated() -> None:
    made = judged(PLAIN, steady(500), FAST)
    assert (made.answer, made.safe.value, made.faster.value) == ("decorate", "yes", "yes")
    assert made.decorator == "@tf.function"
    assert made.gaps == ()
    (fix,) = made.fixes
    assert applied(dedent(PLAIN).lstrip("\n"), fix.edits).startswith("@tf.function\ndef step")
    assert {finding.stance for finding in made.findings} <= {"favours", "notes"}


def test_an_unsafe_function_that_would_gain_is_to_be_repaired_first() -> None:
    made = judged(PRINTS, steady(500), FAST)
    assert (made.answer, made.safe.value, made.decorator) == ("repair-first", "no", None)
    assert made.safe.why.startswith("Line 3: `print`")
    assert [fix.title for fix in made.fixes] == ["Write tf.print for print in `step`"]


def test_an_unsafe_function_that_gains_nothing_is_left() -> None:
    slow = replace(FAST, speedup=0.3, low=0.2, high=0.4, graph_seconds=0.03)
    assert judged(PRINTS, steady(500), slow).answer == "leave"


def test_without_calls_the_gain_is_unknown_and_the_decorator_is_named() -> None:
    made = judged(PLAIN)
    assert (made.answer, made.faster.value, made.decorator) == ("measure", "unknown", "@tf.function")
    assert [gap.reason for gap in made.gaps] == ["never-called"]


def test_reading_alone_asks_to_run_it() -> None:
    assert [gap.reason for gap in judged(PLAIN, live=False).gaps] == ["not-executed"]


def test_plain_python_is_left_alone() -> None:
    made = judged("def step(n):\n    return n + 1", calls_cell="step(3)")
    assert (made.answer, made.faster.value) == ("leave", "no")


def test_shapes_that_vary_get_the_option() -> None:
    history = calls(*({"x": tensor(n)} for n in range(1, 41)))
    made = judged(PLAIN, history, FAST, Retraces(40, reduced=2, exact=True))
    assert (made.answer, made.decorator) == ("decorate", "@tf.function(reduce_retracing=True)")


def test_numbers_that_vary_are_not_worth_decorating() -> None:
    source = "def step(x, n):\n    for _ in range(20):\n        x = x * n\n    return x"
    history = calls(*({"x": tensor(2), "n": number(i + 0.5)} for i in range(40)))
    made = judged(source, history, FAST, Retraces(40, reduced=40, exact=True), calls_cell="step(tf.ones([2]), 2.5)")
    assert (made.answer, made.faster.value) == ("leave", "no")
    assert "retrace-python-scalar" in {finding.name for finding in made.findings}
    assert made.facts.primitive_parameters == ("n",)


DECORATED = "@tf.function" + PLAIN.replace("\n    ", "\n")


def test_a_good_decorator_stays() -> None:
    made = judged(DECORATED, CallHistory("step", traces=1))
    assert (made.answer, made.decorated, made.decorator, made.fixes) == ("leave", True, None, ())


def test_a_decorator_that_retraces_is_to_be_adjusted() -> None:
    made = judged(DECORATED, CallHistory("step", traces=12))
    assert made.answer == "adjust"
    assert made.decorator == "@tf.function(reduce_retracing=True)"
    assert made.fixes[0].title == "Add reduce_retracing=True to `step`"
    names = [finding.name for finding in made.findings]
    assert {"retracing-now", "relaxation-missing"} <= set(names)


def test_retracing_by_numbers_has_no_decorator_to_write() -> None:
    source = "@tf.function\ndef step(x, n):\n    return x * n"
    made = judged(source, CallHistory("step", traces=12), calls_cell="step(tf.ones([2]), 2)\nstep(tf.ones([2]), 3)")
    assert (made.answer, made.decorator, made.fixes) == ("adjust", None, ())


def test_frozen_effects_are_consequences_of_their_effect() -> None:
    made = judged("@tf.function" + PRINTS.replace("\n    ", "\n"), CallHistory("step", traces=1))
    assert made.answer == "repair-first"
    names = [finding.name for finding in made.findings]
    assert made.findings[names.index("frozen-effect")].caused_by == names.index("python-output")


def test_a_useless_decorator_is_to_be_removed() -> None:
    made = judged("@tf.function\ndef step(n):\n    return n", calls_cell="step(3)")
    assert made.answer == "remove"
    assert made.fixes[0].title == "Remove the decorator from `step`"
    names = [finding.name for finding in made.findings]
    assert made.findings[names.index("decorator-of-no-use")].caused_by == names.index("tensor-free")


def test_keras_methods_are_left_alone_and_call_is_not_safe_while_its_layers_arent_built() -> None:
    source = """
        import keras
        class Small(keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = keras.layers.Dense(2)
            def call(self, inputs):
                return self.dense(inputs) * 2.0
            def train_step(self, data):
                return {}
        """
    cells = [Cell(1, "import tensorflow as tf"), Cell(2, dedent(source).lstrip("\n"))]
    for facts in analyse(cells):
        made = verdict(Evidence(facts), {cell.index: cell.source for cell in cells}, Settings())
        if made.function.name == "Small.call":
            assert made.safe.value == "unknown"
        assert (made.answer, made.fixes) == ("leave", ())


def test_muting_hides_a_finding_and_changes_no_answer() -> None:
    for settings in (Settings(ignore=("HYB2",)), Settings(select=("HYB4",))):
        made = judged(PRINTS, steady(500), FAST, settings=settings)
        assert (made.safe.value, made.answer) == ("no", "repair-first")
        assert not any(finding.code.startswith("HYB2") for finding in made.findings)


def test_causes_point_into_what_is_shown() -> None:
    source = "@tf.function" + PRINTS.replace("\n    ", "\n")
    for settings in (Settings(), Settings(ignore=("HYB202",)), Settings(select=("HYB5",))):
        made = judged(source, CallHistory("step", traces=9), settings=settings)
        for index, finding in enumerate(made.findings):
            assert finding.caused_by is None or finding.caused_by < index


def test_the_same_evidence_gives_the_same_verdict() -> None:
    assert judged(PRINTS, steady(500), FAST) == judged(PRINTS, steady(500), FAST)


MIXED = calls(*({"x": tensor(n), "n": number(n)} for n in range(1, 9)))
EFFECTS = st.lists(
    st.builds(
        Effect,
        st.sampled_from(get_args(EffectKind)),
        st.builds(Span, st.just(2), st.integers(1, 3), st.just(4), st.just(3), st.just(9)),
        st.sampled_from(["certain", "possible"]),
        st.sampled_from([{}, {"call": "print"}, {"target": "losses", "count": "80"}]),
        st.sampled_from([(), ("note (cell 3)",)]),
    ),
    max_size=3,
)
FACTS = st.builds(
    FunctionFacts,
    st.just(CLEAN.function),
    decoration=st.sampled_from([None, DECORATION]),
    parameters=st.sampled_from([(), CLEAN.parameters, (Parameter("n", kinds=("number",), changing=True),)]),
    effects=EFFECTS.map(tuple),
    python_side_effects=st.sampled_from(get_args(Tri)),
    recursive=st.sampled_from(get_args(Tri)),
    tensor_computation=st.sampled_from(get_args(Tri)),
    keras_role=st.sampled_from([None, "call", "train_step"]),
    graph_callers=st.sampled_from([(), ("train",)]),
    keras_callers=st.sampled_from([(), ("Net.call",)]),
    eager_callers=st.sampled_from([(), ("<cell>",)]),
    static_shape_reads=st.sampled_from([(), ("x",)]),
    budget_spent=st.booleans(),
)
HISTORIES = [None, steady(1), steady(500), CallHistory("step", in_graph=2, traces=7), MIXED]
EVIDENCE = st.builds(
    Evidence,
    FACTS,
    history=st.sampled_from(HISTORIES),
    prediction=st.sampled_from(
        [None, FAST, replace(FAST, trusted=False), replace(FAST, speedup=0.2, low=0.1, high=0.3)]
    ),
    retraces=st.sampled_from([None, Retraces(1, 1, exact=True), Retraces(30, 2, exact=True)]),
    live=st.booleans(),
)
SOURCES: dict[int | str, str] = {
    1: "import tensorflow as tf",
    2: "@tf.function\ndef step(x):\n    print(x)\n    return x\n",
}


@given(EVIDENCE)
def test_whatever_the_evidence_a_verdict_keeps_its_promises(given_evidence: Evidence) -> None:
    made = verdict(given_evidence, SOURCES, Settings())
    stances = {finding.stance for finding in made.findings}
    facts = given_evidence.facts
    if made.safe.value == "yes":
        assert not stances & {"blocks", "risks"}
        assert not [gap for gap in made.gaps if gap.part == "safe"]
        assert "unknown" not in (facts.python_side_effects, facts.recursive)
        assert not facts.budget_spent
    else:
        assert made.answer != "decorate"
    if made.decorator is not None:
        assert made.safe.value == "yes" or made.answer == "adjust"
    if made.faster.value == "unknown":
        assert [gap for gap in made.gaps if gap.part == "faster"]
    assert all(gap.message.endswith(".") for gap in made.gaps)
    assert all(finding.caused_by is None or finding.caused_by < i for i, finding in enumerate(made.findings))
    assert all(fix.verified or not fix.edits for fix in made.fixes)
    assert made.decorated == (facts.decoration is not None)


@pytest.mark.parametrize("source", [PLAIN, PRINTS, DECORATED, "def step(n):\n    return n"])
@pytest.mark.parametrize("history", [None, steady(1), steady(50), CallHistory("step", in_graph=2, traces=7)])
def test_every_gap_of_every_verdict_ends_with_a_next_step(source: str, history: CallHistory | None) -> None:
    for gap in judged(source, history).gaps:
        assert gap.message.endswith(".")
        assert ";" in gap.message


def test_what_is_unsafe_and_was_called_once_is_to_be_repaired_only_where_that_took_long() -> None:
    briefly, long = CallHistory("step", count=1, seconds=0.02), CallHistory("step", count=1, seconds=5.0)
    assert judged(PRINTS, briefly).answer == "leave"
    assert judged(PRINTS, long).answer == "repair-first"
    assert (
        judged(PRINTS).answer == judged(PRINTS, live=False).answer == "repair-first"
    )  # not called at all, or nobody knows
