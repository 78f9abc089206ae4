"""Tables and cards for terminals, drawn by rich; without colour they are the text/plain of every bundle."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hybnb.model import Change, Row, Verdict
from hybnb.show import words
from hybnb.show.evidence import Card

if TYPE_CHECKING:
    from hybnb.model import Explanation
    from hybnb.show.explained import Listed

STYLES = {"good": "green", "bad": "red", "unsure": "yellow", "plain": ""}
NARROWEST, WIDEST = 60, 120  #: columns


def plain(drawn: RenderableType, width: int | None = None) -> str:
    """What a terminal of `width` columns would show, without colours and without blanks at the ends of lines."""
    columns = width or max(NARROWEST, min(WIDEST, shutil.get_terminal_size((100, 24)).columns))
    page = StringIO()
    console = Console(
        file=page, width=columns, color_system=None, force_terminal=False, force_jupyter=False, legacy_windows=False
    )
    console.print(drawn, markup=False, highlight=False, emoji=False)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def table(verdicts: Sequence[Verdict], left_out: int = 0, asides: Sequence[str] = ()) -> RenderableType:
    """One line per function: where it is, both signals, calls, what to do; below it, what else is to be said."""
    after = [Text(line) for line in (*words.and_more(left_out, "function"), *asides)]
    if not verdicts:
        return Group(Text(words.NOTHING), *after)
    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for title in ("Function", "Safe", "Faster", "Calls", "What to do"):
        grid.add_column(title, overflow="fold", header_style="bold", justify="right" if title == "Calls" else "left")
    for verdict in verdicts:
        grid.add_row(*_cells(verdict))
    return Group(grid, *after)


def _cells(verdict: Verdict) -> Iterator[Text]:
    safe, faster, answer = words.safe_signal(verdict), words.faster_signal(verdict), words.answer_signal(verdict)
    gain, ground = words.gain_and_ground(verdict.faster)
    yield Text(f"{verdict.function.name}\n").append(words.place(verdict.function), "dim")
    yield Text(f"{safe.icon} {verdict.safe.value}", STYLES[safe.tone])
    yield Text(f"{faster.icon} {gain or words.below_faster(verdict)}\n", STYLES[faster.tone]).append(ground)
    yield Text(f"{verdict.facts.calls:,}")
    yield Text(str(answer), STYLES[answer.tone])


def card(one: Card) -> RenderableType:
    """Everything about one function."""
    return Group(*_card(one))


def _card(one: Card) -> Iterator[RenderableType]:
    verdict = one.verdict
    answer = words.answer_signal(verdict)
    yield Text.assemble((verdict.function.name, "bold"), f"  {words.place(verdict.function)}")
    yield _indented(Text(str(answer), f"bold {STYLES[answer.tone]}".strip()))
    yield _indented(_signals(verdict))
    yield _indented(listing(one.rows))
    if one.findings:
        yield Text("\nFindings", "bold")
        yield _indented(_findings(one))
    yield from (_indented(Text(line)) for line in words.and_more(one.left_out, "finding"))
    if one.gaps:
        yield Text("\nNot known", "bold")
        yield _indented(listing([Row(f"? {gap.part}", gap.message) for gap in one.gaps]))
    for change in one.changes:
        yield from _change(change)


def _signals(verdict: Verdict) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    safe, faster = words.safe_signal(verdict), words.faster_signal(verdict)
    grid.add_row(Text(str(safe), STYLES[safe.tone], no_wrap=True), Text(words.why_safe(verdict.safe)))
    grid.add_row(Text(str(faster), STYLES[faster.tone], no_wrap=True), Text(words.why_faster(verdict.faster)))
    return grid


def listing(rows: Sequence[Row]) -> RenderableType:
    """Labels with their values beside them."""
    grid = Table.grid(padding=(0, 2))
    for row in rows:
        grid.add_row(Text(row.label, "dim", no_wrap=True), Text(row.value, overflow="fold"))
    return grid


def _findings(one: Card) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    for finding, depth in one.findings:
        signal = words.STANCES[finding.stance]
        first = Text(" " * 2 * min(depth, 8)).append(str(signal), STYLES[signal.tone])
        first.no_wrap = True
        grid.add_row(first, Text(words.spot(finding), no_wrap=True), Text(finding.code), Text(words.advice(finding)))
    return grid


def explanation(rule: Explanation) -> RenderableType:
    """A rule with its samples."""
    return Group(*_explanation(rule))


def _explanation(rule: Explanation) -> Iterator[RenderableType]:
    stance = words.STANCES[rule.stance]
    yield Text.assemble((f"{rule.code} {rule.name}", "bold"), "  ", (str(stance), STYLES[stance.tone]))
    yield _indented(Text(rule.statement))
    yield _indented(listing(rule.rows))
    for title, samples in (("It speaks here:", rule.fires), ("It is silent here:", rule.quiet)):
        for sample in samples:
            yield Text.assemble((f"\n{title} ", "bold"), sample.title)
            yield from (Padding(Text(line, overflow="fold"), (0, 0, 0, 4)) for line in sample.lines)


def rules(every: Sequence[Listed]) -> RenderableType:
    """One line per rule."""
    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    for rule in every:
        stance = words.STANCES[rule.stance]
        head = Text(rule.code, "bold", no_wrap=True), Text(str(stance), STYLES[stance.tone], no_wrap=True)
        grid.add_row(*head, Text(rule.name, no_wrap=True), Text(rule.statement))
    return grid


def _change(change: Change) -> Iterator[RenderableType]:
    yield Text.assemble(("\nFix: ", "bold"), f"{change.title} ({change.safety})")
    for line in change.lines:
        yield _indented(Text(line, {"+": "green", "-": "red"}.get(line[:1], ""), overflow="fold"))


def _indented(drawn: RenderableType) -> RenderableType:
    return Padding(drawn, (0, 0, 0, 2))
