"""functools.singledispatch: one function for each type of the first argument."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from dataclasses import replace as replaced

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow import calls
from hybnb.analyse.follow.flow import conditions
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Function, Value, join_all


@dataclass(frozen=True, slots=True)
class Registering:
    """What `function.register`, or a call of it with a class, is: it takes in a function for another type."""

    function: Function
    asked: nodes.NodeNG | None = None  #: for which type, where that was said


def first(value: Value) -> Value:
    """The function for all types for which none is registered."""
    made = copy(value.ref)
    made.others = []
    return replace(value, ref=made)


def register(registering: Registering, decorator: nodes.NodeNG, value: Value) -> Value:
    """@function.register, for the type that it is given or that the first parameter is annotated with."""
    asked = registering.asked
    if asked is None and isinstance(decorator, nodes.Call) and decorator.args:
        asked = decorator.args[0]
    node = value.ref.node if isinstance(value.ref, Function) else None
    if asked is None and isinstance(node, nodes.FunctionDef) and node.args.annotations:
        asked = node.args.annotations[0]
    if registering.function.others is not None:
        registering.function.others.append((asked, value))
    return value


def registered(run: Run, node: nodes.NodeNG, by: Value, args: list[Value]) -> Value:
    """A call of `function.register`: with a class and a function, or with either, as a decorator is."""
    registering: Registering = by.ref
    asked = node.args[0] if isinstance(node, nodes.Call) and node.args else None
    if len(args) > 1 or registering.asked is not None:
        if run.records or run.quiet:  # else it never happens: a function is judged
            register(replaced(registering, asked=registering.asked or asked), node, args[-1])
        return args[-1]
    return replace(by, ref=replaced(registering, asked=asked))


def call(run: Run, node: nodes.NodeNG, function: Function, args: list[Value], keywords: dict[str, Value]) -> Value:
    """Call what the first argument leads to; an array leads to another one than the tensor that a graph gets."""
    if args and args[0].array:
        run.effect("array-argument", node, args[0].sure, parameter=args[0].name, how="isinstance")
    results = [
        calls.call_function(run, node, one, args, keywords) for one in _options(function, args[0] if args else Value())
    ]
    return join_all(results)


def _options(function: Function, value: Value) -> list[Value]:
    known = value.sure and value.is_known and not value.mixed
    options: list[Value] = []
    for asked, other in function.others or ():
        fits = conditions.is_of(value, asked) if known and asked is not None else None
        if fits:
            return [other]
        if fits is None:
            options.append(other)
    return [*options, Value("function", ref=replace(function, others=None))]
