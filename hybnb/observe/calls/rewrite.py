"""Writes probes into the functions of a cell's syntax tree (Python 3.11).

    def f(x):                       def f(x):
        "what it does"                  "what it does"
        return x + 1       →            try: __hybnb__["f@3c…"].enter()
                                        except Exception: pass
                                        try:
                                            return x + 1
                                        except:
                                            try: __hybnb__["f@3c…"].fail()
                                            except Exception: pass
                                            raise
                                        finally:
                                            try: __hybnb__["f@3c…"].leave()
                                            except Exception: pass

The guards are for code that outlives hybnb or is pickled to a process that doesn't have it. No name is added to the
function's locals. New nodes stand on the line of the `def` or on the last line, so debuggers stop at no line of ours.
"""

from __future__ import annotations

import ast
from typing import Final

from hybnb.observe.calls.definitions import Definition, is_generator

TABLE: Final = "__hybnb__"


def instrument(definition: Definition, entry: str, table: str = TABLE) -> None:
    """Write the probe `table[entry]` into a function, in place."""
    node = definition.node
    start = 1 if _has_docstring(node) else 0
    last = node.body[-1].end_lineno or node.lineno
    enter = _guarded(_call(table, entry, "enter"), node.lineno)
    body = node.body[start:]
    if is_generator(node):
        node.body[start:] = [enter, *body]
        return
    fail = _guarded(_call(table, entry, "fail"), last)
    leave = _guarded(_call(table, entry, "leave"), last)
    handler = ast.ExceptHandler(type=None, name=None, body=[fail, ast.Raise(exc=None, cause=None)])
    whole = ast.Try(body=body or [ast.Pass()], handlers=[handler], orelse=[], finalbody=[leave])
    _place(handler, last)
    if not body:
        _place(whole.body[0], node.lineno)
    ast.copy_location(whole, enter)
    node.body[start:] = [enter, whole]


def _has_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = node.body[0]
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def _call(table: str, entry: str, method: str) -> ast.stmt:
    probe = ast.Subscript(value=ast.Name(id=table, ctx=ast.Load()), slice=ast.Constant(entry), ctx=ast.Load())
    return ast.Expr(ast.Call(func=ast.Attribute(value=probe, attr=method, ctx=ast.Load()), args=[], keywords=[]))


def _guarded(statement: ast.stmt, line: int) -> ast.stmt:
    # not a bare except: Ctrl-C that falls into the probe is the user's
    handler = ast.ExceptHandler(type=ast.Name(id="Exception", ctx=ast.Load()), name=None, body=[ast.Pass()])
    guarded = ast.Try(body=[statement], handlers=[handler], orelse=[], finalbody=[])
    _place(guarded, line)
    return guarded


def _place(node: ast.AST, line: int) -> None:
    for each in ast.walk(node):
        if isinstance(each, ast.stmt | ast.expr | ast.ExceptHandler):
            each.lineno = each.end_lineno = line
            each.col_offset = each.end_col_offset = 0


def mark(definition: Definition, name: str) -> None:
    """Have a function shown to `builtins.<name>` when its `def` runs (Python 3.12 and newer), in place.

    An innermost decorator on the line of the `def`; it does nothing once hybnb is gone. The function stays as it is.
    """
    node = definition.node
    expression = f'getattr(__import__("builtins"), {name!r}, lambda made: made)'
    decorator = ast.parse(expression, mode="eval").body
    _place(decorator, node.lineno)
    node.decorator_list.append(decorator)
