"""Files become cells, and bad files become one sentence."""

from __future__ import annotations

import json
import os

import nbformat
import pytest

from hybnb.errors import HybnbError
from hybnb.observe import notebook


def write(path, cells, metadata=None, indent=1, version=4, **more):
    path.write_text(
        json.dumps(
            {"cells": cells, "metadata": metadata or {}, "nbformat": version, "nbformat_minor": 5, **more},
            indent=indent,
            ensure_ascii=False,
        ),
        encoding="utf-8",
    )
    return path


def code(source, **more):
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source, **more}


def text_cell(source="# Title"):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def test_code_cells_are_numbered_and_empty_ones_count(tmp_path):
    book = write(tmp_path / "a.ipynb", [text_cell(), code("x = 1", id="one"), code(""), text_cell(), code("y = 2")])
    cells = notebook.read(book).cells
    assert [(cell.index, cell.source, cell.id) for cell in cells] == [
        (1, "x = 1", "one"),
        (2, "", None),
        (3, "y = 2", None),
    ]


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("split", [True, False])
def test_each_line_knows_its_place_in_the_file(tmp_path, indent, split):
    sources = ["x = 1\n\ny = 2", "z = 3\n", "", "def f():\n    return '\\n'"]
    noise = [{"output_type": "stream", "name": "stdout", "text": ["x = 1\n", "\n", "y = 2"]}]
    cells = [code(source.splitlines(keepends=True) if split else source, outputs=noise) for source in sources]
    book = write(tmp_path / "a.ipynb", [text_cell(), *cells], metadata={"cells": [1], "source": "x = 1"}, indent=indent)
    document = notebook.read(book)
    file = book.read_text(encoding="utf-8").split("\n")
    for cell in document.cells:
        for number, line in enumerate(cell.source.split("\n"), 1):
            assert json.dumps(line)[1:-1] in file[document.file_line(cell.index, number) - 1]
        assert cell.file_line == document.file_line(cell.index, 1)
    if split and indent:
        assert len(set(document.lines[0])) == 3


def test_pieces_of_a_source_need_not_be_lines(tmp_path):
    book = write(tmp_path / "a.ipynb", [code(["x = ", "1\ny = 2\n", "", "z = 3"])])
    document = notebook.read(book)
    file = book.read_text().split("\n")
    assert document.cells[0].source == "x = 1\ny = 2\nz = 3"
    assert [file[line - 1].strip() for line in document.lines[0]] == ['"x = ",', '"1\\ny = 2\\n",', '"z = 3"']


def test_magics_are_blanked_and_noted(tmp_path):
    book = write(
        tmp_path / "a.ipynb", [code("%%time\ndef f(x):\n    return x"), code("%%html\n<b>"), code("!ls\nx = 1")]
    )
    first, second, third = notebook.read(book).cells
    assert first.timed_magic
    assert first.source == "      \ndef f(x):\n    return x"
    assert second.source.strip() == ""
    assert third.source.split("\n")[1] == "x = 1"


def test_a_module_is_one_cell(tmp_path):
    file = tmp_path / "work.py"
    file.write_bytes(b"# -*- coding: latin-1 -*-\r\n# %%\r\nx = '\xfc'\r\n# %%\r\ny = 1\r\n")
    document = notebook.read(file)
    (cell,) = document.cells
    assert document.kind == "module"
    assert (cell.index, cell.module, cell.path) == (1, "work", str(file))
    assert cell.source == "# -*- coding: latin-1 -*-\n# %%\nx = 'ü'\n# %%\ny = 1\n"
    assert document.file_line(1, 5) == 5


def test_a_module_in_a_package_has_its_full_name(tmp_path):
    folder = tmp_path / "lab" / "nets"
    folder.mkdir(parents=True)
    for place in (tmp_path / "lab", folder):
        (place / "__init__.py").touch()
    (folder / "dense.py").write_text("x = 1")
    assert notebook.read(folder / "dense.py").cells[0].module == "lab.nets.dense"
    assert notebook.read(folder / "__init__.py").cells[0].module == "lab.nets"


def test_format_3_is_upgraded_in_memory(tmp_path):
    old = nbformat.v3.new_notebook(
        worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell(input="x = 1\ny = 2")])]
    )
    file = tmp_path / "old.ipynb"
    file.write_text(nbformat.v3.writes_json(old))
    before = file.read_bytes()
    document = notebook.read(file)
    assert [cell.source for cell in document.cells] == ["x = 1\ny = 2"]
    assert "y = 2" in file.read_text().split("\n")[document.file_line(1, 2) - 1]
    assert file.read_bytes() == before


