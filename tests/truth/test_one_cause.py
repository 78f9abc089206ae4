"""Over the corpus and the catalogue: a reason is given once, and what follows from it points to it."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from hybnb.model import Finding, Verdict
from tests.truth.corpus import functions
from tests.truth.hazards import rows
from tests.truth.sample import Sample
from tests.truth.watched import read


def _samples() -> list[object]:
    made = [(one.id, one.sample) for one in functions()]
    for row in rows():
        made += [(shown.id, shown.sample) for shown in row.samples if not shown.holds]
    return [pytest.param(sample, id=title) for title, sample in made]


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.path, finding.cell, finding.line, finding.column, finding.end_line, finding.end_column


def _root(verdict: Verdict, index: int) -> int:
    cause = verdict.findings[index].caused_by
    return index if cause is None else _root(verdict, cause)


@pytest.mark.parametrize("sample", _samples())
def test_no_reason_is_given_twice(sample: Sample) -> None:
    verdict = read(sample)
    by_place: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, finding in enumerate(verdict.findings):
        by_place[_place(finding)].append(index)
    for indices in by_place.values():
        said = [verdict.findings[index] for index in indices]
        assert max(Counter(one.code for one in said).values()) == 1, said
        assert len({one.message for one in said}) == len(said), said
        roots = {_root(verdict, index) for index in indices}
        grave = [index for index in roots if verdict.findings[index].stance in ("blocks", "risks")]
        assert len(grave) <= 1 or _in_callees(verdict, grave), said
    assert len({gap.message.split(" in line")[0] for gap in verdict.gaps}) == len(verdict.gaps)
    assert not _spelled_twice([gap.message for gap in verdict.gaps])


def _in_callees(verdict: Verdict, indices: list[int]) -> bool:
    """Different places in callees that are reached by one call in the function."""
    return sum("through" in verdict.findings[index].details for index in indices) >= len(indices) - 1


def _spelled_twice(messages: list[str]) -> bool:
    """What a call does is not known because what becomes of its function isn't."""
    called = {message.split("`")[1]: message for message in messages if "can't tell what `" in message}
    unknown = [message.split("`")[1] for message in messages if "can't tell what becomes of `" in message]
    return any("what it is isn't known" in called.get(name, "") for name in unknown)
