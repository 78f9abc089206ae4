"""print(…) rewritten as tf.print(…), which prints in every call of a graph and shows values."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from hybnb.decide import text

if TYPE_CHECKING:
    import libcst

Span = tuple[int, int, str]  #: start and end offset, and the text to put there


@lru_cache(maxsize=64)
def rewritten(source: str, line: int, column: int, name: str) -> Span | None:
    """The edit for the print at this place; `name` is how tf.print is called there.

    None where it can't be written as a tf.print that shows the same: text made with `%` or `.format`, which would show
    the tensor's name, or a file to print to.
    """
    node = _call(source, line, column)
    if node is None:
        return None
    start, end = text.start(source, node), text.end(source, node)
    new = _as_tf_print(source[start:end], name)
    return None if new is None else (start, end, new)


def _call(source: str, line: int, column: int) -> ast.Call | None:
    tree = text.parsed(source)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Call) and node.lineno == line and _is_print(node.func):
            if text.start(source, node) == text.line_starts(source)[line - 1] + column:
                return node
    return None


def _is_print(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id == "print"


def _as_tf_print(code: str, name: str) -> str | None:
    import libcst  # takes a while to load, and few cells need it

    module = libcst.Module(body=[])
    call = libcst.parse_expression(code)
    assert isinstance(call, libcst.Call)
    given = [arg for arg in call.args if arg.keyword is None]
    options = {arg.keyword.value: module.code_for_node(arg.value) for arg in call.args if arg.keyword is not None}
    options.pop("flush", None)
    if not options.keys() <= {"sep", "end"} or any(map(_formats, given)):
        return None
    if len(given) == 1 and isinstance(given[0].value, libcst.FormattedString):
        shown = _parts(module, given[0].value)
        options["sep"] = '""'
    elif any(isinstance(arg.value, libcst.FormattedString) for arg in given):
        return None
    else:
        shown = [f"{arg.star}{module.code_for_node(arg.value)}" for arg in given]
    if len(shown) < 2:
        options.pop("sep", None)
    return f"{name}({', '.join([*shown, *(f'{key}={value}' for key, value in options.items())])})"


def _formats(argument: libcst.Arg) -> bool:
    """Text that is put together in Python, where a tensor would show as its name."""
    import libcst

    value = argument.value
    if isinstance(value, libcst.BinaryOperation):
        return isinstance(value.operator, libcst.Modulo | libcst.Add)
    if isinstance(value, libcst.Call) and isinstance(value.func, libcst.Attribute):
        return value.func.attr.value in ("format", "join")
    return isinstance(value, libcst.ConcatenatedString)


def _parts(module: libcst.Module, string: libcst.FormattedString) -> Sequence[str]:
    """The texts and expressions of an f-string; how numbers were to be formatted is lost."""
    import libcst

    quotes = string.start.replace("f", "").replace("F", "")
    found: list[str] = []
    for part in string.parts:
        if isinstance(part, libcst.FormattedStringText):
            found.append(quotes + part.value.replace("{{", "{").replace("}}", "}") + string.end)
        elif isinstance(part, libcst.FormattedStringExpression):
            found.append(module.code_for_node(part.expression))
    return found
