"""What stands behind %hybnb: one function for each command, given the session and the words that follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.display import display

from hybnb import show
from hybnb.errors import HybnbError
from hybnb.magics import options
from hybnb.session.asking import measured

if TYPE_CHECKING:
    from hybnb.session import Session

SWITCHES = {
    "on": "hybnb is on: after a cell it names functions worth a change.",
    "off": "hybnb is off: it watches nothing until %hybnb on.",
    "quiet": "hybnb is quiet: it still watches; ask it with %hybnb.",
}
TRIALS = {
    "auto": "hybnb tries functions as graphs when the kernel is idle, in a process of its own.",
    "ask": "hybnb asks below the cell before it tries a function, once for each.",
    "off": "hybnb tries nothing in the background.",
}


def _table(session: Session, rest: Sequence[str]) -> None:
    if rest:
        raise HybnbError(f"%hybnb {' '.join(rest)} means nothing; see %hybnb?")
    report = session.report()
    displayed(show.table(report, session.trouble))
    session.told([verdict for source in report.sources for verdict in source.verdicts])


def card(session: Session, names: Sequence[str]) -> None:
    """Everything about one function, with its buttons where a front end can draw them."""
    verdict = session.verdict(names[0])
    displayed(show.card(verdict, session.sources()))
    session.told([verdict])
    buttons = session.cards.buttons(verdict)
    if buttons is not None:
        displayed(buttons)


def _apply(session: Session, rest: Sequence[str]) -> None:
    print(session.cards.apply(session.verdict(_one(rest, "apply"))))  # noqa: T201 - the user asked


def _explain(_session: Session, rest: Sequence[str]) -> None:
    if len(rest) != 1:
        raise HybnbError("%hybnb explain takes one code, as %hybnb explain HYB201")
    displayed(show.explain(rest[0]))


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
        session.configure(options.of_settings(rest))
    from hybnb.measure.track_record import summary

    displayed(show.settings(session.settings, session.active, session.muted.names, summary()))


def _measure(session: Session, rest: Sequence[str]) -> None:
    found = measured(session, options.of_measure(rest), lambda piece: print(piece, end="", flush=True))  # noqa: T201 - asked
    verdicts = [session.verdict(name) for name in dict.fromkeys(name for name, _ in found)]
    if verdicts:
        displayed(show.cards(verdicts, session.sources()))
        session.told(verdicts)


def _trials(session: Session, rest: Sequence[str]) -> None:
    if len(rest) != 1 or rest[0] not in ("auto", "ask", "off"):
        raise HybnbError("%hybnb trials takes auto, ask or off")
    session.configure({"trials": rest[0]})
    print(TRIALS[rest[0]])  # noqa: T201 - the user asked


def _report(session: Session, rest: Sequence[str]) -> None:
    form, file = options.of_report(rest)
    report = session.report()
    if file is not None:
        _write(file, _written(form, session))
    elif form in ("json", "csv"):
        print(_written(form, session), end="")  # noqa: T201 - the user asked
    elif form == "html":
        displayed(show.cards([one for source in report.sources for one in source.verdicts], session.sources()))
    else:
        _table(session, ())


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


def displayed(bundle: show.Bundle) -> None:
    """Show it below the cell, in the richest form that the front end knows."""
    display(bundle, raw=True)  # type: ignore[no-untyped-call]


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
