"""A seeded notebook computes the same with all its functions tried after every cell as without hybnb, bit for bit."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.test_same_results import KINDS, LAST_CELL, NOTEBOOKS, STEADY, visible

#: One line, which leaves no name behind: every function hybnb knows is tried, as if it were asked for.
TRY = "(lambda s: [s.measure(v.function.key, budget=0.05) for v in s.judge()] and None or None)(get_ipython()._hybnb_session)"


def executed(kind: str, first: str, between: str, folder: Path) -> list[nbformat.NotebookNode]:
    """The cells of the notebook, `between` after each of them, after it has run in `folder`."""
    folder.mkdir()
    cells = (NOTEBOOKS / f"{kind}.py").read_text(encoding="utf-8").split("\n# %%\n")
    sources = [first, *(source for cell in cells for source in (cell, between)), LAST_CELL]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(book, timeout=600, allow_errors=True, kernel_name="python3", resources=where).execute()
    made: list[nbformat.NotebookNode] = book["cells"]
    return made


@pytest.mark.tensorflow
@pytest.mark.skipif(not os.environ.get("HYBNB_TRIALS"), reason="a minute each: make trials")
@pytest.mark.parametrize("kind", KINDS)
def test_a_seeded_notebook_computes_the_same_with_trials_after_every_cell(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in STEADY.items():
        monkeypatch.setenv(name, value)

    without = executed(kind, "pass", "pass", tmp_path / "without")
    tried = executed(kind, "%load_ext hybnb", TRY, tmp_path / "with")

    assert [visible(cell) for cell in tried] == [visible(cell) for cell in without]
    assert "error" not in visible(without[-1]), "the last cell failed and so compared nothing"
