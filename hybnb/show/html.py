"""Notices, tables and cards as HTML that stands alone: inline style, no scripts, nothing fetched.

It is read in JupyterLab, Notebook, VS Code, Colab, nbviewer and exported pages, light or dark, and still makes sense
where a sanitiser takes all style away. Colour only repeats what an icon and a word already say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from hybnb.model import Change, Finding, Row, Verdict
from hybnb.show import words
from hybnb.show.evidence import Card
from hybnb.show.pictures import pictures
from hybnb.show.tags import ADDED, CODE, LINE, REMOVED, SHADE, TONES, joined, tag
from hybnb.show.words import Signal

if TYPE_CHECKING:
    from hybnb.model import Explanation, Sample

FRAME = "font-family: var(--jp-ui-font-family, system-ui, sans-serif); font-size: 13px; line-height: 1.5; color: inherit; overflow-wrap: anywhere"
#: Else notebooks would read what stands between two dollar signs as a formula.
NO_MATHEMATICS = "tex2jax_ignore mathjax_ignore"
TABLE = "border-collapse: collapse; border: none; margin: 2px 0; font: inherit; color: inherit"
CELL = "text-align: left; vertical-align: top; padding: 2px 16px 2px 0; border: none; max-width: none"
RULED = f"{CELL}; border-bottom: 1px solid {LINE}; overflow-wrap: break-word"
LABEL = f"{CELL}; white-space: nowrap"
ROW = "background: transparent"
HEADING = "margin: 10px 0 2px; font-weight: 600"
BLOCK = f"margin: 4px 0; padding: 6px 10px; background: {SHADE}; color: inherit; overflow-x: auto; {CODE}; font-size: 12px; line-height: 1.4"
BODY = f"margin: 4px 0 10px 4px; padding-left: 12px; border-left: 2px solid {LINE}"


def framed(*parts: str) -> Markup:
    """The outermost element of everything hybnb draws."""
    return tag("div", *parts, style=FRAME, class_=f"hybnb {NO_MATHEMATICS}")


def notice(cards: Sequence[Card], left_out: int) -> Markup:
    """One line per function, its evidence folded away."""
    return joined((*(_folded(one) for one in cards), *map(sentence, words.and_more(left_out, "function"))))


def _folded(one: Card) -> Markup:
    function = one.verdict.function
    head = (signal(words.answer_signal(one.verdict)), name(function.name), _quiet(f"({words.place(function)}):"))
    line = tag("summary", joined((*head, prose(words.headline(one.verdict))), " "), style="cursor: pointer")
    return tag("details", line, tag("div", *_body(one), style=BODY), style="margin: 2px 0")


def card(one: Card) -> Markup:
    """Everything about one function."""
    function = one.verdict.function
    title = (tag("b", name(function.name)), words.place(function), signal(words.answer_signal(one.verdict)))
    return joined((tag("div", joined(title, " · ")), tag("div", *_body(one), style=BODY)))


def table(verdicts: Sequence[Verdict], left_out: int = 0, asides: Sequence[str] = ()) -> Markup:
    """One row per function: where it is, both signals, calls, what to do; below it, what else is to be said."""
    after = (*words.and_more(left_out, "function"), *asides)
    if not verdicts:
        return joined(map(sentence, (words.NOTHING, *after)))
    titles = ("Function", "Where", "Safe", "Faster", "Eager calls", "What to do")
    head = tag("tr", *(tag("th", title, style=RULED, scope="col") for title in titles), style=ROW)
    body = (tag("tr", *_cells(verdict), style=ROW) for verdict in verdicts)
    drawn = tag("table", tag("thead", head), tag("tbody", *body), style=TABLE)
    return joined((tag("div", drawn, style="overflow-x: auto"), *map(sentence, after)))


def _cells(verdict: Verdict) -> Iterator[Markup]:
    safe, faster = words.safe_signal(verdict), words.faster_signal(verdict)
    for content in (
        name(verdict.function.name),
        tag("span", words.place(verdict.function), style="white-space: nowrap"),
        signal(safe._replace(word=verdict.safe.value)),
        signal(faster._replace(word=words.speed(verdict.faster) or words.below_faster(verdict))),
        f"{verdict.facts.calls:,}",
        signal(words.answer_signal(verdict)),
    ):
        yield tag("td", content, style=RULED)


def _body(one: Card) -> Iterator[Markup]:
    yield _signals(one.verdict)
    yield listing(one.rows)
    yield from pictures(one.verdict)
    if one.findings:
        yield tag("div", "Findings", style=HEADING)
        yield tag("table", *(_finding(finding, depth) for finding, depth in one.findings), style=TABLE)
    yield from map(sentence, words.and_more(one.left_out, "finding"))
    if one.gaps:
        yield tag("div", "Not known", style=HEADING)
        yield tag(
            "ul",
            *(tag("li", tag("b", gap.part), ": ", prose(gap.message)) for gap in one.gaps),
            style="margin: 0",
        )
    yield from (_change(change) for change in one.changes)


def _signals(verdict: Verdict) -> Markup:
    safe, faster = words.safe_signal(verdict), words.faster_signal(verdict)
    rows = (
        _row(tag("b", signal(safe)), prose(words.why_safe(verdict.safe))),
        _row(tag("b", signal(faster)), prose(words.why_faster(verdict.faster))),
    )
    return tag("table", *rows, style=TABLE)


def listing(rows: Sequence[Row]) -> Markup:
    """Labels with their values beside them."""
    return tag(
        "table", *(_row(_quiet(row.label), code(row.value) if row.code else row.value) for row in rows), style=TABLE
    )


def _row(*cells: str) -> Markup:
    """A row in which only the last cell may break into lines."""
    labels = (tag("td", cell, style=LABEL) for cell in cells[:-1])
    return tag("tr", *labels, tag("td", cells[-1], style=CELL), style=ROW)


def _finding(finding: Finding, depth: int) -> Markup:
    stance = tag("span", signal(words.STANCES[finding.stance]), style=f"margin-left: {16 * min(depth, 8)}px")
    return _row(stance, words.spot(finding), _quiet(finding.code), prose(words.advice(finding)))


def explanation(rule: Explanation) -> Markup:
    """A rule, its samples folded away."""
    title = (tag("b", f"{rule.code} {rule.name}"), signal(words.STANCES[rule.stance]))
    rows = tag("table", *(_row(_quiet(row.label), prose(row.value)) for row in rule.rows), style=TABLE)
    speaks = (_sample("It speaks here:", sample) for sample in rule.fires)
    silent = (_sample("It is silent here:", sample) for sample in rule.quiet)
    body = tag("div", tag("div", prose(rule.statement)), rows, *speaks, *silent, style=BODY)
    return joined((tag("div", joined(title, " · ")), body))


def _sample(title: str, sample: Sample) -> Markup:
    line = tag("summary", tag("b", title), " ", sample.title, style="cursor: pointer")
    return tag("details", line, tag("pre", "\n".join(sample.lines), style=BLOCK), style="margin: 2px 0")


def _change(change: Change) -> Markup:
    lines = joined((_diff_line(line) for line in change.lines), "\n")
    title = tag("div", tag("b", "Fix: "), prose(change.title), " ", _quiet(f"({change.safety})"), style=HEADING)
    return tag("div", title, tag("pre", lines, style=BLOCK))


def _diff_line(line: str) -> Markup:
    shade = None if line.startswith(("+++ ", "--- ")) else {"+": ADDED, "-": REMOVED}.get(line[:1])
    return tag("span", line, style=f"background: {shade}") if shade else escape(line)


def signal(one: Signal) -> Markup:
    """An icon in its colour with its word beside it."""
    icon = tag("span", one.icon, style=f"color: {TONES[one.tone]}; font-weight: 700", aria_hidden="true")
    return tag("span", icon, " ", one.word, style="white-space: nowrap")


def name(text: str) -> Markup:
    """A name of the user's; right-to-left letters in it don't reorder what follows."""
    return tag("bdi", code(text))


def code(text: str) -> Markup:
    """Text in a fixed-width face."""
    look = f"{CODE}; font-size: 12px; background: {SHADE}; color: inherit; padding: 0 3px"
    return tag("code", text, style=f"{look}; white-space: normal; overflow-wrap: anywhere; box-decoration-break: clone")


def prose(text: str) -> Markup:
    """A sentence in which `names` between backquotes are set as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return joined(code(part) if index % 2 and part else part for index, part in enumerate(parts))


def _quiet(text: str) -> Markup:
    return tag("span", text, style="opacity: 0.8")


def sentence(text: str) -> Markup:
    """A line of its own."""
    return tag("div", text, style="margin: 2px 0")
