"""Numbered reports of one kernel, alone and as messages to panels."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from IPython.core.interactiveshell import InteractiveShell

from hybnb import __version__
from hybnb.model import Drawn, Environment, Report, Source, Tool, Verdict
from hybnb.model.wire import KernelState, ReportMessage, SeenCell
from hybnb.observe.environment import environment

Visible: TypeAlias = Callable[[tuple[Verdict, ...]], tuple[Verdict, ...]]
Sources: TypeAlias = Mapping[int | str, str]  #: a cell's index, or a module's path → its text


class Reports:
    """Counts them, and keeps what was judged last and what the last message said."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self.outdated = True  #: something happened since it was judged
        self.verdicts: tuple[Verdict, ...] | None = None  #: as judged last, muted ones too; None before that
        self._cells: tuple[SeenCell, ...] = ()
        self._sources: Sources = {}
        self._environment: Environment | None = None
        self._sequence = 0
        self._said: tuple[object, ...] | None = None
        self._drawn: dict[int, tuple[Verdict, tuple[str | None, ...], Drawn]] = {}

    def note(
        self, verdicts: tuple[Verdict, ...], cells: tuple[SeenCell, ...], sources: Sources, *, everything: bool = True
    ) -> None:
        """This was judged now, of these texts. What was left out, unless it was `everything`, stays as judged before."""
        left = () if everything else self._left(verdicts)
        self.verdicts, self._cells, self._sources = (*left, *verdicts), cells, sources
        self._environment = environment()  # asked here and not for each message, which may be sent from any thread
        self.outdated = not everything

    def _left(self, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        now = {one.function.key for one in verdicts}
        return tuple(one for one in self.verdicts or () if one.function.key not in now)

    def report(self, verdicts: tuple[Verdict, ...]) -> Report:
        """The next one."""
        self._sequence += 1
        source = Source(_notebook_name(self._shell), "kernel", verdicts)
        return Report(Tool(__version__), self._environment or environment(), (source,), self._sequence)

    def message(self, visible: Visible, state: KernelState, *, again: bool) -> ReportMessage | None:
        """For panels, of what is `visible`; None before anything was judged, and for nothing new unless `again`."""
        from hybnb.show.drawn import totals

        if self.verdicts is None:
            return None
        verdicts = visible(self.verdicts)
        numbers = {number for one in verdicts for number in _numbers(one)}
        cells = tuple(cell for cell in self._cells if cell.cell in numbers)
        said = (verdicts, cells, state)
        if said == self._said and not again:
            return None
        self._said = said
        report = self.report(verdicts)
        return ReportMessage(report.sequence, report, cells, state, self._all_drawn(verdicts), totals(verdicts))

    def _all_drawn(self, verdicts: tuple[Verdict, ...]) -> tuple[Drawn, ...]:
        """Drawn anew where a verdict, or a text that it would change, is another."""
        from hybnb.show.drawn import drawn

        kept = {}
        for verdict in verdicts:
            texts = tuple(self._sources.get(edit.path or edit.cell) for fix in verdict.fixes for edit in fix.edits)
            known = self._drawn.get(id(verdict))
            same = known is not None and known[0] is verdict and known[1] == texts
            kept[id(verdict)] = known if known and same else (verdict, texts, drawn(verdict, self._sources))
        self._drawn = kept
        return tuple(kept[id(verdict)][2] for verdict in verdicts)


def _numbers(verdict: Verdict) -> Iterator[int]:
    """The cells that a verdict points into."""
    if verdict.function.path is None:
        yield verdict.function.cell
    yield from (finding.cell for finding in verdict.findings if finding.path is None)
    yield from (edit.cell for fix in verdict.fixes for edit in fix.edits if edit.path is None)


def _notebook_name(shell: InteractiveShell) -> str:
    """The notebook's file where the front end tells it, else "kernel"."""
    told = shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    return told if type(told) is str else "kernel"


def folder() -> Path:
    """Where the kernel works."""
    try:
        return Path.cwd()
    except OSError:  # it is gone
        return Path(os.sep)
