"""A change in a file changes nothing else in it, or isn't made."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybnb.cli.rewriting import UnsureError, module, notebook
from hybnb.model import Edit

DEFINITION = "import tensorflow as tf\ndef step(x):\n    return x"
INSERT = Edit(1, 24, 24, "@tf.function\n")
AFTER = "import tensorflow as tf\n@tf.function\ndef step(x):\n    return x"


def book(*sources: str, **metadata: Any) -> dict[str, Any]:
    cells = [nbformat.v4.new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    cells[0].metadata.update(metadata)
    cells[0].outputs = [
        nbformat.v4.new_output("stream", text="<b>\u00e9\n"),
        nbformat.v4.new_output("display_data", data={"image/png": "AAAA"}),
    ]
    cells[0].execution_count = 3
    return dict(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# title", id="m"), *cells]))


def saved(made: dict[str, Any]) -> str:
    page = io.StringIO()
    nbformat.write(nbformat.from_dict(made), page)
    return page.getvalue()


def source_of(text: str, number: int = 0) -> str:
    return "".join([cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"][number]["source"])


def test_only_the_lines_that_change_are_written_and_look_as_jupyter_writes_them() -> None:
    before = saved(book(DEFINITION, "y = 1"))
    after = notebook(before, {1: [INSERT]})
    assert source_of(after) == AFTER
    assert after == before.replace('    "def step(x):\\n",', '    "@tf.function\\n",\n    "def step(x):\\n",')


def test_what_jupyter_would_save_is_what_was_written() -> None:
    made = book(DEFINITION, "y = 1")
    before = saved(made)
    made["cells"][1]["source"] = AFTER
    assert notebook(before, {1: [INSERT]}) == saved(made)


@pytest.mark.parametrize(
    "write",
    [
        lambda made: json.dumps(made),
        lambda made: json.dumps(made, ensure_ascii=False),
        lambda made: json.dumps(made, indent=4).replace("\n", "\r\n"),
        lambda made: json.dumps(made, indent="\t", sort_keys=True),
        lambda made: "\n\n" + json.dumps(made, separators=(",", ":")) + "  ",
    ],
    ids=["one line", "letters as they are", "Windows", "tabs", "dense"],
)
@pytest.mark.parametrize("as_list", [True, False])
def test_every_usual_way_to_write_a_notebook_is_kept(write: Any, as_list: bool) -> None:
    made = book("x = 'é'  # \U0001f600\n" + DEFINITION, "z = 2")
    if as_list:
        for cell in made["cells"]:
            cell["source"] = cell["source"].splitlines(keepends=True)
    text = write(made)
    place = 24 + len("x = 'é'  # \U0001f600\n")
    after = notebook(text, {1: [Edit(1, place, place, "@tf.function\n")]})
    assert after.replace('"@tf.function\\n"', "", 1).replace("@tf.function\\n", "", 1) != text or after != text
    made["cells"][1]["source"] = "x = 'é'  # \U0001f600\n" + AFTER
    if as_list:
        made["cells"][1]["source"] = made["cells"][1]["source"].splitlines(keepends=True)
    assert after == write(made)


def test_two_changes_in_one_cell_and_one_in_another() -> None:
    text = saved(book(DEFINITION + "\ndef other(x):\n    return x", "a = 1", DEFINITION))
    second = len(DEFINITION) + 1
    after = notebook(text, {1: [Edit(1, second, second, "@tf.function\n"), INSERT], 3: [INSERT]})
    assert source_of(after).count("@tf.function") == 2
    assert source_of(after, 1) == "a = 1"
    assert source_of(after, 2) == AFTER


def test_magics_stay_and_offsets_hold_beside_them() -> None:
    text = saved(book("%%time\n%matplotlib inline\n" + DEFINITION))
    place = 24 + len("%%time\n%matplotlib inline\n")
    after = notebook(text, {1: [Edit(1, place, place, "@tf.function\n")]})
    assert source_of(after) == "%%time\n%matplotlib inline\n" + AFTER


@pytest.mark.parametrize("metadata", [{"editable": False}, {"nbgrader": {"locked": True}}])
def test_a_locked_cell_is_left_alone(metadata: dict[str, Any]) -> None:
    with pytest.raises(UnsureError, match="cell 1 is locked"):
        notebook(saved(book(DEFINITION, **metadata)), {1: [INSERT]})


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Edit(1, 500, 500, "@tf.function\n"), "doesn't fit the text of cell 1"),
        (Edit(1, 30, 30, "@tf.function\n"), "doesn't fit the text of cell 1"),
        (Edit(1, 24, 24, "%%time\n!rm\n"), "doesn't fit the text of cell 1"),
    ],
)
def test_a_change_that_does_not_fit_is_not_made(edit: Edit, why: str) -> None:
    with pytest.raises(UnsureError, match=why):
        notebook(saved(book(DEFINITION)), {1: [edit]})


def test_unusual_files_are_left_alone() -> None:
    text = saved(book(DEFINITION))
    with pytest.raises(UnsureError, match="old notebook format"):
        notebook(text.replace('"nbformat": 4', '"nbformat": 3'), {1: [INSERT]})
    odd = re.sub(r'"def step\(x\):\\n",\n', '"def step(x):\\\\n" ,\n', text)
    assert odd != text
    with pytest.raises(UnsureError, match="indented in different ways"):
        notebook(odd, {1: [INSERT]})
    single = json.dumps(book(DEFINITION)).replace("step", "st\\u0065p")
    with pytest.raises(UnsureError, match="written in an unusual way"):
        notebook(single, {1: [INSERT]})


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=5), st.booleans(), st.booleans()
)
def test_any_outputs_and_comments_stay_byte_for_byte(texts: list[str], ascii_only: bool, dense: bool) -> None:
    comments = "".join(f"# {one}\n" for text in texts for one in text.splitlines() if "\r" not in one)
    made = book(comments + DEFINITION, *texts)
    made["cells"][1]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": texts, "more": [1.50, 1e400, None]}
    ]
    for cell in made["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    text = json.dumps(made, ensure_ascii=ascii_only, indent=None if dense else 1)
    place = len(comments) + 24
    try:
        after = notebook(text, {1: [Edit(1, place, place, "@tf.function\n")]})
    except UnsureError:
        return
    assert after.replace('"@tf.function\\n"' + (", " if dense else ",\n    "), "", 1) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_module_keeps_its_encoding_and_its_line_ends(tmp_path: Path, encoding: str, newline: str) -> None:
    head = "# coding: latin-1\n" if encoding == "latin-1" else ""
    text = head + "# é\n" + DEFINITION + "\n"
    content = text.replace("\n", newline).encode(encoding)
    place = len(head) + 4 + 24
    after = module(tmp_path / "m.py", content, [Edit(1, place, place, "@tf.function\n")])
    assert after == (head + "# é\n" + AFTER + "\n").replace("\n", newline).encode(encoding)


def test_a_module_with_mixed_line_ends_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(UnsureError, match="end in different ways"):
        module(tmp_path / "m.py", b"a = 1\r\nb = 2\n", [Edit(1, 0, 0, "c = 3\n")])
