"""The catalogue of hazards: each row is covered, and what covers it says so of the row's own samples."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from hybnb.advisor import check
from hybnb.model import Cell, Evidence, Finding
from hybnb.rules import findings, gaps, registry
from hybnb.settings import Settings
from tests.rules.observed import observed
from tests.rules.observed import read as read_only
from tests.truth.agreement import disagreement
from tests.truth.harness import Bench
from tests.truth.hazards import Row, Shown, rows
from tests.truth.sample import cells_of
from tests.truth.watched import watched

ALL = rows()
CODES = [row.code for row in ALL]
SAMPLES = [(row, shown) for row in ALL for shown in row.samples]
GRAVE = ("blocks", "risks")
UNSAFE = ("silent", "exception", "hang")
EVERY = 4  #: of the samples, this one in so many is run in each test session; `make truth` runs them all
#: Differs, and yet is called safe, for a reason that stays.
TOLERATED = {
    "rng-stream-shift": "other numbers of the same distribution; the rule random-op notes it",
}
#: Seen once it is known what the names hold in a kernel.
LIVE = ("const-baked", "ag-no-source")
#: Not seen by the rule that should; the aim is none.
UNSEEN: dict[str, str] = {}


def _ids(cases: list[tuple[Row, Shown]]) -> list[object]:
    return [pytest.param(row, shown, id=shown.id) for row, shown in cases]


def _judged(shown: Shown) -> bool:
    """Its last cell calls a function of its own."""
    try:
        return bool(shown.sample)
    except ValueError:
        return False


FIRING = [(row, shown) for row, shown in SAMPLES if shown.fires and row.rules() and row.code not in UNSEEN]
#: The source alone must tell of what makes a function unsafe; the rest may need calls, or what names hold in a kernel.
BY_SOURCE = [(row, shown) for row, shown in FIRING if row.outcome in UNSAFE and row.code not in LIVE]
BY_CALLS = [(row, shown) for row, shown in FIRING if row.outcome not in UNSAFE and row.code not in LIVE]
BY_KERNEL = [(row, shown) for row, shown in FIRING if row.code in LIVE]
QUIET = [(row, shown) for row, shown in SAMPLES if not shown.fires and _judged(shown)]


def test_there_are_as_many_rows_as_hazards_known() -> None:
    assert len(set(CODES)) == len(CODES) == 181


def test_the_lists_of_exceptions_name_rows_that_exist() -> None:
    assert {*TOLERATED, *UNSEEN} <= set(CODES)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.code) for row in ALL])
def test_a_row_is_covered_by_a_rule_or_says_why_not(row: Row) -> None:
    if row.code not in UNSEEN:
        assert bool(row.rules()) != (row.reason is not None)


def test_rules_cover_rows_that_exist() -> None:
    assert {code for rule in registry() for code in rule.covers} <= set(CODES)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.code) for row in ALL])
def test_a_row_has_a_firing_sample_and_a_quiet_one(row: Row) -> None:
    assert any(not shown.fires for shown in row.samples)
    assert any(shown.fires for shown in row.samples) == (row.reason not in ("fine", "gone"))


def test_samples_are_written_once() -> None:
    assert len({shown.text for _, shown in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize(("row", "shown"), _ids(BY_SOURCE))
def test_the_source_alone_lets_a_covering_rule_speak(row: Row, shown: Shown) -> None:
    if not _judged(shown):
        verdicts = check([Cell(number, cell) for number, cell in enumerate(cells_of(shown.text), 1)], (), Settings())
        assert _codes([one for verdict in verdicts for one in verdict.findings]) & _covering(row)
        return
    evidence = read_only(shown.sample)
    assert _codes(findings(evidence, Settings())) & _covering(row)
    if row.code not in TOLERATED:
        assert not _safe(evidence)


@pytest.mark.tensorflow
@pytest.mark.parametrize(("row", "shown"), _ids(BY_CALLS))
def test_the_calls_let_a_covering_rule_speak(row: Row, shown: Shown) -> None:
    assert _codes(findings(observed(shown.sample), Settings())) & _covering(row)


@pytest.mark.tensorflow
@pytest.mark.parametrize(("row", "shown"), _ids(BY_KERNEL))
def test_a_running_notebook_lets_a_covering_rule_speak(row: Row, shown: Shown) -> None:
    assert _codes(watched(shown.sample).findings) & _covering(row)


@pytest.mark.parametrize(("row", "shown"), _ids(QUIET))
def test_nothing_blocks_what_is_the_same(row: Row, shown: Shown) -> None:
    found = [finding for finding in findings(read_only(shown.sample), Settings()) if finding.stance == "blocks"]
    assert not [one.message for one in found if one.code in _covering(row) or not shown.holds]


@pytest.mark.tensorflow
@pytest.mark.parametrize(("row", "shown"), _ids(SAMPLES[::EVERY]))
def test_tensorflow_agrees(bench: Bench, row: Row, shown: Shown) -> None:
    assert not disagreement(bench, row, shown)


def _codes(found: Iterable[Finding]) -> set[str]:
    return {finding.code for finding in found}


def _covering(row: Row) -> set[str]:
    return {rule.code for rule in row.rules()}


def _safe(evidence: Evidence) -> bool:
    return not gaps(evidence) and not any(one.stance in GRAVE for one in findings(evidence, Settings()))
