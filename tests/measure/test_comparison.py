"""Times are made up: a fake clock moves by what each call is said to take."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import cycle

import pytest
from msgspec.structs import replace

from hybnb.measure.comparison import (
    BLOCK_SECONDS,
    DRIFT,
    ENOUGH,
    FRESH,
    Blocks,
    as_in_kernel,
    block,
    compared,
    paired,
    pooled,
    timing,
)
from hybnb.measure.slices import run_through
from hybnb.model import Comparison, Timing, Trial


class Clock:
    """Stands still but for what calls take."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def taking(self, *seconds: float) -> Callable[[], None]:
        each = cycle(seconds)

        def call() -> None:
            self.now += next(each)

        return call


def run(clock: Clock, eager: Callable[[], None], graph: Callable[[], None], budget: float = 1.0) -> object:
    found, _ = run_through(paired(eager, graph, clock, budget, waited=lambda: 0.0))
    return found


def test_a_graph_that_is_clearly_faster_is_settled_after_few_pairs() -> None:
    clock = Clock()
    found = run(clock, clock.taking(6e-3), clock.taking(2e-3))
    assert (found.label, found.pairs) == ("faster", 8)
    assert found.speedup == pytest.approx(3.0)


def test_a_graph_that_is_clearly_slower_is_said_to_be() -> None:
    clock = Clock()
    assert run(clock, clock.taking(1e-4), clock.taking(4e-4)).label == "slower"


def test_about_the_same_is_neutral() -> None:
    clock = Clock()
    assert run(clock, clock.taking(1e-2), clock.taking(1.02e-2)).label == "neutral"


def test_noise_that_covers_a_border_is_said_to_be_too_noisy_and_ends_with_the_budget() -> None:
    clock, dice = Clock(), random.Random(1)
    noisy = clock.taking(*(dice.uniform(1e-3, 9e-3) for _ in range(997)))
    steady = clock.taking(*(dice.uniform(1e-3, 8e-3) for _ in range(991)))
    found = run(clock, noisy, steady, budget=0.5)
    assert found.label == "too-noisy"
    assert found.low < found.speedup < found.high
    assert clock.now < 0.7


def test_the_first_quarter_of_a_block_is_not_counted() -> None:
    clock = Clock()
    slow_at_first = clock.taking(9e-3, 9e-3, 3e-3, 1e-3, 1e-3)
    blocks = Blocks(slow_at_first, clock.taking(1e-3), clock, lambda: 0.0)
    blocks.take()
    blocks.take()
    assert blocks.pairs == [(pytest.approx(2e-3), pytest.approx(1e-3))]


def test_the_first_pair_of_short_calls_is_a_warm_up() -> None:
    clock = Clock()
    blocks = Blocks(clock.taking(*[9e-3] * 5, *[1e-3] * 100), clock.taking(1e-3), clock, lambda: 0.0)
    blocks.take()
    assert blocks.pairs == []
    blocks.take()
    assert blocks.pairs == [(pytest.approx(1e-3), pytest.approx(1e-3))]


def test_very_short_calls_are_repeated_until_a_block_has_lasted_a_while() -> None:
    clock = Clock()
    blocks = Blocks(clock.taking(1e-4), clock.taking(1e-3), clock, lambda: 0.0)
    blocks.take()
    assert clock.now == pytest.approx(2 * BLOCK_SECONDS, rel=0.05)


def test_a_wide_interval_is_made_narrower_within_the_budget() -> None:
    clock, dice = Clock(), random.Random(1)
    noisy = clock.taking(*(dice.uniform(3e-3, 8e-3) for _ in range(997)))
    found = run(clock, noisy, clock.taking(1e-3))
    assert found.label == "faster"
    assert found.pairs > 8
    assert found.high < 1.3 * found.low


