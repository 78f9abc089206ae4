"""On what an attribute is set: on an object that nobody has read yet, or on a module, which is no object of a class."""

from __future__ import annotations

from collections.abc import Callable

from astroid import nodes

from hybnb.analyse.text import computed_attributes, in_place, reached
from hybnb.analyse.text.computed import ANY

MAKERS = frozenset({"__new__", "parse_args", "SimpleNamespace", "Namespace"})  #: what they return is new
COPIES = frozenset({"copy", "deepcopy"})
MODULES = frozenset({"ModuleType", "import_module", "getmodule"})
MODULE = "a module"  #: stands for the name of what is one


def sets_nothing_read(owner: nodes.NodeNG, by: nodes.NodeNG, attribute: str) -> bool:
    """setattr(owner, …) by a computed name sets what a new object, or none had before: no trace has read it."""
    computed = attribute == ANY or _by_computed_name(by, attribute)
    return computed and (_only_holds(owner, _new) or _where_there_is_none(by))


def _by_computed_name(by: nodes.NodeNG, attribute: str) -> bool:
    """setattr(owner, key, …), where the text tells what the key may be."""
    return type(by) is nodes.Call and attribute != "[]" and not any(type(key) is nodes.Const for key in by.args[1:2])


def owner(node: nodes.NodeNG, by: nodes.NodeNG | None) -> str:
    """The global name of what has the attribute, MODULE, or as `computed_attributes.owner`; "" where none is known. It is set `by` this."""
    if _module(node) or _only_holds(node, _module):
        return MODULE
    return in_place.global_name(node) or (computed_attributes.owner(node, by) if by is not None else "")


def _only_holds(owner: nodes.NodeNG, wanted: Callable[[nodes.NodeNG], bool]) -> bool:
    """A local name that is never given anything else."""
    if not isinstance(owner, nodes.Name) or in_place.is_global(owner):
        return False
    given = reached.all_given(owner)
    return bool(given) and all(map(wanted, given or ()))


def _new(value: nodes.NodeNG) -> bool:
    match value:
        case (
            nodes.Call(func=nodes.Name(name=name))
            | nodes.Call(func=nodes.Attribute(expr=nodes.Name(name="copy"), attrname=name))
        ):
            return name in COPIES or name in MAKERS
        case nodes.Call(func=nodes.Attribute(attrname=name)):
            return name in MAKERS
    return False


def _module(value: nodes.NodeNG) -> bool:
    match value:
        case nodes.Call():
            return in_place.last_name(value.func) in MODULES
        case nodes.Subscript(value=nodes.Attribute(attrname="modules")):
            return True
    return False


def _where_there_is_none(call: nodes.NodeNG) -> bool:
    """if not hasattr(owner, name): setattr(owner, name, …)"""
    if not isinstance(call, nodes.Call) or len(call.args) < 2:
        return False
    wanted = [one.as_string() for one in call.args[:2]]
    child, above = call, call.parent
    while above is not None and not isinstance(above, nodes.FunctionDef | nodes.Module):
        match above:
            case nodes.If(
                test=nodes.UnaryOp(op="not", operand=nodes.Call(func=nodes.Name(name="hasattr"), args=asked))
            ) if child in above.body and [one.as_string() for one in asked] == wanted:
                return True
        child, above = above, above.parent
    return False
