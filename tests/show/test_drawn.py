"""Verdicts in words: complete, in order, harmless, and counted."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hybnb.model import Drawn, Verdict
from hybnb.model.decided import Faster
from hybnb.show import json, words
from hybnb.show.drawn import drawn, lens, totals

SAMPLES = Path(__file__).parents[1] / "samples"


def verdicts(name: str) -> list[Verdict]:
    report = json.decode((SAMPLES / f"{name}.json").read_bytes())
    return [one for source in report.sources for one in source.verdicts]


@pytest.fixture(scope="module")
def step() -> Verdict:
    return next(one for one in verdicts("report_kernel") if one.function.name == "Trainer.step")


def test_a_card_has_each_finding_once_and_tells_which_it_is(step: Verdict) -> None:
    reasons = drawn(step, {}).reasons

    assert sorted(one.index for one in reasons) == list(range(len(step.findings)))
    assert all(step.findings[one.index].message in one.text for one in reasons)
    assert next(one.sign.word for one in reasons if one.depth == 0) == "blocks"


def test_a_card_says_neither_signal_twice_but_what_to_do(step: Verdict) -> None:
    headline = drawn(step, {}).headline
    assert "safe: no" not in headline
    assert headline.endswith(step.findings[0].next_step)

    sure = msgspec.structs.replace(step, answer="decorate", safe=msgspec.structs.replace(step.safe, value="yes"))
    assert "safe: yes" not in drawn(sure, {}).headline
    assert drawn(sure, {}).headline.endswith(f"Write `{step.decorator}`.")


def test_the_number_is_said_in_the_headline_and_not_again_below_it(step: Verdict) -> None:
    card = drawn(step, {})
    assert words.speed(step.faster) in card.headline
    assert words.speed(step.faster) not in card.why_faster


def test_the_reason_is_said_in_the_headline_and_among_the_findings_but_not_in_between(step: Verdict) -> None:
    reason = step.findings[0].message.rstrip(".")
    assert reason in drawn(step, {}).headline
    assert drawn(step, {}).why_safe == "Judged from the source and the calls seen."

    left = msgspec.structs.replace(step, answer="leave", faster=Faster("neutral", "`step` makes a dataset."))
    assert reason not in drawn(left, {}).headline
    assert reason in drawn(left, {}).why_safe


def test_a_card_has_as_many_changes_as_the_verdict_has_fixes(step: Verdict) -> None:
    changes = drawn(step, {}).changes

    assert [one.title for one in changes] == [one.title for one in step.fixes]
    assert all(one.lines for one in changes)


def test_the_words_behind_a_def_name_gain_and_safety(step: Verdict) -> None:
    assert lens(step) == "≈ 6.2x faster as a graph · not safe yet"


def test_behind_a_def_that_has_the_decorator_stands_what_to_do_with_it(step: Verdict) -> None:
    assert lens(msgspec.structs.replace(step, decorated=True, answer="adjust")) == "adjust decorator"


def test_nothing_stands_behind_a_def_that_is_to_be_left_alone() -> None:
    left = [one for one in verdicts("report_kernel") if one.answer in ("leave", "measure")]

    assert left
    assert {lens(one) for one in left} == {""}


def test_totals_count_every_function_once(step: Verdict) -> None:
    assert totals([step, step]) == "2 to repair"
    assert totals([msgspec.structs.replace(step, answer="decorate")]) == "1 to decorate, would have saved ≈ 13 s"
    assert totals([]) == ""


def test_whatever_a_notebook_holds_is_drawn_on_one_line_without_control_characters() -> None:
    for verdict in verdicts("report_hostile"):
        for text in strings(drawn(verdict, {})):
            assert text.isprintable()
            assert len(text) < 2000


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in strings(item)]
    if isinstance(value, msgspec.Struct):
        return strings(msgspec.structs.astuple(value))
    return []


def test_a_card_survives_the_wire(step: Verdict) -> None:
    card = drawn(step, {})

    assert msgspec.json.decode(msgspec.json.encode(card), type=Drawn) == card
