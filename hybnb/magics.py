"""%hybnb and %%hybnb: what a person types in a notebook or terminal to ask hybnb something."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import display

from hybnb import show
from hybnb.errors import HybnbError
from hybnb.session.asking import measured, understood
from hybnb.settings import Settings

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from hybnb.session import Session

log = logging.getLogger("hybnb")

FORMATS = ("json", "html", "csv", "text")
SUFFIXES = {".json": "json", ".html": "html", ".htm": "html", ".csv": "csv"}
SWITCHES = {
    "on": "hybnb is on: after a cell it names functions worth a change.",
    "off": "hybnb is off: it watches nothing until %hybnb on.",
    "quiet": "hybnb is quiet: it still watches; ask it with %hybnb.",
}


TRIALS = {
    "auto": "hybnb tries functions as graphs when the kernel is idle, in a process of its own.",
    "ask": "hybnb tries a function only with %hybnb measure NAME.",
    "off": "hybnb tries nothing in the background.",
}


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
        %hybnb trials auto|ask|off  measure by itself when the kernel is idle, only when asked, or never
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
        _display(show.cards(verdicts, self.session.sources()))

    def _ask(self, words: list[str]) -> None:
        command, rest = (words[0], words[1:]) if words else ("", [])
        if command in COMMANDS:
            COMMANDS[command](self.session, rest)
        elif command == "--" and len(rest) == 1:
            _card(self.session, rest)
        elif not rest:
            _card(self.session, words)
        else:
            raise HybnbError(f"%hybnb {' '.join(words)} means nothing; see %hybnb?")


def split(line: str) -> list[str]:
    """The words of a line; quotes hold words together, and backslashes are just letters, for the sake of Windows."""
    reader = shlex.shlex(line, posix=True, punctuation_chars=False)
    reader.whitespace_split, reader.commenters, reader.escape = True, "", ""
    return list(reader)


def _table(session: Session, rest: Sequence[str]) -> None:
    if rest:
        raise HybnbError(f"%hybnb {' '.join(rest)} means nothing; see %hybnb?")
    _display(show.table(session.report(), session.trouble))


def _card(session: Session, names: Sequence[str]) -> None:
    verdict = session.verdict(names[0])
    _display(show.card(verdict, session.sources()))
    buttons = session.cards.buttons(verdict)
    if buttons is not None:
        _display(buttons)


def _apply(session: Session, rest: Sequence[str]) -> None:
    print(session.cards.apply(session.verdict(_one(rest, "apply"))))  # noqa: T201 - the user asked


def _explain(_session: Session, rest: Sequence[str]) -> None:
    if len(rest) != 1:
        raise HybnbError("%hybnb explain takes one code, as %hybnb explain HYB201")
    _display(show.explain(rest[0]))


def _switch(word: str) -> Callable[[Session, Sequence[str]], None]:
    def switch(session: Session, rest: Sequence[str]) -> None:
        if rest:
            raise HybnbError(f"%hybnb {word} takes nothing behind it")
        if word == "off":
            session.pause()
        else:
            session.resume()
            session.configure({"show": "auto" if word == "on" else "never"})
        print(SWITCHES[word])  # noqa: T201 - the user asked

    return switch


def _mute(session: Session, rest: Sequence[str]) -> None:
    print(session.muted.mute(_one(rest, "mute"), session.judge()))  # noqa: T201 - the user asked


def _unmute(session: Session, rest: Sequence[str]) -> None:
    print(session.muted.unmute(_one(rest, "unmute")))  # noqa: T201 - the user asked


def _one(rest: Sequence[str], command: str) -> str:
    if len(rest) != 1:
        raise HybnbError(f"%hybnb {command} takes one name; see %hybnb?")
    return rest[0]


def _settings(session: Session, rest: Sequence[str]) -> None:
    if rest:
        session.configure(changes(rest))
    from hybnb.measure.track_record import summary

    _display(show.settings(session.settings, session.active, session.muted.names, summary()))


def _measure(session: Session, rest: Sequence[str]) -> None:
    found = measured(session, understood(rest), lambda piece: print(piece, end="", flush=True))  # noqa: T201 - asked
    verdicts = [session.verdict(name) for name in dict.fromkeys(name for name, _ in found)]
    if verdicts:
        _display(show.cards(verdicts, session.sources()))


def _trials(session: Session, rest: Sequence[str]) -> None:
    if len(rest) != 1 or rest[0] not in ("auto", "ask", "off"):
        raise HybnbError("%hybnb trials takes auto, ask or off")
    session.configure({"trials": rest[0]})
    print(TRIALS[rest[0]])  # noqa: T201 - the user asked


def changes(words: Sequence[str]) -> dict[str, Any]:
    """Settings as typed, `key=value`, in the types of their fields; codes are separated by commas."""
    types = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    found: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in types:
            raise HybnbError(f"{word} isn't a setting; write KEY=VALUE with one of {', '.join(types)}")
        given: object = [one for one in value.upper().split(",") if one] if key in ("select", "ignore") else value
        try:
            found[key] = msgspec.convert(given, types[key], strict=False)
        except msgspec.ValidationError as bad:
            raise HybnbError(f"{key}={value}: {bad}") from bad
    return found


def _report(session: Session, rest: Sequence[str]) -> None:
    form, file = _report_options(rest)
    report = session.report()
    if file is not None:
        _write(file, _written(form, session))
    elif form in ("json", "csv"):
        print(_written(form, session), end="")  # noqa: T201 - the user asked
    elif form == "html":
        _display(show.cards([one for source in report.sources for one in source.verdicts], session.sources()))
    else:
        _table(session, ())


def _report_options(rest: Sequence[str]) -> tuple[str, Path | None]:
    words, form = list(rest), None
    if "--format" in words:
        at = words.index("--format")
        form = words[at + 1] if at + 1 < len(words) else ""
        del words[at : at + 2]
        if form not in FORMATS:
            raise HybnbError(f"--format takes {', '.join(FORMATS)}")
    if len(words) > 1 or any(word.startswith("-") for word in words):
        raise HybnbError("write %hybnb report [--format json|html|csv|text] [FILE]")
    file = Path(words[0]).expanduser() if words else None
    return form or (SUFFIXES.get(file.suffix.lower(), "text") if file else "text"), file


def _written(form: str, session: Session) -> str:
    from hybnb.show import json, pages, rows

    report = session.report()
    if form == "csv":
        return rows.csv(report)
    if form == "json":
        return json.encode(report) + "\n"
    if form == "html":
        return pages.page(report, {source.path: session.sources() for source in report.sources})
    verdicts = [one for source in report.sources for one in source.verdicts]
    parts = (show.table(report, session.trouble), show.cards(verdicts, session.sources()))
    return "\n\n".join(part["text/plain"] for part in parts) + "\n"


def _write(file: Path, text: str) -> None:
    if file.suffix.lower() in (".ipynb", ".py"):
        raise HybnbError(f"{file} would be overwritten by a report; choose a name that ends in .json, .html or .txt")
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as bad:
        raise HybnbError(f"{file} can't be written ({bad.strerror or bad})") from bad
    print(f"hybnb wrote {file}")  # noqa: T201 - the user asked


COMMANDS: Mapping[str, Callable[[Session, Sequence[str]], None]] = {
    "": _table,
    "explain": _explain,
    "on": _switch("on"),
    "off": _switch("off"),
    "quiet": _switch("quiet"),
    "settings": _settings,
    "measure": _measure,
    "trials": _trials,
    "apply": _apply,
    "mute": _mute,
    "unmute": _unmute,
    "report": _report,
}


def completer(session: Session) -> Any:
    """Tab completion behind %hybnb: commands, function names, codes, settings, formats."""

    @context_matcher()  # type: ignore[untyped-decorator]
    def hybnb_matcher(context: CompletionContext) -> SimpleMatcherResult:
        before, magic, typed = context.text_until_cursor.partition("%hybnb ")
        if not magic or before.strip(" %"):
            return {"completions": [], "suppress": False}
        words = typed.split(" ")
        try:
            fitting = [one for one in _choices(session, words[:-1]) if one.startswith(words[-1])]
        except Exception:  # completion is a convenience: no trouble of it may reach the user's typing
            log.debug("completion failed", exc_info=True)
            fitting = []
        listed = [SimpleCompletion(text=one, type="hybnb") for one in fitting]
        return {"completions": listed, "matched_fragment": words[-1], "suppress": bool(listed)}

    return hybnb_matcher


def _choices(session: Session, before: Sequence[str]) -> Iterator[str]:
    done = [word for word in before if word]
    if not done:
        yield from filter(None, COMMANDS)
        yield from _names(session)
    elif done in (["--"], ["apply"], ["measure"]):
        yield from _names(session)
    elif done == ["trials"]:
        yield from TRIALS
    elif done == ["unmute"]:
        yield from session.muted.names
    elif done in (["explain"], ["mute"]):
        from hybnb.rules import registry

        yield from _names(session) if done == ["mute"] else ()
        yield from (rule.code for rule in registry())
    elif done[0] == "settings":
        yield from (f"{key}=" for key in Settings.__struct_fields__)
    elif done[0] == "report":
        yield from FORMATS if done[-1] == "--format" else ("--format",)


def _names(session: Session) -> Iterator[str]:
    for source in session.report().sources:
        yield from (verdict.function.name for verdict in source.verdicts)


def _display(bundle: show.Bundle) -> None:
    display(bundle, raw=True)  # type: ignore[no-untyped-call]


def _complain(sentence: str) -> None:
    from hybnb.show.inert import inert

    print(f"hybnb: {inert(sentence, 1000)}", file=sys.stderr)  # noqa: T201 - in answer to what the user typed
