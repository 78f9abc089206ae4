"""`hybnb check` without running anything: places, exit codes, and bad input."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import pytest

from hybnb.cli import main, static
from hybnb.model import Cell, Verdict
from hybnb.observe.notebook import read
from hybnb.settings import Settings
from hybnb.show import json

SAMPLES = Path(__file__).parents[1] / "samples"
CODE = "import tensorflow as tf"


def notebook(path: Path, *cells: str) -> Path:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(book, path)
    return path


def verdict(**changes: Any) -> Verdict:
    """The first verdict of the static sample, moved to cell 2."""
    report = json.decode((SAMPLES / "report_static.json").read_bytes())
    one = report.sources[0].verdicts[0]
    function = msgspec.structs.replace(one.function, cell=2, line=1, end_line=12)
    found = tuple(msgspec.structs.replace(finding, cell=2) for finding in one.findings)
    return msgspec.structs.replace(one, **{"function": function, "findings": found, "fixes": (), **changes})


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[Cell], list[Cell], Settings]]:
    """Every file gets the verdict above; what the judge was asked is kept."""
    asked: list[tuple[list[Cell], list[Cell], Settings]] = []

    def check(cells: Sequence[Cell], modules: Sequence[Cell], settings: Settings, _: object) -> tuple[Verdict, ...]:
        asked.append((list(cells), list(modules), settings))
        return (verdict(),)

    monkeypatch.setattr(static, "check", check)
    return asked


def test_findings_are_printed_as_places_and_the_check_fails(
    tmp_path: Path, judge: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook(tmp_path / "nb.ipynb", CODE, "def step(x): pass")
    assert main(["check", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{path}:cell 2:1:1: repair first Trainer.step: ")
    assert lines[1].startswith(f"{path}:cell 2:9:9: HYB201 `losses` would grow")
    assert lines[-1] == "1 file, 1 function: 1 repair first."


def test_the_json_is_the_report_and_nothing_else(
    tmp_path: Path, judge: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook(tmp_path / "nb.ipynb", CODE, "def step(x): pass")
    assert main(["check", str(path), str(tmp_path / "missing.py"), "--format", "json"]) == 2
    seen = capsys.readouterr()
    report = json.decode(seen.out)
    assert [(source.path, source.kind) for source in report.sources] == [
        (str(tmp_path / "missing.py"), "module"),
        (str(path), "notebook"),
    ]
    assert report.sources[0].error is not None
    assert report.sources[1].verdicts[0].function.file_line > 1
    assert seen.err.count("\n") == 1


def test_nothing_to_change_is_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(notebook(tmp_path / "nb.ipynb", "def f(x):\n    return x"))]) == 0
    assert capsys.readouterr().out == "1 file, 0 functions.\n"


def test_files_without_tensorflow_are_not_analysed(tmp_path: Path, judge: list[Any]) -> None:
    main(["check", str(notebook(tmp_path / "nb.ipynb", "def f(x):\n    return x"))])
    assert judge == []


def test_a_comment_on_the_def_makes_the_check_pass(tmp_path: Path, judge: list[Any]) -> None:
    path = notebook(tmp_path / "nb.ipynb", CODE, "def step(x):  # hybnb: ignore\n    pass")
    assert main(["check", str(path)]) == 0


def test_a_comment_on_another_line_does_not(tmp_path: Path, judge: list[Any]) -> None:
    path = notebook(tmp_path / "nb.ipynb", CODE, "def step(x):\n    pass  # hybnb: ignore")
    assert main(["check", str(path)]) == 1


def test_codes_of_the_command_line_win_over_those_of_the_project(tmp_path: Path, judge: list[Any]) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.hybnb]\nignore = ["HYB3"]\nselect = ["HYB1"]\n')
    path = notebook(tmp_path / "nb.ipynb", CODE)
    main(["check", str(path), "--ignore", "hyb9"])
    assert (judge[0][2].ignore, judge[0][2].select) == (("HYB9",), ("HYB1",))


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_code_that_no_rule_has_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["check", option, "HYB000", "x.ipynb"])
    assert stopped.value.code == 2
    assert "no rule has the code HYB000" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "1.5", "inf"])
def test_a_timeout_is_a_whole_number_of_seconds(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "--timeout", seconds, "x.ipynb"])
    assert "not a whole number of seconds" in capsys.readouterr().err


def test_a_module_is_one_cell_with_lines_of_the_file(
    tmp_path: Path, judge: list[Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "train.py"
    path.write_text(f"{CODE}\ndef step(x): pass\n")
    function = msgspec.structs.replace(verdict().function, path=str(path), module="train", cell=1)
    found = (msgspec.structs.replace(verdict().findings[0], path=str(path)),)
    monkeypatch.setattr(static, "check", lambda *_: (verdict(function=function, findings=found),))
    assert main(["check", str(path)]) == 1
    assert f"{path}:9:9: HYB201 " in capsys.readouterr().out


def test_a_module_beside_a_notebook_is_judged_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = notebook(tmp_path / "nb.ipynb", CODE, "import helpers")
    module = tmp_path / "helpers.py"
    module.write_text(f"{CODE}\ndef step(x): pass\n")
    function = msgspec.structs.replace(verdict().function, path=str(module.resolve()), module="helpers", cell=1)
    monkeypatch.setattr(static, "check", lambda *_: (verdict(function=function, findings=()),))
    main(["check", str(tmp_path)])
    assert "2 files, 1 function" in capsys.readouterr().out
    main(["check", str(book)])
    assert "1 file, 1 function" in capsys.readouterr().out


def test_a_module_that_several_modules_import_is_judged_with_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "helpers.py").write_text("import tensorflow as tf\ndef step(x):\n    return tf.exp(x)\n")
    first, second = (tmp_path / name for name in ("first.py", "second.py"))
    for path in (first, second):
        path.write_text("import tensorflow as tf\nimport helpers\n", encoding="utf-8")
    book = notebook(tmp_path / "nb.ipynb", "import helpers")
    main(["check", str(first), str(second), str(book), "--format", "json"])
    report = json.decode(capsys.readouterr().out)
    judged = {Path(one.path).name: [v.function.name for v in one.verdicts] for one in report.sources}
    assert judged["first.py"]
    assert judged["second.py"] == []
    assert judged["nb.ipynb"] == judged["first.py"]  # as that notebook uses it


def test_what_a_module_imports_of_its_package_is_followed(tmp_path: Path) -> None:
    package = tmp_path / "lab"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "logs.py").write_text(
        "import tensorflow as tf\nseen = []\ndef note(x):\n    seen.append(x)\n    return x * 2\n"
    )
    train = package / "train.py"
    train.write_text("import tensorflow as tf\nfrom lab import logs\ndef step(x):\n    return logs.note(tf.exp(x))\n")
    document = read(train)
    asked = {verdict.function.name: verdict.safe.value for verdict in static.judged(document, Settings()).verdicts}
    assert asked == {"note": "no", "step": "no"}
    others = {str((package / "logs.py").resolve())}
    left = {
        verdict.function.name: verdict.safe.value for verdict in static.judged(document, Settings(), others).verdicts
    }
    assert left == {"step": "no"}


BAD_FILES = {
    "binary.ipynb": b"\x89PNG\r\n\x1a\n\x00\xff",
    "broken.ipynb": b'{"cells": [',
    "other.ipynb": b'{"answer": 42}',
    "list.ipynb": b"[]",
    "future.ipynb": b'{"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}',
    "binary.py": b"\x00\x01\x02",
    "latin.py": b"# caf\xe9\n",
    "picture.png": b"\x89PNG",
    "empty.ipynb": b"",
    "deep.ipynb": b"[" * 100_000,
    "numbers.ipynb": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "source": [1]}]}',
    "klingon.py": b"# coding: klingon\n",
    "utf16.ipynb": '{"cells": []}'.encode("utf-16"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_input_is_one_sentence_and_the_rest_is_still_checked(
    name: str, tmp_path: Path, judge: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / name
    bad.write_bytes(BAD_FILES[name])
    good = notebook(tmp_path / "good.ipynb", CODE, "def step(x): pass")
    assert main(["check", str(bad), str(good)]) == 2
    seen = capsys.readouterr()
    assert seen.err.startswith(f"hybnb: {bad}")
    assert seen.err.count("\n") == 1
    assert "Traceback" not in seen.err
    assert f"{good}:cell 2:1:1: repair first" in seen.out
    assert seen.out.endswith("2 files, 1 function: 1 repair first. 1 not judged to the end.\n")


def test_a_missing_file_and_an_empty_folder_are_one_sentence_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path / "missing.ipynb"), str(tmp_path)]) == 2
    assert [line.split("hybnb: ")[1] for line in capsys.readouterr().err.splitlines()] == [
        f"{tmp_path / 'missing.ipynb'} doesn't exist; check the spelling",
        f"{tmp_path} holds no .ipynb or .py file; name a file or another folder",
    ]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="every file can be read here")
def test_an_unreadable_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = notebook(tmp_path / "nb.ipynb", CODE)
    path.chmod(0)
    assert main(["check", str(path)]) == 2
    assert "can't be read" in capsys.readouterr().err


def test_an_unreadable_file_is_one_sentence_for_any_user(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = notebook(tmp_path / "nb.ipynb", CODE)
    monkeypatch.setattr(Path, "read_bytes", refused)
    assert main(["check", str(path)]) == 2
    assert "can't be read (Permission denied)" in capsys.readouterr().err


def test_what_is_no_regular_file_is_one_sentence_and_holds_nothing_up(
    tmp_path: Path, judge: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "again").symlink_to(tmp_path)
    good = notebook(tmp_path / "good.ipynb", CODE, "def step(x): pass")
    assert main(["check", *(str(tmp_path / name) for name in ("pipe.py", "loop.py", "folder.ipynb")), str(good)]) == 2
    seen = capsys.readouterr()
    assert [line.split()[1].rpartition("/")[2] for line in seen.err.splitlines()] == [
        "loop.py",
        "folder.ipynb",
        "pipe.py",
    ]
    assert "4 files, 1 function: 1 repair first. 3 not judged to the end." in seen.out
    assert main(["check", str(good), str(good), str(tmp_path / "again" / "good.ipynb")]) == 1


@pytest.mark.parametrize(
    "text",
    [
        CODE + "\ndef f(:\n    pass\n",
        CODE + "\ndef f(x):\n    if x == 0: pass\n" + "".join(f"    elif x == {i}: pass\n" for i in range(3000)),
    ],
    ids=["no Python", "too deep"],
)
def test_a_cell_that_cannot_be_followed_is_said_and_not_judged_to_the_end(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook(tmp_path / "nb.ipynb", text)
    assert main(["check", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"hybnb: {path}:cell 1 isn't Python")


def test_a_cell_that_is_no_python_is_named_with_its_line_where_another_imports_tensorflow(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook(tmp_path / "nb.ipynb", CODE, "x = 1\ndef f(:\n    pass", "def g(x)\n    return x")
    assert main(["check", str(path)]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == f"hybnb: {path}:cell 2 isn't Python (line 2: invalid syntax), so its functions aren't judged"
    assert second == f"hybnb: {path}:cell 3 isn't Python (line 1: expected ':'), so its functions aren't judged"


def test_cells_that_ipython_runs_are_no_broken_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cells = "%%bash\ndef f(:", "!ls def lambda\n%time f(1)\nf?", "await f(lambda: 1)"
    path = notebook(tmp_path / "nb.ipynb", "import tensorflow as tf", *cells)
    assert main(["check", str(path)]) == 0
    assert not capsys.readouterr().err


def test_a_module_that_is_no_python_could_not_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "train.py"
    path.write_text("import tensorflow as tf\ndef f(:\n    pass\n")
    assert main(["check", str(path)]) == 2
    seen = capsys.readouterr()
    assert seen.err == f"hybnb: {path} isn't Python (line 2: invalid syntax), so its functions aren't judged\n"
    assert "1 not judged to the end" in seen.out


def test_a_module_that_is_no_python_is_said_without_tensorflow_where_it_is_named_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "old.py"
    path.write_text("def f(:\n    pass\n")
    assert main(["check", str(path)]) == 2
    assert "isn't Python (line 1: invalid syntax)" in capsys.readouterr().err
    notebook(tmp_path / "good.ipynb", CODE)
    assert main(["check", str(tmp_path)]) == 0
    assert not capsys.readouterr().err


def test_links_that_lead_in_a_circle_leave_the_other_files_of_a_folder_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    notebook(tmp_path / "good.ipynb", CODE, "def step(x): pass")
    assert main(["check", str(tmp_path)]) == 2
    (trouble,) = capsys.readouterr().err.splitlines()
    assert "loop.py" in trouble
    assert "itself" not in trouble


def test_an_empty_file_is_called_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nb.ipynb"
    path.write_text("\n")
    assert main(["check", str(path)]) == 2
    assert capsys.readouterr().err == f"hybnb: {path} is an empty file, not a notebook\n"


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"# -*- coding: latin-1 -*-\r\n# \xe9\r\n", b"\x0c\r"])
def test_marks_encodings_and_line_ends_are_read_as_python_reads_them(
    start: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "module.py"
    path.write_bytes(start + b"import tensorflow as tf\r\ndef f(x):\r\n    print(x)\r\n    return tf.sin(x)\r\n")
    assert main(["check", str(path)]) in (0, 1)
    seen = capsys.readouterr()
    assert "1 file, 1 function" in seen.out
    assert not seen.err


def test_a_notebook_of_format_3_is_read(tmp_path: Path, judge: list[Any]) -> None:
    old = nbformat.convert(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)]), 3)
    path = tmp_path / "old.ipynb"
    nbformat.write(old, path, version=3)
    assert main(["check", str(path)]) == 1
    assert judge[0][0][0].source == CODE


def test_a_notebook_without_code_is_remarked_on_and_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook(tmp_path / "nb.ipynb")
    assert main(["check", str(path)]) == 0
    assert capsys.readouterr().err == f"hybnb: {path} has no code cells, so there is nothing to judge\n"


def test_a_failure_of_hybnb_itself_does_not_stop_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(cells: Sequence[Cell], *_: object) -> tuple[Verdict, ...]:
        if "bad" in cells[0].source:
            raise RecursionError("too\ndeep")
        return (verdict(),)

    monkeypatch.setattr(static, "check", check)
    bad, good = notebook(tmp_path / "a.ipynb", f"{CODE}; bad = 1"), notebook(tmp_path / "b.ipynb", CODE)
    assert main(["check", str(bad), str(good)]) == 2
    seen = capsys.readouterr()
    assert seen.err == (
        rf"hybnb: {bad}: hybnb itself failed here (RecursionError: too\ndeep); please report it with the file" + "\n"
    )
    assert "1 repair first" in seen.out


def test_a_module_with_execute_is_read_and_that_is_said(
    tmp_path: Path, judge: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "train.py"
    path.write_text("x = 1\n")
    assert main(["check", "--execute", str(path)]) == 0
    assert "--execute runs notebooks only" in capsys.readouterr().err


def test_a_bad_project_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.hybnb]\nmin_cals = 3\n")
    assert main(["check", str(notebook(tmp_path / "nb.ipynb", CODE))]) == 2
    assert "min_cals" in capsys.readouterr().err


def test_the_terminal_of_another_alphabet_still_gets_the_lines(tmp_path: Path) -> None:
    path = notebook(tmp_path / "größe.ipynb", CODE)
    done = subprocess.run(
        [sys.executable, "-m", "hybnb", "check", str(path), str(tmp_path / "missing\u202e.py")],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert done.returncode == 2
    assert b"missing\\u202e.py doesn't exist" in done.stderr


def test_the_check_imports_no_tensorflow_and_no_kernel(tmp_path: Path) -> None:
    path = notebook(tmp_path / "nb.ipynb", CODE, "def f(x):\n    return tf.reduce_sum(x)")
    code = (
        "import sys; from hybnb.cli import main; code = main(['check', sys.argv[1]]); "
        "print(code, [n for n in ('tensorflow', 'IPython', 'nbclient', 'numpy') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"
    assert "1 function: 1 measure" in done.stdout


MANY_OF_A_KIND = """
import tensorflow as tf

