"""What setting a property changes, by the text of its setter."""

from __future__ import annotations

from collections.abc import Sequence

from astroid import nodes

#: what may be called on the way to a variable: it changes nothing
CHECKS = frozenset({"float", "int", "bool", "isinstance", "abs", "min", "max", "cast", "constant", "convert_to_tensor"})
ASSIGNS = frozenset({"assign", "assign_add", "assign_sub"})


def is_accessor(function: nodes.FunctionDef) -> bool:
    """A property's setter or deleter: the getter stands for the name."""
    return function.decorators is not None and bool(_accessors(function))


def only_variables(definitions: Sequence[nodes.NodeNG]) -> bool:
    """A property with a setter that does nothing but assign to variables: a trace reads these anew at each call."""
    setters = [one for one in definitions if isinstance(one, nodes.FunctionDef) and "setter" in _accessors(one)]
    return bool(setters) and all(_assigns(one) for one in setters)


def _accessors(function: nodes.FunctionDef) -> set[str]:
    decorators = function.decorators.nodes if function.decorators else ()
    named = {one.attrname for one in decorators if isinstance(one, nodes.Attribute)}
    return named & {"setter", "deleter"}


def _assigns(setter: nodes.FunctionDef) -> bool:
    found = False
    for statement in setter.body:
        for node in statement.nodes_of_class((nodes.Call, *CHANGES)):
            if not isinstance(node, nodes.Call) or not (_is_assign(node) or _is_check(node)):
                return False
            found = found or _is_assign(node)
    return found


CHANGES = (nodes.AssignAttr, nodes.DelAttr, nodes.Global, nodes.Nonlocal, nodes.Subscript, nodes.With, nodes.Try)


def _is_assign(call: nodes.Call) -> bool:
    """self._rate.assign(value)"""
    match call.func:
        case nodes.Attribute(attrname=name, expr=nodes.Attribute(expr=nodes.Name())) if name in ASSIGNS:
            return True
    return False


def _is_check(call: nodes.Call) -> bool:
    name = getattr(call.func, "attrname", "") or getattr(call.func, "name", "")
    return name in CHECKS or isinstance(call.parent, nodes.Raise)
