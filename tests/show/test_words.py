"""Gains, signals and reasons in words."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import pytest

from hybnb.model import Report, Verdict
from hybnb.model.decided import Faster, Safe
from hybnb.show import json, words

SAMPLES = Path(__file__).parents[1] / "samples"


def verdicts(name: str = "kernel") -> dict[str, Verdict]:
    report: Report = json.decode((SAMPLES / f"report_{name}.json").read_bytes())
    return {one.function.name: one for source in report.sources for one in source.verdicts}


def test_a_gain_that_is_not_repaid_yet_says_when_it_is() -> None:
    waiting = msgspec.structs.replace(faster("neutral", 47.0, 31.0, 70.0), break_even_calls=30)
    assert words.speed(waiting) == "≈ 47x faster after 30 calls (predicted 31–70x)"


def test_a_gain_that_traces_eat_up_says_how_many() -> None:
    eaten = msgspec.structs.replace(faster("no", 8.2, 5.3, 13.0), traces=100)
    assert words.speed(eaten) == "≈ 8.2x faster, but 100 traces (predicted 5.3–13x)"


def faster(
    value: str, speedup: float | None, low: float | None, high: float | None, basis: str = "predicted"
) -> Faster:
    return msgspec.convert(
        {"value": value, "why": "", "basis": basis, "speedup": speedup, "low": low, "high": high}, Faster
    )


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (faster("yes", 29.4, 12.2, 40.3), "≈ 29x faster (predicted 12–40x)"),
        (faster("yes", 6.0, 5.6, 6.9, "measured"), "≈ 6x faster (measured 5.6–6.9x)"),
        (faster("yes", 6.0, None, None), "≈ 6x faster (predicted)"),
        (faster("yes", 6.0, 6.0, 6.01), "≈ 6x faster (predicted 6x)"),
        (faster("no", 0.4, 0.3, 0.5), "≈ 2.5x slower (predicted 2–3.3x)"),
        (faster("neutral", 1.1, 0.9, 1.2), "about the same speed (predicted 0.9–1.2x)"),
        (faster("yes", 1.5, 0.9, 2.0), "≈ 1.5x faster (predicted 0.9–2x)"),
        (faster("unknown", None, None, None, "none"), ""),
        (faster("unknown", 5.0, 4.0, 6.0, "none"), ""),
        (faster("yes", math.nan, 1.0, 2.0), ""),
        (faster("yes", -3.0, 1.0, 2.0), ""),
        (faster("yes", 1e308, 1e-308, 1e308), "≈ over 9,999x faster (predicted 1e-308–over 9,999x)"),
    ],
)
def test_the_gain_says_its_basis_and_range(gain: Faster, said: str) -> None:
    assert words.speed(gain) == said


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (faster("neutral", 1.1, 0.9, 1.2), "about the same"),
        (msgspec.structs.replace(faster("neutral", 7.9, 5.3, 12.0), break_even_calls=6), "not yet"),
        (faster("neutral", None, None, None, "none"), "nothing to gain"),
    ],
)
def test_the_second_signal_tells_a_gain_that_is_not_repaid_from_none(gain: Faster, said: str) -> None:
    verdict = msgspec.structs.replace(verdicts()["normalise"], faster=gain)
    assert words.below_faster(verdict) == said


def test_every_signal_has_an_icon_and_a_word() -> None:
    for table in (words.SAFE, words.FASTER, words.STANCES, words.ANSWERS):
        for signal in table.values():
            assert signal.icon
            assert signal.word
        assert len({signal.word for signal in table.values()}) == len(table)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("normalise", "≈ 29x faster (predicted 12–40x), safe: yes. Write `@tf.function`."),
        (
            "Trainer.step",
            "≈ 6.2x faster (predicted 4.1–8.3x) once it is safe: `losses` would grow once per trace, not once per call.",
        ),
        (
            "predict",
            (
                "`predict` was traced 40 times in 40 calls: `threshold` is a new Python number each time. "
                "Write `@tf.function(reduce_retracing=True)`."
            ),
        ),
        ("load", "`load` does no TensorFlow work, so the decorator only adds a trace."),
    ],
)
def test_the_headline_says_what_and_why(name: str, said: str) -> None:
    assert words.headline(verdicts()[name]) == said


SLOWER = Faster("no", "A graph is predicted to be slower: 2 ms instead of 1 ms a call.")


def test_a_decorator_is_removed_because_it_does_not_help_and_not_because_it_is_not_safe() -> None:
    stale = msgspec.structs.replace(
        verdicts()["Trainer.step"], decorated=True, answer="remove", faster=SLOWER, safe=Safe("no", ("source",), "")
    )
    assert words.headline(stale) == f"{SLOWER.why} And as it is, it isn't safe."
    safe = msgspec.structs.replace(stale, findings=(), safe=Safe("yes", ("source",), ""))
    assert words.headline(safe) == SLOWER.why
    useless = msgspec.structs.replace(
        stale.findings[0],
        name="decorator-of-no-use",
        stance="notes",
        message="It gains nothing.",
        next_step="Remove it.",
    )
    both = msgspec.structs.replace(stale, findings=(*stale.findings, useless))
    assert words.reason(both) == "It gains nothing."
    assert words.below_signals(both) == "It gains nothing. And as it is, it isn't safe. Remove it."


def test_a_decorator_is_adjusted_because_of_its_traces_whatever_else_is_a_risk() -> None:
    risk = msgspec.structs.replace(verdicts()["Trainer.step"].findings[0], stance="risks")
    traced = msgspec.structs.replace(
        risk, name="retracing-now", stance="notes", message="It has 8 traces.", next_step="Pass `n` as a tensor."
    )
    often = msgspec.structs.replace(
        verdicts()["predict"], decorator=None, findings=(risk, traced), safe=Safe("unknown", ("source",), "")
    )
    assert words.headline(often) == words.below_signals(often) == "It has 8 traces. Pass `n` as a tensor."


def test_what_is_to_be_repaired_is_told_by_what_is_against_it() -> None:
    wrong = msgspec.structs.replace(verdicts()["Trainer.step"], faster=SLOWER)
    assert words.reason(wrong) == wrong.findings[0].message
    left = msgspec.structs.replace(wrong, answer="leave")
    assert words.reason(left) == words.below_signals(left) == SLOWER.why


def test_a_headline_without_any_reason_still_says_the_two_signals() -> None:
    bare = msgspec.structs.replace(
        verdicts()["load"], findings=(), safe=Safe("unknown", (), ""), faster=Faster("unknown", "")
    )
    assert words.headline(bare) == "safe: unknown, faster: unknown."


def test_a_trace_that_is_stale_by_now_is_told_first_with_what_to_run() -> None:
    step = verdicts()["Trainer.step"]
    stale = msgspec.structs.replace(
        step.findings[0],
        name="stale-trace",
        code="HYB506",
        message="It uses the old `rate`.",
        next_step="Run cell 2 again.",
    )
    found = msgspec.structs.replace(step, decorated=True, answer="repair-first", findings=(*step.findings, stale))
    assert words.headline(found) == "not safe as a tf.function: It uses the old `rate`. Run cell 2 again."


def test_a_repair_without_a_known_gain_promises_none() -> None:
    unsafe = msgspec.structs.replace(verdicts()["Trainer.step"], faster=Faster("unknown", "It was never called"))
    assert words.headline(unsafe).startswith("not safe to trace yet: ")


def test_what_is_frozen_in_a_graph_of_a_library_is_wrong_now_and_pressing() -> None:
    unsafe = msgspec.structs.replace(verdicts()["Trainer.step"], faster=Faster("neutral", ""))
    frozen = msgspec.structs.replace(unsafe.findings[0], name="frozen-effect", stance="blocks")
    wrong = msgspec.structs.replace(unsafe, findings=(*unsafe.findings, frozen))
    assert words.headline(wrong).startswith("it runs in a graph as it is: ")
    assert (unsafe.pressing, wrong.pressing) == (False, True)
    assert words.signals(wrong) == "safe: no, and it runs in a graph as it is."


def test_a_function_that_is_decorated_and_unsafe_is_wrong_now() -> None:
    wrong = msgspec.structs.replace(verdicts()["Trainer.step"], decorated=True)
    assert words.headline(wrong).startswith("not safe as a tf.function: `losses`")
    assert words.answer_signal(wrong).word == "repair"


def test_places_name_a_cell_or_a_file() -> None:
    assert words.place(verdicts()["normalise"].function) == "cell 2, line 1"
    assert words.place(verdicts()["helper"].function) == "helpers.py, line 3"
