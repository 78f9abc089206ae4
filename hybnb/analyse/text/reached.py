"""By which other names, parts and views the object is reached that a name or an attribute stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.text import in_place
from hybnb.analyse.text.computed import ANY
from hybnb.analyse.text.sites import Site

MODULE = "*.*"  #: the notebook itself as an object, most likely: what is set on it are global names


def stored_as_names(
    aliases: Mapping[str, Iterable[str]], contents: Mapping[str, Iterable[Site]]
) -> Iterator[tuple[str, Site]]:  # fmt: skip
    """The global names that are bound through another name of `globals()`, or of the notebook's own module."""
    for alias in aliases.get(ANY, ()):
        yield from ((ANY, replace(site, looped=True)) for site in contents.get(alias, ()))
    for alias in aliases.get(MODULE, ()):
        set_there = (site for site in contents.get(alias, ()) if site.attribute not in ("", "[]"))
        yield from ((site.attribute, replace(site, looped=True)) for site in set_there)


def same_object(node: nodes.Assign) -> Iterator[tuple[str, str]]:
    """Two names, ".attribute"s or parts of what a name holds, that an assignment makes names of one object."""
    value = node.value
    if in_place.holds_globals(value):  # what is stored under the other name may be any global one
        yield from ((ANY, target.name) for target in node.targets if isinstance(target, nodes.AssignName))
    elif in_place.is_this_module(value):
        yield from ((MODULE, target.name) for target in node.targets if isinstance(target, nodes.AssignName))
    others = [_spelled(value)] if isinstance(value, nodes.Name | nodes.Attribute) else in_place.part(value)
    for target in node.targets:
        if isinstance(target, nodes.AssignName | nodes.AssignAttr):
            yield from ((_spelled(target), other) for other in others)


def _spelled(node: nodes.NodeNG) -> str:
    return node.name if isinstance(node, nodes.Name | nodes.AssignName) else f".{node.attrname}"


VIEWS = frozenset({
    "T", "flat", "real", "imag", "reshape", "ravel", "view", "transpose", "swapaxes", "squeeze", "diagonal", "asarray", "atleast_1d",
    "atleast_2d", "broadcast_to", "expand_dims", "moveaxis", "split", "array_split", "hsplit", "vsplit", "flip", "rot90", "memoryview",
    "frombuffer", "nditer", "sliding_window_view",
})  # fmt: skip


#: calls that `same_object` and `views` look into, by their last names
SHARING = VIEWS | {"globals", "vars", "locals"}


def may_share(value: nodes.NodeNG) -> bool:
    """Whether `same_object` or `views` may find anything where this is assigned."""
    if type(value) is nodes.Call:
        return in_place.last_name(value.func) in SHARING
    return type(value) in (nodes.Name, nodes.Attribute, nodes.Subscript)


def views(node: nodes.Assign) -> Iterator[tuple[str, str]]:
    """A name, and another one for what is a view of it if it is an array."""
    if isinstance(node.value, nodes.Subscript | nodes.Attribute | nodes.Call):
        base = _viewed(node.value)
        name = str(base.name) if isinstance(base, nodes.Name) else ""
        for target in node.targets if name else ():
            yield from ((name, one.name) for one in target.nodes_of_class(nodes.AssignName) if one.name != name)


def _viewed(node: nodes.NodeNG) -> nodes.Name | nodes.Attribute | None:
    """The array of which an expression may be a view: a name, or an attribute."""
    match node:
        case nodes.Name():
            return node
        case nodes.Subscript(value=owner):
            return _viewed(owner)
        case nodes.Attribute(expr=owner, attrname=name):
            return _viewed(owner) if name in VIEWS else node
        case nodes.Call(func=nodes.Attribute(attrname=name, expr=owner), args=args) if name in VIEWS:
            array = args[0] if args and isinstance(owner, nodes.Name) and owner.name in ("np", "numpy") else owner
            return _viewed(array)
    return None


#: methods and functions that give what a container holds, rather than something new
GIVE = frozenset({"get", "setdefault", "values", "items", "pop", "popitem", "get_layer"})
WALK = frozenset({"enumerate", "reversed", "zip", "iter", "next", "list", "tuple", "sorted", "chain"})


MOST = 8  #: places that bind one name and are looked at


def reached_by(name: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    """What a name holds is, or is a part of, what these hold: `parts = obj.parts`, `for group in opt.groups`."""
    for value, part in _all_given(name):
        yield from _held_by(value, part)


def viewed_by(name: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    """What a name may hold a view of, where that is an array: `flat = table.ravel()`."""
    for value, _ in _all_given(name):
        if isinstance(value, nodes.Call | nodes.Attribute) and (base := _viewed(value)) is not None:
            yield base


def all_given(name: nodes.Name) -> list[nodes.NodeNG] | None:
    """All that a local name is given as a whole; None where it is a parameter, or gets a part of something."""
    bound = name.scope().locals.get(name.name, ())
    if not all(isinstance(one, nodes.AssignName) and not isinstance(one.parent, nodes.Arguments) for one in bound):
        return None
    given = [_given(one) for one in bound]
    return (
        [value for value, _ in given if value is not None] if not any(part or v is None for v, part in given) else None
    )


def _all_given(name: nodes.NodeNG) -> Iterator[tuple[nodes.NodeNG, bool]]:
    """All that a name is given where it stands, and whether it gets a part of that."""
    if isinstance(name, nodes.Name | nodes.AssignName):
        for bound in name.scope().locals.get(name.name, ())[:MOST]:
            if isinstance(bound, nodes.AssignName) and not isinstance(bound.parent, nodes.Arguments):
                value, part = _given(bound)
                if value is not None:
                    yield value, part


def _given(bound: nodes.AssignName) -> tuple[nodes.NodeNG | None, bool]:
    """What a name is given, and whether it gets a part of that."""
    part, node, place = False, bound, bound.parent
    while isinstance(place, nodes.Tuple | nodes.List | nodes.Starred):
        part, node, place = True, place, place.parent
    match place:
        case nodes.Assign() | nodes.AnnAssign() | nodes.NamedExpr():
            return place.value, part
        case nodes.For() if place.target is node:
            return place.iter, True
    return None, False


def _held_by(value: nodes.NodeNG, part: bool) -> Iterator[nodes.NodeNG]:
    match value:
        case nodes.Name() | nodes.Attribute() | nodes.Subscript():
            yield value
        case nodes.Tuple(elts=elements) | nodes.List(elts=elements) if part:
            for element in elements:
                yield from _held_by(element, False)
        case nodes.Call(func=nodes.Attribute(attrname=name, expr=owner)) if name in GIVE:
            yield from _held_by(owner, True)
        case nodes.Call(func=nodes.Name(name=name) | nodes.Attribute(attrname=name), args=args) if (
            part and name in WALK
        ):
            for argument in args:
                yield from _held_by(argument, True)
        case nodes.Call() if (owner := in_place.keeper(value)) is not None:
            yield value


def contents_of(node: nodes.NodeNG) -> str:
    """The name or ".attribute[]" whose contents change."""
    while isinstance(node, nodes.Subscript):
        node = node.value
    return f".{node.attrname}[]" if isinstance(node, nodes.Attribute) else getattr(node, "name", "")