def test_after_a_while_a_wide_interval_is_enough_when_it_is_clear_of_the_borders() -> None:
    clock, dice = Clock(), random.Random(1)
    noisy = clock.taking(*(dice.uniform(2e-3, 40e-3) for _ in range(997)))
    found = run(clock, noisy, clock.taking(1e-3))
    assert found.label == "faster"
    assert found.high > 1.1 * found.low
    assert ENOUGH <= clock.now < ENOUGH + 0.2


@pytest.mark.parametrize(
    ("ratio", "label"),
    [(1.0, "neutral"), (1.08, "neutral"), (1.17, "too-noisy"), (1.22, "faster"), (0.85, "too-noisy"), (0.8, "slower")],
)
def test_pairs_that_agree_are_still_those_of_one_moment(ratio: float, label: str) -> None:
    found = compared([(ratio * 1e-3, 1e-3)] * 20)
    assert found.label == label
    assert (found.low, found.high) == pytest.approx((ratio / DRIFT, ratio * DRIFT))


def test_long_calls_are_not_repeated_in_a_block() -> None:
    clock = Clock()
    blocks = Blocks(clock.taking(0.5), clock.taking(0.3), clock, lambda: 0.0)
    blocks.take()
    assert clock.now == pytest.approx(0.8)


def test_three_pairs_of_very_long_calls_are_enough() -> None:
    clock = Clock()
    assert run(clock, clock.taking(2.0), clock.taking(0.5)).pairs == 3


def test_the_same_pairs_give_the_same_interval() -> None:
    pairs = [(1.0 + index / 7, 0.5 + index / 11) for index in range(9)]
    assert compared(pairs) == compared(pairs)


def test_one_outlier_moves_neither_median_nor_label() -> None:
    assert compared([(3e-3, 1e-3)] * 8 + [(3e-3, 1.0)]).label == "faster"


def test_a_timing_is_the_median_with_the_range_of_most() -> None:
    found = timing([float(number) for number in range(1, 41)])
    assert (found.median, found.low, found.high, found.samples) == (20.5, 3.0, 38.0, 40)


def test_what_a_timed_call_raises_comes_out() -> None:
    def wrong() -> None:
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        Blocks(wrong, wrong, Clock(), lambda: 0.0).take()


def test_pairs_taken_while_the_machine_was_busy_count_only_where_there_is_little_else() -> None:
    clock = Clock()
    lost = iter([0.0, 0.0] * 3 + [0.0, 9.0] * 6 + [0.0, 0.0] * 9)
    graph = clock.taking(*[3e-3] * 15, *[5e-2] * 6, *[3e-3] * 100)
    blocks = Blocks(clock.taking(6e-3), graph, clock, lambda: next(lost, 0.0))
    for _ in range(9):
        blocks.take()
    assert len(blocks.disturbed) == 6
    assert len(blocks.pairs) == 8
    for _ in range(6):
        blocks.take()
    assert len(blocks.pairs) == 8
    assert compared(blocks.pairs).speedup == pytest.approx(2.0)


def test_on_a_busy_machine_even_a_clear_answer_takes_a_while() -> None:
    clock = Clock()
    paired_up = paired(clock.taking(6e-3), clock.taking(2e-3), clock, waited=lambda: clock.now)
    assert run_through(paired_up)[0].label == "faster"
    assert ENOUGH <= clock.now < ENOUGH + 0.1


def adjusted(seconds: float | None, speedup: float = 3.0) -> tuple[Comparison, Timing]:
    found = Comparison(speedup, speedup * 0.97, speedup * 1.03, "faster", 10)
    return as_in_kernel(found, Timing(1e-3, 0.9e-3, 1.1e-3, 10), seconds)


def test_eager_code_is_as_slow_as_in_the_users_kernel() -> None:
    found, eager = adjusted(1.1e-3)
    assert found.speedup == pytest.approx(3.3)
    assert (found.low, found.high) == (pytest.approx(2.91), pytest.approx(3.09 * 1.1))
    assert (eager.median, eager.low) == (pytest.approx(1.1e-3), 0.9e-3)


