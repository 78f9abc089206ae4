"""Edits of decorators: what is written where, and that no other character changes."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybnb.decide.edits import decorating, relaxing, undecorating
from hybnb.decide.text import applied
from hybnb.model import Decoration, Edit, FunctionId, Span


def function_in(source: str, name: str = "step") -> FunctionId:
    """The FunctionId of the last definition called `name`, or of the lambda bound to it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            found = node.lineno, node.end_lineno or node.lineno
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            found = node.value.lineno, node.value.end_lineno or node.value.lineno
    return FunctionId(name, 1, found[0], found[1], found[0])


def decoration_in(source: str, spelling: str, by_call: bool = False) -> Decoration:
    line = next(number for number, text in enumerate(source.split("\n"), 1) if spelling in text)
    column = source.split("\n")[line - 1].index(spelling)
    return Decoration(spelling, Span(1, line, column, line, column + len(spelling)), by_call=by_call)


def after(source: str, edit: Edit | None) -> str:
    assert edit is not None
    assert edit.cell == 1
    result = applied(source, (edit,))
    assert result[: edit.start] == source[: edit.start]
    assert result[edit.start + len(edit.text) :] == source[edit.end :]
    ast.parse(result)
    return result


WRITTEN = {
    "a plain function": ("def step(x):\n    return x\n", "@tf.function\ndef step(x):\n    return x\n"),
    "a function without a last line end": ("def step(x): return x", "@tf.function\ndef step(x): return x"),
    "a method": ("class T:\n    def step(self, x): ...\n", "class T:\n    @tf.function\n    def step(self, x): ...\n"),
    "a nested function in tabs": (
        "def make():\n\tdef step(x): ...\n\treturn step\n",
        "def make():\n\t@tf.function\n\tdef step(x): ...\n\treturn step\n",
    ),
    "below @property": (
        "class T:\n    @property\n    def step(self): ...\n",
        "class T:\n    @property\n    @tf.function\n    def step(self): ...\n",
    ),
    "below @staticmethod": (
        "class T:\n    @staticmethod\n    def step(x): ...\n",
        "class T:\n    @staticmethod\n    @tf.function\n    def step(x): ...\n",
    ),
    "below @classmethod": (
        "class T:\n    @classmethod\n    def step(cls): ...\n",
        "class T:\n    @classmethod\n    @tf.function\n    def step(cls): ...\n",
    ),
    "below a decorator of the user's": (
        "@timed(log=True)\ndef step(x): ...\n",
        "@timed(log=True)\n@tf.function\ndef step(x): ...\n",
    ),
    "above @tf.custom_gradient": (
        "@timed\n@tf.custom_gradient\ndef step(x): ...\n",
        "@timed\n@tf.function\n@tf.custom_gradient\ndef step(x): ...\n",
    ),
    "with the line ends of the file": (
        "x = 1\r\ndef step(x): ...\r\n",
        "x = 1\r\n@tf.function\r\ndef step(x): ...\r\n",
    ),
    "behind characters of several bytes": ("é = 'ü'\ndef step(x): ...\n", "é = 'ü'\n@tf.function\ndef step(x): ...\n"),
    "behind a form feed in a text": (
        "a = 'x\x0cy'\ndef step(x): ...\n",
        "a = 'x\x0cy'\n@tf.function\ndef step(x): ...\n",
    ),
    "around a lambda": ("step = lambda x: x * 2  # twice\n", "step = tf.function(lambda x: x * 2)  # twice\n"),
    "a coroutine's own line": ("async def step(x): ...\n", "@tf.function\nasync def step(x): ...\n"),
}


@pytest.mark.parametrize("title", WRITTEN)
def test_the_decorator_is_written(title: str) -> None:
    before, expected = WRITTEN[title]
    assert after(before, decorating(before, function_in(before), "@tf.function")) == expected


def test_options_go_into_the_call_around_a_lambda() -> None:
    source = "step = lambda x: x\n"
    edit = decorating(source, function_in(source), "@tf.function(reduce_retracing=True)")
    assert after(source, edit) == "step = tf.function(lambda x: x, reduce_retracing=True)\n"


@pytest.mark.parametrize(
    "source",
    ["def other(x): ...\n", "def step(x:\n", "", "step = (lambda x: x, lambda y: y)\n", "%time def step(x): ..."],
)
def test_nothing_is_written_where_the_function_is_not_found_for_certain(source: str) -> None:
    assert decorating(source, FunctionId("step", 1, 1, 1, 1), "@tf.function") is None


