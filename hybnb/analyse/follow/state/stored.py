"""What the notebook stores in an object, by the text of the place where it does."""

from __future__ import annotations

from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.run import Run
from hybnb.analyse.text.sites import Site
from hybnb.analyse.values import KERAS, Choice, Container, Value

NUMERIC = (nodes.Const, nodes.BinOp, nodes.UnaryOp)
OBJECTS = KERAS | {"variable", "instance", "object", "function"}


def set_to_numbers(run: Run, attribute: str) -> bool:
    """Wherever an attribute of this name is set, it is to what is a number by its text."""
    run.reads.update((f".{attribute}", f"*.{attribute}"))
    sites = [site for one in run.program.namespaces.values() for _, site in one.changes.attributes.get(attribute, ())]
    return all(isinstance(value, NUMERIC) for site in sites for value in _values(site))


def may_be_object(run: Run, site: Site) -> bool:
    """What is stored may have variables or code of its own, as a layer or a schedule has."""
    return any(value is not None and _object(run, site, value) for value in _values(site))


def _object(run: Run, site: Site, value: nodes.NodeNG) -> bool:
    """Of what a function's own names hold nothing is known here, and numbers are taken to be stored."""
    quiet = run.program.at_the_top(site.unit)
    quiet.made_up = True
    run.reads.update(each.name for each in value.nodes_of_class(nodes.Name))
    return _held(evaluate(quiet, value, quiet.frames[0].scope))


def _held(value: Value) -> bool:
    if isinstance(value.ref, Choice):
        return any(map(_held, value.ref.options))
    element = value.ref.any_element() if isinstance(value.ref, Container) else None
    return value.kind in OBJECTS or (element is not None and element is not value and _held(element))


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
