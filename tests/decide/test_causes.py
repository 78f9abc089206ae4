"""Findings in order, consequences behind their causes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hybnb.decide.causes import arranged, shown
from hybnb.model import Finding
from tests.decide.making import finding

PRINT = finding("stdout", "blocks", code="HYB210", line=4)
FROZEN = finding("frozen-effect", "blocks", code="HYB502", line=4)
SHAPE = finding("retrace-shape", code="HYB302", line=1)
NOW = finding("retracing-now", code="HYB501", line=1)


def test_gravest_first_then_by_place() -> None:
    risk = finding("r", "risks", line=1)
    early, late = finding("b", "blocks", line=2), finding("a", "blocks", line=7)
    favour, note = finding("f", "favours", line=1), finding("n", "notes", line=1)
    assert arranged((note, favour, risk, late, early)) == (early, late, risk, favour, note)


def test_a_frozen_effect_follows_from_the_effect() -> None:
    assert arranged((FROZEN, PRINT)) == (PRINT, replace(FROZEN, caused_by=0))


def test_an_effect_elsewhere_is_not_its_cause() -> None:
    assert [one.caused_by for one in arranged((FROZEN, replace(PRINT, line=5)))] == [None, None]


def test_an_exception_in_a_trial_follows_from_what_the_source_says_of_its_line() -> None:
    sizes = finding("static-shape", "risks", code="HYB235", line=7)
    tried = replace(finding("trial-differs", "blocks", code="HYB295", line=7), details={"difference": "exception"})
    assert arranged((tried, sizes)) == (sizes, replace(tried, caused_by=0))
    assert arranged((tried, replace(sizes, line=8)))[0] == tried
    other_value = replace(tried, details={"difference": "value"})
    assert arranged((other_value, sizes))[0].caused_by is None


def test_retracing_now_follows_from_what_varies() -> None:
    assert arranged((NOW, SHAPE)) == (SHAPE, replace(NOW, caused_by=0))


def test_a_useless_decorator_follows_from_why_it_is_useless() -> None:
    useless = finding("decorator-of-no-use", code="HYB503", line=1)
    keras = finding("keras-traced-method", code="HYB102", line=2)
    assert arranged((useless, PRINT, keras)) == (PRINT, keras, replace(useless, caused_by=1))


def test_what_a_rule_said_itself_is_kept() -> None:
    refusal = finding("autograph-refusal", "blocks", line=9)
    flow = replace(finding("unconverted-flow", "blocks", line=3), caused_by=0)
    assert arranged((refusal, flow)) == (refusal, replace(flow, caused_by=0))


def test_remarks_on_one_def_have_nothing_to_do_with_each_other() -> None:
    loop = replace(finding("ops-in-a-loop", "favours", code="HYB411", line=1), caused_by=0)
    assert [one.caused_by for one in arranged((SHAPE, loop))] == [None, None]


def test_a_cause_that_is_left_out_is_forgotten() -> None:
    both = arranged((FROZEN, PRINT))
    assert shown(both, lambda one: one.code != "HYB210") == (FROZEN,)
    assert shown(both, lambda _: True) == both


INDICES = st.one_of(st.none(), st.integers(-2, 6))
SOME = st.builds(
    lambda name, stance, line, cause: replace(finding(name, stance, line=line), caused_by=cause),
    st.sampled_from(["frozen-effect", "retracing-now", "a", "b"]),
    st.sampled_from(["blocks", "risks", "notes", "favours"]),
    st.integers(1, 5),
    INDICES,
)


@given(st.lists(SOME, max_size=6))
def test_every_cause_stands_before_its_consequence_and_nothing_is_lost(findings: list[Finding]) -> None:
    result = arranged(findings)
    plain = [replace(one, caused_by=None) for one in findings]
    assert sorted(map(repr, plain)) == sorted(repr(replace(one, caused_by=None)) for one in result)
    for index, one in enumerate(result):
        assert one.caused_by is None or 0 <= one.caused_by < index
