"""Runs seeded notebooks in a real kernel, so that two runs can be compared bit for bit."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent / "seeded_notebooks"
LAST_CELL = (NOTEBOOKS / "collect.py").read_text(encoding="utf-8")  # tells all that the notebook made
ALL = sorted(
    path.relative_to(NOTEBOOKS).with_suffix("").as_posix() for path in NOTEBOOKS.rglob("*.py") if path.stem != "collect"
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


def executed(
    kind: str, first: str, folder: Path, *, between: tuple[str, ...] = (), last: tuple[str, ...] = ()
) -> list[nbformat.NotebookNode]:
    """The cells after they have run in `folder`: `first`, the notebook's with `between` after each, the one that tells
    all it made, `last`.
    """
    folder.mkdir()
    cells = (NOTEBOOKS / f"{kind}.py").read_text(encoding="utf-8").split("\n# %%\n")
    sources = [first, *(source for cell in cells for source in (cell, *between)), LAST_CELL, *last]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(book, timeout=600, allow_errors=True, kernel_name="python3", resources=where).execute()
    made: list[nbformat.NotebookNode] = book["cells"]
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
