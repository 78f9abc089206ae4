"""Modules of the user's that the notebook changes, beside what TensorFlow makes of it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hybnb.advisor import check
from hybnb.model import Cell
from hybnb.settings import Settings

MODULE = """
GAIN = 2.0
_offset = 0.0
def set_offset(value):
    global _offset
    _offset = value
def scaled(x):
    return x * GAIN
def moved(x):
    return x + _offset
def halved(x):
    return x / 2.0
"""
EDITED = MODULE.replace("x * GAIN", "x * GAIN + 1.0").replace("x / 2.0", "x / 3.0")
EDIT = f"import importlib, pathlib\npathlib.Path(own.__file__).write_text({EDITED!r})\nimportlib.reload(own)\n"
START = "import tensorflow as tf\nimport hybnb_own_module as own\nfrom hybnb_own_module import halved, scaled\n"
CALL = "found = f(tf.constant(3.0))\n"
NAMED, BY_MODULE = "def f(x):\n    return scaled(x)\n", "def f(x):\n    return own.scaled(x)\n"
HALVED = "def f(x):\n    return halved(x)\n"
MOVED = "def f(x):\n    return own.moved(x)\n"
AGAIN = "from hybnb_own_module import scaled\n"

STALE = {
    "an edited module is loaded anew": [BY_MODULE, CALL, EDIT, CALL],
    "a name is imported again from it": [NAMED, CALL, EDIT, AGAIN, CALL],
    "the notebook sets a name that a function of the module reads": [BY_MODULE, CALL, "own.GAIN = 5.0\n", CALL],
    "a function of the module sets what another one reads": [MOVED, CALL, "own.set_offset(4.0)\n", CALL],
}
FRESH = {
    "loaded anew before the function is defined": [EDIT, BY_MODULE, CALL, CALL],
    "the function is defined again": [BY_MODULE, CALL, EDIT, BY_MODULE, CALL],
    "a name that isn't imported again": [HALVED, CALL, EDIT, CALL],
    "a name is imported again and nothing was loaded anew": [NAMED, CALL, AGAIN, CALL],
    "another name of the module is set": [BY_MODULE, CALL, "own.other = 5.0\n", CALL],
    "an object of the notebook has an attribute of that name": [
        "class Own: pass\nmine = Own()\n", BY_MODULE, CALL, "mine.GAIN = 5.0\n", CALL,
    ],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    sys.modules.pop("hybnb_own_module", None)


def result(folder: Path, cells: list[str]) -> float:
    """What the last call gives."""
    sys.modules.pop("hybnb_own_module", None)
    importlib.invalidate_caches()
    (folder / "hybnb_own_module.py").write_text(MODULE)
    namespace: dict[str, object] = {}
    for cell in [START, *cells]:
        exec(cell, namespace)
    return float(namespace["found"])  # type: ignore[arg-type]


def said(folder: Path, cells: list[str]) -> str:
    module = Cell(0, MODULE, path=str(folder / "hybnb_own_module.py"), module="hybnb_own_module")
    notebook = [Cell(number, cell) for number, cell in enumerate([START, *cells], 1)]
    return next(
        one for one in reversed(check([module, *notebook], (), Settings())) if one.function.name == "f"
    ).safe.value


@pytest.mark.parametrize("cells", STALE.values(), ids=STALE)
def test_a_function_that_would_keep_an_old_module_is_not_called_safe(folder: Path, cells: list[str]) -> None:
    assert said(folder, cells) != "yes"


@pytest.mark.parametrize("cells", FRESH.values(), ids=FRESH)
def test_a_function_that_sees_the_module_as_it_is_stays_safe(folder: Path, cells: list[str]) -> None:
    assert said(folder, cells) == "yes"


@pytest.mark.tensorflow
@pytest.mark.parametrize("cells", [*STALE.values(), *FRESH.values()], ids=[*STALE, *FRESH])
def test_so_tensorflow_does(folder: Path, cells: list[str]) -> None:
    traced = [cell.replace("def f(", "@tf.function\ndef f(") for cell in cells]
    assert (result(folder, cells) != result(folder, traced)) == (cells in STALE.values())
