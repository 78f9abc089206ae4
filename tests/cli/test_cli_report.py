"""`hybnb report`: a page, a table or a JSON of many files."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from hybnb.cli import main
from hybnb.model import Environment, FunctionId, Report, Source, Tool
from hybnb.show import json
from hybnb.show.rows import TITLES
from hybnb.show.rows import csv as table
from tests.cli.test_cli_check import notebook, verdict

CODE = "import tensorflow as tf\nlosses = []\ndef step(x):\n    losses.append(x)\n    return tf.abs(x)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    notebook(tmp_path / "one.ipynb", CODE, "step(tf.ones([2]))")
    (tmp_path / "two.py").write_text(CODE, encoding="utf-8")
    return tmp_path


def test_a_page_holds_all_files_and_the_changes_of_their_cells(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(folder), "-o", str(folder / "all.html")]) == 0
    page = (folder / "all.html").read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""
    assert "one.ipynb" in page
    assert "two.py" in page
    assert "HYB201" in page


def test_the_format_is_that_of_the_files_name_or_the_one_asked_for(folder: Path) -> None:
    main(["report", str(folder), "-o", str(folder / "all.json")])
    assert len(json.decode((folder / "all.json").read_bytes()).sources) == 2
    main(["report", str(folder), "-o", str(folder / "all"), "--format", "csv"])
    assert (folder / "all").read_text(encoding="utf-8").startswith("file,function,")


def test_without_a_file_it_goes_to_standard_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--format", "csv", str(folder)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(Path(row["file"]).name, row["function"], row["safe"]) for row in rows] == [
        ("one.ipynb", "step", "no"),
        ("two.py", "step", "no"),
    ]
    assert "HYB201" in rows[0]["codes"].split()


def test_a_notebook_is_never_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "one.ipynb").read_bytes()
    assert main(["report", str(folder), "-o", str(folder / "one.ipynb")]) == 2
    assert (folder / "one.ipynb").read_bytes() == before
    assert "would be overwritten" in capsys.readouterr().err


def test_a_path_that_cannot_be_read_is_told_and_the_rest_is_written(folder: Path) -> None:
    assert main(["report", str(folder), str(folder / "missing.py"), "-o", str(folder / "all.json")]) == 2
    assert len(json.decode((folder / "all.json").read_bytes()).sources) == 3


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-1", "@sum", "a\n=b", "\x1b[31m"])
def test_no_text_of_a_table_is_a_formula_or_has_lines(name: str) -> None:
    one = verdict(function=FunctionId(name, 1, 1, 1, 1))
    page = table(Report(Tool("1"), Environment("3"), (Source("=x", "notebook", (one,)),)))
    _, row = csv.reader(io.StringIO(page))
    assert len(row) == len(TITLES)
    assert not [value for value in row if value.startswith(("=", "+", "-", "@"))]
    assert page.replace("\r\n", "").isprintable()
