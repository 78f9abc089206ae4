"""Single edits of a decorator, made from places in the syntax tree."""

from __future__ import annotations

import ast
from typing import Final

from hybnb.decide import text
from hybnb.decide.decorator import RELAX, RELAXING
from hybnb.model import Decoration, Edit, FunctionId, Span
from hybnb.syntax import syntax

OUTERMOST: Final = frozenset({"custom_gradient", "recompute_grad", "do_not_convert"})
"""TensorFlow's own decorators that tf.function has to stand above. It goes below all others: below @property and
@classmethod, as it can't wrap their objects, and below the user's, whose effects then stay out of the trace."""


def decorating(source: str, function: FunctionId, decorator: str) -> Edit | None:
    """Write `decorator` above the `def`, or `f = tf.function(lambda …)` around a lambda."""
    node = text.definition(source, function)
    if node is None:
        return None
    if isinstance(node, ast.Lambda):
        return _wrapping(source, function, node, decorator.removeprefix("@"))
    line = node.lineno
    for above in reversed(node.decorator_list):
        if _last_name(above) not in OUTERMOST:
            break
        line = above.lineno
    before = text.line_starts(source)[line - 1]
    own = text.line_text(source, line)
    indent = own[: len(own) - len(own.lstrip(" \t\f"))]
    return _edit(function, before, before, f"{indent}{decorator}{text.newline_at(source, line)}")


def _wrapping(source: str, function: FunctionId, node: ast.Lambda, call: str) -> Edit:
    start, end = text.start(source, node), text.end(source, node)
    if call.endswith(")"):
        name, _, options = call[:-1].partition("(")
        return _edit(function, start, end, f"{name}({source[start:end]}, {options})")
    return _edit(function, start, end, f"{call}({source[start:end]})")


def relaxing(source: str, function: FunctionId, decoration: Decoration) -> Edit | None:
    """Add reduce_retracing=True to the options of an existing tf.function; `source` is what holds the decoration."""
    node = _written(source, function, decoration)
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg in RELAXING:
                return _edit(
                    decoration.span, text.start(source, keyword.value), text.end(source, keyword.value), "True"
                )
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not given:
            inside = text.end(source, node) - 1
            return _edit(decoration.span, inside, inside, RELAX)
        behind = max(text.end(source, argument) for argument in given)
        return _edit(decoration.span, behind, behind, f", {RELAX}")
    if node is None or decoration.by_call:
        return None
    behind = text.end(source, node)
    return _edit(decoration.span, behind, behind, f"({RELAX})")


def undecorating(source: str, function: FunctionId, decoration: Decoration) -> Edit | None:
    """Delete the decorator's lines, or put `f` in the place of `tf.function(f)`."""
    node = _written(source, function, decoration)
    if node is None:
        return None
    if decoration.by_call:
        if not isinstance(node, ast.Call) or not node.args:
            return None
        inner = source[text.start(source, node.args[0]) : text.end(source, node.args[0])]
        return _edit(decoration.span, text.start(source, node), text.end(source, node), inner)
    assert node.end_lineno is not None
    starts = (*text.line_starts(source), len(source))
    return _edit(decoration.span, starts[node.lineno - 1], starts[node.end_lineno], "")


def _written(source: str, function: FunctionId, decoration: Decoration) -> ast.expr | None:
    """The expression that makes the function a tf.function: the decorator, or the call."""
    if decoration.by_call:
        tree = syntax(source)
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call)) if tree else ()
        return next((node for node in calls if _starts_at(source, node, decoration)), None)
    node = text.definition(source, function)
    above = node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
    line = decoration.span.line
    return next((one for one in above if one.lineno <= line <= (one.end_lineno or line)), None)


def _starts_at(source: str, node: ast.Call, decoration: Decoration) -> bool:
    """The outermost call that begins where the decoration does comes first in a walk."""
    if node.lineno != decoration.span.line:
        return False
    return text.start(source, node) - text.line_starts(source)[node.lineno - 1] == decoration.span.column


def _last_name(node: ast.expr) -> str:
    """ "custom_gradient" of `tf.custom_gradient` or `tf.custom_gradient(…)`."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _edit(place: FunctionId | Span, start: int, end: int, new: str) -> Edit:
    return Edit(place.cell, start, end, new, place.path)
