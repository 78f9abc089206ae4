"""%hybnb and %%hybnb: what a person types in a notebook or terminal to ask hybnb something."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class

from hybnb import show
from hybnb.errors import HybnbError
from hybnb.magics.commands import COMMANDS, card, displayed
from hybnb.magics.completion import completer

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from hybnb.session import Session

log = logging.getLogger("hybnb")


def install(shell: InteractiveShell, session: Session) -> Callable[[], None]:
    """Register the magics and their tab completion; what is returned removes both."""
    magics = HybnbMagics(shell, session)
    shell.register_magics(magics)
    matcher = completer(session)
    shell.Completer.custom_matchers.append(matcher)

    def remove() -> None:
        for kind in ("line", "cell"):
            shell.magics_manager.magics[kind].pop("hybnb", None)
        shell.magics_manager.registry.pop(HybnbMagics.__name__, None)
        configurables: list[Any] = shell.configurables  # where IPython keeps all magics
        if magics in configurables:
            configurables.remove(magics)
        if matcher in shell.Completer.custom_matchers:
            shell.Completer.custom_matchers.remove(matcher)

    return remove


@magics_class
class HybnbMagics(Magics):
    """The magics of one session."""

    def __init__(self, shell: InteractiveShell, session: Session) -> None:
        super().__init__(shell)
        self.session = session

    @line_cell_magic
    def hybnb(self, line: str, cell: str | None = None) -> None:
        """Would tf.function be safe and faster on your functions?

        %hybnb                      all functions, those worth a change first
        %hybnb NAME                 everything about one function, as %hybnb Trainer.step
        %hybnb explain CODE         a rule: what it sees, why it matters, what to do, as %hybnb explain HYB201
        %hybnb on                   watch, and name functions worth a change after each cell
        %hybnb off                  watch nothing
        %hybnb quiet                watch, but say nothing after a cell
        %hybnb settings             the settings and what they mean
        %hybnb settings KEY=VALUE   change settings of this notebook, as %hybnb settings min_calls=10
        %hybnb apply NAME           the changed cell as a new one below, to be run when you like it
        %hybnb mute NAME|CODE       say nothing more in this session about a function or a rule; %hybnb unmute NAME|CODE
        %hybnb measure NAME [--xla] [--here] [--budget SECONDS]
                                    run a function both ways in a process of its own, with --here in this kernel, and say
                                    what differs and how fast it is; without NAME all that are worth it
        %hybnb trials auto|ask|off  try by itself when the kernel is idle, ask below the cell first, or never
        %hybnb report [--format json|html|csv|text] [FILE]
                                    the whole report, shown or written into a file
        %hybnb -- NAME              a function that has the name of a command

        %%hybnb                     run this cell and show everything about the functions it defines or calls

        Nothing is changed or written unless you ask for it.
        """
        try:
            if cell is not None:
                self._run(line, cell)
            else:
                self._ask(split(line))
        except HybnbError as trouble:
            _complain(str(trouble))
        except ValueError as bad:  # of shlex
            _complain(f"%hybnb {line}: {bad}; see %hybnb?")
        except Exception as trouble:
            log.debug("%%hybnb failed", exc_info=True)
            _complain(f"hybnb itself failed here ({type(trouble).__name__}: {trouble}); your notebook isn't affected")

    def _run(self, line: str, cell: str) -> None:
        if line.strip():
            raise HybnbError("%%hybnb takes nothing behind it on its line; see %hybnb?")
        verdicts = self.session.run_cell_with_everything(cell)
        displayed(show.cards(verdicts, self.session.sources()))

    def _ask(self, words: list[str]) -> None:
        command, rest = (words[0], words[1:]) if words else ("", [])
        if command in COMMANDS:
            COMMANDS[command](self.session, rest)
        elif command == "--" and len(rest) == 1:
            card(self.session, rest)
        elif not rest:
            card(self.session, words)
        else:
            raise HybnbError(f"%hybnb {' '.join(words)} means nothing; see %hybnb?")


def split(line: str) -> list[str]:
    """The words of a line; quotes hold words together, and backslashes are just letters, for the sake of Windows."""
    reader = shlex.shlex(line, posix=True, punctuation_chars=False)
    reader.whitespace_split, reader.commenters, reader.escape = True, "", ""
    return list(reader)


def _complain(sentence: str) -> None:
    from hybnb.show.inert import inert

    print(f"hybnb: {inert(sentence, 1000)}", file=sys.stderr)  # noqa: T201 - in answer to what the user typed
