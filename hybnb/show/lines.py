"""A report as lines that editors and other tools can follow: `path:cell N:line:column: CODE message`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hybnb import amounts
from hybnb.model import Finding, FunctionId, Report, Source, Verdict
from hybnb.show import words
from hybnb.show.arrange import findings
from hybnb.show.inert import inert

LONGEST_PATH = 1000  #: characters
_GRAVE = frozenset({"blocks", "risks"})
_DECORATED = "HYB5"  #: the family of what is found about functions that are decorated already


def lines(report: Report, everything: bool = False) -> Iterator[str]:
    """One line per function to change and per finding against it.

    `everything` adds what follows from a finding on the same line, what favours and notes, what is unknown, and what speaks against
    functions to be left alone.
    """
    for source in report.sources:
        for verdict in sorted(source.verdicts, key=lambda one: _order(one.function)):
            yield from _verdict_lines(source, verdict, everything)


def _order(function: FunctionId) -> tuple[str, int, int]:
    return function.path or "", function.cell, function.line


def _verdict_lines(source: Source, verdict: Verdict, everything: bool) -> Iterator[str]:
    function = verdict.function
    if verdict.actionable:
        answer = words.answer_signal(verdict).word
        said = f"{answer} {inert(function.name, 80)}: {_news(verdict)}"
        yield f"{_place(source, function.path, function.cell, function.line, 0)}: {inert(said)}"
    for finding, _ in findings(verdict):
        if everything or (_counts(finding, verdict) and not _said_there(finding, verdict)):
            place = _place(source, finding.path, finding.cell, finding.line, finding.column)
            yield f"{place}: {inert(f'{finding.code} {words.advice(finding)}')}"
    if everything:
        place = _place(source, function.path, function.cell, function.line, 0)
        for gap in verdict.gaps:
            yield f"{place}: {inert(f'not known ({gap.part}): {gap.message}')}"


def _counts(finding: Finding, verdict: Verdict) -> bool:
    """It asks for a change of its own: what speaks against a graph, or against the graphs that are made already."""
    if finding.stance in _GRAVE:
        return verdict.actionable or verdict.decorated
    return verdict.decorated and _reasoned(verdict) and finding.code.startswith(_DECORATED)


def _reasoned(verdict: Verdict) -> bool:
    """The lines below a function's own give the reason to change it; else that is in its own line."""
    return verdict.answer == "repair-first" and any(finding.stance in _GRAVE for finding in verdict.findings)


def _said_there(finding: Finding, verdict: Verdict) -> bool:
    """What caused it has a line of its own for the same line of the source."""
    cause = verdict.findings[finding.caused_by] if finding.caused_by is not None else None
    return cause is not None and (cause.path, cause.cell, cause.line) == (finding.path, finding.cell, finding.line)


def _news(verdict: Verdict) -> str:
    """The headline, or only the two signals where the lines below give the reason."""
    return words.signals(verdict) if _reasoned(verdict) else words.headline(verdict)


def _place(source: Source, path: str | None, cell: int, line: int, column: int) -> str:
    """Editors count columns from 1, the report from 0."""
    if path is None and source.kind != "module":
        return f"{inert(source.path, LONGEST_PATH)}:cell {cell}:{line}:{column + 1}"
    return f"{inert(path or source.path, LONGEST_PATH)}:{line}:{column + 1}"


def summary(report: Report) -> str:
    """One line that counts files, functions, answers and files that couldn't be judged."""
    verdicts = [verdict for source in report.sources for verdict in source.verdicts]
    counts = Counter(verdict.answer for verdict in verdicts)
    answers = ", ".join(f"{counts[answer]} {signal.word}" for answer, signal in words.ANSWERS.items() if counts[answer])
    said = f"{amounts.counted(len(report.sources), 'file')}, {amounts.counted(len(verdicts), 'function')}"
    troubled = sum(source.error is not None for source in report.sources)
    return f"{said}{f': {answers}' if answers else ''}.{f' {troubled} not judged to the end.' if troubled else ''}"


def asks_for_change(verdict: Verdict) -> bool:
    """Whether a check should fail on it: something to change, or a decorated function that isn't safe."""
    blocked = verdict.decorated and any(finding.stance == "blocks" for finding in verdict.findings)
    return blocked or verdict.actionable
