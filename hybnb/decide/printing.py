"""print(…) rewritten as tf.print(…), which prints in every call of a graph and shows values."""

from __future__ import annotations

import ast
from typing import Final

from hybnb.decide import text

OPTIONS: Final = frozenset({"sep", "end", "flush"})
JOINING: Final = frozenset({"format", "join"})


def rewritten(source: str, line: int, column: int, name: str) -> tuple[int, int, str] | None:
    """Start, end and new text for the print at this place; `name` is how tf.print is called there.

    None where it can't be written as a tf.print that shows the same: text put together with `%`, `+` or `.format`, which
    would show the tensor's name, or a file to print to.
    """
    call = _call(source, line, column)
    if call is None:
        return None
    new = _as_tf_print(source, call, name)
    return None if new is None else (text.start(source, call), text.end(source, call), new)


def _call(source: str, line: int, column: int) -> ast.Call | None:
    calls = (node for node in text.nodes_over(source, line) if isinstance(node, ast.Call) and node.lineno == line)
    return next((one for one in calls if _is_print(one.func) and _column(source, one) == column), None)


def _column(source: str, node: ast.expr) -> int:
    return text.start(source, node) - text.line_starts(source)[node.lineno - 1]


def _is_print(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id == "print"


def _as_tf_print(source: str, call: ast.Call, name: str) -> str | None:
    options = {option.arg or "": _written(source, option.value) for option in call.keywords}
    if not OPTIONS.issuperset(options) or any(map(_puts_together, call.args)):
        return None
    options.pop("flush", None)
    formatted = [one for one in call.args if isinstance(one, ast.JoinedStr)]
    if formatted and len(call.args) > 1:
        return None
    shown = _parts(formatted[0]) if formatted else [_written(source, one) for one in call.args]
    if formatted:
        options["sep"] = '""'
    if len(shown) < 2:
        options.pop("sep", None)
    return f"{name}({', '.join([*shown, *(f'{key}={value}' for key, value in options.items())])})"


def _written(source: str, node: ast.expr) -> str:
    return source[text.start(source, node) : text.end(source, node)]


def _puts_together(argument: ast.expr) -> bool:
    """Text made in Python, in which a tensor shows as its name."""
    if isinstance(argument, ast.BinOp):
        return isinstance(argument.op, ast.Mod | ast.Add) and any(map(_is_text, (argument.left, argument.right)))
    if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute):
        return argument.func.attr in JOINING
    return False


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _parts(string: ast.JoinedStr) -> list[str]:
    """The texts and expressions of an f-string; how numbers were to be formatted is lost."""
    return [ast.unparse(part.value if isinstance(part, ast.FormattedValue) else part) for part in string.values]
