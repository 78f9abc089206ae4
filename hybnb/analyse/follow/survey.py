"""What one walk over a function's text finds: constructs that AutoGraph refuses, and where names are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from astroid import nodes

Code: TypeAlias = nodes.FunctionDef | nodes.Lambda | nodes.Module


@dataclass(slots=True)
class Survey:
    """Made once for each function."""

    refusals: list[tuple[nodes.NodeNG, str]] = field(default_factory=list)  #: construct and its name
    loads: dict[str, list[nodes.Name]] = field(default_factory=dict)  #: name → where it is read
    attributes: dict[str, list[nodes.Attribute]] = field(default_factory=dict)  #: attribute → where it is read
    generates: bool = False  #: it has a `yield` of its own


@lru_cache(maxsize=4096)
def survey(function: Code) -> Survey:
    """Walk over a function. A refused construct in a nested function keeps the outer one from being converted too."""
    found = Survey()
    if isinstance(function, nodes.AsyncFunctionDef):
        found.refusals.append((function, "async"))
    for child in function.get_children():
        _walk(child, found, own=True)
    return found


def _walk(node: nodes.NodeNG, found: Survey, own: bool) -> None:
    kind = type(node)
    if kind is nodes.Name:
        found.loads.setdefault(node.name, []).append(node)
        return
    if kind is nodes.Const:
        return
    if kind is nodes.Attribute:
        found.attributes.setdefault(node.attrname, []).append(node)
    construct = _refused(node) if kind in _LOOKED_AT else ""
    if construct:
        found.refusals.append((node, construct))
        found.generates = found.generates or (own and construct == "yield")
    own = own and kind not in _SCOPES
    for child in node.get_children():
        _walk(child, found, own)


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


@lru_cache(maxsize=4096)
def ambiguous(function: Code) -> bool:
    """A lambda that AutoGraph can't tell from another one: it looks for lambdas in the same lines with the same names."""
    if not isinstance(function, nodes.Lambda) or isinstance(function, nodes.FunctionDef):
        return False
    line, wanted = function.lineno or 0, _argument_names(function)
    return any(
        other is not function
        and (other.lineno or 0) <= line <= (other.end_lineno or 0)
        and _argument_names(other) == wanted
        for other in function.root().nodes_of_class(nodes.Lambda)
        if not isinstance(other, nodes.FunctionDef)
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


def names_in(node: nodes.NodeNG) -> Iterator[str]:
    """Names read anywhere below a node."""
    for name in node.nodes_of_class(nodes.Name):
        yield name.name
