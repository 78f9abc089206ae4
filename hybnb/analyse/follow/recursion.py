"""A function that is called while it runs: it calls itself, or it is another closure, another object's method, or was handed
another function, as a decorator's wrapper within a wrapper.
"""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow.run import Frame, Run
from hybnb.analyse.scope import Scope
from hybnb.analyse.values import Function, Partial, Value

MOST = 6  #: so many activations of one function are followed within each other, though no two are alike


def active(run: Run, function: Function) -> list[Frame]:
    """The activations of a function that haven't come to their end."""
    node = function.node
    return [f for f in run.frames if f.function is not None and f.function.node is node and not f.stands_in]


def alike(frames: list[Frame], function: Function, scope: Scope) -> bool:
    """One of these activations is of the same closure or object, and was handed the same functions."""
    handed = _handed(scope)
    return any(
        frame.function is not None
        and frame.function.scope is function.scope
        and _owner(frame.function) is _owner(function)
        and _handed(frame.scope) == handed
        for frame in frames
    )


def _owner(function: Function) -> object:
    return function.bound.ref if function.bound is not None else None


def _handed(scope: Scope) -> dict[str, nodes.NodeNG]:
    arguments = scope.node.args
    names = (*arguments.posonlyargs, *(arguments.args or ()), *arguments.kwonlyargs)
    given = ((one.name, scope.names.get(one.name)) for one in names)
    return {name: node for name, value in given if value is not None and (node := _function_of(value)) is not None}


def _function_of(value: Value) -> nodes.NodeNG | None:
    while isinstance(value.ref, Partial):
        value = value.ref.function
    return value.ref.node if isinstance(value.ref, Function) else None
