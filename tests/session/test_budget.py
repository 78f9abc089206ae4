"""hybnb gives way only when it is slow three cells in a row."""

from __future__ import annotations

import pytest

from hybnb.session.budget import Budget


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def after(*milliseconds, cell_seconds=0.1):
    clock = Clock()
    budget = Budget(clock)
    for each in milliseconds:
        began = clock.now
        clock.now += cell_seconds
        with budget.measured(50, began):
            clock.now += each / 1000
    return budget


@pytest.mark.parametrize("times", [(60, 60, 60), (1, 60, 70, 80)])
def test_three_slow_cells_in_a_row_are_too_much(times):
    assert after(*times).spent


@pytest.mark.parametrize("times", [(), (60, 60), (60, 60, 1, 60, 60), (50, 50, 50), (60, 60, 60, 1)])
def test_anything_less_is_not(times):
    assert not after(*times).spent


@pytest.mark.parametrize(("times", "spent"), [((90, 90, 90), False), ((110, 110, 110), True), ((90, 110, 110), False)])
def test_a_twentieth_of_a_long_cell_is_not_too_much(times, spent):
    assert after(*times, cell_seconds=2.0).spent is spent


def test_a_failure_is_measured_too_and_passed_on():
    budget = after(60, 60)

    def fail():
        with budget.measured(50, budget._clock.now):
            budget._clock.now += 1
            raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        fail()
    assert budget.spent


def test_counting_can_start_anew():
    budget = after(60, 60, 60)
    budget.reset()
    assert not budget.spent