def branches(x):
    if tf.reduce_sum(x) > 0:
        alpha, beta, gamma, delta, epsilon = 1, 2, 3, 4, 5
    else:
        alpha, beta, gamma, delta, epsilon = 1.0, 2.0, 3.0, 4.0, 5.0
    return x * float(alpha + beta + gamma + delta + epsilon)

kept, seen, told, log, trail = [], [], [], [], []

def note(a, b, c):
    a.append(1), b.append(2), c.append(3)

def also(a, b):
    a.extend([1]), b.extend([2])

def step(x):
    note(kept, seen, told)
    also(log, trail)
    return x * len(kept) * len(seen) * len(told) * len(log) * len(trail)

def reads(x):
    return x * len(trail) * len(log) * len(told)

reads(tf.constant(1.0))
note(told, log, trail)
also(log, told)
reads(tf.constant(1.0))
"""


def test_the_same_report_comes_whatever_order_sets_have(tmp_path: Path) -> None:
    (tmp_path / "many.py").write_text(MANY_OF_A_KIND)
    command = [sys.executable, "-m", "hybnb", "check", "--format", "json", str(tmp_path)]
    reports = {
        subprocess.run(
            command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONHASHSEED": str(seed)}
        ).stdout
        for seed in range(1, 5)
    }
    assert len(reports) == 1
    assert "alpha" in reports.pop()