@pytest.mark.parametrize("seconds", [None, 0.0, 0.5e-3])
def test_where_it_isnt_known_or_faster_there_nothing_changes(seconds: float | None) -> None:
    found, eager = adjusted(seconds)
    assert (found.speedup, found.high, eager.median) == (3.0, pytest.approx(3.09), 1e-3)


def test_calls_that_took_far_longer_were_others() -> None:
    assert adjusted(1.0)[0].speedup == pytest.approx(3.0 * FRESH)


def test_what_was_clearly_slower_is_too_noisy_when_the_kernel_might_make_up_for_it() -> None:
    assert adjusted(None, 0.8)[0].label == "slower"
    assert adjusted(1.2e-3, 0.8)[0].label == "too-noisy"


class Accelerator:
    """Calls return at once; what they start is done one after the other, and only `drain` waits for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._free_at = clock, 0.0

    def starting(self, host: float, device: float) -> Callable[[], None]:
        def call() -> None:
            self._clock.now += host
            self._free_at = max(self._free_at, self._clock.now) + device

        return call

    def drain(self) -> None:
        self._clock.now = max(self._clock.now, self._free_at)


@pytest.mark.parametrize(
    ("eager", "graph", "speedup"),
    [
        ((1e-5, 5e-3), (1e-3, 5e-3), 1.0),  # both wait for the device, which the host's time alone doesn't show
        ((1e-4, 4e-2), (1e-4, 1e-2), 4.0),  # long calls stand alone
        ((5e-3, 1e-3), (5e-4, 1e-3), 5.0),  # the device waits for eager calls, the graph for the device
    ],
)
def test_on_an_accelerator_calls_are_timed_until_their_work_is_done(
    eager: tuple[float, float], graph: tuple[float, float], speedup: float
) -> None:
    clock = Clock()
    device = Accelerator(clock)
    rounds = paired(device.starting(*eager), device.starting(*graph), clock, waited=lambda: 0.0, drain=device.drain)
    found, _ = run_through(rounds)
    assert found.speedup == pytest.approx(speedup, rel=0.1)


def test_what_takes_no_time_at_all_is_timed_on_an_accelerator_too() -> None:
    clock = Clock()
    assert block(lambda: None, clock, drain=lambda: None) == 0.0


def at_a_moment(speedup: float, low: float, high: float) -> Trial:
    times = Timing(speedup * 1e-3, speedup * 1e-3, speedup * 1e-3, 8), Timing(1e-3, 1e-3, 1e-3, 8)
    return Trial("f", eager=times[0], graph=times[1], comparison=Comparison(speedup, low, high, "too-noisy", 8))


def test_moments_are_averaged_and_each_weighs_the_same() -> None:
    found = at_a_moment(2.0, 1.8, 2.2)
    for other in (at_a_moment(2.0, 1.8, 2.2), at_a_moment(16.0, 14.4, 17.6)):
        found = pooled(found, other)
    assert found.comparison is not None
    assert found.eager is not None
    assert found.graph is not None
    assert (found.sittings, found.comparison.pairs) == (3, 24)
    assert found.comparison.speedup == pytest.approx(4.0)
    assert found.eager.median / found.graph.median == pytest.approx(4.0)
    assert (found.eager.low, found.eager.high) == (2e-3, 16e-3)


def test_the_interval_is_as_wide_as_that_of_one_moment_and_decides_anew() -> None:
    found = pooled(at_a_moment(1.15, 1.0, 1.3), at_a_moment(1.6, 1.4, 1.8)).comparison
    assert found is not None
    assert found.high / found.low == pytest.approx(((1.3 / 1.0) * (1.8 / 1.4)) ** 0.5)
    assert found.label == "faster"
    assert pooled(at_a_moment(1.3, 1.25, 1.35), at_a_moment(0.8, 0.77, 0.83)).comparison.label == "neutral"


def test_a_moment_at_which_nothing_was_measured_only_counts() -> None:
    known = at_a_moment(2.0, 1.8, 2.2)
    assert pooled(known, Trial("f")) == replace(known, sittings=2)
