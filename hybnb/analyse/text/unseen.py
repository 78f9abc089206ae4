"""Values that nobody looks at: bound to local names of which nothing comes."""

from __future__ import annotations

from astroid import nodes

PLAIN = (nodes.BinOp, nodes.UnaryOp, nodes.Name, nodes.Const, nodes.Compare, nodes.IfExp, nodes.BoolOp, nodes.Tuple)
CONVERSIONS = frozenset({"float", "int", "round", "abs", "max", "min"})


def unseen(node: nodes.NodeNG, behind: frozenset[str] = frozenset()) -> bool:
    """What an expression gives is dropped, or bound to names of the function that lead to nothing but more such names:

    began = time.perf_counter(); ...; elapsed = time.perf_counter() - began
    """
    parent = node.parent
    while isinstance(parent, PLAIN) or _converts(parent):
        parent = parent.parent
    if isinstance(parent, nodes.Expr):
        return True
    targets = parent.targets if isinstance(parent, nodes.Assign) else [getattr(parent, "target", None)]
    function = node.scope()
    if not isinstance(parent, nodes.Assign | nodes.AnnAssign) or not isinstance(function, nodes.FunctionDef):
        return False
    return all(isinstance(one, nodes.AssignName) and _leads_nowhere(function, one.name, behind) for one in targets)


def _leads_nowhere(function: nodes.FunctionDef, name: str, behind: frozenset[str]) -> bool:
    if name in behind:
        return True
    declared = (one.names for one in function.nodes_of_class(nodes.Global | nodes.Nonlocal))
    if any(name in names for names in declared):
        return False
    uses = (one for one in function.nodes_of_class(nodes.Name) if one.name == name)
    return all(unseen(use, behind | {name}) for use in uses)


def _converts(node: nodes.NodeNG) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) and node.func.name in CONVERSIONS
