"""`hybnb fix`: what it makes, what it leaves, and what it says."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import nbformat
import pytest

from hybnb.cli import execute, main, static
from hybnb.model import Answer, Cell, Edit, Fix, Source, Verdict
from hybnb.settings import Settings
from tests.cli.test_cli_check import verdict

STEP = "import tensorflow as tf\ndef step(x):\n    return x"
INSERT = Edit(2, 24, 24, "@tf.function\n")
SAME = Fix("Write @tf.function above `step`", "same", (INSERT,), verified=True)

Judge = Callable[..., None]


def notebook(path: Path, *cells: str) -> Path:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.cells[0].outputs = [nbformat.v4.new_output("stream", text="an output\n")]
    nbformat.write(book, path)
    return path


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Have every file judged so."""

    def judged(*verdicts: Verdict) -> None:
        def check(cells: Sequence[Cell], modules: Sequence[Cell], settings: Settings, _: object) -> tuple[Verdict, ...]:
            return verdicts

        monkeypatch.setattr(static, "check", check)

    return judged


def source(path: Path, cell: int = 1) -> str:
    return "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][cell]["source"])


def test_a_change_that_keeps_the_results_is_made_and_nothing_else(
    tmp_path: Path, judge: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook(tmp_path / "nb.ipynb", "a = 1", STEP)
    before = path.read_text(encoding="utf-8")
    path.chmod(0o640)
    judge(verdict(fixes=(SAME,)))
    assert main(["fix", str(path)]) == 0
    after = path.read_text(encoding="utf-8")
    assert after == before.replace('    "def step(x):\\n",', '    "@tf.function\\n",\n    "def step(x):\\n",')
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["nb.ipynb"]
    said = capsys.readouterr().out.splitlines()
    assert said == [f"{path}:cell 2:1: Write @tf.function above `step`", "1 change made."]


def test_a_difference_is_shown_and_nothing_made(
    tmp_path: Path, judge: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook(tmp_path / "nb.ipynb", "a = 1", STEP)
    before = path.read_bytes()
    judge(verdict(fixes=(SAME,)))
    assert main(["fix", "--diff", str(path)]) == 1
    assert path.read_bytes() == before
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == [f"--- {path}:cell 2", f"+++ {path}:cell 2"]
    assert "+@tf.function" in said
    assert said[-1] == "1 change to make."


@pytest.mark.parametrize(
    "fix",
    [
        msgspec.structs.replace(SAME, safety="may-change"),
        msgspec.structs.replace(SAME, safety="show-only"),
        msgspec.structs.replace(SAME, verified=False),
        msgspec.structs.replace(SAME, edits=()),
        msgspec.structs.replace(SAME, edits=(INSERT, Edit(1, 0, 0, "x", path="elsewhere.py"))),
    ],
    ids=["may change", "a sketch", "not checked", "without edits", "in another file as well"],
)
def test_anything_less_certain_is_left(tmp_path: Path, judge: Judge, fix: Fix) -> None:
    path = notebook(tmp_path / "nb.ipynb", "a = 1", STEP)
    before = path.read_bytes()
    judge(verdict(fixes=(fix,)))
    assert main(["fix", str(path)]) == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize("answer", ["measure", "leave"])
def test_where_no_change_is_advised_yet_none_is_made(
    tmp_path: Path, judge: Judge, capsys: pytest.CaptureFixture[str], answer: Answer
) -> None:
    path = notebook(tmp_path / "nb.ipynb", "a = 1", STEP)
    before = path.read_bytes()
    judge(verdict(fixes=(SAME,), answer=answer))
    assert main(["fix", str(path)]) == main(["fix", "--diff", str(path)]) == 0
    assert path.read_bytes() == before
    told = " 1 function to measure first: --execute --measure." if answer == "measure" else ""
    assert capsys.readouterr().out.splitlines() == [f"0 changes made.{told}", f"0 changes to make.{told}"]


def test_what_was_tried_in_vain_is_not_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook(tmp_path / "nb.ipynb", "a = 1", STEP)
    source = Source(str(path), "notebook", verdicts=(verdict(fixes=(SAME,), answer="measure"),))
    monkeypatch.setattr(execute, "judged", lambda *_: (source, None))
    assert main(["fix", "--execute", "--measure", str(path)]) == 0
    assert capsys.readouterr().out == "0 changes made.\n"


def test_changes_that_overlap_are_not_both_made(tmp_path: Path, judge: Judge) -> None:
    path = notebook(tmp_path / "nb.ipynb", "a = 1", STEP)
    other = Fix("other", "same", (Edit(2, 24, 24, "@other\n"),), verified=True)
    across = Fix("across", "same", (Edit(2, 20, 30, "@across\n"),), verified=True)
    judge(verdict(fixes=(SAME,)), verdict(fixes=(other,)), verdict(fixes=(across,)))
    assert main(["fix", str(path)]) == 0
    assert source(path) == STEP.replace("def", "@tf.function\ndef")


def test_only_functions_with_the_codes_asked_for_are_fixed(tmp_path: Path, judge: Judge) -> None:
    path = notebook(tmp_path / "nb.ipynb", "a = 1", STEP)
    judge(verdict(fixes=(SAME,)))
    assert main(["fix", "--select", "HYB5", str(path)]) == 0
    assert source(path) == STEP
    assert main(["fix", "--select", "HYB2", str(path)]) == 0
    assert source(path) != STEP


def test_a_module_is_fixed_in_place(tmp_path: Path, judge: Judge) -> None:
    path = tmp_path / "steps.py"
    path.write_bytes(STEP.replace("\n", "\r\n").encode())
    edit = Edit(1, 24, 24, "@tf.function\n", path=str(path))
    judge(verdict(fixes=(msgspec.structs.replace(SAME, edits=(edit,)),)))
    assert main(["fix", str(path)]) == 0
    assert path.read_bytes() == STEP.replace("def", "@tf.function\ndef").replace("\n", "\r\n").encode()


def test_a_file_in_doubt_is_left_alone_with_a_sentence(
    tmp_path: Path, judge: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook(tmp_path / "nb.ipynb", "a = 1", STEP)
    book = json.loads(path.read_text(encoding="utf-8"))
    book["cells"][1]["metadata"]["editable"] = False
    path.write_text(json.dumps(book), encoding="utf-8")
    before = path.read_bytes()
    judge(verdict(fixes=(SAME,)))
    assert main(["fix", str(path)]) == 2
    assert path.read_bytes() == before
    assert capsys.readouterr().err == f"hybnb: {path} was left alone: cell 2 is locked\n"


def test_a_file_that_changed_while_it_was_judged_is_left_alone(
    tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook(tmp_path / "nb.ipynb", "a = 1", STEP)

    def check(*_: object) -> tuple[Verdict, ...]:
        notebook(path, "a = 2", STEP)
        return (verdict(fixes=(SAME,)),)

    monkeypatch.setattr(static, "check", check)
    assert main(["fix", str(path)]) == 2
    assert source(path) == STEP
    assert "was left alone: it was changed meanwhile" in capsys.readouterr().err


def test_a_path_that_cannot_be_read_fails_and_the_others_are_fixed(tmp_path: Path, judge: Judge) -> None:
    path = notebook(tmp_path / "nb.ipynb", "a = 1", STEP)
    judge(verdict(fixes=(SAME,)))
    assert main(["fix", str(tmp_path / "missing.ipynb"), str(path)]) == 2
    assert source(path) != STEP


@pytest.mark.tensorflow
def test_a_real_notebook_is_run_and_fixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    total = "import tensorflow as tf\n@tf.function\ndef total(x):\n    return tf.reduce_sum(x * 2.0)"
    path = notebook(tmp_path / "nb.ipynb", total, "for n in range(1, 20):\n    total(tf.ones([n]))")
    assert main(["fix", "--execute", str(path)]) == 0
    assert source(path, 0) == total.replace("@tf.function", "@tf.function(reduce_retracing=True)")
    assert json.loads(path.read_text(encoding="utf-8"))["cells"][0]["outputs"][0]["text"] == ["an output\n"]
    assert capsys.readouterr().out.endswith("1 change made.\n")
