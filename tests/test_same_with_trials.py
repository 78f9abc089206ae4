"""A seeded notebook computes the same with trials after every cell as without hybnb, bit for bit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import nbformat
import pytest

from tests.seeded import ALL, STEADY, executed, visible

ROOT = Path(__file__).resolve().parents[1]
#: One line each, which leave no name behind.
TRY = "__import__('tests.every_trial', fromlist=['run']).run()"
TELL = "__import__('tests.every_trial', fromlist=['tell']).tell()"
#: Those that are quick and yet hold much: lookup tables and generators, and a simulation with state.
FEW = ("more/words", "more/grids_and_physics")
KINDS = ALL if os.environ.get("HYBNB_TRIALS") else FEW


def differences(tried: list[nbformat.NotebookNode], without: list[nbformat.NotebookNode]) -> Iterator[str]:
    """Where the cells of the two runs don't show the same, line by line."""
    for number, cells in enumerate(zip(tried, without, strict=True)):
        one, other = (visible(cell) for cell in cells)
        for kind in sorted(one.keys() | other.keys()):
            lines = (shown.get(kind, "").splitlines() for shown in (one, other))
            for here, there in zip_longest(*lines, fillvalue="nothing"):
                if here != there:
                    yield f"{cells[0].source[:40]!r} ({number}), {kind}: with trials {here}, without {there}"


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", KINDS)
def test_a_seeded_notebook_computes_the_same_with_trials_after_every_cell(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**STEADY, "PYTHONPATH": str(ROOT)}.items():
        monkeypatch.setenv(name, value)

    *without, _ = executed(kind, "pass", tmp_path / "without", between=(TRY,), last=("pass",))
    *tried, told = executed(kind, "%load_ext hybnb", tmp_path / "with", between=(TRY,), last=(TELL,))

    assert len(tried) == len(without)
    assert not list(differences(tried, without))
    assert "error" not in visible(without[-1]), "the last cell failed and so compared nothing"
    outcomes = visible(told).get("stdout", "")
    print(f"{kind}: {', '.join(outcomes.splitlines())}")
    if "import tensorflow" in "\n".join(cell["source"] for cell in tried):
        assert "whole" in outcomes, f"no trial came to its end, so this run shows nothing: {outcomes}"
