"""What the notebook stores in an object, by the text of the place where it does."""

from __future__ import annotations

from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.text.sites import Site
from hybnb.analyse.values import KERAS

NUMERIC = (nodes.Const, nodes.BinOp, nodes.UnaryOp)
COMPOUND = (nodes.List, nodes.Tuple, nodes.Dict, nodes.ListComp, nodes.IfExp, nodes.Starred, nodes.BoolOp)
OBJECTS = KERAS | {"variable", "instance", "object", "function"}


def set_to_numbers(run: Run, attribute: str) -> bool:
    """Wherever an attribute of this name is set, it is to what is a number by its text."""
    run.reads.update((f".{attribute}", f"*.{attribute}"))
    sites = [site for one in run.program.namespaces.values() for _, site in one.changes.attributes.get(attribute, ())]
    return all(isinstance(value, NUMERIC) for site in sites for value in _values(site))


def may_be_object(run: Run, site: Site) -> bool:
    """What is stored may have variables or code of its own: a class makes it there, or a name holds such a thing."""
    return any(value is not None and _object(run, site, value) for value in _values(site))


def _object(run: Run, site: Site, value: nodes.NodeNG) -> bool:
    match value:
        case nodes.Call(func=nodes.Name(name=name) | nodes.Attribute(attrname=name)):
            return str(name)[:1].isupper()  # a class, as all of Keras's are spelled
        case nodes.Lambda():
            return True
        case nodes.Name(name=name):
            run.reads.add(name)
            held = run.program.global_value(run.program.namespace_of(site.unit), name)
            return held is not None and held.kind in OBJECTS
    return isinstance(value, COMPOUND) and any(_object(run, site, part) for part in value.get_children())


def _values(site: Site) -> Iterator[nodes.NodeNG | None]:
    """What is stored at a site; None where that isn't an assignment, nor a call that is handed it."""
    found = False
    for node in site.unit.tree.nodes_of_class(nodes.AssignAttr | nodes.Call):
        if node.lineno != site.line:
            continue
        if isinstance(node, nodes.AssignAttr) and node.attrname == site.attribute:
            statement, found = node.statement(), True
            yield statement.value if isinstance(statement, nodes.Assign | nodes.AugAssign) else None
        elif isinstance(node, nodes.Call) and site.attribute == "[]" and isinstance(node.func, nodes.Attribute):
            found = True
            yield from node.args
    if not found:
        yield None
