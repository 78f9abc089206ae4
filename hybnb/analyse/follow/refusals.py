"""Constructs that keep AutoGraph from converting a whole function."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from astroid import nodes

WEIGHED = (nodes.For, nodes.While, nodes.NamedExpr, nodes.Match, nodes.Yield, nodes.YieldFrom, nodes.Attribute,
           nodes.AssignAttr, nodes.Await)  # fmt: skip


@lru_cache(maxsize=4096)
def found(function: nodes.FunctionDef | nodes.Lambda) -> bool:
    """AutoGraph runs this function as it is. A construct in a nested function counts too."""
    return any(True for _ in constructs(function))


def constructs(function: nodes.FunctionDef | nodes.Lambda) -> Iterator[tuple[nodes.NodeNG, str]]:
    """Each refused construct and its name."""
    if isinstance(function, nodes.AsyncFunctionDef):
        yield function, "async"
    for node in function.nodes_of_class(WEIGHED):
        match node:
            case nodes.For() | nodes.While() if node.orelse:
                yield node, "for-else" if isinstance(node, nodes.For) else "while-else"
            case nodes.NamedExpr():
                yield node, "walrus"
            case nodes.Match():
                yield node, "match"
            case nodes.Yield() | nodes.YieldFrom():
                yield node, "yield"
            case nodes.Await():
                yield node, "async"
            case nodes.Attribute() | nodes.AssignAttr():
                if node.attrname.startswith("__") and not node.attrname.endswith("__"):
                    yield node, "mangled name"
