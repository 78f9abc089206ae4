"""A call that was kept, made into a function and arguments again; and what its outcome rests on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from types import CellType, CodeType, FunctionType
from typing import Any, Final
from weakref import ref

from hybnb.classes import has_base, is_one_of, name_of
from hybnb.measure.worker.carry import Call

_PLAIN: Final = (int, float, bool, str, type(None))
Given = Iterable[tuple[str, Callable[[], Any]]]


def call_of(code: CodeType, namespace: dict[str, Any], arguments: Given, closure: Given) -> Call:
    """The call with these arguments, by parameter name; what the ways to get a value raise comes out.

    The function is a new one of the same code, so that one defined inside another needs no name to be found by.
    """
    free = {name: CellType(get()) for name, get in closure}
    cells = tuple(free.get(name) or CellType() for name in code.co_freevars)
    function = FunctionType(code, namespace, code.co_name, None, cells)
    function.__qualname__ = code.co_qualname
    values = {name: get() for name, get in arguments}
    positional = list(code.co_varnames[: code.co_argcount])
    only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    rest = list(code.co_varnames[code.co_argcount + code.co_kwonlyargcount :])
    given = [values[name] for name in positional]
    keywords = {name: values[name] for name in only}
    if code.co_flags & inspect.CO_VARARGS:
        more = values[rest.pop(0)]
        given += more
        positional += [f"argument {number}" for number in range(len(positional) + 1, len(given) + 1)]
    if code.co_flags & inspect.CO_VARKEYWORDS:
        keywords |= values[rest.pop(0)]
    return Call(function, tuple(given), keywords, tuple(positional))


def names_used(function: FunctionType) -> frozenset[str]:
    """Global names in its code and in that of the functions of its namespace that it can reach by them."""
    found: set[str] = set()
    waiting, seen = [function.__code__], set[CodeType]()
    while waiting:
        code = waiting.pop()
        if code in seen:
            continue
        seen.add(code)
        waiting += [constant for constant in code.co_consts if type(constant) is CodeType]
        for name in set(code.co_names) - found:
            found.add(name)
            value = function.__globals__.get(name)
            waiting += [value.__code__] if type(value) is FunctionType else []
    return frozenset(found)


class Basis:
    """What the names stood for that a trial's code refers to: functions and classes by identity, plain values by value.

    A trial says nothing any more once one of them has changed.
    """

    def __init__(self, namespace: Mapping[str, Any], names: Iterable[str]) -> None:
        self._tokens = {name: _token(namespace[name]) for name in names if name in namespace}

    def holds(self, namespace: Mapping[str, Any]) -> bool:
        """Do they still stand for the same?"""
        return all(name in namespace and _same(known, namespace[name]) for name, known in self._tokens.items())


def _token(value: Any) -> Any:
    if type(value) is FunctionType:
        return value.__code__
    cls = type(value)
    if is_one_of(cls, _PLAIN):
        return cls, value
    if has_base(cls, type):
        return ref(value)
    return name_of(cls)


def _same(known: Any, value: Any) -> bool:
    if isinstance(known, ref):
        return known() is value
    now = _token(value)
    return now is known if isinstance(known, CodeType) else now == known
