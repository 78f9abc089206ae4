"""Under which constant keys a dict is changed and read: what is set under one key says nothing about another one."""

from __future__ import annotations

from astroid import nodes
from msgspec import Struct


class Keys(Struct, frozen=True):
    """The only keys of a dict under which something changes or is read."""

    known: frozenset[object]
    inside: bool = False  #: what is kept there changes itself, or is a dict that is asked for one key in its turn


def written(owner: nodes.NodeNG) -> Keys | None:
    """By the statement or call that changes the contents of this expression, if it is a dict; None for what may be any key."""
    place = owner.parent
    match place:
        case nodes.Subscript(value=value, slice=nodes.Const(value=key)) if value is owner:
            return Keys(frozenset({key}), inside=isinstance(place.parent, nodes.AugAssign))
        case nodes.Attribute(parent=nodes.Call() as call) if call.func is place:
            return _by_method(place.attrname, call)
    return None


def _by_method(method: str, call: nodes.Call) -> Keys | None:
    match method, call.args:
        case "pop" | "setdefault", [nodes.Const(value=key), *_]:
            return Keys(frozenset({key}))
        case "update", [] if all(keyword.arg for keyword in call.keywords):
            return Keys(frozenset(keyword.arg for keyword in call.keywords))
        case "update", [nodes.Dict(items=items)] if not call.keywords:
            written = [key.value for key, _ in items if isinstance(key, nodes.Const)]
            return Keys(frozenset(written)) if len(written) == len(items) else None
    return None


def within(step: nodes.NodeNG) -> Keys | None:
    """What is behind owner["key"] or owner.attribute changes: under which key of the owner's."""
    match step:
        case nodes.Subscript(slice=nodes.Const(value=key)):
            return Keys(frozenset({key}), inside=True)
    return None


def asked(node: nodes.NodeNG) -> Keys | None:
    """Where a dict is read here, for one key alone: owner["key"], owner.get("key"), "key" in owner."""
    place = node.parent
    match place:
        case nodes.Subscript(value=value, slice=nodes.Const(value=key)) if value is node:
            return Keys(frozenset({key}), inside=asked(place) is not None)
        case nodes.Attribute(attrname="get", parent=nodes.Call(args=[nodes.Const(value=key), *_])):
            return Keys(frozenset({key}))
        case nodes.Compare(left=nodes.Const(value=key), ops=[("in" | "not in", owner)]) if owner is node:
            return Keys(frozenset({key}))
    return None


def asked_by(node: nodes.NodeNG) -> Keys | None:
    """The same for the owner in owner["key"] or owner.get("key")."""
    match node:
        case nodes.Subscript(value=owner) | nodes.Call(func=nodes.Attribute(expr=owner)):
            return asked(owner)
    return None


def asked_alone(made: nodes.NodeNG) -> frozenset[object] | None:
    """The only keys under which the dict is read that this expression makes, as it stands or by the one name that it is
    given; None where any may be.
    """
    at_once = asked(made)
    if at_once is not None:
        return at_once.known
    match made.parent:
        case nodes.Assign(value=value, targets=[nodes.AssignName(name=name)]) if value is made:
            own = made.scope()
            if isinstance(own, nodes.FunctionDef) and len(own.locals.get(name, ())) == 1:
                reads = [asked(one) for one in own.nodes_of_class(nodes.Name) if one.name == name]
                if all(read is not None for read in reads):
                    return frozenset[object]().union(*(read.known for read in reads if read is not None))
    return None
