"""Times, ratios and counts in words."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybnb import amounts


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "unknown"),
        (math.nan, "unknown"),
        (math.inf, "unknown"),
        (-1.0, "unknown"),
        (0.0, "0 ns"),
        (3e-7, "300 ns"),
        (1.2e-5, "12 µs"),
        (0.0123, "12 ms"),
        (0.9996, "1 s"),
        (1.44, "1.4 s"),
        (12.0, "12 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (130.0, "2 min 10 s"),
        (3600.0, "1 h"),
        (11_100.0, "3 h 5 min"),
        (200_000.0, "2 d 7 h"),
        (1e300, "over 9,999 d"),
    ],
)
def test_times_are_said_in_human_units(value: float | None, said: str) -> None:
    assert amounts.seconds(value) == said


@given(st.floats(min_value=0, max_value=1e12))
def test_no_time_overflows_its_unit(value: float) -> None:
    amount, unit = amounts.seconds(value).split()[-2:]
    limit = {"ns": 1000, "µs": 1000, "ms": 1000, "s": 60, "min": 60, "h": 24}.get(unit, 10_000)
    assert float(amount.replace(",", "")) < limit or "over" in amounts.seconds(value)


@pytest.mark.parametrize(
    ("value", "said"), [(0.451, "0.45"), (1.0, "1"), (6.24, "6.2"), (28.7, "29"), (113.0, "113"), (1e5, "over 9,999")]
)
def test_ratios_have_two_figures(value: float, said: str) -> None:
    assert amounts.ratio(value) == said


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [(0, "call", "0 calls"), (1, "call", "1 call"), (1200, "call", "1,200 calls"), (2, "reply", "2 replies")],
)
def test_counts_agree_with_their_noun(number: int, noun: str, said: str) -> None:
    assert amounts.counted(number, noun) == said
