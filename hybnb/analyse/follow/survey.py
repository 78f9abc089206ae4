"""Where a unit reads and calls names, and what AutoGraph refuses of a function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from astroid import nodes

from hybnb.analyse.text.rebuilding import Code, Survey, parts, survey
from hybnb.analyse.text.remembered import remembered

if TYPE_CHECKING:
    from hybnb.analyse.text.parse import Unit

Place = TypeVar("Place", bound=nodes.NodeNG)


def loads_of(unit: Unit, name: str) -> list[nodes.Name]:
    """Where a unit reads a name."""
    if name not in unit.read:  # as most
        return []
    return _in_order(load for part in _reading(unit, name) for load in part.loads.get(name, ()))


def attributes_of(unit: Unit, name: str) -> list[nodes.Attribute]:
    """Where a unit reads an attribute of this name, of whatever."""
    if name not in unit.asked:
        return []
    return _in_order(read for part in _reading(unit, name) for read in part.attributes.get(name, ()))


def calls_of(unit: Unit, name: str) -> list[nodes.Call]:
    """Where a unit calls something whose last name this is."""
    if name not in unit.read and name not in unit.asked:
        return []
    return _in_order(call for part in _reading(unit, name) for call in part.calls.get(name, ()))


def _reading(unit: Unit, name: str) -> Iterator[Survey]:
    """What of a unit mentions a name."""
    _, outside, functions = parts(unit.tree)
    yield outside
    yield from (found for one in functions if (found := survey(one)).mentions(name))


def _in_order(found: Iterable[Place]) -> list[Place]:
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


@remembered
def ambiguous(function: Code) -> bool:
    """A lambda that AutoGraph can't tell from another one: it looks for lambdas in the same lines with the same names."""
    if not isinstance(function, nodes.Lambda) or isinstance(function, nodes.FunctionDef):
        return False
    line, wanted = function.lineno or 0, _argument_names(function)
    return any(
        other is not function
        and (other.lineno or 0) <= line <= (other.end_lineno or 0)
        and _argument_names(other) == wanted
        for other in survey(function.root()).lambdas
    )


def unrecognised(function: Code, within: Sequence[Code]) -> bool:
    """A lambda that AutoGraph would have to find in the source, and can't; one in a body that it converts, as those in
    `within`, is converted with it.
    """
    return ambiguous(function) and not any(outer in within for outer in function.node_ancestors())


def _argument_names(function: nodes.Lambda) -> tuple[str | None, ...]:
    arguments = function.args
    given = (*arguments.posonlyargs, *(arguments.args or ()))
    keywords = tuple(sorted(one.name for one in arguments.kwonlyargs))
    return (*(one.name for one in given), arguments.vararg, *keywords, arguments.kwarg)


def refused(function: Code) -> bool:
    """AutoGraph runs this function as it is."""
    return bool(survey(function).refusals)


def assigned_in(node: nodes.NodeNG) -> frozenset[str]:
    """Names bound anywhere below a node, but in functions and comprehensions of their own."""
    return _named(node)[0]


def names_in(node: nodes.NodeNG) -> frozenset[str]:
    """Names read anywhere below a node."""
    return _named(node)[1]


#: what has names of its own
SCOPES = frozenset({
    nodes.FunctionDef, nodes.AsyncFunctionDef, nodes.Lambda, nodes.ClassDef, nodes.ListComp, nodes.SetComp, nodes.DictComp,
    nodes.GeneratorExp,
})  # fmt: skip


@remembered
def _named(node: nodes.NodeNG) -> tuple[frozenset[str], frozenset[str]]:
    """Names that are bound and names that are read in a node.

    In a quarter of the time that astroid takes, which hands each node up through the levels.
    """
    bound, read, waiting, apart = set[str](), set[str](), [node], list[nodes.NodeNG]()
    for one in waiting:  # which grows meanwhile
        for child in one.get_children():
            kind = type(child)
            if kind is nodes.Name:
                read.add(child.name)
            elif kind is nodes.AssignName:
                bound.add(child.name)
            elif kind in SCOPES:
                apart.append(child)
            elif kind is not nodes.Const:
                waiting.append(child)
    for one in apart:
        for child in one.get_children():
            if type(child) is nodes.Name:
                read.add(child.name)
            elif type(child) not in _LEAVES:
                apart.append(child)
    return frozenset(bound), frozenset(read)


_LEAVES = (nodes.AssignName, nodes.Const)


def own_breaks(loop: nodes.While) -> list[nodes.Break]:
    """The breaks that leave this loop, not one within it."""
    found = []
    for leave in loop.nodes_of_class(nodes.Break, skip_klass=(nodes.FunctionDef, nodes.Lambda)):
        parent = leave.parent
        while not isinstance(parent, nodes.For | nodes.While):
            parent = parent.parent
        if parent is loop:
            found.append(leave)
    return found
