"""Globals that only a function's annotations name: its code doesn't refer to them, but AutoGraph's copy of its text does."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType
from typing import Any


def annotated(function: FunctionType) -> dict[str, Any]:
    """Those globals by name; none where there are no annotations or no text."""
    if not function.__annotations__:
        return {}
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return {}
    names = {node.id for each in _annotations(tree) for node in ast.walk(each) if isinstance(node, ast.Name)}
    return {name: function.__globals__[name] for name in names if name in function.__globals__}


def _annotations(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        found = node.annotation if isinstance(node, ast.arg) else getattr(node, "returns", None)
        if isinstance(found, ast.expr):
            yield found
