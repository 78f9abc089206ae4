"""The answer's table, line by line."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from hybnb.decide.answer import DECORATED, UNDECORATED, answer
from hybnb.model import Answer, Gain, Tri

CELLS = tuple(product(get_args(Tri), get_args(Gain)))


@pytest.mark.parametrize(
    ("safe", "faster", "expected"),
    [
        ("yes", "yes", "decorate"),
        ("yes", "no", "leave"),
        ("yes", "neutral", "leave"),
        ("yes", "unknown", "measure"),
        ("no", "yes", "repair-first"),
        ("no", "unknown", "repair-first"),
        ("no", "no", "leave"),
        ("no", "neutral", "leave"),
        ("unknown", "yes", "measure"),
        ("unknown", "unknown", "measure"),
        ("unknown", "no", "leave"),
        ("unknown", "neutral", "leave"),
    ],
)
def test_a_plain_function(safe: Tri, faster: Gain, expected: Answer) -> None:
    assert answer(False, safe, faster) == expected


def test_what_was_hardly_called_is_not_to_be_repaired_before_more_is_known() -> None:
    assert answer(False, "no", "unknown", hardly_called=True) == "leave"
    assert answer(False, "no", "yes", hardly_called=True) == "repair-first"
    assert answer(False, "yes", "unknown", hardly_called=True) == "measure"
    assert answer(True, "no", "unknown", hardly_called=True) == "repair-first"


@pytest.mark.parametrize(
    ("safe", "faster", "expected"),
    [
        ("yes", "yes", "leave"),
        ("yes", "neutral", "leave"),
        ("yes", "unknown", "leave"),
        ("yes", "no", "remove"),
        ("no", "yes", "repair-first"),
        ("no", "unknown", "repair-first"),
        ("no", "no", "remove"),
        ("no", "neutral", "remove"),
        ("unknown", "yes", "leave"),
        ("unknown", "neutral", "leave"),
        ("unknown", "unknown", "leave"),
        ("unknown", "no", "remove"),
    ],
)
def test_a_decorated_function(safe: Tri, faster: Gain, expected: Answer) -> None:
    assert answer(True, safe, faster) == expected


def test_the_tables_are_total() -> None:
    assert set(UNDECORATED) == set(DECORATED) == set(CELLS)


@pytest.mark.parametrize(("safe", "faster"), CELLS)
def test_an_unsafe_function_is_never_to_be_decorated(safe: Tri, faster: Gain) -> None:
    if safe != "yes":
        assert answer(False, safe, faster) != "decorate"


@pytest.mark.parametrize(("safe", "faster"), CELLS)
def test_what_can_be_adjusted_is_adjusted_unless_it_is_unsafe(safe: Tri, faster: Gain) -> None:
    expected = DECORATED[safe, faster] if safe == "no" else "adjust"
    assert answer(True, safe, faster, adjustable=True) == expected


@pytest.mark.parametrize(("safe", "faster"), CELLS)
def test_adjusting_is_not_for_plain_functions(safe: Tri, faster: Gain) -> None:
    assert answer(False, safe, faster, adjustable=True) == UNDECORATED[safe, faster]


@pytest.mark.parametrize(("safe", "faster", "adjustable"), [(s, f, a) for s, f in CELLS for a in (True, False)])
def test_what_is_traced_anyway_needs_no_decorator_of_its_own(safe: Tri, faster: Gain, adjustable: bool) -> None:
    assert answer(False, safe, faster, adjustable=adjustable, traced_anyway=True) == "leave"
    assert answer(True, safe, faster, adjustable=adjustable, traced_anyway=True) == "remove"


@pytest.mark.parametrize(("safe", "faster", "anyway"), [(s, f, a) for s, f in CELLS for a in (True, False)])
def test_what_is_frozen_in_a_graph_today_is_repaired_whatever_it_gains(safe: Tri, faster: Gain, anyway: bool) -> None:
    assert answer(False, safe, faster, traced_anyway=anyway, frozen=True) == "repair-first"
    assert answer(True, safe, faster, traced_anyway=anyway, frozen=True) == answer(
        True, safe, faster, traced_anyway=anyway
    )
