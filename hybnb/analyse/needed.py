"""Which functions have to be followed, so that all is known about some of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from astroid import nodes

from hybnb.analyse.candidates import Candidate
from hybnb.analyse.program import Program
from hybnb.analyse.redefinitions import LastDefinitions

GRAPH_MAKERS: Final = (
    "Dataset.",
    "Model.compile",
)  #: how callers begin that make a graph of the functions they are given


def needed(program: Program, found: LastDefinitions, keys: Collection[str]) -> set[Candidate]:
    """Those with these keys and those that are a tf.function, or that a library makes a graph of; with them whoever names them, as it may call them, the
    functions around them, whose names they close over, and all methods of their classes, which share what `self` holds.
    """
    chosen = {one for key in keys if (one := found.of_key(key)) is not None}
    chosen.update(found.converted())
    for node in _in_graphs(program):
        chosen.update(found.of_node(node))
    around = {outer for one in chosen if one.enclosing is not None for outer in _around(one)}
    classes = _with_bases(found, {one.cls for one in chosen if one.cls is not None})
    for name in found.mentioned(_names(program, chosen)):
        chosen.update(found.mentioning(name))
    for outer in around:
        chosen.update(found.of_node(outer))
    for cls in classes:
        chosen.update(found.members(cls))
    return chosen


def _in_graphs(program: Program) -> Iterator[nodes.NodeNG]:
    for node, callers in program.callers.items():
        if any(way == "graph" and name.startswith(GRAPH_MAKERS) for name, way in callers):
            yield node


def _around(candidate: Candidate) -> Iterator[nodes.NodeNG]:
    node = candidate.enclosing
    while node is not None:
        yield node
        node = node.parent.frame() if node.parent is not None and not isinstance(node, nodes.Module) else None


def _with_bases(found: LastDefinitions, classes: set[nodes.ClassDef]) -> set[nodes.ClassDef]:
    """The classes and, by their names, the user's own that they derive from."""
    waiting = list(classes)
    while waiting:
        bases = {getattr(base, "attrname", getattr(base, "name", "")) for base in waiting.pop().bases}
        fresh = {cls for cls in found.classes() if cls.name in bases} - classes if bases else set()
        classes |= fresh
        waiting += fresh
    return classes


def _names(program: Program, chosen: set[Candidate]) -> set[str]:
    """What the functions are called, under all their names."""
    names = {one.last_name for one in chosen}
    for namespace in program.namespaces.values():
        aliases = namespace.changes.aliases
        names |= {alias.lstrip(".") for name in names & aliases.keys() for alias in aliases[name]}
    return names
