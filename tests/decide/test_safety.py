"""No false "safe": objections, doubts and silence."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hybnb.decide.safety import safety, unsettled
from hybnb.model import Finding, FunctionFacts, Gap
from tests.decide.making import CLEAN, evidence, finding, steady

DOUBT = Gap("safe", "unknown-callee", "`helper` isn't defined; run its cell first.")
OTHER = Gap("faster", "never-called", "`step` hasn't been called yet; call it.")
BLOCK = finding("outer-list-growth", "blocks", line=9, message="`losses` would grow once per trace.")
RISK = finding("unknown-call", "risks", line=4, message="`model.tune` isn't known.")
NOTE = finding("retrace-shape", "notes", code="HYB302")
FAVOUR = finding("many-ops", "favours", code="HYB410")


@pytest.mark.parametrize(
    ("findings", "gaps", "expected"),
    [
        ((), (), "yes"),
        ((NOTE, FAVOUR), (OTHER,), "yes"),
        ((BLOCK,), (), "no"),
        ((RISK, BLOCK), (DOUBT,), "no"),
        ((RISK,), (), "unknown"),
        ((NOTE,), (DOUBT,), "unknown"),
        ((), (OTHER, DOUBT), "unknown"),
    ],
)
def test_the_gravest_word_counts(findings: Sequence[Finding], gaps: Sequence[Gap], expected: str) -> None:
    assert safety(evidence(), findings, gaps).value == expected


def test_the_reason_names_the_line_and_counts_the_rest() -> None:
    second = finding("host-clock", "blocks", line=12, message="The time is read once.")
    assert (
        safety(evidence(), (BLOCK, second), ()).why == "Line 9: `losses` would grow once per trace (and 1 more reason)."
    )


def test_the_reason_is_the_cause_not_its_consequence() -> None:
    consequence = replace(finding("unconverted-flow", "blocks", line=2, message="This `if` fails."), caused_by=1)
    assert safety(evidence(), (consequence, BLOCK), ()).why == "Line 9: `losses` would grow once per trace."


def test_a_place_in_a_module_is_named_with_its_file() -> None:
    assert "Line 9 of helpers.py" in safety(evidence(), (replace(BLOCK, path="helpers.py"),), ()).why


def test_a_doubt_says_what_to_do() -> None:
    assert safety(evidence(), (), (DOUBT,)).why == DOUBT.message


def test_calls_are_part_of_the_basis_only_when_there_were_any() -> None:
    assert safety(evidence(), (), ()).basis == ("source",)
    seen = safety(evidence(steady(3)), (), ())
    assert seen.basis == ("source", "calls")
    assert "3 observed calls agree" in seen.why


@pytest.mark.parametrize("facts", [replace(CLEAN, python_side_effects="unknown"), replace(CLEAN, recursive="unknown")])
def test_what_analysis_left_open_is_never_taken_for_yes(facts: FunctionFacts) -> None:
    (gap,) = unsettled(evidence(facts=facts), (), ())
    assert gap.part == "safe"
    assert gap.message.endswith(".")
    assert safety(evidence(facts=facts), (), (gap,)).value == "unknown"


def test_settled_facts_leave_no_gap() -> None:
    assert unsettled(evidence(), (), ()) == ()


def test_a_doubt_that_is_told_already_is_not_told_twice() -> None:
    doubtful = evidence(facts=replace(CLEAN, python_side_effects="unknown"))
    assert unsettled(doubtful, (RISK,), ()) == ()
    assert unsettled(doubtful, (), (DOUBT,)) == ()
    assert unsettled(doubtful, (NOTE,), (OTHER,)) != ()


@given(st.lists(st.sampled_from([BLOCK, RISK, NOTE, FAVOUR])), st.lists(st.sampled_from([DOUBT, OTHER])))
def test_yes_means_no_objection_and_no_doubt(findings: list[Finding], gaps: list[Gap]) -> None:
    said = safety(evidence(), findings, gaps).value
    assert (said == "yes") == (BLOCK not in findings and RISK not in findings and DOUBT not in gaps)
    assert (said == "no") == (BLOCK in findings)
