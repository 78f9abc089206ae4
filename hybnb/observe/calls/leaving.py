"""Raises an exception again on the line that it leaves a function from (Python 3.11).

A notebook's traceback points at the line on which a frame stopped. That is where the exception came from, or, when a `try`
let it pass, a line of that: the `raise` at the end of its handler, the last `except` that didn't match, the end of its
`finally`. So what is raised again takes the same way, through copies of the function's `try` statements with nothing else in
them:

    try:                                match <line that it came from>:
        x = read()                          case 2:
    except KeyError:                            try:
        tell()              →                       match <line …>: case 2: raise
        raise                                   except KeyError: raise
    return x                                case 4: raise
                                            case 5: raise
                                            case 6: raise

each on the line of the original. Where a handler's class must be computed, or a handler holds another `try`, or a `finally` ends
with one that catches something or with several branches, the line may be another one of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from hybnb.observe.calls.definitions import blocks_below

MOST_LINES: Final = 1000  #: of one function; an exception from further down is shown on the last line
_LOAD: Final = ast.Load()
_Own = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def raise_again(body: Sequence[ast.stmt], last: int) -> list[ast.stmt]:
    """For a bare `except` around `body`: ends with the exception raised on its line; all else stands on the `last` one.

    The line can't be asked for at the recursion limit, and what an `except*` raises has none: then it is raised on the last.
    """
    place = on(last)
    again: list[ast.stmt] = [ast.Raise(None, None, **place)]
    if not body:
        return again
    cases = list(_cases([each for each in body if each.lineno < body[0].lineno + MOST_LINES]))
    asked = ast.Expr(_line_it_came_from(last), **place)
    return [ast.Try([asked], [ignoring(last)], [_match(cases, last)], [], **place), *again]


def on(line: int) -> dict[str, Any]:
    """Where a node of ours stands: it begins and ends there."""
    return {"lineno": line, "col_offset": 0}


def _cases(statements: Iterable[ast.stmt]) -> Iterator[ast.match_case]:
    for each in statements:
        inner = [] if isinstance(each, _Own) else [list(block) for block in blocks_below(each)]
        if isinstance(each, ast.Try):
            yield from _through_try(each)
        else:
            for block in inner:
                yield from _cases(block)
        own = sorted(_lines([each]).difference(*map(_lines, inner))) if inner else _lines_of(each)
        yield from map(_on_its_own_line, own)


@lru_cache(maxsize=MOST_LINES)
def _on_its_own_line(line: int) -> ast.match_case:
    """What came from a line is raised there. All functions share it: nobody writes to these nodes."""
    return _case([line], ast.Raise(None, None, **on(line)))


def _lines(statements: Iterable[ast.stmt]) -> set[int]:
    return {line for each in statements for line in _lines_of(each)}


def _lines_of(statement: ast.stmt) -> range:
    return range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)


def _through_try(node: ast.Try) -> Iterator[ast.match_case]:
    """An exception from the body meets the handlers and the `finally`; one from the rest, only the `finally`."""
    handlers = [_emptied(each) for each in node.handlers if _may_ask(each.type)]
    rest = [*node.orelse, *(each for handler in node.handlers for each in handler.body)]
    for statements, met in ((node.body, handlers), (rest, [])):
        inner = list(_cases(statements))
        if not inner or not (met or node.finalbody):
            yield from inner
            continue
        first = statements[0].lineno
        end: list[ast.stmt] = [ast.Pass(**on(_last_line(node.finalbody)))] if node.finalbody else []
        yield _case(sorted(_lines(statements)), ast.Try([_match(inner, first)], met, [], end, **on(first)))
    yield from _cases(node.finalbody)


def _emptied(handler: ast.ExceptHandler) -> ast.ExceptHandler:
    """A handler that does nothing but let the exception go on where the original does."""
    line = next(_bare_raises(handler.body), handler.lineno)
    return ast.ExceptHandler(handler.type, None, [ast.Raise(None, None, **on(line))], **on(handler.lineno))


def _bare_raises(statements: Iterable[ast.stmt]) -> Iterator[int]:
    for each in statements:
        if isinstance(each, ast.Raise) and each.exc is None:
            yield each.lineno
        elif isinstance(each, ast.Try):
            yield from _bare_raises([*each.body, *each.orelse, *each.finalbody])
        elif not isinstance(each, _Own):
            for block in blocks_below(each):
                yield from _bare_raises(block)


def _may_ask(kind: ast.expr | None) -> bool:
    """False for an expression that might do something when it is evaluated a second time."""
    if isinstance(kind, ast.Tuple):
        return all(_may_ask(each) for each in kind.elts)
    while isinstance(kind, ast.Attribute):
        kind = kind.value
    return kind is None or isinstance(kind, ast.Name)


def _last_line(statements: Sequence[ast.stmt]) -> int:
    """The line that CPython leaves a `finally` from: the last one compiled, or that of the statement whose end comes after it."""
    last = statements[-1]
    match last:
        case ast.If():
            return _last_line(last.orelse or last.body)
        case ast.For(orelse=[_, *_]) | ast.AsyncFor(orelse=[_, *_]) | ast.While(orelse=[_, *_]):
            return _last_line(last.orelse)
        case ast.Try():
            return _last_line(last.finalbody or last.orelse or last.body)
        case ast.Match(cases=[*others, final]):
            default = isinstance(final.pattern, ast.MatchAs) and final.pattern.name is None and bool(others)
            return _last_line(final.body) if default else final.pattern.lineno
    return last.lineno


def _match(cases: list[ast.match_case], line: int) -> ast.stmt:
    return ast.Match(_line_it_came_from(line), cases, **on(line))


def _case(lines: Sequence[int], then: ast.stmt) -> ast.match_case:
    place = on(then.lineno)
    whole = place | {"end_lineno": then.lineno, "end_col_offset": 0}  # only a pattern must say where it ends
    found: list[ast.pattern] = [ast.MatchValue(ast.Constant(line, **place), **whole) for line in lines]
    return ast.match_case(found[0] if len(found) == 1 else ast.MatchOr(found, **whole), None, [then])


@lru_cache(maxsize=MOST_LINES)
def _line_it_came_from(line: int) -> ast.expr:
    """`__import__("sys").exc_info()[2].tb_lineno`, standing on `line`; shared as well."""
    place = on(line)
    imported = ast.Call(ast.Name("__import__", _LOAD, **place), [ast.Constant("sys", **place)], [], **place)
    told = ast.Call(ast.Attribute(imported, "exc_info", _LOAD, **place), [], [], **place)
    return ast.Attribute(ast.Subscript(told, ast.Constant(2, **place), _LOAD, **place), "tb_lineno", _LOAD, **place)


@lru_cache(maxsize=MOST_LINES)
def ignoring(line: int) -> ast.ExceptHandler:
    """`except Exception: pass`, standing on `line`; shared as well."""
    place = on(line)
    return ast.ExceptHandler(ast.Name("Exception", _LOAD, **place), None, [ast.Pass(**place)], **place)
