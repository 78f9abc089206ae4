"""What comes first: the order in which functions and findings are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hybnb.model import Finding, Report, Verdict
from hybnb.model.decided import GRAVITY
from hybnb.show.words import ANSWERS

_ANSWER_RANK = {answer: rank for rank, answer in enumerate(ANSWERS)}


def pressing(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Those that should be changed as things stand, most time to save first."""
    return tuple(sorted((one for one in verdicts if one.pressing), key=_by_use))


def by_use(report: Report) -> tuple[Verdict, ...]:
    """All verdicts of a report: what to change first, then what to measure, then the rest."""
    return tuple(sorted((one for source in report.sources for one in source.verdicts), key=_by_use))


def _by_use(verdict: Verdict) -> tuple[bool, float, int, int, int]:
    function = verdict.function
    saved = verdict.faster.saved_seconds or 0.0
    return (not verdict.actionable, -saved, _ANSWER_RANK[verdict.answer], function.cell, function.line)


def findings(verdict: Verdict) -> Iterator[tuple[Finding, int]]:
    """Each finding once, with its depth: causes by gravity, each followed by what it caused.

    A `caused_by` that points nowhere, or in a ring, counts as none.
    """
    everything = verdict.findings
    order = sorted(range(len(everything)), key=lambda index: _by_gravity(everything[index]))
    roots = [index for index in order if everything[index].caused_by not in range(len(everything))]
    waiting = [(index, 0) for index in reversed(roots)]
    shown: set[int] = set()
    while waiting:
        index, depth = waiting.pop()
        shown.add(index)
        yield everything[index], depth
        caused = [other for other in order if everything[other].caused_by == index and other not in shown]
        waiting.extend((other, depth + 1) for other in reversed(caused))
    yield from ((everything[index], 0) for index in order if index not in shown)


def _by_gravity(finding: Finding) -> tuple[int, int, int, int]:
    return GRAVITY[finding.stance], finding.cell, finding.line, finding.column
