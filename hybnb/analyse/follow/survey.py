"""What one walk over a function's text finds: constructs that AutoGraph refuses, and where names are read and called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from astroid import nodes

from hybnb.analyse.remembered import remembered

if TYPE_CHECKING:
    from hybnb.analyse.parse import Unit

Place = TypeVar("Place", bound=nodes.NodeNG)
Code: TypeAlias = nodes.FunctionDef | nodes.Lambda | nodes.Module


@dataclass(slots=True)
class Survey:
    """Made once for each function."""

    refusals: list[tuple[nodes.NodeNG, str]] = field(default_factory=list)  #: construct and its name
    loads: dict[str, list[nodes.Name]] = field(default_factory=dict)  #: name → where it is read
    attributes: dict[str, list[nodes.Attribute]] = field(default_factory=dict)  #: attribute → where it is read
    calls: dict[str, list[nodes.Call]] = field(default_factory=dict)  #: the last name of what is called → the calls
    lambdas: list[nodes.Lambda] = field(default_factory=list)
    generates: bool = False  #: it has a `yield` of its own


@remembered
def survey(function: Code) -> Survey:
    """Walk over a function. A refused construct in a nested function keeps the outer one from being converted too."""
    found = Survey()
    if isinstance(function, nodes.AsyncFunctionDef):
        found.refusals.append((function, "async"))
    _walk_below(function, found)
    return found


def _walk_below(node: nodes.NodeNG, found: Survey) -> None:
    for child in node.get_children():
        kind = type(child)
        if kind is nodes.Name:
            found.loads.setdefault(child.name, []).append(child)
        elif kind in _SCOPES:
            _take_in(found, child, survey(child))
        elif kind is not nodes.Const:
            _note(child, kind, found)
            _walk_below(child, found)


def _note(node: nodes.NodeNG, kind: type[nodes.NodeNG], found: Survey) -> None:
    if kind is nodes.Attribute:
        found.attributes.setdefault(node.attrname, []).append(node)
    elif kind is nodes.Call:
        name: str = getattr(node.func, "attrname", "") or getattr(node.func, "name", "")
        found.calls.setdefault(name, []).append(node)
    construct = _refused(node) if kind in _LOOKED_AT else ""
    if construct:
        found.refusals.append((node, construct))
        found.generates = found.generates or construct == "yield"


def _take_in(found: Survey, function: Code, inner: Survey) -> None:
    """What stands in a nested function stands in the outer one, too; only its `yield` is its own."""
    if type(function) is nodes.Lambda:
        found.lambdas.append(function)
    found.lambdas += inner.lambdas
    found.refusals += [one for one in inner.refusals if one[0] is not function]
    for name, loads in inner.loads.items():
        found.loads.setdefault(name, []).extend(loads)
    for name, attributes in inner.attributes.items():
        found.attributes.setdefault(name, []).extend(attributes)
    for name, calls in inner.calls.items():
        found.calls.setdefault(name, []).extend(calls)


def _refused(node: nodes.NodeNG) -> str:
    match node:
        case nodes.For() if node.orelse:
            return "for-else"
        case nodes.While() if node.orelse:
            return "while-else"
        case nodes.Attribute() | nodes.AssignAttr():
            mangled = node.attrname.startswith("__") and not node.attrname.endswith("__")
            return "mangled name" if mangled else ""
    return REFUSED.get(type(node), "")


REFUSED: dict[type[nodes.NodeNG], str] = {
    nodes.NamedExpr: "walrus",
    nodes.Match: "match",
    nodes.Yield: "yield",
    nodes.YieldFrom: "yield",
    nodes.Await: "async",
}
_LOOKED_AT = frozenset({*REFUSED, nodes.For, nodes.AsyncFor, nodes.While, nodes.Attribute, nodes.AssignAttr})
_SCOPES = frozenset({nodes.FunctionDef, nodes.AsyncFunctionDef, nodes.Lambda})


def loads_of(unit: Unit, name: str) -> list[nodes.Name]:
    """Where a unit reads a name."""
    return _in_order(load for part in _reading(unit, name) for load in part.loads.get(name, ()))


def attributes_of(unit: Unit, name: str) -> list[nodes.Attribute]:
    """Where a unit reads an attribute of this name, of whatever."""
    return _in_order(read for part in _reading(unit, name) for read in part.attributes.get(name, ()))


def calls_of(unit: Unit, name: str) -> list[nodes.Call]:
    """Where a unit calls something whose last name this is."""
    return _in_order(call for part in _reading(unit, name) for call in part.calls.get(name, ()))


def _reading(unit: Unit, name: str) -> Iterator[Survey]:
    """What of a unit mentions a name. Most functions don't: they aren't walked over."""
    if name in unit.read or name in unit.asked:
        outside, functions = _parts(unit.tree)
        yield outside
        yield from (survey(one) for one in functions if name in unit.mentions[one])


@remembered
def _parts(module: nodes.Module) -> tuple[Survey, list[Code]]:
    """What stands outside of all functions, and the functions that stand in no other."""
    found, functions = Survey(), []
    waiting = [module]
    while waiting:
        for child in waiting.pop().get_children():
            kind = type(child)
            if kind in _SCOPES:
                functions.append(child)
                continue
            if kind is nodes.Name:
                found.loads.setdefault(child.name, []).append(child)
            else:
                _note(child, kind, found)
            waiting.append(child)
    return found, functions


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
    return frozenset(name.name for name in node.nodes_of_class(nodes.AssignName, skip_klass=own))


@remembered
def names_in(node: nodes.NodeNG) -> frozenset[str]:
    """Names read anywhere below a node."""
    return frozenset(name.name for name in node.nodes_of_class(nodes.Name))
