"""On what an attribute is set: on an object that nobody has read yet, or on a module, which is no object of a class."""

from __future__ import annotations

from collections.abc import Callable

from astroid import nodes

from hybnb.analyse.text import in_place, reached

MAKERS = frozenset({"__new__", "parse_args", "SimpleNamespace", "Namespace"})  #: what they return is new
COPIES = frozenset({"copy", "deepcopy"})
MODULES = frozenset({"ModuleType", "import_module", "getmodule"})
MODULE = "a module"  #: stands for the name of what is one


def sets_nothing_read(owner: nodes.NodeNG, call: nodes.NodeNG) -> bool:
    """setattr(owner, …) sets what a new object, or none had before: no trace has read it."""
    return _only_holds(owner, _new) or _where_there_is_none(call)


def owner(node: nodes.NodeNG) -> str:
    """The global name of what has the attribute, or MODULE; "" where neither is known."""
    return MODULE if _module(node) or _only_holds(node, _module) else in_place.global_name(node)


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
