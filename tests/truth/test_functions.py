"""The corpus, judged: what hybnb says of each function, beside what TensorFlow really does with it.

Two runs that differ only in the numbers drawn by tf.random count as the same: a graph has a random stream of its own.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from hybnb.model import Tri, Verdict
from tests.truth.corpus import Function, sampled
from tests.truth.differences import Differences
from tests.truth.harness import Bench
from tests.truth.watched import read, watched

pytestmark = [pytest.mark.tensorflow, pytest.mark.xdist_group("functions")]

ANSWERS: tuple[Tri, ...] = ("yes", "no", "unknown")
MODES = ("read", "watched")


#: Of the safe ones called safe, and left open, after the run; decided by the source alone.
CALLED_SAFE, LEFT_OPEN, DECIDED = 0.95, 0.05, 0.80


@dataclass(frozen=True)
class Judged:
    """One function: the truth, and hybnb's two verdicts; `watched` is None where running it would end the process."""

    truth: Differences
    read: Verdict
    watched: Verdict | None

    def verdict(self, mode: str) -> Verdict | None:
        return self.read if mode == "read" else self.watched


class Court:
    """Judges each function once. TensorFlow's worker process runs it while hybnb watches it here."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._known: dict[str, Judged] = {}
        self._beside = ThreadPoolExecutor(1)

    def of(self, function: Function) -> Judged:
        if function.id not in self._known:
            truth = self._beside.submit(self._bench.compare, function.sample)
            verdicts = read(function.sample), None if function.deadly else watched(function.sample)
            self._known[function.id] = Judged(truth.result(), *verdicts)
        return self._known[function.id]

    def table(self) -> dict[str, Counter[tuple[bool, Tri]]]:
        """How often (safe in truth, hybnb's answer) occurs, by mode."""
        everything = [self.of(function) for function in sampled()]
        return {
            mode: Counter(
                (not one.truth, verdict.safe.value) for one in everything if (verdict := one.verdict(mode)) is not None
            )
            for mode in MODES
        }

    def close(self) -> None:
        self._beside.shutdown()


@pytest.fixture(scope="module")
def court() -> Iterator[Court]:
    """Looking through TensorFlow's modules for garbage after each notebook would take most of the time."""
    import keras  # noqa: F401

    gc.collect()
    gc.freeze()
    with Bench() as bench:
        court = Court(bench)
        yield court
        court.close()
    gc.unfreeze()


@pytest.mark.parametrize("function", sampled(), ids=lambda one: one.id)
def test_no_function_is_called_safe_that_is_not(court: Court, function: Function) -> None:
    judged = court.of(function)
    if judged.truth:
        wrong = [mode for mode in MODES if (one := judged.verdict(mode)) is not None and one.safe.value == "yes"]
        assert not wrong, f"called safe ({' and '.join(wrong)}), but: {judged.truth}"


def test_most_functions_are_decided_and_rightly(court: Court, capsys: pytest.CaptureFixture[str]) -> None:
    table = court.table()
    drawn = "\n".join(_drawn(mode, table[mode]) for mode in MODES)
    with capsys.disabled():
        print(f"\n{drawn}")
    run, source = table["watched"], table["read"]
    assert _share(run, True, "yes") >= CALLED_SAFE, drawn
    assert _share(run, True, "unknown") <= LEFT_OPEN, drawn
    assert _decided(source) >= DECIDED, drawn


@pytest.mark.parametrize("fact", ["python_side_effects", "recursive", "tensor_computation"])
def test_facts_are_decided_by_the_source_alone(court: Court, fact: str) -> None:
    answers = Counter(getattr(court.of(function).read.facts, fact) for function in sampled())
    assert answers["unknown"] <= 0.03 * answers.total(), answers


def test_functions_without_python_effects_write_the_same_files(court: Court) -> None:
    for function in sampled():
        judged = court.of(function)
        if judged.read.facts.python_side_effects == "no":
            assert "files" not in judged.truth.kinds, function.id


def _share(counts: Counter[tuple[bool, Tri]], safe: bool, answer: Tri) -> float:
    return counts[safe, answer] / sum(counts[safe, one] for one in ANSWERS)


def _decided(counts: Counter[tuple[bool, Tri]]) -> float:
    return 1.0 - (counts[True, "unknown"] + counts[False, "unknown"]) / counts.total()


def _drawn(mode: str, counts: Counter[tuple[bool, Tri]]) -> str:
    rows = [[mode, *ANSWERS]]
    rows += [
        [word, *(str(counts[safe, one]) for one in ANSWERS)] for word, safe in (("same", True), ("differs", False))
    ]
    return "\n".join("".join(f"{cell:>10}" for cell in row) for row in rows)
