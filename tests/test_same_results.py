"""A seeded notebook computes the same with hybnb as without it, bit for bit, in a real kernel."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent / "seeded_notebooks"
LAST_CELL = (NOTEBOOKS / "collect.py").read_text(encoding="utf-8")
FOLDERS = ("", "more") if os.environ.get("HYBNB_SEEDED_NOTEBOOKS") == "all" else ("",)
KINDS = sorted(
    path.relative_to(NOTEBOOKS).with_suffix("").as_posix()
    for folder in FOLDERS
    for path in (NOTEBOOKS / folder).glob("*.py")
    if path.stem != "collect"
)

# What two runs of one notebook never share: addresses, process numbers, the times that %time prints, colours, and
# the time stamps of TensorFlow's C++ log.
CHANGING = re.compile(
    r"0x[0-9a-f]{6,}|ipykernel_\d+|__autograph_generated_file\w+|(CPU times|Wall time): .*|\x1b\[[0-9;]*m|^[IWE]\d{4} .*\n",
    re.MULTILINE,
)
# One thread, so that sums are added in one order; a fixed hash seed, so that sets are walked in one order.
STEADY = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "",
}


def notebook(kind: str, first_cell: str, *more: str) -> nbformat.NotebookNode:
    """The cells of one kind of notebook between `first_cell` and the one that tells all it made, then `more`."""
    cells = (NOTEBOOKS / f"{kind}.py").read_text(encoding="utf-8").split("\n# %%\n")
    sources = [first_cell, *cells, LAST_CELL, *more]
    made: nbformat.NotebookNode = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources]
    )
    return made


def visible(cell: nbformat.NotebookNode) -> dict[str, str]:
    """What a cell shows, as text by kind; hybnb's advice, the only thing displayed in these notebooks, left out."""
    shown: dict[str, str] = {}
    for output in cell["outputs"]:
        match output["output_type"]:
            case "stream":  # comes in pieces, cut anywhere
                shown[output["name"]] = shown.get(output["name"], "") + output["text"]
            case "error":
                shown["error"] = "\n".join([output["ename"], output["evalue"], *output["traceback"]])
            case "execute_result":
                shown["result"] = output["data"]["text/plain"]
    return {kind: CHANGING.sub("", text) for kind, text in shown.items()}


def executed(kind: str, first_cell: str, folder: Path, *more: str) -> list[nbformat.NotebookNode]:
    """The cells of the notebook after it has run in `folder`."""
    folder.mkdir()
    book = notebook(kind, first_cell, *more)
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(book, timeout=300, allow_errors=True, kernel_name="python3", resources=where).execute()
    cells: list[nbformat.NotebookNode] = book["cells"]
    return cells


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", KINDS)
def test_a_seeded_notebook_computes_the_same_with_and_without_hybnb(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in STEADY.items():
        monkeypatch.setenv(name, value)

    without = executed(kind, "pass", tmp_path / "without")
    *with_hybnb, table = executed(kind, "%load_ext hybnb", tmp_path / "with", "%hybnb")

    assert [visible(cell) for cell in with_hybnb] == [visible(cell) for cell in without]
    assert "error" not in visible(without[-1]), "the last cell failed and so compared nothing"
    (judged,) = table["outputs"]
    assert re.search(r"\bcell \d", judged["data"]["text/plain"]), "hybnb judged nothing, so this run shows little"
