"""Magics are taken out of a cell, and nothing moves."""

from __future__ import annotations

import ast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from hybnb.observe.magic_lines import body_under_magics, parses, peel

SHAPES = [
    "x = 1\n",
    "%matplotlib inline\n",
    "!pip install thing \\\n    --quiet\nx = 1",
    "found = !ls *.py",
    "found = !",
    "where = %pwd\n",
    "step?",
    "?step",
    "if x:\n    %time step(x)\n    !ls\nelse:\n    %who",
    "%%time\n%%capture out\n\ndef f(x):\n    return x\n",
    "text = '''\n%not a magic\n!nor this\n'''\n%a_magic",
    "   def f(x):\n       return x\n\n   f(1)",
    ">>> def f(x):\n...     return x\n>>> f(1)",
    "In [1]: x = 1",
    "\n\n  \n%%bash\nls\n",
    "größe = 1\n%time größe + 1",
]


def shape(text: str) -> list[int]:
    return [len(line) for line in text.split("\n")]


@pytest.mark.parametrize("raw", SHAPES)
def test_every_line_keeps_its_length(raw):
    assert shape(peel(raw).source) == shape(raw)


@pytest.mark.parametrize("raw", SHAPES)
def test_what_is_left_is_python(raw):
    assert parses(peel(raw).source)


@pytest.mark.parametrize(
    "raw",
    ["x = 5 % 2", "total = (a\n    %b)", "ok = a != b", "'''\n%%time\n'''", "f(x); g(x)", "# what?", "s = 'why?'", ""],
)
def test_plain_python_is_left_alone(raw):
    assert peel(raw).source == raw


def test_a_cell_magic_of_another_language_leaves_only_blank_lines():
    peeled = peel("%%bash\nrm -r build\n")
    assert peeled.foreign == "bash"
    assert peeled.source.split() == []
    assert peeled.source.count("\n") == 2


def test_another_cell_magic_can_be_named_as_python():
    assert peel("%%mine\nx = 1", also=frozenset({"mine"})).source.strip() == "x = 1"


@pytest.mark.parametrize(("magic", "timed"), [("time", True), ("timeit", True), ("prun", True), ("capture", False)])
def test_a_timing_magic_is_noted(magic, timed):
    assert peel(f"%%{magic}\nx = 1").timed is timed


def test_a_timing_magic_within_capture_is_noted():
    assert peel("%%capture\n%%time\nx = 1").timed


@pytest.mark.parametrize(
    ("line", "statement"),
    [
        ("%time history = train(x)", "history = train(x)"),
        ("%timeit -n 10 -r3 step(x)", "step(x)"),
        ("%prun -l 10 -s cumulative step(x)", "step(x)"),
        ("for x in data:\n    %time step(x)", "for x in data:\n    step(x)"),
    ],
)
def test_the_statement_behind_a_timing_line_magic_is_kept(line, statement):
    assert ast.dump(ast.parse(peel(line).source)) == ast.dump(ast.parse(statement))


def test_a_name_bound_to_a_magic_stays_bound_but_to_nothing_known():
    tree = ast.parse(peel("where = %pwd").source)
    assert ast.unparse(tree) == "where = _"


def test_the_output_of_a_shell_command_is_a_list():
    assert ast.unparse(ast.parse(peel("files = !ls").source)) == "files = []"


def test_compiled_lines_are_traced_back_over_leading_blanks_and_long_magics():
    raw = "\n\n!pip install \\\n   thing\ndef f(x):\n    return x\n"
    compiled = TransformerManager().transform_cell(raw)
    at = compiled.split("\n").index("def f(x):") + 1
    assert raw.split("\n")[peel(raw).line_of(at) - 1] == "def f(x):"


def test_compiled_lines_of_a_captured_body_are_traced_back():
    raw = "%%capture\n\ndef f(x):\n    return x"
    body = body_under_magics(raw)
    compiled = TransformerManager().transform_cell(body)
    at = compiled.split("\n").index("def f(x):") + 1
    assert peel(raw).line_of(at) == 3


@pytest.mark.parametrize(
    "raw", ["def f(:\n  %time", "%time (", "!echo '''", "\0%x", "  x\n y\n%z", "%%", "%", "=!", "?"]
)
def test_text_that_is_no_python_at_all_keeps_its_shape_too(raw):
    assert shape(peel(raw).source) == shape(raw)


def test_a_cell_with_very_many_magics_ends_soon():
    peeled = peel("!ls\n" * 1000)
    assert shape(peeled.source) == shape("!ls\n" * 1000)


PIECES = st.sampled_from(
    [
        "x = 1", "def f(y):\n    return y", "%who", "!ls \\\n -l", "a = !ls", "b = %pwd", "f?", "", "# 100%", "'''\n%d\n'''",
        "for i in x:\n    %who\n    pass", "c = [\n  1 % 2,\n  3]", "??", "%env A=1", "é = 'ü'", "x\\\n = 1",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, max_size=8))
def test_what_is_left_has_the_statements_that_ipython_runs(pieces):
    raw = "\n".join(pieces)
    mine = ast.parse(peel(raw).source)
    theirs = ast.parse(TransformerManager().transform_cell(raw))
    assert [type(node) for node in mine.body if not isinstance(node, ast.Pass | ast.Expr)] == [
        type(node) for node in theirs.body if not isinstance(node, ast.Pass | ast.Expr)
    ]
    peeled = peel(raw)
    for ours, run in zip(mine.body, theirs.body, strict=True):
        assert peeled.line_of(run.lineno) == ours.lineno


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(alphabet="%!?=\\\n '\"()ax:#;,/\t", max_size=40))
@example("=%\\")
def test_no_text_is_too_odd(raw):
    assert shape(peel(raw).source) == shape(raw)
