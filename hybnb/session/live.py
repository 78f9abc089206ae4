"""The session: what hybnb knows of one kernel, and what happens after each of its cells."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from IPython.core.interactiveshell import InteractiveShell

from hybnb.errors import guard
from hybnb.model import Cell, Report, Trial, Verdict
from hybnb.observe.calls import Probes
from hybnb.observe.cells import CellObserver
from hybnb.session.below import Below
from hybnb.session.budget import Budget, too_much
from hybnb.session.cards import Cards
from hybnb.session.changes import Shown
from hybnb.session.instruments import Instruments
from hybnb.session.judging import Judging
from hybnb.session.measuring import Measuring
from hybnb.session.muting import Muted, known
from hybnb.session.panels import Panels
from hybnb.session.policy import plan
from hybnb.session.reports import Reports, folder
from hybnb.session.single import ATTRIBUTE
from hybnb.session.touched import call_counts, touched
from hybnb.session.troubles import Troubles
from hybnb.session.warm import Warmth
from hybnb.settings import Settings, given
from hybnb.uncollected import uncollected

if TYPE_CHECKING:
    from hybnb.measure.calibrator import Calibrator

WARMING_SECONDS = 1.0  #: at most, once, that a cell waits for hybnb's own imports


class Session:
    """Watches one shell from `start` to `stop`; the only object of hybnb that has state.

    Cells may end on several threads (subshells), so all work is done behind one lock. `clock` gives seconds.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        settings: Settings | None = None,
        clock: Callable[[], float] = time.perf_counter,
        calibrator: Calibrator | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.active = False
        self._shell = shell
        self._clock = clock
        self.lock = threading.RLock()
        self._troubles = Troubles()
        self._budget = Budget(clock)
        self._turned_down = False
        self._shown = Shown()
        self._cells = CellObserver(shell, self._after_cell, self._troubles.note, clock, self._busy)
        self._instruments = Instruments(clock, self._calibrated, calibrator)
        self._probes = self._new_probes()
        self._warmth: Warmth | None = None
        self.muted = Muted()
        self.panels = Panels(self, getattr(shell, "kernel", None), self._cells, clock)
        self.measuring = Measuring(self, getattr(shell, "kernel", None), lambda: self._probes, clock)
        self._judging = Judging(shell, self._cells, self._instruments, self.measuring.tried.holding)
        self.cards = Cards(self, shell, self._cells.raw)
        self._below = Below(shell, self.cards)
        self.reports = Reports(shell)
        self._busy_cell = False  #: the cell that is running now is hybnb's own business
        self._at_stop: list[Callable[[], None]] = []

    # ---- life --------------------------------------------------------------------------------------------------

    @staticmethod
    def of(shell: InteractiveShell) -> Session | None:
        """The session of a shell that hybnb is loaded in."""
        session: Session | None = vars(shell).get(ATTRIBUTE)
        return session

    @staticmethod
    def begun(shell: InteractiveShell) -> Session:
        """A started session with the settings of the folder's pyproject.toml and of IPython's configuration."""
        settings, trouble = given(shell, folder())
        session = Session(shell, settings)
        session.start()
        if trouble is not None:
            session._troubles.say(trouble)
            session._below.publish({"text/plain": trouble})
        return session

    def at_stop(self, remove: Callable[[], None]) -> None:
        """Have something else that was installed removed with the session."""
        self._at_stop.append(remove)

    def start(self) -> None:
        """Install everything; the cells that ran before are taken from the kernel's history. Twice is once."""
        running = getattr(getattr(self._shell.displayhook, "exec_result", None), "info", None)
        self._busy_cell = running is not None and not running.silent
        setattr(self._shell, ATTRIBUTE, self)
        self.resume()
        guard(self._troubles.note)(self.panels.open)()
        if self._warmth is None:  # last, so that it takes no time from loading
            self._warmth = Warmth()
            self._warmth.start()

    def stop(self) -> None:
        """Leave nothing behind in the shell. Twice is once."""
        self.panels.close()
        self.cards.close()
        self.pause()
        while self._at_stop:
            self._at_stop.pop()()
        if vars(self._shell).get(ATTRIBUTE) is self:
            delattr(self._shell, ATTRIBUTE)
        if self._warmth is not None:
            self._warmth.wait(WARMING_SECONDS)

    def pause(self) -> None:
        """Watch nothing until `resume`; what is known stays."""
        self.active = False
        self._cells.remove()
        self._probes.remove()
        self._instruments.stop()
        self.measuring.stop()
        self.panels.tell(judge=False)

    def resume(self) -> None:
        """Watch again, and catch up with what ran meanwhile."""
        self._turned_down = False
        self._budget.reset()
        if self.active:
            return
        self.active = True
        guard(self._troubles.note)(self._cells.earlier_cells)()
        self._cells.install()
        if self.settings.probe:
            self._probes.install()
        self.panels.tell(judge=False)

    def configure(self, changes: Mapping[str, Any]) -> None:
        """Change settings from now on; HybnbError names a bad one and changes nothing."""
        with self.lock:
            before, self.settings = self.settings, self.settings.with_changes(changes, "%hybnb settings")
            self.reports.outdated = True
            if self.settings.trials == "off":
                self.measuring.stop()
            if before.cell_budget_ms != self.settings.cell_budget_ms:
                self._turned_down = False
                self._budget.reset()
            if _of_probes(before) != _of_probes(self.settings):
                self._probes.remove()
                self._probes = self._new_probes()
            if self.active and self.settings.probe:
                self._probes.install()

    def _new_probes(self) -> Probes:
        probes = Probes(
            self._shell,
            max_signatures=self.settings.max_signatures,
            max_functions=self.settings.max_functions,
            clock=self._clock,
            recorder=self._instruments.record if self.settings.record else None,
            matching=self._instruments.matching,
            trouble=self._troubles.note,
            parsed=self._cells.parsed,
        )
        probes.keeper.on = self.settings.trials != "off"
        return probes

    # ---- answers -----------------------------------------------------------------------------------------------

    @property
    def trouble(self) -> tuple[str, ...]:
        """hybnb's own failures so far, one sentence each."""
        return (*self._troubles.sentences, *self._instruments.trouble)

    def sources(self) -> dict[int | str, str]:
        """The texts that verdicts speak of, by a cell's number or a module's path."""
        return self._judging.sources()

    def report(self) -> Report:
        """Everything about all functions that aren't muted, as things stand now."""
        with self.lock:
            return self.reports.report(self.muted.visible(self.judge()))

    def verdict(self, name: str) -> Verdict:
        """About one function, by its qualified name or key; UnknownFunctionError with similar names when there is none."""
        with self.lock:
            return known(name, self.judge())

    def told(self, verdicts: Sequence[Verdict]) -> None:
        """The user has just seen these, so they are no news."""
        with self.lock:
            self._shown.note(verdicts)

    def measure(self, name: str, hear: Callable[[str], object] = str, **options: Any) -> Trial:
        """Try a function both ways, now, and wait for it; for `options` see `policy.plan`, `hear` is told each stage.

        UnknownFunctionError with similar names when there is none of that name. KeyboardInterrupt ends it at once.
        """
        verdict = self.verdict(name)
        return self.measuring.now(verdict, plan(verdict, **options), hear)

    def note(self, trouble: BaseException) -> None:
        """Keep a failure of hybnb's own as a sentence, and tell the panels."""
        self._troubles.note(trouble)
        self.panels.tell(judge=False)

    @property
    def warm(self) -> bool:
        """Is everything imported that judging needs?"""
        return self._warmed(0)

    def _warmed(self, seconds: float) -> bool:
        return self._warmth is None or self._warmth.wait(seconds)

    def run_cell_with_everything(self, body: str) -> tuple[Verdict, ...]:
        """Run `body` as a cell; verdicts on all functions that it defined or called. Watches even when hybnb is off."""
        was_off = not self.active
        if was_off:
            self.resume()
        try:
            before = call_counts(self._probes)
            self._busy_cell = True
            shell: Any = self._shell
            if shell.run_cell(body).error_before_exec is not None:
                return ()
            with self.lock:
                cell = self._cells.running_cell() or next(reversed(self._cells.cells), None)
                wanted = touched(self.muted.visible(self.judge()), cell, before, call_counts(self._probes))
                self._shown.note(wanted)
            return wanted
        finally:
            if was_off:
                self.pause()

    # ---- after a cell ------------------------------------------------------------------------------------------

    def _after_cell(self, cell: Cell) -> None:
        busy, self._busy_cell = self._busy_cell, False
        self.reports.outdated = True
        watched = self.panels.watch_cell()
        speaks = not busy and (self.settings.show == "always" or (self.settings.show == "auto" and not watched))
        asks = not busy and self.settings.show != "never" and self.settings.trials == "ask"
        if watched:
            self.panels.tell_when_quiet()
        if self._turned_down or not (speaks or watched):
            return
        with self.lock, uncollected():
            self._shown.ran(cell.index)
            if (not (speaks or asks) or self._may_wait(cell)) and not self._judging.ended(self._probes):
                if not watched:
                    self.panels.tell_when_quiet()
                return
            if self._judging.tensorflow_matters() and not self._warmed(WARMING_SECONDS):
                return  # the next cell sees what this one left
            with self._budget.measured(self.settings.cell_budget_ms, self._cells.began):
                changed = self._news(self.catch_up(everything=False))
            if self._budget.spent:
                self._turn_down()
            if changed and speaks:
                self._below.notice(changed, self.sources())
            if asks:
                self._below.question(self.measuring.questions(self.muted.visible(self.reports.verdicts or ())))

    def _may_wait(self, cell: Cell) -> bool:
        """What is to be judged draws nothing, as no tf.function is in sight, and may be judged when the kernel is idle."""
        if not self.panels.idles or "function" in cell.source:
            return False
        return self._judging.nothing_to_tell(self._probes, self.settings.min_calls)

    def _news(self, judged: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        """What of this the user hasn't been told yet; what is worth a trial may have one."""
        self.measuring.consider(self.reports.verdicts or ())
        return self._shown.news(self.muted.visible(self._judging.worth_a_word(judged)))

    def _calibrated(self) -> None:
        """What couldn't be predicted can be now; called from another thread."""
        self.reports.outdated = True
        self.measuring.look_again()

    def _busy(self, busy: bool) -> None:
        """The user's code begins to run on some thread, or has come to its end."""
        self.panels.cell_runs = busy
        (self.measuring.cell_begins if busy else self.measuring.cell_ended)()

    def _turn_down(self) -> None:
        self._turned_down = True
        said = too_much(self.settings.cell_budget_ms)
        self._troubles.say(said)
        self._below.publish({"text/plain": said})
        self.panels.tell(judge=False)

    def catch_up(self, *, everything: bool = True) -> tuple[Verdict, ...]:
        """Judge, unless nothing here can use TensorFlow: then nothing is said and nothing spent."""
        with self.lock:
            if self._judging.tensorflow_matters():
                return self.judge(everything=everything)
            self.reports.note((), (), {})
            return ()

    def judge(self, *, everything: bool = True) -> tuple[Verdict, ...]:
        """Verdicts as things stand, without those that a comment hides; short of `everything`, where there may be news.

        A cell that asks, as by `%hybnb` in its last line, counts as well.
        """
        with self.lock:
            self._cells.running_cell()
            if self._warmth is not None:
                self._warmth.wait()
            predict = self.active and self.settings.record
            verdicts = self._judging.verdicts(self.settings, self._probes, predict, everything)
            assert verdicts is not None  # without a limit nothing is left to do
            return self._judged(verdicts, everything=everything)

    def judge_some(self, most: int) -> bool:
        """Judge everything, but parse at most one cell or follow so many functions; True when there is no more to do."""
        with self.lock, uncollected():
            if not self._judging.tensorflow_matters():
                self.catch_up()
                return True
            predict = self.active and self.settings.record
            verdicts = self._judging.verdicts(self.settings, self._probes, predict, most=most)
            if verdicts is not None:
                self._judged(verdicts, everything=True)
                if self.panels.watched:  # else it stays news
                    self._news(verdicts)
            return verdicts is not None

    def _judged(self, verdicts: tuple[Verdict, ...], *, everything: bool) -> tuple[Verdict, ...]:
        self.reports.note(verdicts, self._cells.seen(), self.sources(), everything=everything)
        self.cards.judged(verdicts)
        return verdicts


def _of_probes(settings: Settings) -> tuple[Any, ...]:
    return settings.probe, settings.record, settings.max_signatures, settings.max_functions, settings.trials == "off"
