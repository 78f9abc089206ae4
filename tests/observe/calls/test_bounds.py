"""Memory is bounded, counts are exact."""

from __future__ import annotations

import pytest

from hybnb.observe.calls.ledger import FIRST_CALLS, next_sample
from tests.observe.calls.probing import WAYS, parts, watching


@pytest.mark.parametrize("way", WAYS)
def test_no_more_signatures_are_kept_than_allowed(way):
    with watching(way, max_signatures=5) as watch:
        watch.run("def f(x): pass", "for i in range(1000): f(i)")
        found = watch["f"]
        assert (found.count, len(found.calls), found.overflowed, found.order) == (1000, 5, True, (0, 1, 2, 3, 4))


@pytest.mark.parametrize("way", WAYS)
def test_no_more_functions_are_watched_than_allowed(way):
    with watching(way, max_functions=3) as watch:
        out = watch.run(*(f"def f{i}(): return {i}" for i in range(5)), "print(f0(), f1(), f2(), f3(), f4())")
        assert "0 1 2 3 4" in out
        assert watch.counts() == {"f0": 1, "f1": 1, "f2": 1}
        watch.run("def f0(): return 10", "f0()")
        assert watch["f0"].count == 1


def test_counts_and_seconds_are_exact_however_many_calls(watch):
    watch.run("def f(x):\n    clock.wait(1)", "for i in range(3000): f(i % 2)")
    found = watch["f"]
    assert (found.count, found.seconds, len(found.recent_seconds), len(found.order)) == (3000, 3000.0, 64, 256)
    assert FIRST_CALLS < sum(call.count for call in found.calls) < 900


def test_later_calls_are_looked_at_ever_more_rarely():
    looked, calls = 0, 0
    while calls < 1_000_000:
        calls = next_sample(calls + 1)
        looked += 1
    assert looked < FIRST_CALLS + 13 * 128


def test_what_is_kept_of_large_arguments_is_bounded(watch):
    watch.run(
        "def f(x, y): pass",
        "big = [[[0] * 99] * 99] * 99\nfor i in range(60): f(big + [i], {str(k): big for k in range(99)})",
    )
    for call in watch["f"].calls:
        assert sum(parts(sketch) for _, sketch in call.arguments) <= 256 + len(call.arguments)


def test_only_flat_sketches_are_made_when_the_room_is_used_up(watch):
    watch.probes._surroundings.store.room = 300
    watch.run("def f(x): pass", "for i in range(20): f([[i]] * 16)")
    kept = [sum(parts(sketch) for _, sketch in call.arguments) for call in watch["f"].calls]
    assert kept[0] > 16
    assert kept[-1] == 1
    watch.probes.forget("f")
    assert watch.probes._surroundings.store.room == 300