RELAXED = {
    "a bare decorator": ("@tf.function\ndef step(x): ...\n", "@tf.function(reduce_retracing=True)\ndef step(x): ...\n"),
    "an empty call": ("@tf.function()\ndef step(x): ...\n", "@tf.function(reduce_retracing=True)\ndef step(x): ...\n"),
    "other options": (
        "@tf.function(jit_compile=True)\ndef step(x): ...\n",
        "@tf.function(jit_compile=True, reduce_retracing=True)\ndef step(x): ...\n",
    ),
    "a comma at the end and a comment": (
        "@tf.function(\n    autograph=False,  # faster\n)\ndef step(x): ...\n",
        "@tf.function(\n    autograph=False, reduce_retracing=True,  # faster\n)\ndef step(x): ...\n",
    ),
    "the option turned off": (
        "@tf.function(reduce_retracing=False)\ndef step(x): ...\n",
        "@tf.function(reduce_retracing=True)\ndef step(x): ...\n",
    ),
}


@pytest.mark.parametrize("title", RELAXED)
def test_the_option_is_added(title: str) -> None:
    before, expected = RELAXED[title]
    assert after(before, relaxing(before, function_in(before), decoration_in(before, "tf.function"))) == expected


def test_the_option_is_added_to_a_conversion_by_call() -> None:
    source = "def raw(x): ...\nstep = tf.function(raw)\n"
    edit = relaxing(source, function_in(source, "raw"), decoration_in(source, "tf.function(raw)", by_call=True))
    assert after(source, edit).endswith("step = tf.function(raw, reduce_retracing=True)\n")


REMOVED = {
    "a bare decorator": ("a = 1\n@tf.function\ndef step(x): ...\n", "a = 1\ndef step(x): ...\n"),
    "a decorator over several lines": (
        "@timed\n@tf.function(\n    jit_compile=True,\n)\ndef step(x): ...\n",
        "@timed\ndef step(x): ...\n",
    ),
    "a method's": ("class T:\n    @tf.function\n    def step(self): ...\n", "class T:\n    def step(self): ...\n"),
    "with the remark beside it": ("@tf.function  # hot\ndef step(x): ...\n", "def step(x): ...\n"),
}


@pytest.mark.parametrize("title", REMOVED)
def test_the_decorator_is_removed(title: str) -> None:
    before, expected = REMOVED[title]
    assert after(before, undecorating(before, function_in(before), decoration_in(before, "tf.function"))) == expected


def test_a_conversion_by_call_becomes_what_was_converted() -> None:
    source = "def raw(x): ...\nπ, step = 3, tf.function(raw, jit_compile=True)\n"
    decoration = decoration_in(source, "tf.function(raw, jit_compile=True)", by_call=True)
    assert after(source, undecorating(source, function_in(source, "raw"), decoration)).endswith("π, step = 3, raw\n")


def test_a_decorator_elsewhere_is_left_alone() -> None:
    source = dedent("""\
        @tf.function
        def other(x): ...
        def step(x): ...
        """)
    decoration = decoration_in(source, "tf.function")
    assert undecorating(source, function_in(source), decoration) is None
    assert relaxing(source, function_in(source), decoration) is None


NAMES = st.text(alphabet="abcdeéπ日", min_size=1, max_size=4).filter(str.isidentifier)
LINES = st.sampled_from(["x = 'ü\x0c\x1c'", "# naïve — remark", "if True:\n    y = '''a\nb'''", "", 'z = "😀"; w = 1'])


@given(st.lists(LINES, max_size=5), NAMES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_writing_and_removing_gives_the_text_back(above: list[str], name: str, newline: str, method: bool) -> None:
    own = f"class K:\n    def {name}(self): return 'é'" if method else f"def {name}(x): return 'é'"
    source = newline.join([*above, *own.split("\n"), "tail = 'ß'"]).replace("\r\n", "\n").replace("\n", newline)
    function = function_in(source, ast.parse(f"{name} = 0").body[0].targets[0].id)  # type: ignore[attr-defined]
    decorated = after(source, decorating(source, function, "@tf.function"))
    moved = FunctionId(function.name, 1, function.line + 1, function.end_line + 1, 1)
    decoration = Decoration("@tf.function", Span(1, function.line, 0, function.line, 12))
    assert after(decorated, undecorating(decorated, moved, decoration)) == source
