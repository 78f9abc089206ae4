"""What was tried is timed again at other moments: quietly, seldom, and never while a cell of the user's runs."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from hybnb.model import Agreement, Comparison, Difference, Refusal, Timing, Trial, TrialPlan
from hybnb.session.measuring import Measuring, Wish
from hybnb.session.policy import APART, SITTING, SITTINGS, once_more
from hybnb.settings import Settings
from tests.session.test_idling import Loop, Watch

TIMES = Timing(4e-3, 4e-3, 4e-3, 8), Timing(1e-3, 1e-3, 1e-3, 8)
TRIAL = Trial(
    "step", eager=TIMES[0], graph=TIMES[1], trace_seconds=0.1, agreement=Agreement(4),
    comparison=Comparison(4.0, 3.5, 4.5, "faster", 8),
)  # fmt: skip
PLAN = TrialPlan("step")


class Sat(Measuring):
    """No process: each trial ends at once with `outcome`, or, where that is None, only later."""

    def __init__(self) -> None:
        self.loop, self.now, self.sat = Loop(), 0.0, list[TrialPlan]()
        self.outcome: Trial | None = TRIAL
        self.told = list[Any]()
        panels = SimpleNamespace(tell=lambda: None, progress=self.told.append)
        session: Any = SimpleNamespace(
            settings=Settings(), note=None, active=True, lock=threading.RLock(), catch_up=tuple, panels=panels,
            reports=SimpleNamespace(verdicts=(), outdated=False),
        )  # fmt: skip
        kernel = SimpleNamespace(io_loop=self.loop)
        super().__init__(session, kernel, lambda: Watch(), lambda: self.now)  # type: ignore[arg-type, return-value]

    def _begun(self, wish: Wish, hear: Any) -> Any:
        self._running = wish
        self.sat.append(wish.plan)
        if hear is not None:
            hear("time")
        if self.outcome is not None:
            self._ended(wish, replace(self.outcome, function=wish.key), None, {})
        return SimpleNamespace(ended=SimpleNamespace(wait=lambda seconds: True), stage="time", trial=self.outcome)

    def pass_(self, seconds: float) -> None:
        """Time passes in an idle kernel."""
        self.now += seconds
        for _ in range(4):
            self.loop.turn()


def tried() -> Sat:
    one = Sat()
    one.measure("step")
    one.pass_(0.0)
    return one


def test_a_function_that_was_tried_is_timed_again_some_seconds_later_and_then_no_more() -> None:
    one = tried()
    assert len(one.sat) == 1
    one.pass_(APART / 2)
    assert len(one.sat) == 1
    for number in range(2, 6):
        one.pass_(APART + 1.0)
        assert len(one.sat) == min(number, SITTINGS)
    assert [plan.again for plan in one.sat] == [False, True, True]
    assert one.sat[-1].timing_seconds == SITTING
    known = one.tried.of("step")
    assert known is not None
    assert known.sittings == SITTINGS


def test_a_trial_with_xla_in_between_changes_nothing_of_that() -> None:
    one = tried()
    compiled = Wish("step", replace(PLAN, variant="xla"), asked=False)
    one._ended(compiled, replace(TRIAL, variant="xla"), None, {})
    for _ in range(4):
        one.pass_(APART + 1.0)
    known = one.tried.of("step")
    assert known is not None
    assert (len(one.sat), known.sittings) == (SITTINGS, SITTINGS)


def test_nobody_is_told_that_it_is_timed_again() -> None:
    one = tried()
    told = len(one.told)
    one.outcome = None
    one.pass_(APART + 1.0)
    assert len(one.sat) == 2
    assert (len(one.told), one.waiting) == (told, ())


def test_while_a_cell_runs_nothing_is_timed_and_afterwards_it_is() -> None:
    one = tried()
    one.cell_begins()
    one.pass_(10 * APART)
    assert len(one.sat) == 1
    one.cell_ended()
    one.pass_(0.0)
    assert len(one.sat) == 2


def test_what_was_defined_anew_is_not_timed_again() -> None:
    one = tried()
    one.tried.forget("step")
    one.pass_(APART + 1.0)
    assert len(one.sat) == 1


def test_another_function_is_tried_before_any_is_timed_again() -> None:
    one = tried()
    one.now += APART + 1.0
    one.measure("other")
    one.pass_(0.0)
    assert [plan.function for plan in one.sat[1:3]] == ["other", "step"]


def test_what_is_stopped_is_not_timed_again() -> None:
    one = tried()
    one.cancel(None)
    one.pass_(APART + 1.0)
    assert len(one.sat) == 1


def test_one_that_fails_changes_nothing_and_counts() -> None:
    one = tried()
    one.outcome = Trial("step", refusal=Refusal("died", "its process ended"))
    for _ in range(5):
        one.pass_(APART + 1.0)
    assert len(one.sat) == SITTINGS
    known = one.tried.of("step")
    assert known is not None
    assert known.comparison == TRIAL.comparison


def test_whoever_waits_gets_all_of_it_by_turns_and_at_once() -> None:
    one = tried()
    one.measure("other")
    one.pass_(0.0)
    one.again_now()
    assert [plan.function for plan in one.sat] == ["step", "other", "step", "other", "step", "other"]
    one.pass_(2 * APART)
    assert len(one.sat) == 2 * SITTINGS


@pytest.mark.parametrize(
    "trial",
    [
        None,
        replace(TRIAL, comparison=None),
        replace(TRIAL, sittings=SITTINGS),
        replace(TRIAL, trace_seconds=9.0),
        replace(TRIAL, eager=Timing(2.0, 2.0, 2.0, 3)),
        replace(TRIAL, agreement=Agreement(1, (Difference("value", "the result", "is 1", "is 2"),))),
    ],
)
def test_what_is_dear_or_of_no_use_is_not_timed_again(trial: Trial | None) -> None:
    assert once_more(PLAN, TRIAL) is not None
    assert once_more(PLAN, trial) is None


@pytest.mark.parametrize("plan", [replace(PLAN, place="kernel"), replace(PLAN, variant="xla")])
def test_nor_is_what_runs_in_the_kernel_or_compiled(plan: TrialPlan) -> None:
    assert once_more(plan, TRIAL) is None
