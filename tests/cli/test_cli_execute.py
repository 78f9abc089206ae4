"""`hybnb check --execute`: a real kernel per notebook, and every way in which a run can go wrong."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from hybnb.cli import main
from hybnb.model import Report, Source
from hybnb.show import json

#: A stand-in, so that these tests need no TensorFlow: hybnb only asks whether a module of that name is there.
DEFINES = "def double(x):\n    return x + x\n"


def notebook(path: Path, *cells: str, kernel: str | None = None, tags: tuple[str, ...] = ()) -> Path:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    if kernel:
        book.metadata["kernelspec"] = {"name": kernel, "display_name": kernel}
    if tags:
        book.cells[-1].metadata["tags"] = list(tags)
    nbformat.write(book, path)
    return path


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Report, str]:
    code = main(["check", "--execute", "--format", "json", *arguments])
    seen = capsys.readouterr()
    return code, json.decode(seen.out), seen.err


def functions(source: Source) -> dict[str, tuple[int, int]]:
    """Name → cell and number of calls seen."""
    return {one.function.name: (one.function.cell, one.facts.calls) for one in source.verdicts}


def test_a_run_sees_calls_and_leaves_the_file_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = notebook(
        tmp_path / "nb.ipynb",
        "import os\nassert os.getcwd() == os.path.dirname(os.path.realpath('nb.ipynb'))",
        "",
        DEFINES,
        "for i in range(5):\n    double(i)",
        "assert len(In) == 5, In\nassert not [n for n in globals() if 'hybnb' in n.lower()]",
    )
    before = path.read_bytes()
    code, report, said = check(capsys, str(path))
    assert (code, said) == (0, "")
    assert functions(report.sources[0]) == {"double": (3, 5)}
    function = report.sources[0].verdicts[0].function
    assert function.cell_id == nbformat.read(path, 4).cells[2].id
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["nb.ipynb"]


def test_a_cell_that_raises_ends_the_run_and_the_rest_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = notebook(
        tmp_path / "bad.ipynb", DEFINES, "double(1)", "1 / 0", "import tensorflow\ndef later(x):\n    return x"
    )
    good = notebook(tmp_path / "good.ipynb", DEFINES, "double(1)")
    code, report, said = check(capsys, str(bad), str(good))
    assert code == 2
    assert said == f"hybnb: {bad}: cell 3 raised ZeroDivisionError: division by zero; the cells after it were not run\n"
    assert functions(report.sources[0]) == {"double": (1, 1), "later": (4, 0)}
    assert functions(report.sources[1]) == {"double": (1, 1)}


def test_a_cell_that_hangs_is_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = notebook(tmp_path / "nb.ipynb", DEFINES, "double(1)", "while True:\n    pass", "2")
    code, report, said = check(capsys, "--timeout", "2", str(path))
    assert code == 2
    assert "cell 3 ran longer than 2 s and was stopped; the cells after it were not run" in said
    assert said.count("\n") == 1
    assert functions(report.sources[0]) == {"double": (1, 1)}


def test_a_kernel_that_dies_keeps_what_was_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = notebook(tmp_path / "nb.ipynb", DEFINES, "double(1)", "import os\nos._exit(1)", "2")
    code, report, said = check(capsys, str(path))
    assert code == 2
    assert said == f"hybnb: {path}: cell 3 ended the kernel; the cells after it were not run\n"
    assert functions(report.sources[0]) == {"double": (1, 1)}


def test_a_kernel_that_is_not_there_leaves_the_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = notebook(tmp_path / "nb.ipynb", "import tensorflow as tf", DEFINES, kernel="no-such-kernel")
    code, report, said = check(capsys, str(path))
    assert code == 2
    assert said == f"hybnb: {path} asks for the kernel no-such-kernel, which isn't installed; its source was read\n"
    assert functions(report.sources[0]) == {"double": (2, 0)}


def test_cells_tagged_to_raise_or_to_be_skipped_are_as_in_jupyter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raises = notebook(tmp_path / "a.ipynb", DEFINES, "double(1)", "1 / 0", tags=("raises-exception",))
    skipped = notebook(tmp_path / "b.ipynb", DEFINES, "double(1)", "1 / 0", tags=("skip-execution",))
    code, report, said = check(capsys, str(raises), str(skipped))
    assert (code, said) == (0, "")
    assert [functions(source) for source in report.sources] == [{"double": (1, 1)}] * 2


def test_input_is_refused_rather_than_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = check(capsys, str(notebook(tmp_path / "nb.ipynb", "input('name? ')")))
    assert code == 2
    assert "cell 1 raised StdinNotImplementedError" in said


def test_two_cells_with_the_same_text_stay_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = notebook(tmp_path / "nb.ipynb", "x = 1", "x = 1", "", DEFINES, "double(x)")
    _, report, _ = check(capsys, str(path))
    assert functions(report.sources[0]) == {"double": (4, 1)}


def test_comments_are_heeded_in_a_run_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = notebook(tmp_path / "nb.ipynb", "def double(x):  # hybnb: ignore\n    return x + x", "double(1)")
    code, report, _ = check(capsys, str(path))
    assert (code, report.sources[0].verdicts) == (0, ())


@pytest.mark.tensorflow
def test_what_is_worth_it_is_measured_after_the_last_cell_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook(
        tmp_path / "nb.ipynb",
        "import tensorflow as tf\nseen = []",
        "def chain(x):\n    for _ in range(40):\n        x = tf.sin(x) + tf.cos(x)\n    return x",
        "def note(x):\n    seen.append(1)\n    return x",
        "for _ in range(300):\n    chain(tf.ones([3]))\nfor _ in range(5):\n    note(1)",
    )
    before = path.read_bytes()
    code, report, said = check(capsys, "--measure", str(path))
    verdicts = {one.function.name: one for one in report.sources[0].verdicts}
    assert code in (0, 1), said
    assert verdicts["chain"].faster.basis == "measured"
    assert "trial" in verdicts["chain"].safe.basis
    assert verdicts["chain"].facts.calls == 300  # a trial's calls aren't the notebook's
    assert verdicts["note"].faster.basis != "measured"
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["nb.ipynb"]
