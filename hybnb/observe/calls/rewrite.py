"""Writes probes into the functions of a cell's syntax tree (Python 3.11).

    def f(x):                       def f(x):
        "what it does"                  "what it does"
        return x + 1       →            try: __hybnb__["f@3c…"].enter()
                                        except Exception: pass
                                        try:
                                            try:
                                                return x + 1
                                            except:
                                                try: __hybnb__["f@3c…"].fail()
                                                except Exception: pass
                                                raise
                                            finally:
                                                try: __hybnb__["f@3c…"].leave()
                                                except Exception: pass
                                        except:
                                            match <line that it came from>:
                                                case 3: raise
                                            raise

The guards are for code that outlives hybnb or is pickled to a process that doesn't have it. No name is added to the
function's locals. New nodes stand on the first line that runs or on the last line, so debuggers stop at no line of ours.

The outer `except` is for the line that IPython points at: it asks the frame where it stopped, so the exception has to leave
the function by a `raise` on the line that it would leave it from (see `leaving`).
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from hybnb.observe.calls.definitions import Function
from hybnb.observe.calls.leaving import ignoring, on, raise_again

TABLE: Final = "__hybnb__"
_NEEDED: Final = frozenset({TABLE, "__import__", "getattr", "Exception"})
_LOAD: Final = ast.Load()


def finds_builtins(namespace: Mapping[str, Any]) -> bool:
    """False where something else stands in the place of the built-in names that written code needs."""
    found = namespace.get("__builtins__", builtins)
    return (found is builtins or found is vars(builtins)) and not any(name in namespace for name in _NEEDED)


class Change(NamedTuple):
    """What a node held before it was written to."""

    node: Function
    field: str
    held: list[Any]

    def undo(self) -> None:
        """Have the node as it was."""
        setattr(self.node, self.field, self.held)


def instrument(node: Function, entry: str, table: str = TABLE, only_enter: bool = False) -> Change:
    """Write the probe `table[entry]` into a function; `only_enter` for generators, whose end says nothing."""
    change = Change(node, "body", node.body)
    start = 1 if _has_docstring(node) else 0
    first, last = _begins(node, start), node.body[-1].end_lineno or node.lineno
    enter = _guarded(("enter",), table, entry, first)[0]
    body = node.body[start:]
    if only_enter:
        node.body = [*node.body[:start], enter, *body]
        return change
    fail, leave = _guarded(("fail", "leave"), table, entry, last)
    above, below = on(first), on(last)
    handler = ast.ExceptHandler(type=None, name=None, body=[fail, ast.Raise(exc=None, cause=None, **below)], **below)
    whole = ast.Try(body=body or [ast.Pass(**above)], handlers=[handler], orelse=[], finalbody=[leave], **above)
    again = ast.ExceptHandler(type=None, name=None, body=raise_again(body, last), **below)
    node.body = [*node.body[:start], enter, ast.Try(body=[whole], handlers=[again], orelse=[], finalbody=[], **above)]
    return change


def _begins(node: Function, start: int) -> int:
    """The line on which the body begins to run."""
    if start >= len(node.body):
        return node.lineno
    first = node.body[start]
    decorators: list[ast.expr] = getattr(first, "decorator_list", [])
    return min([first.lineno, *(each.lineno for each in decorators)])


def mark(node: Function, name: str) -> Change:
    """Have a function shown to `builtins.<name>` when its `def` runs (Python 3.12 and newer).

    An innermost decorator on the line of the `def`; it does nothing once hybnb is gone. The function stays as it is.
    """
    expression = f'getattr(__import__("builtins"), {name!r}, lambda made: made)'
    decorator = ast.parse(expression, mode="eval").body
    for each in ast.walk(decorator):
        if isinstance(each, ast.expr | ast.arg):
            each.lineno = each.end_lineno = node.lineno
            each.col_offset = each.end_col_offset = 0
    change = Change(node, "decorator_list", node.decorator_list)
    node.decorator_list = [*node.decorator_list, decorator]
    return change


def _has_docstring(node: Function) -> bool:
    first = node.body[0]
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def _guarded(methods: Iterable[str], table: str, entry: str, line: int) -> list[ast.stmt]:
    """Calls of a probe's methods; not under a bare `except`: Ctrl-C that falls into the probe is the user's.

    Nodes that are alike are one object, as all of this is made anew in each cell.
    """
    place, handlers = on(line), [ignoring(line)]
    probe = ast.Subscript(ast.Name(table, _LOAD, **place), ast.Constant(entry, **place), _LOAD, **place)
    calls = (ast.Call(ast.Attribute(probe, method, _LOAD, **place), [], [], **place) for method in methods)
    return [ast.Try([ast.Expr(call, **place)], handlers, [], [], **place) for call in calls]
