"""A trial in the kernel goes on a slice at a time, and whatever the user wants comes first."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest
from msgspec.structs import replace

from hybnb.measure.refused import RefusedError
from hybnb.model import Agreement, Difference, Finding, Refusal, Trial, TrialPlan, Verdict
from hybnb.session import policy
from hybnb.session.idling import Idling
from hybnb.session.measuring import Measuring, Wish
from hybnb.settings import Settings
from tests.decide.making import FAST, evidence, steady


class Loop:
    """Does what it was given only when told to."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], object]] = []

    def call_later(self, _seconds: float, work: Callable[[], object]) -> None:
        self.waiting.append(work)

    def add_callback(self, work: Callable[[], object]) -> None:
        self.waiting.append(work)

    def turn(self) -> None:
        """One round of the kernel's loop."""
        work, self.waiting = self.waiting, []
        for each in work:
            each()


class Watch:
    """Stands in for the probes; counts how often it is on and off."""

    paused = 0

    def pause(self) -> None:
        self.paused += 1

    def resume(self) -> None:
        self.paused -= 1


class Slices:
    """A trial of some slices that notes what happens to it."""

    def __init__(self, number: int, watch: Watch) -> None:
        self.ran, self.cleaned, self.unwatched = 0, False, True
        self._number, self._watch = number, watch

    def run(self) -> Generator[None, None, Trial]:
        try:
            for _ in range(self._number):
                self.ran += 1
                self.unwatched = self.unwatched and self._watch.paused == 1
                yield
        finally:
            self.cleaned = True
        return Trial("f", place="kernel")


def idling() -> tuple[Idling, Loop, Watch]:
    loop, watch = Loop(), Watch()
    return Idling(loop, lambda: watch, lambda trouble: None), loop, watch  # type: ignore[arg-type, return-value]


def test_a_trial_runs_one_slice_each_time_the_kernel_is_free() -> None:
    one, loop, watch = idling()
    trial, found = Slices(2, watch), list[Trial]()
    one.begin(trial.run(), found.append)
    assert trial.ran == 0
    for number in (1, 2):
        loop.turn()
        assert trial.ran == number
    assert one.busy
    loop.turn()
    assert [each.place for each in found] == ["kernel"]
    assert not one.busy
    assert trial.unwatched
    assert watch.paused == 0


def test_it_gives_way_at_once_and_what_it_made_is_gone() -> None:
    one, loop, watch = idling()
    trial, found = Slices(5, watch), list[Trial]()
    one.begin(trial.run(), found.append)
    loop.turn()
    assert one.drop()
    assert trial.cleaned
    loop.turn()
    assert (trial.ran, found, one.busy, one.drop()) == (1, [], False, False)


def test_an_interrupt_while_no_cell_runs_drops_it() -> None:
    one, loop, watch = idling()

    def interrupted() -> Generator[None, None, Trial]:
        raise KeyboardInterrupt
        yield

    one.begin(interrupted(), lambda trial: None)
    loop.turn()
    assert not one.busy
    assert loop.waiting == []
    assert watch.paused == 0


def test_a_cell_that_begins_ends_it_and_only_so_often_is_it_begun_anew() -> None:
    loop, watch = Loop(), Watch()
    session: Any = type("Session", (), {"settings": Settings(trials_here=True), "note": None, "active": True})()
    watch.keeper = type("Keeper", (), {"kept": lambda self, key: object()})()  # type: ignore[attr-defined]
    kernel = type("Kernel", (), {"io_loop": loop})()
    measuring = Measuring(session, kernel, lambda: watch, lambda: 0.0)  # type: ignore[arg-type, return-value]
    measuring.tried.note(refused("too-large"), None, {})
    verdict = judged()
    begun = 0
    while (plan := measuring.next_plan(verdict)) is not None:
        assert plan.place == "kernel"
        trial = Slices(3, watch)
        measuring._running = Wish("step", plan, asked=False)
        measuring._idling.begin(trial.run(), lambda trial: None)
        loop.turn()
        measuring.cell_begins()
        assert trial.cleaned
        assert measuring.waiting == ()
        measuring.cell_ended()
        begun += 1
    assert begun == 5


def judged(**facts: Any) -> Verdict:
    from msgspec.structs import replace

    from hybnb.decide import verdict

    found = verdict(evidence(steady(100), FAST), {}, Settings())
    return replace(found, facts=replace(found.facts, **facts))


def refused(reason: Any, **more: Any) -> Trial:
    return Trial("step", refusal=Refusal(reason, "so it is"), **more)


def test_only_what_no_process_takes_is_tried_in_the_kernel_and_only_where_that_is_allowed() -> None:
    plan = policy.next_plan(judged(), None, None, here=True)
    assert plan is not None
    assert plan.place == "worker"
    for reason in ("too-large", "not-carried"):
        here = policy.next_plan(judged(), refused(reason), None, here=True)
        assert here is not None
        assert here.place == "kernel"
        assert policy.next_plan(judged(), refused(reason), None, here=False) is None
        assert policy.next_plan(judged(), refused(reason, place="kernel"), None, here=True) is None
    assert policy.next_plan(judged(), refused("denied"), None, here=True) is None


def test_what_takes_long_or_may_have_side_effects_is_not_tried_in_the_kernel_unasked() -> None:
    too_large = refused("too-large")
    assert policy.next_plan(judged(eager_seconds=0.5), too_large, None, here=True) is None
    assert policy.next_plan(judged(python_side_effects="unknown"), too_large, None, here=True) is None


def test_what_was_compared_without_the_accelerator_is_timed_in_the_kernel_where_that_is_allowed() -> None:
    same = Trial("step", agreement=Agreement(4), without="GPU")
    here = policy.next_plan(judged(), same, None, here=True)
    assert here is not None
    assert here.place == "kernel"
    assert policy.next_plan(judged(), same, None, here=False) is None
    other = replace(same, agreement=Agreement(4, (Difference("value", "the result", "is 1", "is 2"),)))
    assert policy.next_plan(judged(), other, None, here=True) is None
    assert policy.next_plan(judged(), replace(same, refusal=Refusal("died", "so")), None, here=True) is None


def test_xla_is_not_tried_unasked_where_only_the_kernel_could_time_a_graph() -> None:
    hot = Finding("HYB411", "hot-path", "favours", 2, 1, 0, 1, 9, "It takes most of the time.")
    measured = replace(judged().faster, basis="measured", speedup=10.0)
    verdict = replace(judged(), faster=measured, findings=(hot,))
    tried = Trial("step", agreement=Agreement(4))
    plan = policy.next_plan(verdict, tried, None, here=True)
    assert plan is not None
    assert plan.variant == "xla"
    assert policy.next_plan(verdict, replace(tried, place="kernel"), None, here=True) is None


def test_xla_is_refused_only_where_the_kernel_has_an_accelerator() -> None:
    with pytest.raises(RefusedError, match="what XLA gains on a GPU can't be measured in a process without it"):
        policy.refuse_xla(TrialPlan("step", "xla"), "GPU")
    policy.refuse_xla(TrialPlan("step", "xla"), "")
    policy.refuse_xla(TrialPlan("step"), "GPU")
