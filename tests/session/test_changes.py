"""Only what says something else than before is news."""

from __future__ import annotations

import msgspec
import pytest

from hybnb.model import Facts, Faster, Finding, FunctionId, Safe, Verdict
from hybnb.session.changes import Shown


def verdict(name="f", answer="decorate", **more):
    function = FunctionId(name, cell=1, line=1, end_line=2, file_line=1)
    return Verdict(function, False, Facts(), Safe("yes", ("source",), ""), Faster("yes", ""), answer, **more)


def finding(code, stance):
    return Finding(code, code, stance, 1, 1, 0, 1, 1, "")


def test_the_first_word_is_news_and_the_same_again_is_not():
    shown = Shown()
    assert shown.news([verdict()]) == (verdict(),)
    assert shown.news([verdict()]) == ()


@pytest.mark.parametrize(
    "other",
    [
        verdict(answer="leave"),
        verdict(findings=(finding("HYB201", "blocks"),)),
        msgspec.structs.replace(verdict(), safe=Safe("no", (), "")),
    ],
)
def test_another_answer_or_reason_is_news(other):
    shown = Shown()
    shown.news([verdict()])
    assert shown.news([other]) == (other,)


@pytest.mark.parametrize(
    "other",
    [
        msgspec.structs.replace(verdict(), faster=Faster("yes", "", speedup=3.0)),
        msgspec.structs.replace(verdict(), facts=Facts(calls=99)),
        verdict(findings=(finding("HYB101", "notes"),)),
    ],
)
def test_times_counts_and_notes_are_no_news(other):
    shown = Shown()
    shown.news([verdict()])
    assert shown.news([other]) == ()


def test_a_reason_behind_the_first_is_no_news_and_another_first_one_is():
    first, second = finding("HYB201", "blocks"), finding("HYB211", "blocks")
    elsewhere = msgspec.structs.replace(first, details={"target": "losses"})
    shown = Shown()
    shown.news([verdict(findings=(first,))])
    assert shown.news([verdict(findings=(first, second))]) == ()
    assert shown.news([verdict(findings=(first,))]) == ()
    assert shown.news([verdict(findings=(second, first))]) == (verdict(findings=(second, first)),)
    assert shown.news([verdict(findings=(elsewhere,))]) == (verdict(findings=(elsewhere,)),)


def test_a_function_that_was_decorated_though_it_is_not_safe_is_news():
    shown = Shown()
    unsafe = verdict(answer="repair-first", findings=(finding("HYB201", "blocks"),))
    decorated = msgspec.structs.replace(unsafe, decorated=True)
    shown.news([unsafe])
    assert shown.news([decorated]) == (decorated,)


def test_what_blocks_comes_before_what_is_a_risk():
    risk, block = finding("HYB235", "risks"), finding("HYB211", "blocks")
    shown = Shown()
    shown.news([verdict(findings=(risk, block))])
    assert shown.news([verdict(findings=(block,))]) == ()


def test_advice_withdrawn_and_given_again_is_no_news():
    shown = Shown()
    shown.news([verdict()])
    assert shown.news([verdict(answer="leave")]) == (verdict(answer="leave"),)
    assert shown.news([verdict()]) == ()


def test_the_same_advice_for_a_function_that_was_changed_is_news():
    shown = Shown()
    longer = msgspec.structs.replace(verdict(), function=FunctionId("f", cell=1, line=1, end_line=3, file_line=1))
    shown.news([verdict()])
    shown.news([verdict(answer="leave")])
    assert shown.news([longer]) == (longer,)


def test_the_same_advice_for_a_cell_that_was_run_again_is_news():
    shown = Shown()
    shown.news([verdict()])
    shown.news([verdict(answer="leave")])
    shown.ran(2)
    assert shown.news([verdict()]) == ()
    shown.news([verdict(answer="leave")])
    shown.ran(1)
    assert shown.news([verdict()]) == (verdict(),)


def test_a_repair_becomes_news_when_there_is_something_to_gain():
    shown = Shown()
    repair = msgspec.structs.replace(verdict(answer="repair-first"), faster=Faster("unknown", ""))
    shown.news([repair])
    assert shown.news([verdict(answer="repair-first")]) == (verdict(answer="repair-first"),)


def test_a_function_that_came_back_is_news():
    shown = Shown()
    shown.news([verdict()])
    shown.news([])
    assert shown.news([verdict()]) == (verdict(),)


def test_what_the_user_has_seen_elsewhere_is_no_news():
    shown = Shown()
    shown.note([verdict()])
    assert shown.news([verdict(), verdict("g")]) == (verdict("g"),)
