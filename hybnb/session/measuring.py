"""Measuring functions, eager against graph: on request, or by itself when the kernel is idle.

The kernel only packs a function (measured: a few milliseconds) and reads a result; a process of its own runs it, and stands
still while a cell of the user's runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hybnb.errors import HybnbError, guard
from hybnb.measure.refused import RefusedError
from hybnb.measure.slices import run_through
from hybnb.model import FunctionId, Refusal, Trial, TrialPlan, Verdict
from hybnb.model.wire import Progress
from hybnb.observe.calls import Probes
from hybnb.session import policy
from hybnb.session.idling import Idling, unwatched
from hybnb.session.packing import basis_of, kept_call, packed, recent_seconds, with_next_step
from hybnb.session.tried import Tried

if TYPE_CHECKING:
    from hybnb.measure.worker.carry import Call
    from hybnb.measure.worker.client import Job, Worker
    from hybnb.session.live import Session

SHORTLY: Final = 0.3  #: seconds that the kernel has been idle before anything is packed
LOOK: Final = 0.05  #: seconds between two looks at a trial that is waited for
MOST_BEGINNINGS: Final = 5  #: of a trial in the kernel that had to give way each time

Hear = Callable[[str], object]


@dataclass(frozen=True)
class Wish:
    """A measurement that was asked for, or that hybnb thinks worth it."""

    key: str
    plan: TrialPlan
    asked: bool = True
    due: float = 0.0  #: by the session's clock; not before


class Measuring:
    """One session's trials; all but the process's own threads runs on the kernel's main thread."""

    def __init__(self, session: Session, kernel: Any, probes: Callable[[], Probes], clock: Callable[[], float]) -> None:
        self._session = session
        self._loop = getattr(kernel, "io_loop", None)
        self._probes = probes
        self._clock = clock
        self._worker: Worker | None = None
        self._wishes: list[Wish] = []
        self._running: Wish | None = None
        self._lock = threading.RLock()
        self._cells = 0  #: that are running now
        self._idling = Idling(self._loop, probes, session.note)
        self._given_way: dict[str, int] = {}  #: how often a function's trial in the kernel had to
        self._asked: set[FunctionId] = set()  #: about which the user was asked
        self.tried = Tried()

    # ---- what panels and magics ask --------------------------------------------------------------------------------

    @property
    def waiting(self) -> tuple[str, ...]:
        """Keys of the functions being measured or waiting for it, the first one running; not of those only timed again."""
        with self._lock:
            wishes = ([self._running] if self._running else []) + self._wishes
            return tuple(dict.fromkeys(wish.key for wish in wishes if not wish.plan.again))

    @property
    def refusal(self) -> str:
        """Why nothing can be measured here; empty where measuring is possible."""
        if self._session.settings.trials == "off":
            return "trials are off; %hybnb trials auto switches them on"
        if self._loop is None:
            return "outside of a notebook nothing is measured in the background; ask with %hybnb measure"
        return ""

    def measure(self, key: str) -> str:
        """Measure a function once the kernel is idle; what will happen, in one sentence. HybnbError when that can't be."""
        if self.refusal:
            raise HybnbError(f"{key} can't be measured: {self.refusal}")
        with self._lock:
            self.tried.forget(key)
            self._wishes.append(Wish(key, TrialPlan(key)))
        self._soon(0.0)
        return f"{key} is measured as soon as the kernel is idle"

    def cancel(self, key: str | None) -> str:
        """Stop measuring a function, or all of them; what happened, in one sentence."""
        with self._lock:
            before = self.waiting
            self._wishes = [wish for wish in self._wishes if key not in (None, wish.key)]
            if self._running is not None and key in (None, self._running.key):
                self._stop_running()
        stopped = [one for one in before if key in (None, one)]
        if not stopped:
            return "nothing is being measured" if key is None else f"{key} isn't being measured"
        return f"stopped measuring {', '.join(stopped)}"

    def _stop_running(self) -> None:
        if self._idling.drop():
            self._running = None
        elif self._worker is not None:
            self._worker.cancel()

    def now(self, verdict: Verdict, plan: TrialPlan, hear: Hear) -> Trial:
        """Measure at once and wait for the outcome; KeyboardInterrupt ends it at once."""
        wish = Wish(verdict.function.key, plan)
        with self._lock:
            self._wishes = [one for one in self._wishes if one.plan.again]
            if self._running is not None:
                self._stop_running()
        if plan.place == "kernel":
            return self._here(wish, verdict)
        return self._waited_for(wish, hear)

    def again_now(self) -> None:
        """Time once more what is to be, without waiting for its moment; by turns, so that some time passes for each."""
        while (wish := next((one for one in self._wishes if one.plan.again), None)) is not None:
            with self._lock:
                self._wishes.remove(wish)
            self._waited_for(wish, str)

    def _waited_for(self, wish: Wish, hear: Hear) -> Trial:
        try:
            job, stage = self._begun(wish, None), ""
            if self._worker is not None:
                self._worker.resume()  # it stands still, because this is a cell too
            while not job.ended.wait(LOOK):
                if job.stage != stage:
                    stage = job.stage
                    hear(stage)
        except BaseException:
            if self._worker is not None:
                self._worker.cancel()
            raise
        finally:
            self._running = None
        assert job.trial is not None
        return job.trial

    # ---- by itself -------------------------------------------------------------------------------------------------

    def consider(self, verdicts: Sequence[Verdict]) -> None:
        """Of what was judged just now, have the first function tried that it may change something for."""
        if self._session.settings.trials != "auto" or self._loop is None or self.waiting:
            return
        for verdict in verdicts:
            plan = self.next_plan(verdict)
            if plan is not None:
                with self._lock:
                    self._wishes.append(Wish(plan.function, plan, asked=False))
                self._soon(SHORTLY)
                return

    def questions(self, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
        """Where the user wants to be asked: functions that would be tried now, each once."""
        if self._session.settings.trials != "ask":
            return ()
        found = tuple(one for one in verdicts if one.function not in self._asked and self.next_plan(one) is not None)
        self._asked.update(one.function for one in found)
        return found

    def next_plan(self, verdict: Verdict) -> TrialPlan | None:
        """What to try of a function next, if anything is worth it and possible."""
        key, settings = verdict.function.key, self._session.settings
        if verdict.facts.calls < settings.min_calls or not policy.worth_a_trial(verdict):
            return None
        if self._probes().keeper.kept(key) is None:
            return None
        here = settings.trials_here and self._given_way.get(key, 0) < MOST_BEGINNINGS
        return policy.next_plan(verdict, self.tried.of(key), self.tried.of(key, "xla"), here=here)

    def look_again(self) -> None:
        """Something has become known: judge when the kernel is idle, tell panels, try what is worth it now; from any thread."""
        if self._loop is not None:
            self._loop.add_callback(guard(self._session.note)(self._judge_anew))

    def _judge_anew(self) -> None:
        if not self._cells:
            with self._session.lock:
                self.consider(self._session.catch_up())
                self._session.panels.tell()

    def cell_begins(self) -> None:
        """The user's cell has the machine for itself."""
        self._cells += 1
        if self._idling.busy:
            self._give_way()
        if self._worker is not None:
            self._worker.pause()

    def _give_way(self) -> None:
        """What ran of a trial in the kernel is taken back; it begins anew when the kernel is idle again."""
        running = self._running
        self._idling.drop()
        self._running = None
        if running is not None:
            self._given_way[running.key] = self._given_way.get(running.key, 0) + 1

    def cell_ended(self) -> None:
        """Go on with what stood still."""
        self._cells = max(0, self._cells - 1)
        if self._worker is not None and not self._cells:
            self._worker.resume()
        if self._wishes:
            self._soon(SHORTLY)

    def stop(self) -> None:
        """End everything, the process too."""
        self._idling.drop()
        with self._lock:
            self._wishes.clear()
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()
        self._probes().keeper.release()

    def _soon(self, seconds: float) -> None:
        if self._loop is not None:
            step = guard(self._session.note)(self._step)
            self._loop.add_callback(lambda: self._loop.call_later(seconds, step))

    def _step(self) -> None:
        """Begin the next measurement, if the kernel is idle and nothing else is being measured."""
        with self._lock:
            if self._cells or self._running is not None or not self._wishes or not self._session.active:
                return
            self._wishes = [one for one in self._wishes if not one.plan.again or self.tried.has(one.key)]
            if not self._wishes:
                return
            wish = min(self._wishes, key=lambda one: one.due)
            if (early := wish.due - self._clock()) > 0.0:
                self._soon(early)
                return
            self._wishes.remove(wish)
        if wish.plan.place == "kernel":
            self._begin_here(wish)
        else:
            self._begun(wish, None if wish.plan.again else lambda stage: self._told(wish, stage))

    # ---- one trial -------------------------------------------------------------------------------------------------

    def _begun(self, wish: Wish, hear: Hear | None) -> Job:
        """Pack and send; the job has ended when it came to a refusal at once."""
        from hybnb.measure.worker.client import Job, Worker

        self._running = wish
        try:
            ready = packed(self._probes(), wish.plan, self._clock, asked=wish.asked)
        except RefusedError as refused:
            job = Job(wish.plan, None, lambda trial: self._ended(wish, trial, None, {}))
            job.refuse(refused.refusal.reason, with_next_step(refused.refusal))
            return job
        self._worker = self._worker or Worker()
        return self._worker.run(
            ready.plan, ready.parcel, hear, lambda trial: self._ended(wish, trial, ready.basis, ready.namespace)
        )

    def _here(self, wish: Wish, verdict: Verdict) -> Trial:
        """In the kernel itself, on copies of the variables, all at once."""
        outside = policy.reaches_outside(verdict)
        if verdict.facts.python_side_effects == "yes" or outside:
            why = f"it has side effects ({outside})" if outside else "it has side effects in Python"
            found = Trial(wish.key, place="kernel", refusal=Refusal("effects", f"{why}; try it without --here"))
        else:
            try:
                call = kept_call(self._probes(), wish.key)
            except RefusedError as no:
                return Trial(wish.key, place="kernel", refusal=no.refusal)
            with unwatched(self._probes()):
                found, _ = run_through(self._slices(wish, call))
            return self.take(found, call.function)
        self._ended(wish, found, None, {})
        return found

    def _begin_here(self, wish: Wish) -> None:
        """The same in idle slices, for a function that `consider` found fit for it."""
        try:
            call = kept_call(self._probes(), wish.key)
        except RefusedError:
            return
        self._running = wish
        self._told(wish, "here")
        self._idling.begin(self._slices(wish, call), lambda trial: self.take(trial, call.function))

    def _slices(self, wish: Wish, call: Call) -> Any:
        from hybnb.measure.here.trial import trial

        recent = recent_seconds(self._probes(), wish.key)
        return trial(call.function, call.positional, call.keywords, wish.plan, self._clock, recent)

    def take(self, trial: Trial, function: Any) -> Trial:
        """A trial of this function has ended that no process of the session ran."""
        self._ended(None, trial, basis_of(trial.function, function), function.__globals__)
        return trial

    def _ended(self, wish: Wish | None, trial: Trial, basis: Any, namespace: Mapping[str, Any]) -> None:
        """A trial has come to its end; from any thread. `wish` is None for one that nothing here was asked for."""
        if trial.refusal is None or trial.refusal.reason != "cancelled":
            if wish is not None and wish.plan.again:
                self.tried.add(trial)
            else:
                self.tried.note(trial, basis, namespace)
                self._compare_with_prediction(trial)
            if wish is not None:
                self._time_again_later(wish)
        self._running = None
        self._session.reports.outdated = True
        self.look_again()
        if self._loop is not None:
            self._soon(SHORTLY)

    def _time_again_later(self, wish: Wish) -> None:
        """At another moment the machine is another one. What was compiled by XLA leaves the graph's sittings to come."""
        if wish.plan.variant == "xla":
            return
        plan = policy.once_more(wish.plan, self.tried.of(wish.key))
        with self._lock:
            self._wishes = [one for one in self._wishes if one.key != wish.key or not one.plan.again]
            if plan is not None:
                self._wishes.append(Wish(wish.key, plan, asked=False, due=self._clock() + policy.APART))

    def _compare_with_prediction(self, trial: Trial) -> None:
        """Keep how far off the prediction was, where there was one."""
        from hybnb.measure.adapter import tensorflow_version
        from hybnb.measure.track_record import Pair, TrackRecord

        judged = self._session.reports.verdicts or ()
        before = next((one.faster for one in judged if one.function.key == trial.function), None)
        if before is None or before.basis != "predicted" or trial.comparison is None or trial.variant != "graph":
            return
        if before.speedup is not None and trial.comparison.label != "too-noisy":
            TrackRecord().note(Pair(before.speedup, trial.comparison.speedup, tensorflow_version() or ""))

    def _told(self, wish: Wish, stage: str) -> None:
        from hybnb.measure.worker.messages import STAGES

        self._session.panels.progress(Progress(wish.key, stage, None, f"Measuring: {STAGES.get(stage, stage)}"))
