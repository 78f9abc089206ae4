"""Who calls a function, told by the names under which it is called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.text.rebuilding import Code, parts

if TYPE_CHECKING:
    from hybnb.analyse.program import Program
    from hybnb.analyse.text.parse import Unit

CALLED_BY_THEIR_OBJECT = frozenset({"__call__", "call"})


def spellings(program: Program, function: nodes.NodeNG) -> set[str]:
    """The last names that calls of a function have: its own; of what an object does when it is called, the object's."""
    name = getattr(function, "name", "")
    cls = function.parent.scope() if isinstance(function, nodes.FunctionDef) and function.parent is not None else None
    if name not in CALLED_BY_THEIR_OBJECT or not isinstance(cls, nodes.ClassDef):
        return {name} if name else set()
    return {name, *(target for _, call in program.uses.calls(cls.name) for target in bound_to(call))}


def bound_to(value: nodes.NodeNG) -> Iterator[str]:
    """The names, and last names of attributes, that an assignment gives a value."""
    if isinstance(value.parent, nodes.Assign) and value.parent.value is value:
        for target in value.parent.targets:
            name = getattr(target, "attrname", "") or getattr(target, "name", "")
            if name:
                yield name


def calls(program: Program, function: nodes.NodeNG) -> Iterator[tuple[Unit, nodes.Call]]:
    """All calls that may be of this function."""
    for name in spellings(program, function):
        yield from program.uses.calls(name)


def handed_on(program: Program, function: nodes.NodeNG) -> Iterator[nodes.Call]:
    """Calls that are given the function, as one of their arguments."""
    name = getattr(function, "name", "")
    for _, load in program.uses.loads(name) if name else ():
        outer = load.parent.parent if isinstance(load.parent, nodes.Keyword) else load.parent
        if isinstance(outer, nodes.Call) and outer.func is not load:
            yield outer


def enclosing(node: nodes.NodeNG) -> nodes.FunctionDef | None:
    """The function with a name in which a place stands."""
    scope = node.scope()
    while scope is not None and not isinstance(scope, nodes.FunctionDef):
        scope = scope.parent.scope() if scope.parent is not None else None
    return scope


def defined_as(program: Program, name: str) -> Iterator[Code]:
    """The user's functions of this name that stand in no other, methods too."""
    for unit in program.units():
        yield from (one for one in parts(unit.tree).functions if getattr(one, "name", "") == name)
