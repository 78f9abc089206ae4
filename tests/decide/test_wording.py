"""Numbers in words."""

from __future__ import annotations

import pytest

from hybnb.decide.wording import factor, plural, seconds


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0000004, "0.40 µs"),
        (0.000031, "31 µs"),
        (0.0009999, "1.0 ms"),
        (0.0312, "31 ms"),
        (0.2, "200 ms"),
        (1.25, "1.2 s"),
        (59.0, "59 s"),
        (240.0, "4 min"),
    ],
)
def test_times_have_two_figures_and_a_unit_that_fits(value: float, expected: str) -> None:
    assert seconds(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0.451, "0.45"), (1.0, "1.0"), (6.24, "6.2"), (28.7, "29"), (113.0, "113")]
)
def test_ratios_have_two_figures(value: float, expected: str) -> None:
    assert factor(value) == expected


def test_nouns_agree_with_their_number() -> None:
    assert [plural(n, "call") for n in (0, 1, 2, 12345)] == ["0 calls", "1 call", "2 calls", "12 345 calls"]
