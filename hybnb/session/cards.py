"""The cards with buttons that were drawn in this session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from IPython.core.interactiveshell import InteractiveShell

from hybnb.errors import HybnbError, guard
from hybnb.model import Verdict
from hybnb.session.applying import changed
from hybnb.session.commands import obey
from hybnb.session.undisturbed import undisturbed
from hybnb.show import MOST_NOTICES, pressing
from hybnb.show.words import safety

if TYPE_CHECKING:
    from hybnb.model.wire import Answer, Command, Progress
    from hybnb.session.live import Session
    from hybnb.show import Bundle
    from hybnb.show.widget import Buttons, Change

MOST: Final = 50  #: cards that keep their buttons


class Cards:
    """None for good where the shell has no kernel. `raw` gives a cell's text as typed."""

    def __init__(self, session: Session, shell: InteractiveShell, raw: Callable[[int], str | None]) -> None:
        self._session = session
        self._shell = shell
        self._raw = raw
        self._shown: list[Buttons] = []

    def buttons(self, verdict: Verdict, *, named: bool = False) -> Bundle | None:
        """What to display below a card, or `named` below a line; None where there can be no buttons."""
        if self._session.settings.buttons == "never" or getattr(self._shell, "kernel", None) is None:
            return None
        try:
            with undisturbed():
                from hybnb.show.widget import Buttons

                refusal = self._session.measuring.refusal
                made = Buttons(verdict, self._change(verdict), refusal, self._obey, named=named)
        except ImportError:  # an environment without ipywidgets: the card alone has to do
            return None
        self._shown.append(made)
        for old in self._shown[:-MOST]:
            old.close()
        del self._shown[:-MOST]
        return made.bundle()

    def below_lines(self, news: Sequence[Verdict]) -> Iterator[Bundle]:
        """What to display below the lines after a cell, where the user wants that."""
        if self._session.settings.buttons == "always":
            worth = pressing(news)[:MOST_NOTICES]
            yield from filter(None, (self.buttons(verdict, named=True) for verdict in worth))

    def apply(self, verdict: Verdict) -> str:
        """Put the changed cell into a new one below the cell that is running; HybnbError where that can't be."""
        made = changed(verdict, self._raw)
        self._shell.set_next_input(made.text)
        return (
            f"the new cell is cell {made.cell} with the change, which {safety(made.fix)}; put it in the place of the old "
            "one and run it"
        )

    def _obey(self, command: Command) -> Answer | None:
        with self._session.lock:
            answer = obey(self._session, command)
            self._session.panels.tell()
        return answer

    def _change(self, verdict: Verdict) -> Change:
        from hybnb.show.widget import Change

        try:
            made = changed(verdict, self._raw)
        except HybnbError as refused:
            return Change(refusal=str(refused))
        return Change(made.fix.title, safety(made.fix), made.cell, made.text)

    def progress(self, step: Progress) -> None:
        """Tell the cards of its function how far a measurement is."""
        for card in list(self._shown):
            if card.key == step.function:
                guard(self._session.note)(card.progress)(step)

    def judged(self, verdicts: Sequence[Verdict]) -> None:
        """What was judged now; a card whose function was being measured shows what came of it."""
        waiting = [card for card in self._shown if card.measuring]
        if not waiting:
            return
        running, latest = self._session.measuring.waiting, {one.function.key: one for one in verdicts}
        for card in waiting:
            if card.key not in running and card.key in latest:
                guard(self._session.note)(card.measured)(latest[card.key], self._session.sources())

    def close(self) -> None:
        """Take all buttons away."""
        shown, self._shown = self._shown, []
        for card in shown:
            card.close()
