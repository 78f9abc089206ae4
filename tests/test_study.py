"""Each category of the study has an example that hybnb speaks about rightly, and that TensorFlow bears out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from hybnb.advisor import check
from hybnb.model import Cell
from hybnb.rules import findings, registry
from hybnb.settings import Settings
from tests.rules.observed import observed
from tests.study import TRUTHS, Case, cases, codes
from tests.truth.harness import Bench


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """Runs samples both ways."""
    with Bench() as bench:
        yield bench


ALL = [pytest.param(case, id=case.file) for case in cases()]
KNOWN = {rule.code for rule in registry()}


def test_every_case_names_a_rule_and_a_truth() -> None:
    assert len(ALL) >= 17
    assert {case.says for case in cases()} <= KNOWN
    assert {case.truth for case in cases()} <= set(TRUTHS)
    assert len({case.title for case in cases()}) == len(ALL)


def test_every_code_of_earlier_work_has_an_answer() -> None:
    assert [code.number for code in codes()] == [n for n in range(1, 24) if n not in (2, 5)]
    assert {rule for code in codes() for rule in code.rules} <= KNOWN
    assert all(
        code.rules or re.search(r"fact|gap|answer|by itself|call sites|likewise", code.hybnb) for code in codes()
    )


@pytest.mark.tensorflow
@pytest.mark.parametrize("case", ALL)
def test_hybnb_speaks_about_the_example(case: Case) -> None:
    cells = [Cell(number, source) for number, source in enumerate(case.sample.cells, 1)]
    said = {finding.code for verdict in check(cells, (), Settings()) for finding in verdict.findings}
    if case.says not in said:  # it takes the calls
        said = {finding.code for finding in findings(observed(case.sample), Settings())}
    assert case.says in said


@pytest.mark.tensorflow
@pytest.mark.parametrize("case", ALL)
def test_tensorflow_bears_it_out(bench: Bench, case: Case) -> None:
    found = bench.compare(case.sample)
    shown = {
        "same": not found,
        "differs": bool(found) and not found.raised,
        "raises": bool(found.raised),
        "retraces": not found and (found.traces or 0) >= 3,
        "ends": bool(found.kinds & {"dies", "hangs", "exception"}),  # by luck it only raises
    }
    assert shown[case.truth], str(found)
