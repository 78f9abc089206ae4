"""Functions as live objects: which a namespace holds, which code they run, and what tells two versions apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from types import CodeType, FunctionType
from typing import Any, Final, NamedTuple

from hybnb.classes import module_of, mro_of, own_of
from hybnb.observe.calls.callers import plain_qualname
from hybnb.observe.calls.tracing import is_tf_function
from hybnb.observe.values import python_function

_DEEPEST: Final = 8  #: wrappers around wrappers, classes in classes


class Found(NamedTuple):
    """A code object and the name of the function it belongs to."""

    key: str
    code: CodeType


def codes_of(function: FunctionType, module: str = "", name: str = "") -> Iterator[Found]:
    """A function's own code and that of the functions inside it; `name` stands in for a lambda's."""
    yield from _codes(function.__code__, f"{module}:" if module else "", name)


def _codes(code: CodeType, prefix: str, name: str = "") -> Iterator[Found]:
    if not code.co_name.startswith("<"):
        yield Found(prefix + plain_qualname(code), code)
    elif name:
        yield Found(prefix + name, code)
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield from _codes(constant, prefix)


def functions_in(namespace: Mapping[str, Any], module: str) -> Iterator[tuple[str, FunctionType]]:
    """Functions and methods that a namespace's own code defined, also behind decorators, with the names they go by."""
    for name, value in list(namespace.items()):
        for function in _functions(value, module, _DEEPEST):
            if function.__globals__ is namespace:
                yield name, function


def _functions(value: Any, module: str, depth: int) -> Iterator[FunctionType]:
    cls = type(value)
    if depth <= 0:
        return
    if cls is FunctionType:
        yield value
        yield from _functions(value.__dict__.get("__wrapped__"), module, depth - 1)
    elif cls is staticmethod or cls is classmethod:
        yield from _functions(value.__func__, module, depth - 1)
    elif cls is property:
        for part in (value.fget, value.fset, value.fdel):
            yield from _functions(part, module, depth - 1)
    elif any(base is type for base in mro_of(cls)):
        if module_of(value) == module:
            for member in list(own_of(value).values()):
                yield from _functions(member, module, depth - 1)
    elif is_tf_function(cls):
        yield from _functions(python_function(value), module, depth - 1)


def digest(code: CodeType) -> str:
    """The same for the same code, wherever it stands."""
    text = repr(_essence(code)).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=8).hexdigest()


def _essence(code: CodeType) -> tuple[object, ...]:
    constants = tuple(
        _essence(each) if type(each) is CodeType else (type(each).__name__, each) for each in code.co_consts
    )
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_flags, constants
