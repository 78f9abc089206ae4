"""A seeded notebook computes the same with trials after every cell as without hybnb, bit for bit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.test_same_results import LAST_CELL, NOTEBOOKS, STEADY, visible

ROOT = Path(__file__).resolve().parents[1]
#: One line each, which leave no name behind.
TRY = "__import__('tests.every_trial', fromlist=['run']).run()"
TELL = "__import__('tests.every_trial', fromlist=['tell']).tell()"
#: Those that are quick and yet hold much: lookup tables and generators, and a simulation with state.
FEW = ("more/words", "more/grids_and_physics")
ALL = sorted(
    path.relative_to(NOTEBOOKS).with_suffix("").as_posix() for path in NOTEBOOKS.rglob("*.py") if path.stem != "collect"
)
KINDS = ALL if os.environ.get("HYBNB_TRIALS") else FEW


def executed(kind: str, first: str, between: str, last: str, folder: Path) -> list[nbformat.NotebookNode]:
    """The cells of the notebook, `between` after each of them and `last` at the end, after it has run in `folder`."""
    folder.mkdir()
    cells = (NOTEBOOKS / f"{kind}.py").read_text(encoding="utf-8").split("\n# %%\n")
    sources = [first, *(source for cell in cells for source in (cell, between)), LAST_CELL, last]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(book, timeout=600, allow_errors=True, kernel_name="python3", resources=where).execute()
    made: list[nbformat.NotebookNode] = book["cells"]
    return made


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

    *without, _ = executed(kind, "pass", "pass", "pass", tmp_path / "without")
    *tried, told = executed(kind, "%load_ext hybnb", TRY, TELL, tmp_path / "with")

    assert len(tried) == len(without)
    assert not list(differences(tried, without))
    assert "error" not in visible(without[-1]), "the last cell failed and so compared nothing"
    outcomes = visible(told).get("stdout", "")
    print(f"{kind}: {', '.join(outcomes.splitlines())}")
    assert "whole" in outcomes, f"no trial came to its end, so this run shows nothing: {outcomes}"
