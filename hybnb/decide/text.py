"""Source text, places in it, and edits that leave every other character alone."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from hybnb.model import Edit, FunctionId
from hybnb.syntax import of_a_text, statements, syntax

NEWLINE: Final = re.compile(r"\r\n|\r|\n")  # what ends a line for Python; str.splitlines knows more line ends
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@of_a_text
def _statements(source: str) -> tuple[list[int], list[ast.stmt]]:
    """First lines of the top-level statements, with their decorators, and the statements."""
    tree = syntax(source)
    body = tree.body if tree is not None else []
    return [_first_line(node) for node in body], body


def statement_at(source: str, line: int) -> ast.stmt | None:
    """The top-level statement that `line` is part of; of several on one line, the last."""
    firsts, body = _statements(source)
    index = bisect_right(firsts, line) - 1
    return body[index] if index >= 0 and line <= (body[index].end_lineno or 0) else None


def nodes_over(source: str, line: int) -> Iterator[ast.AST]:
    """The nodes of the top-level statement at `line` that reach over that line, outer ones first."""
    waiting: list[ast.AST] = [around] if (around := statement_at(source, line)) is not None else []
    while waiting:
        node = waiting.pop()
        yield node
        for child in ast.iter_child_nodes(node):
            if not child._fields:  # an operator, or whether a name is read
                continue
            first, last = getattr(child, "lineno", line), getattr(child, "end_lineno", line)
            if (first <= line or hasattr(child, "decorator_list")) and line <= last:
                waiting.append(child)


@lru_cache(maxsize=32)
def line_starts(source: str) -> tuple[int, ...]:
    """Offset of the first character of each line."""
    return (0, *(match.end() for match in NEWLINE.finditer(source)))


def line_text(source: str, line: int) -> str:
    """Line `line`, counted from 1, with its line end."""
    starts = line_starts(source)
    return source[starts[line - 1] : starts[line] if line < len(starts) else None]


def offset(source: str, line: int, utf8_column: int) -> int:
    """Characters before the place where Python's ast, which counts bytes, puts it."""
    before = line_text(source, line).encode("utf-8", "surrogatepass")[:utf8_column]
    return line_starts(source)[line - 1] + len(before.decode("utf-8", "surrogatepass"))


def start(source: str, node: ast.expr | ast.stmt) -> int:
    """Offset of the first character of `node`."""
    return offset(source, node.lineno, node.col_offset)


def end(source: str, node: ast.expr | ast.stmt) -> int:
    """Offset behind the last character of `node`."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return offset(source, node.end_lineno, node.end_col_offset)


def newline_at(source: str, line: int) -> str:
    """The line end used around `line`."""
    match = NEWLINE.search(line_text(source, line)) or NEWLINE.search(source)
    return match.group() if match else "\n"


def definition(source: str, function: FunctionId) -> Definition | None:
    """The `def` or the only lambda that starts where `function` does."""
    name = function.name.rpartition(".")[2]
    for node in _functions(source).get(function.line, ()):
        if node.name == name:
            return node
    over = nodes_over(source, function.line)
    lambdas = [node for node in over if isinstance(node, ast.Lambda) and node.lineno == function.line]
    return lambdas[0] if len(lambdas) == 1 else None


@of_a_text
def _functions(source: str) -> dict[int, list[ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every `def` by its line, and by that of its topmost decorator."""
    found: dict[int, list[ast.FunctionDef | ast.AsyncFunctionDef]] = {}
    tree = syntax(source)
    for node in statements(tree) if tree is not None else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for line in {node.lineno, _first_line(node)}:
                found.setdefault(line, []).append(node)
    return found


def _first_line(node: ast.stmt) -> int:
    """Of the topmost decorator, where there is one: some parsers take it for the line of the function."""
    decorators = getattr(node, "decorator_list", ())
    return int(min([node.lineno, *(decorator.lineno for decorator in decorators)]))


def lines_of(source: str, node: ast.stmt) -> tuple[int, int]:
    """Offsets of the lines of a top-level statement, its decorators' included."""
    starts = (*line_starts(source), len(source))
    return starts[_first_line(node) - 1], starts[min(node.end_lineno or 0, len(starts) - 1)]


def applied(source: str, edits: Iterable[Edit]) -> str:
    """`source` with the edits made; they must not overlap."""
    for edit in sorted(edits, key=lambda e: (e.start, e.end), reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source
