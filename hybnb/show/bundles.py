"""MIME bundles: each drawing as text/plain and text/html side by side, so that every front end finds its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from hybnb.model import Report, Verdict
from hybnb.settings import Settings

Bundle: TypeAlias = dict[str, str]  #: MIME type → content
MOST_NOTICES = 10  #: functions named after one cell
MOST_ROWS = 500  #: functions in one table


def warm() -> None:
    """Import what drawing needs, ahead of the first drawing; may run in any thread."""
    from hybnb.show import explained, html, text  # noqa: F401


def notice(changed: Sequence[Verdict], sources: Mapping[int | str, str] | None = None) -> Bundle | None:
    """One quiet line for each function worth a change; None when there is none.

    `sources` holds the texts that fixes change, by a cell's index or a module's path.
    """
    from hybnb.show import arrange, evidence, html, words

    worth = arrange.pressing(changed)
    if not worth:
        return None
    drawn = [evidence.card(verdict, sources or {}) for verdict in worth[:MOST_NOTICES]]
    left_out = len(worth) - len(drawn)
    said = words.notice([one.verdict for one in drawn], left_out)
    return {"text/plain": said, "text/html": str(html.framed(html.notice(drawn, left_out)))}


def question(verdicts: Sequence[Verdict]) -> Bundle:
    """May these be tried? One line for each, with why it is asked."""
    from hybnb.show import html, inert, words

    shown = inert.tame(tuple(verdicts[:MOST_NOTICES]))
    lines = (*map(words.question, shown), *words.and_more(len(verdicts) - len(shown), "function"))
    return {"text/plain": "\n".join(lines), "text/html": str(html.framed(*map(html.sentence, lines)))}


def table(report: Report, trouble: Sequence[str] = ()) -> Bundle:
    """All functions of a report, those worth a change first; `trouble` is hybnb's own, one sentence each."""
    from hybnb.show import arrange, html, inert, text

    every = inert.tame(arrange.by_use(report))
    asides = tuple(inert.tame(source.error) for source in report.sources if source.error) + inert.tame(tuple(trouble))
    rows, left_out = every[:MOST_ROWS], max(0, len(every) - MOST_ROWS)
    return {
        "text/plain": text.plain(text.table(rows, left_out, asides)),
        "text/html": str(html.framed(html.table(rows, left_out, asides))),
    }


def card(verdict: Verdict, sources: Mapping[int | str, str] | None = None) -> Bundle:
    """Everything about one function."""
    return cards((verdict,), sources)


def cards(verdicts: Sequence[Verdict], sources: Mapping[int | str, str] | None = None) -> Bundle:
    """Everything about several functions, in the order given."""
    from hybnb.show import evidence, html, text

    drawn = [evidence.card(verdict, sources or {}) for verdict in verdicts]
    if not drawn:
        return _sentence("hybnb found no function in what ran.")
    return {
        "text/plain": "\n\n".join(text.plain(text.card(one)) for one in drawn),
        "text/html": str(html.framed(*(html.card(one) for one in drawn))),
    }


def explain(code: str) -> Bundle:
    """What a rule sees, why it matters, when it is wrong, what to do instead, and its samples."""
    from hybnb.show import explained, html, text

    rule = explained.explanation(code)
    return {"text/plain": text.plain(text.explanation(rule)), "text/html": str(html.framed(html.explanation(rule)))}


def settings(now: Settings, active: bool = True, muted: Sequence[str] = (), record: str = "") -> Bundle:
    """The settings with their meanings, what is muted, and how good predictions have been here."""
    from hybnb.show import html, inert, preferences, text

    rows = preferences.rows(now)
    said = ["hybnb is on." if active else "hybnb is off: it watches nothing until %hybnb on."]
    if muted:
        said.append(f"Muted in this session: {', '.join(inert.inert(name, 80) for name in muted)}.")
    if record:
        said.append(f"{record[:1].upper()}{record[1:]}.")
    return {
        "text/plain": "\n".join([*said, text.plain(text.listing(rows))]),
        "text/html": str(html.framed(*map(html.sentence, said), html.listing(rows))),
    }


def _sentence(said: str) -> Bundle:
    from hybnb.show import html

    return {"text/plain": said, "text/html": str(html.framed(html.sentence(said)))}
