"""A report as a table for spreadsheets: one row per function."""

from __future__ import annotations

import csv as writer
import io
from typing import Final

from hybnb.model import Report, Source, Verdict
from hybnb.show.inert import tame

TITLES: Final = (
    "file", "function", "cell", "line", "decorated", "safe", "faster", "basis", "speedup", "low", "high",
    "saved_seconds", "calls", "answer", "decorator", "codes", "unknown",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@")  #: what makes a spreadsheet read a text as a formula


def csv(report: Report) -> str:
    """All functions of a report, the titles above."""
    page = io.StringIO(newline="")
    rows = writer.writer(page)
    rows.writerow(TITLES)
    for source in report.sources:
        shown = tame(source)
        rows.writerows([_inert(value) for value in _row(shown, verdict)] for verdict in shown.verdicts)
    return page.getvalue()


def _row(source: Source, verdict: Verdict) -> tuple[object, ...]:
    function, faster = verdict.function, verdict.faster
    return (
        function.path or source.path,
        function.name,
        "" if function.path else function.cell,
        function.line,
        verdict.decorated,
        verdict.safe.value,
        faster.value,
        faster.basis,
        faster.speedup,
        faster.low,
        faster.high,
        faster.saved_seconds,
        verdict.facts.calls,
        verdict.answer,
        verdict.decorator,
        " ".join(dict.fromkeys(finding.code for finding in verdict.findings)),
        " ".join(dict.fromkeys(gap.reason for gap in verdict.gaps)),
    )


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