def test_a_notebook_without_code_is_fine(tmp_path):
    assert notebook.read(write(tmp_path / "a.ipynb", [text_cell()])).cells == ()


def test_outputs_with_nan_are_fine(tmp_path):
    out = {"output_type": "display_data", "data": {"application/json": float("nan")}, "metadata": {}}
    assert len(notebook.read(write(tmp_path / "a.ipynb", [code("x", outputs=[out])])).cells) == 1


@pytest.mark.parametrize("name", ["python3", "tf-gpu"])
def test_a_kernel_without_a_language_is_taken_for_python(tmp_path, name):
    assert notebook.read(write(tmp_path / "a.ipynb", [code("x")], {"kernelspec": {"name": name}})).language == "python"


BAD = {
    "binary.ipynb": (b"\x89PNG\r\n\x1a\n\xff\xfe", "binary"),
    "broken.ipynb": (b'{"cells": [\n  {"cell_type": "code",\n ]}', "line 3"),
    "empty.ipynb": (b"", "an empty file"),
    "list.ipynb": (b"[1, 2]", "isn't a Jupyter notebook"),
    "other.ipynb": (b'{"a": 1}', "isn't a Jupyter notebook"),
    "odd.ipynb": (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 5}]}', "isn't a Jupyter notebook"),
    "deep.ipynb": (b"[" * 100_000, "nested too deeply"),
    "new.ipynb": (b'{"nbformat": 5, "cells": []}', "format 5"),
    "ancient.ipynb": (b'{"nbformat": 0, "cells": []}', "format 0"),
    "r.ipynb": (b'{"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "written in R"),
    "ir.ipynb": (b'{"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"name": "ir"}}}', "written in R"),
    "binary.py": (b"\x00\x01\x02", "binary"),
    "latin.py": (b"x = '\xfc'", "isn't text"),
    "cookie.py": (b"# coding: nothing-like-it\n", "isn't text"),
    "text.txt": (b"x = 1", "neither a notebook"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_told_in_one_sentence(tmp_path, name):
    content, words = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(HybnbError) as bad:
        notebook.read(tmp_path / name)
    message = str(bad.value)
    assert words in message
    assert name in message
    assert "\n" not in message


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(HybnbError, match="doesn't exist"):
        notebook.read(tmp_path / "no.ipynb")
    with pytest.raises(HybnbError, match="is a folder"):
        notebook.read(tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_file_is_told(tmp_path):  # pragma: no cover
    file = write(tmp_path / "a.ipynb", [])
    file.chmod(0)
    with pytest.raises(HybnbError, match="can't be read"):
        notebook.read(file)


def test_a_file_that_fails_while_it_is_read_is_told(tmp_path, monkeypatch):
    file = write(tmp_path / "a.ipynb", [])

    def fail(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(file), "read_bytes", fail)
    with pytest.raises(HybnbError, match="can't be read \\(Permission denied\\)"):
        notebook.read(file)


def test_folders_are_searched_but_not_what_was_built_or_installed(tmp_path):
    wanted = ["b.py", "deep/er/a.ipynb", "z.ipynb"]
    unwanted = [
        ".hidden/a.py", "__pycache__/a.py", "node_modules/a.py", ".ipynb_checkpoints/a.ipynb", "build/a.py",
        "mine/pyvenv.cfg", "mine/a.py", "thing.egg-info/a.py", ".a.py", "notes.md",
    ]  # fmt: skip
    for name in wanted + unwanted:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    found = notebook.find([tmp_path, tmp_path / "b.py"])
    assert [file.relative_to(tmp_path).as_posix() for file in found] == wanted


def test_nothing_to_find_is_told(tmp_path):
    with pytest.raises(HybnbError, match=r"holds no \.ipynb or \.py file"):
        notebook.find([tmp_path])
    with pytest.raises(HybnbError, match="doesn't exist"):
        notebook.find([tmp_path / "no"])


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("import tensorflow as tf", True),
        ("from keras import layers", True),
        ("import tf_keras", True),
        ("import tensorflow_probability as tfp", True),
        ("import importlib; importlib.import_module('tensorflow')", True),
        ("import torch", False),
        ("", False),
    ],
)
def test_files_without_tensorflow_can_be_skipped(tmp_path, source, seen):
    file = tmp_path / "a.py"
    file.write_text(source)
    assert notebook.mentions_tensorflow(notebook.read(file).cells) is seen
