"""Measuring functions, eager against graph: on request, or by itself when the kernel is idle.

The kernel only packs a function (measured: a few milliseconds) and reads a result; a process of its own runs it, and stands
still while a cell of the user's runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from hybnb.errors import HybnbError, guard
from hybnb.measure.refused import RefusedError
from hybnb.measure.slices import run_through
from hybnb.model import FunctionId, Refusal, RefusalReason, Trial, TrialPlan, Verdict
from hybnb.model.wire import Progress
from hybnb.observe.calls import Probes
from hybnb.observe.calls.keeping import GoneError
from hybnb.session import policy
from hybnb.session.idling import Idling, unwatched
from hybnb.session.tried import Tried

if TYPE_CHECKING:
    from hybnb.measure.worker.carry import Call
    from hybnb.measure.worker.client import Job, Worker
    from hybnb.session.live import Session

SHORTLY: Final = 0.3  #: seconds that the kernel has been idle before anything is packed
LOOK: Final = 0.05  #: seconds between two looks at a trial that is waited for
PACK_SECONDS: Final = 0.25  #: for packing unasked; ten times as long when asked
MOST_BEGINNINGS: Final = 5  #: of a trial in the kernel that had to give way each time

Hear = Callable[[str], object]

NEXT: Final[Mapping[RefusalReason, str]] = {
    "not-carried": "pass it as an argument, or try it in the kernel with %hybnb measure --here",
    "too-large": "call it with less, or try it in the kernel with %hybnb measure --here",
}


@dataclass(frozen=True)
class Wish:
    """A measurement that was asked for, or that hybnb thinks worth it."""

    key: str
    plan: TrialPlan
    asked: bool = True


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
        """Keys of the functions being measured or waiting for it, the first one running."""
        with self._lock:
            wishes = ([self._running] if self._running else []) + self._wishes
            return tuple(dict.fromkeys(wish.key for wish in wishes))

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
        self.cancel(None)
        if plan.place == "kernel":
            return self._here(wish, verdict)
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
            wish = self._wishes.pop(0)
        if wish.plan.place == "kernel":
            self._begin_here(wish)
        else:
            self._begun(wish, lambda stage: self._told(wish, stage))

    # ---- one trial -------------------------------------------------------------------------------------------------

    def _begun(self, wish: Wish, hear: Hear | None) -> Job:
        """Pack and send; the job has ended when it came to a refusal at once."""
        from hybnb.measure.adapter import accelerator
        from hybnb.measure.worker.carry import pack
        from hybnb.measure.worker.client import Job, Worker
        from hybnb.measure.worker.subject import Basis

        self._running, device = wish, accelerator()
        try:
            policy.refuse_xla(wish.plan, device)
            call = self._call(wish.key)
            seconds = PACK_SECONDS * (10 if wish.asked else 1)
            parcel = pack(call, self._clock, wish.plan.carried_bytes, seconds)
        except RefusedError as refused:
            job, no = Job(wish.plan), refused.refusal
            job.refuse(no.reason, "; ".join(filter(None, (no.message, NEXT.get(no.reason)))))
            assert job.trial is not None
            self._ended(job.trial, None, {})
            return job
        namespace, recent = call.function.__globals__, self._recent(wish.key)
        basis = Basis(namespace, {*parcel.names, _outermost(wish.key)})
        plan = replace(wish.plan, eager_seconds=median(recent) if recent else None, accelerator=device)
        self._worker = self._worker or Worker()
        return self._worker.run(plan, parcel, hear, lambda trial: self._ended(trial, basis, namespace))

    def _call(self, key: str) -> Call:
        """The call that was kept of a function; RefusedError when there is none any more."""
        from hybnb.measure.worker.subject import call_of

        kept = self._probes().keeper.kept(key)
        if kept is None:
            raise RefusedError("never-called", "no call was kept with its arguments; call it once more and ask again")
        try:
            return call_of(kept.code, kept.globals, kept.arguments, kept.closure)
        except GoneError as gone:
            raise RefusedError("never-called", str(gone)) from gone

    def _here(self, wish: Wish, verdict: Verdict) -> Trial:
        """In the kernel itself, on copies of the variables, all at once."""
        outside = policy.reaches_outside(verdict)
        if verdict.facts.python_side_effects == "yes" or outside:
            why = f"it has side effects ({outside})" if outside else "it has side effects in Python"
            found = Trial(wish.key, place="kernel", refusal=Refusal("effects", f"{why}; try it without --here"))
        else:
            try:
                call = self._call(wish.key)
            except RefusedError as no:
                return Trial(wish.key, place="kernel", refusal=no.refusal)
            with unwatched(self._probes()):
                found, _ = run_through(self._slices(wish, call))
            return self.take(found, call.function)
        self._ended(found, None, {})
        return found

    def _begin_here(self, wish: Wish) -> None:
        """The same in idle slices, for a function that `consider` found fit for it."""
        try:
            call = self._call(wish.key)
        except RefusedError:
            return
        self._running = wish
        self._told(wish, "here")
        self._idling.begin(self._slices(wish, call), lambda trial: self.take(trial, call.function))

    def _slices(self, wish: Wish, call: Call) -> Any:
        from hybnb.measure.here.trial import trial

        return trial(call.function, call.positional, call.keywords, wish.plan, self._clock, self._recent(wish.key))

    def take(self, trial: Trial, function: Any) -> Trial:
        """A trial of this function has ended that no process of the session ran."""
        from hybnb.measure.worker.subject import Basis, names_used

        namespace = function.__globals__
        self._ended(trial, Basis(namespace, {*names_used(function), _outermost(trial.function)}), namespace)
        return trial

    def _recent(self, key: str) -> tuple[float, ...]:
        history = self._probes().history(key)
        return history.recent_seconds if history is not None else ()

    def _ended(self, trial: Trial, basis: Any, namespace: Mapping[str, Any]) -> None:
        """A trial has come to its end; from any thread."""
        if trial.refusal is None or trial.refusal.reason != "cancelled":
            self.tried.note(trial, basis, namespace)
            self._compare_with_prediction(trial)
        self._running = None
        self._session.reports.outdated = True
        self.look_again()
        if self._loop is not None:
            self._soon(SHORTLY)

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


def _outermost(key: str) -> str:
    """The global that a function is found by: the class of a method, the maker of an inner function."""
    return key.rpartition(":")[2].partition(".")[0]
