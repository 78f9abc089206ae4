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


@remembered
def assigned_in(node: nodes.NodeNG) -> frozenset[str]:
    """Names bound anywhere below a node, but in functions and comprehensions of their own."""
    own = (nodes.FunctionDef, nodes.Lambda, nodes.ClassDef, nodes.ComprehensionScope)
    return frozenset(one.name for one in _below(node, own) if type(one) is nodes.AssignName)


@remembered
def names_in(node: nodes.NodeNG) -> frozenset[str]:
    """Names read anywhere below a node."""
    return frozenset(one.name for one in _below(node) if type(one) is nodes.Name)


def _below(node: nodes.NodeNG, apart: tuple[type[nodes.NodeNG], ...] = ()) -> Iterator[nodes.NodeNG]:
    """A node and all that stands in it, in no order, but not what stands in nodes of kinds that are taken `apart`.

    In half the time that astroid takes, which hands each node up through the levels.
    """
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += (child for child in one.get_children() if not isinstance(child, apart))


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
