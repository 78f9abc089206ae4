"""Attributes that are set by a computed name: by which names, and on what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized

from astroid import nodes

from hybnb.analyse.text.computed import ANY

ITERATED = frozenset({"items", "keys"})  #: methods of a dict that give its keys first
LOOKS = frozenset({"setattr", "getattr", "hasattr", "delattr", "vars", "type", "isinstance"})


def names(key: nodes.NodeNG) -> list[str]:
    """What an expression may give, where a loop takes it from what is written out; ANY where it isn't.

    With a last one of ANY and a global name, where the list goes by that: other cells may change it, see `unsettled`.
    """
    if isinstance(key, nodes.Const):
        return [key.value if isinstance(key.value, str) else ANY]
    loop = _loop(key)
    found = _written(loop.iter, pairs=isinstance(loop.target, nodes.Tuple)) if loop is not None else None
    if loop is None or not found:
        return [ANY]
    within = loop.scope().locals
    return [*found, *(ANY + one.name for one in loop.iter.nodes_of_class(nodes.Name) if one.name not in within)]


def listed(attributes: Iterable[str]) -> list[str]:
    """Those of what `names` has given that stand for a list."""
    return [one for one in attributes if one.startswith(ANY) and one != ANY]


def unsettled(listed: Iterable[str], bound: Mapping[str, Sized], contents: Mapping[str, Sized]) -> list[str]:
    """Those whose list is bound a second time, or changed, and may hold any name."""
    return [one for one in listed if len(bound.get(one[1:], ())) > 1 or contents.get(one[1:])]


def _loop(node: nodes.NodeNG) -> nodes.For | None:
    """The loop that alone binds a name, or the first of a pair."""
    bound = _bound(node)
    if len(bound) != 1 or not isinstance(bound[0], nodes.AssignName):
        return None
    target, loop = bound[0], bound[0].parent
    if isinstance(loop, nodes.Tuple) and loop.elts[0] is target:
        target, loop = loop, loop.parent
    return loop if isinstance(loop, nodes.For) and loop.target is target else None


def _bound(node: nodes.NodeNG) -> Sequence[nodes.NodeNG]:
    """Where the function around binds a name."""
    return node.scope().locals.get(node.name, ()) if isinstance(node, nodes.Name) else ()


def _written(node: nodes.NodeNG, *, pairs: bool) -> list[str] | None:
    """What a loop over this gives, or the first of each pair."""
    match node:
        case nodes.Call(func=nodes.Attribute(attrname="split", expr=nodes.Const(value=str() as text)), args=[]):
            return None if pairs else text.split()
        case nodes.Call(func=nodes.Attribute(attrname=method, expr=holder), args=[]) if method in ITERATED:
            return _keys(holder) if pairs == (method == "items") else None
        case nodes.List(elts=elements) | nodes.Tuple(elts=elements) | nodes.Set(elts=elements):
            first = [one.elts[0] if isinstance(one, nodes.Tuple) and one.elts else one for one in elements]
            return _texts(first if pairs else elements)
        case nodes.Dict():
            return None if pairs else _keys(node)
        case nodes.Name():
            held = _constant(node)
            return _written(held, pairs=pairs) if held is not None and not isinstance(held, nodes.Name) else None
    return None


def _keys(node: nodes.NodeNG) -> list[str] | None:
    held = _constant(node) if isinstance(node, nodes.Name) else node
    return _texts([key for key, _ in held.items]) if isinstance(held, nodes.Dict) else None


def _texts(elements: list[nodes.NodeNG]) -> list[str] | None:
    found = [one.value for one in elements if isinstance(one, nodes.Const) and isinstance(one.value, str)]
    return found if len(found) == len(elements) else None


def _constant(name: nodes.Name) -> nodes.NodeNG | None:
    """What a name of the top level is given, once, where the text does no more with it than to go through it."""
    root = name.root()
    bound = root.locals.get(name.name, ())
    if name.name in name.scope().locals or len(bound) != 1 or not isinstance(bound[0].parent, nodes.Assign):
        return None
    return bound[0].parent.value if all(map(_only_read, _mentions(root, name.name))) else None


def _only_read(use: nodes.Name) -> bool:
    match use.parent:
        case nodes.Attribute(attrname=method, parent=nodes.Call()):
            return method in ITERATED | {"values", "get"}
        case nodes.For(iter=each) | nodes.Comprehension(iter=each):
            return each is use
        case nodes.Subscript(value=holder):
            return holder is use and isinstance(use.parent.parent, nodes.NodeNG) and not _stored(use.parent)
        case nodes.Compare():
            return True
    return False


def _stored(item: nodes.Subscript) -> bool:
    return (isinstance(item.parent, nodes.Assign | nodes.Delete) and item in item.parent.targets) or (
        isinstance(item.parent, nodes.AugAssign) and item.parent.target is item
    )


def _mentions(tree: nodes.NodeNG, name: str) -> Iterator[nodes.Name]:
    return (one for one in tree.nodes_of_class(nodes.Name) if one.name == name)


def owner(node: nodes.NodeNG, by: nodes.NodeNG) -> str:
    """ "f(0)" of what `f` is given for its first parameter, "C()" of what is made here and handed to nobody before; else ""."""
    function = node.scope()
    bound = _bound(node)
    if len(bound) != 1 or not isinstance(function, nodes.FunctionDef):
        return ""
    parameters = [one.name for one in (*function.args.posonlyargs, *(function.args.args or ()))]
    if node.name in parameters:
        plain = isinstance(function.parent, nodes.Module) and function.decorators is None
        return f"{function.name}({parameters.index(node.name)})" if plain else ""
    match bound[0].parent:
        case nodes.Assign(value=nodes.Call(func=nodes.Name(name=name))) as made if name not in function.locals:
            unheard = not isinstance(by, nodes.AssignAttr) and _handed_to_nobody(node, made, by)
            return f"{name}()" if unheard else ""
    return ""


def _handed_to_nobody(node: nodes.Name, made: nodes.Assign, by: nodes.NodeNG) -> bool:
    """Until the last round of the loops around, the object that was made is only looked at."""
    last = by
    around = by.parent
    while around is not None and not isinstance(around, nodes.FunctionDef):
        if isinstance(around, nodes.For | nodes.While) and not around.parent_of(made):
            last = around
        around = around.parent
    end = last.end_lineno or last.lineno or 0
    return all(map(_looks, (use for use in _mentions(node.scope(), node.name) if use.lineno <= end)))


def _looks(use: nodes.Name) -> bool:
    match use.parent:
        case nodes.Attribute():
            return not (isinstance(use.parent.parent, nodes.Call) and use.parent.parent.func is use.parent)
        case nodes.AssignAttr():
            return True
        case nodes.Call(func=nodes.Name(name=name), args=[first, *_]):
            return first is use and name in LOOKS
    return False
