"""The panels of one session: heard one command at a time, told of every change.

Nothing waits for a panel, and nothing is judged for one on another thread than the kernel's main one: there it can't
come in between while a cell of the user's runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from hybnb.errors import guard
from hybnb.model.wire import Explain, Hello, KernelState, Progress, ReportMessage, Seen
from hybnb.session.commands import obey

if TYPE_CHECKING:
    from hybnb.model.wire import Command
    from hybnb.observe.cells import CellObserver
    from hybnb.session.live import Session
    from hybnb.show.channel import Channel, Line

_SHORTLY: Final = 0.2  #: seconds after which it is tried again to judge
_QUIET: Final = 0.05  #: seconds without a cell after which judging begins
_SLICE: Final = 2  #: functions that are followed at first in one slice, a few milliseconds' work
_PAUSE: Final = 0.01  #: seconds between two slices of it, in which whatever waits for the kernel comes first


class Panels:
    """None for good where the shell has no kernel, as in a terminal. `clock` gives seconds."""

    def __init__(self, session: Session, kernel: Any, cells: CellObserver, clock: Callable[[], float]) -> None:
        self._session = session
        self._kernel = kernel
        self._cells = cells
        self._clock = clock
        self._channel: Channel | None = None
        self._idle_from = clock()
        self.cell_runs = False

    def open(self) -> None:
        """Let panels in. Twice is once."""
        if self._kernel is None or self._channel is not None:
            return
        from hybnb.show.channel import Channel

        self._channel = Channel(self._heard, self._clock)
        self._channel.open()

    def close(self) -> None:
        """Tell them goodbye. Twice is once."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def watch_cell(self) -> bool:
        """A cell ended: does any panel show what it is told?"""
        if self._channel is None:
            return False
        self._channel.rested(self._idle_from, self._cells.began)
        self._idle_from = self._clock()
        return self.watched

    @property
    def watched(self) -> bool:
        """Does any show what it is told?"""
        return self._channel is not None and self._channel.alive

    @property
    def idles(self) -> bool:
        """Is there a kernel that is idle between cells, so that work may wait for that?"""
        return self._channel is not None and getattr(self._kernel, "io_loop", None) is not None

    def progress(self, step: Progress) -> None:
        """Tell how far a measurement is, on the cards as well; from any thread."""
        self._session.cards.progress(step)
        if self._channel is not None:
            self._channel.send(step)

    def tell(self, line: Line | None = None, *, judge: bool = True) -> None:
        """Tell all panels what is new, or the one at the end of `line` everything; from any thread.

        What is known already goes out at once; what must be judged first follows when the kernel is idle, if at all.
        """
        with self._session.lock:
            if self._channel is None or not (line or self._channel.spoken):
                return
            if judge and self._session.reports.outdated:
                if self._may_judge():
                    self._session.catch_up()
                else:
                    self._soon(partial(self.tell, line))
            message = self._message(again=line is not None)
            if message is None:
                return
            if line is not None:
                line.report(message, self._clock())
            else:
                self._channel.report(message)

    def tell_when_quiet(self) -> None:
        """As `tell`, once the kernel has had nothing to do for a moment, judging in short slices between which a cell may
        run. Another cell that ends meanwhile sees to it itself. Where no panel watches, all is judged nevertheless: the next
        cell of which there is something to tell has less to catch up with.
        """
        self._soon(partial(self._judge_some, self._idle_from), _QUIET)

    def _judge_some(self, ended: float, most: int = _SLICE) -> None:
        if self._channel is None or self._idle_from != ended:
            return
        if self.cell_runs or not self._may_judge():
            self._soon(partial(self._judge_some, ended))
        elif self._session.reports.outdated and not self._session.judge_some(most):
            self._soon(
                partial(self._judge_some, ended, most + 1), _PAUSE
            )  # more, so that it comes to an end in any case
        else:
            self.tell()

    def _message(self, *, again: bool) -> ReportMessage | None:
        """Of what was judged last; None before that, and when it says nothing new unless `again`."""
        session, muted, measuring = self._session, self._session.muted, self._session.measuring
        state = KernelState(
            session.active, session.settings, muted.names, measuring.waiting, measuring.refusal, session.trouble
        )
        return session.reports.message(muted.visible, state, again=again)

    def _heard(self, line: Line, command: Command) -> None:
        with self._session.lock:
            answer = obey(self._session, command)
            if self._channel is None:
                return
            if answer is not None:
                line.send(answer)
            if isinstance(command, Hello):
                if answer is not None and answer.ok:
                    self.tell(line)
            elif line.last is None:
                self.tell(line)
            elif not isinstance(command, Explain | Seen):
                self.tell()

    def _may_judge(self) -> bool:
        return threading.current_thread() is threading.main_thread() and self._session.warm

    def _soon(self, work: Callable[[], None], seconds: float = _SHORTLY) -> None:
        """Do it in the kernel's main thread once that is idle."""
        loop = getattr(self._kernel, "io_loop", None)
        if loop is not None:
            guarded = guard(self._session.note)(work)
            loop.add_callback(lambda: loop.call_later(seconds, guarded))
