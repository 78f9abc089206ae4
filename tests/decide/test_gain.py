"""What is said about speed: only what calls and a trusted prediction support, tracing included."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hybnb.decide.gain import gain, planned_traces, traced_anyway
from hybnb.model import CallHistory, Retraces
from hybnb.rules import registry
from tests.decide.making import CLEAN, FAST, calls, evidence, finding, number, steady, tensor

FEW_CALLS = next(rule for rule in registry() if rule.name == "few-calls")


def test_many_calls_of_a_faster_graph_are_a_gain() -> None:
    faster, gaps = gain(evidence(steady(500), FAST), ())
    assert (faster.value, faster.basis, gaps) == ("yes", "predicted", ())
    assert (faster.speedup, faster.low, faster.high) == (10.0, 7.0, 14.0)
    assert (faster.traces, faster.break_even_calls) == (1, 12)
    assert faster.saved_seconds == pytest.approx(500 * 0.009 - 0.1)
    assert "10 times as fast" in faster.why
    assert "repaid after 12 calls" in faster.why


def test_too_few_calls_to_repay_the_tracing_are_no_gain_yet() -> None:
    faster, gaps = gain(evidence(steady(5), FAST), ())
    assert (faster.value, faster.break_even_calls, gaps) == ("neutral", 12, ())
    assert faster.saved_seconds is not None
    assert faster.saved_seconds < 0
    assert "pays from 12 calls on" in faster.why


def test_of_a_tf_function_it_is_not_said_that_its_calls_were_too_few() -> None:
    faster, _ = gain(evidence(steady(5), FAST, decorated=True), ())
    assert (faster.value, faster.break_even_calls) == ("yes", None)


def test_the_call_that_breaks_even_is_a_gain() -> None:
    assert gain(evidence(steady(12), FAST), ())[0].value == "yes"
    assert gain(evidence(steady(11), FAST), ())[0].value == "neutral"


def test_calls_that_take_longer_than_when_they_were_recorded_pay_sooner_in_all_that_is_said() -> None:
    seen = evidence(steady(8, each=0.020), FAST)
    faster, _ = gain(seen, ())
    assert (faster.value, faster.break_even_calls) == ("yes", 6)
    assert "2 ms instead of 20 ms" in faster.why
    assert not list(FEW_CALLS.check(seen))
    (place,) = FEW_CALLS.check(evidence(steady(5, each=0.020), FAST))
    assert "after about 6 calls" in place.message


def test_a_trace_for_nearly_every_call_is_a_loss() -> None:
    history = calls(*({"x": tensor(32), "rate": number(i)} for i in range(30)))
    faster, _ = gain(evidence(history, FAST), ())
    assert (faster.value, faster.traces, faster.break_even_calls) == ("no", 30, None)
    assert "30 traces for 30 calls" in faster.why


def test_shapes_that_the_decorator_relaxes_are_counted_as_relaxed() -> None:
    history = calls(*({"x": tensor(n, 8)} for n in range(1, 41)))
    faster, _ = gain(evidence(history, FAST, Retraces(40, reduced=2, exact=True)), ())
    assert (faster.value, faster.traces) == ("yes", 2)


def test_shapes_that_the_body_reads_are_not_relaxed() -> None:
    history = calls(*({"x": tensor(n, 8)} for n in range(1, 31)))
    reads = replace(CLEAN, static_shape_reads=("x",))
    faster, _ = gain(evidence(history, FAST, Retraces(30, reduced=2, exact=True), facts=reads), ())
    assert (faster.value, faster.traces) == ("no", 30)


@pytest.mark.parametrize(
    ("speedup", "low", "high", "expected"),
    [
        (3.0, 2.0, 4.5, "yes"),
        (1.7, 1.2, 2.5, "yes"),
        (1.7, 1.1, 2.5, "yes"),
        (1.4, 0.9, 2.1, "yes"),
        (1.6, 0.8, 2.4, "unknown"),
        (1.3, 1.0, 2.0, "unknown"),
        (1.2, 0.9, 1.8, "unknown"),
        (1.1, 0.8, 1.6, "neutral"),
        (1.0, 0.7, 1.5, "neutral"),
        (0.9, 0.6, 1.3, "neutral"),
        (0.85, 0.6, 1.2, "unknown"),
        (0.85, 0.6, 0.99, "no"),
        (0.7, 0.5, 1.1, "no"),
        (0.2, 0.15, 0.3, "no"),
    ],
)
def test_only_clear_predictions_are_believed(speedup: float, low: float, high: float, expected: str) -> None:
    prediction = replace(FAST, speedup=speedup, low=low, high=high, graph_seconds=0.01 / speedup)
    assert gain(evidence(steady(100_000), prediction), ())[0].value == expected


def test_a_prediction_that_is_too_wide_is_a_gap() -> None:
    _, gaps = gain(evidence(steady(500), replace(FAST, speedup=1.7, low=0.8, high=4.0)), ())
    assert gaps[0].reason == "too-noisy"


def test_signatures_beyond_the_bound_go_on_at_the_same_rate() -> None:
    history = calls(*({"rate": number(i)} for i in range(50)))
    more = replace(history, count=500, overflowed=True)
    assert planned_traces(evidence(history)) == 50
    assert planned_traces(evidence(more)) == 500
    assert planned_traces(evidence(more, retraces=Retraces(50, exact=True))) == 500
    assert planned_traces(evidence(more, retraces=Retraces(50, reduced=2, exact=True))) == 2
    assert planned_traces(evidence()) == 1


def test_a_weak_prediction_is_not_used() -> None:
    weak = replace(FAST, trusted=False, weakness="a loop over a dataset runs inside")
    faster, gaps = gain(evidence(steady(500), weak), ())
    assert (faster.value, faster.speedup) == ("unknown", None)
    assert gaps[0].reason == "weak-model"
    assert "a loop over a dataset runs inside" in gaps[0].message


def test_a_function_nobody_called_is_unknown() -> None:
    for history in (None, CallHistory("step")):
        faster, gaps = gain(evidence(history), ())
        assert (faster.value, faster.basis, gaps[0].reason) == ("unknown", "none", "never-called")


def test_reading_alone_asks_for_a_run() -> None:
    _, gaps = gain(evidence(live=False), ())
    assert gaps[0].reason == "not-executed"
    assert "--execute" in gaps[0].message


def test_two_calls_prove_nothing() -> None:
    faster, gaps = gain(evidence(steady(2), FAST), ())
    assert (faster.value, gaps[0].reason) == ("unknown", "few-calls")


def test_calls_without_a_recording_leave_it_open() -> None:
    faster, gaps = gain(evidence(steady(50)), ())
    assert (faster.value, gaps[0].reason) == ("unknown", "no-recording")


def test_a_machine_that_is_not_calibrated_yet_is_its_own_gap() -> None:
    waiting = replace(evidence(steady(50)), recorded=True, calibrated=False)
    assert gain(waiting, ())[1][0].reason == "not-calibrated"


def test_a_decorated_function_that_retraces_says_so() -> None:
    retracing = finding("retracing-now", code="HYB501", message="`step` has been traced 9 times so far.")
    assert gain(evidence(decorated=True), (retracing,))[0].why == "`step` has been traced 9 times so far."


def test_calls_too_short_to_pay_need_no_recording() -> None:
    faster, gaps = gain(evidence(steady(50, each=5e-5)), (finding("too-small", code="HYB402"),))
    assert (faster.value, gaps) == ("no", ())


def test_a_prediction_outranks_the_rule_of_thumb() -> None:
    assert gain(evidence(steady(500), FAST), (finding("too-small", code="HYB402"),))[0].value == "yes"


def test_without_tensors_a_graph_never_pays() -> None:
    assert gain(evidence(), (finding("tensor-free", code="HYB401"),))[0].value == "no"


@pytest.mark.parametrize("name", ["already-in-graph", "keras-traced-method", "constructor"])
def test_what_is_traced_anyway_gains_nothing(name: str) -> None:
    findings = (finding(name, code="HYB101"),)
    assert traced_anyway(findings)
    assert gain(evidence(steady(500), FAST), findings)[0].value == "neutral"


def test_other_findings_do_not_mean_that_it_is_traced() -> None:
    assert not traced_anyway((finding("outer-list-growth", "blocks"),))


def test_a_decorated_function_has_no_eager_calls_to_wait_for() -> None:
    faster, gaps = gain(evidence(decorated=True), ())
    assert (faster.value, gaps[0].reason) == ("unknown", "no-recording")
    assert "python_function" in gaps[0].message


@pytest.mark.parametrize(
    "given",
    [evidence(), evidence(live=False), evidence(steady(1)), evidence(steady(9)), evidence(decorated=True)],
)
def test_every_gap_ends_with_a_next_step(given: object) -> None:
    for gap in gain(given, ())[1]:  # type: ignore[arg-type]
        assert ";" in gap.message
        assert gap.message.endswith(".")
