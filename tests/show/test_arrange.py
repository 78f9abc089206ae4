"""What comes first."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hybnb.model import Finding, FunctionId, Verdict
from hybnb.model.decided import Facts, Faster, Safe, Stance
from hybnb.show.arrange import findings, pressing


def finding(line: int, stance: Stance = "blocks", caused_by: int | None = None) -> Finding:
    return Finding("HYB201", "name", stance, 1, line, 0, line, 1, f"line {line}", caused_by=caused_by)


def verdict(*found: Finding, name: str = "f") -> Verdict:
    why = (Safe("no", ("source",), ""), Faster("unknown", ""))
    return Verdict(FunctionId(name, 1, 1, 9, 1), False, Facts(), *why, "measure", findings=found)


def shown(found: Sequence[Finding]) -> list[tuple[int, int]]:
    return [(one.line, depth) for one, depth in findings(verdict(*found))]


def test_blocking_findings_come_before_risks_and_notes() -> None:
    found = [finding(1, "notes"), finding(2, "favours"), finding(3, "risks"), finding(5), finding(4)]
    assert shown(found) == [(4, 0), (5, 0), (3, 0), (2, 0), (1, 0)]


def test_a_consequence_follows_its_cause() -> None:
    assert shown([finding(1, caused_by=2), finding(2), finding(3), finding(4, caused_by=0)]) == [
        (2, 0), (3, 0), (1, 1), (4, 2),
    ]  # fmt: skip


def test_a_cause_that_is_not_there_or_a_ring_loses_no_finding() -> None:
    assert shown([finding(1, caused_by=99)]) == [(1, 0)]
    assert sorted(shown([finding(1, caused_by=1), finding(2, caused_by=0)])) == [(1, 0), (2, 0)]
    assert shown([finding(1, caused_by=0)]) == [(1, 0)]


def test_only_functions_to_change_are_actionable_and_the_most_to_save_comes_first() -> None:
    measure = verdict()
    small = msgspec.structs.replace(measure, answer="decorate", faster=Faster("yes", "", saved_seconds=1.0))
    large = msgspec.structs.replace(measure, answer="remove", faster=Faster("no", "", saved_seconds=9.0))
    assert pressing([measure, small, large]) == (large, small)
