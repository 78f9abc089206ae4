"""What a trial changes in a verdict, and what it can't."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from hybnb.decide import verdict
from hybnb.model import (
    Agreement,
    Comparison,
    Difference,
    Effect,
    Environment,
    Refusal,
    Span,
    Timing,
    Trial,
)
from hybnb.settings import Settings
from tests.decide.making import CLEAN, FAST, evidence, steady

HERE = Span(1, 2, 0, 2, 9)
UNKNOWN = Effect("unknown-call", HERE, details={"call": "helper", "why": "its source isn't known"})
FROZEN = Effect("output", HERE, details={"call": "print", "channel": "stdout"})
GROWN = Difference("global", "losses", "has 3 items", "has 1 item", 3)
TYPED = Difference("type", "the result", "is a float", "is a tensor", 1)


def tried(*differences: Difference, label: str = "faster", speedup: float = 5.0, **more: Any) -> Trial:
    agreement = Agreement(4, differences)
    comparison = Comparison(speedup, speedup * 0.9, speedup * 1.1, label, 6)
    eager, graph = Timing(1e-2, 9e-3, 1.1e-2, 6), Timing(1e-2 / speedup, 1e-3, 2e-3, 6)
    return replace(Trial("step", "graph", "worker", eager, graph, agreement, comparison, 0.1), **more)


def judged(trial: Trial | None, *effects: Effect, calls: int = 100, **more: Any) -> Any:
    made = evidence(steady(calls), facts=replace(CLEAN, effects=effects))
    return verdict(replace(made, trial=trial, **more), {}, Settings())


def test_what_the_graph_raises_stands_at_its_line() -> None:
    def lines(line: int | None) -> list[int]:
        raised = Difference("exception", "the function", "returns", "raises ValueError", line=line)
        return [finding.line for finding in judged(tried(raised)).findings if finding.name == "trial-differs"]

    assert lines(1) == [CLEAN.function.line + 1]
    assert lines(None) == [CLEAN.function.line]
    assert lines(1000) == [CLEAN.function.line]


def test_an_agreement_settles_what_could_not_be_followed() -> None:
    assert judged(None, UNKNOWN).safe.value == "unknown"
    safe = judged(tried(), UNKNOWN).safe
    assert (safe.value, safe.basis[-1]) == ("yes", "trial")
    assert "4 calls" in safe.why


def test_an_agreement_settles_nothing_that_the_source_objects_to() -> None:
    assert judged(tried(), FROZEN).safe.value == "no"
    possible = replace(FROZEN, certainty="possible")
    assert judged(tried(), possible).safe.value == "unknown"


def test_an_agreement_that_did_not_see_everything_settles_nothing() -> None:
    part = replace(tried(), agreement=Agreement(4, complete=False))
    assert judged(part, UNKNOWN).safe.value == "unknown"


def test_a_difference_makes_it_unsafe_whatever_the_source_says() -> None:
    found = judged(tried(GROWN))
    assert found.safe.value == "no"
    (finding,) = [one for one in found.findings if one.code == "HYB295"]
    assert finding.stance == "blocks"
    assert "After 3 calls `losses` has 3 items eagerly, 1 item as a graph" in finding.message


def test_a_difference_of_types_alone_is_a_risk() -> None:
    assert judged(tried(TYPED)).safe.value == "unknown"


def test_no_difference_says_nothing() -> None:
    assert not [one for one in judged(tried()).findings if one.code == "HYB295"]


def test_a_measured_gain_replaces_the_prediction() -> None:
    faster = judged(tried()).faster
    assert (faster.value, faster.basis, faster.speedup) == ("yes", "measured", 5.0)
    assert (faster.break_even_calls, faster.trace_seconds) == (13, 0.1)
    assert faster.saved_seconds == pytest.approx(100 * 8e-3 - 0.1)


def test_a_measured_gain_that_the_calls_do_not_repay_is_no_gain_yet() -> None:
    faster = judged(tried(), calls=5).faster
    assert (faster.value, faster.break_even_calls) == ("neutral", 13)


@pytest.mark.parametrize(
    ("label", "speedup", "value"), [("slower", 0.5, "no"), ("neutral", 1.0, "neutral"), ("too-noisy", 1.3, "unknown")]
)
def test_each_outcome_has_its_value(label: str, speedup: float, value: str) -> None:
    assert judged(tried(label=label, speedup=speedup)).faster.value == value


def test_a_measured_gain_never_outweighs_a_blocking_finding() -> None:
    assert judged(tried(speedup=50.0), FROZEN).answer == "repair-first"
    assert judged(tried(GROWN, speedup=50.0)).answer == "repair-first"


def test_a_refused_trial_leaves_a_gap_that_says_why() -> None:
    refused = Trial("step", refusal=Refusal("too-large", "more than 50 MB would have to be carried; call it with less"))
    (gap,) = [gap for gap in judged(refused).gaps if gap.part == "trial"]
    assert gap.message == "No trial: more than 50 MB would have to be carried; call it with less."
    assert gap.reason == "refused"


def test_a_refused_trial_changes_no_answer() -> None:
    refused = Trial("step", refusal=Refusal("died", "its process ended"))
    with_it, without = judged(refused), judged(None)
    assert (with_it.safe, with_it.faster, with_it.answer) == (without.safe, without.faster, without.answer)


ON_GPU = Environment("3.12.3", "2.21.0", ("CPU:0", "GPU:0"))


def test_a_trial_without_the_gpu_says_nothing_about_speed() -> None:
    compared = Trial("step", agreement=Agreement(4), without="GPU")
    found = judged(compared, environment=ON_GPU)
    assert (found.faster.value, found.faster.basis, found.answer) == ("unknown", "none", "measure")
    assert "isn't predicted; time it in the kernel with %hybnb measure step --here." in found.faster.why


def test_a_doubt_it_settles_is_said_to_be_settled_without_the_gpu() -> None:
    found = judged(Trial("step", agreement=Agreement(4), without="GPU"), UNKNOWN, environment=ON_GPU)
    assert found.safe.value == "yes"
    assert "in 4 calls of a trial without the GPU" in found.safe.why


def test_nothing_is_predicted_where_ops_run_on_a_gpu_and_what_was_measured_there_counts() -> None:
    two_cpus = replace(ON_GPU, devices=("CPU:0", "CPU:1"))
    assert judged(None, prediction=FAST, environment=ON_GPU).faster.value == "unknown"
    assert judged(None, prediction=FAST, environment=two_cpus).faster.value == "yes"
    assert judged(tried(place="kernel"), environment=ON_GPU).faster.value == "yes"


def test_on_a_gpu_a_call_takes_what_a_trial_there_measured_not_what_it_took_to_return() -> None:
    found = judged(tried(place="kernel"), environment=ON_GPU, history=steady(100, each=1e-4))
    assert found.facts.eager_seconds == 1e-2
    assert found.faster.break_even_calls == 13  # 0.1 s of tracing, 8 ms saved with each call
    on_cpu = judged(tried(place="kernel"), history=steady(100, each=1e-4))
    assert on_cpu.facts.eager_seconds == 1e-4
