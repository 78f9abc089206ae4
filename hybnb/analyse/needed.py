"""Which functions have to be followed, so that all is known about some of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from astroid import nodes

from hybnb.analyse.candidates import Candidate
from hybnb.analyse.follow.survey import Code, survey
from hybnb.analyse.program import Program


def needed(program: Program, found: Sequence[Candidate], keys: Collection[str]) -> set[Candidate]:
    """Those with these keys and those that are a tf.function; with them whoever names them, as it may call them, the
    functions around them, whose names they close over, and all methods of their classes, which share what `self` holds.
    """
    chosen = {one for one in found if one.decoration is not None or one.id.key in keys}
    around = {outer for one in chosen for outer in _around(one)}
    classes = _with_bases(found, {one.cls for one in chosen if one.cls is not None})
    names = _names(program, chosen)
    naming = {unit for unit in program.units() if not (names.isdisjoint(unit.read) and names.isdisjoint(unit.asked))}
    chosen |= {one for one in found if one.unit in naming and _mentions(one.node, names)}
    if around or classes:
        chosen |= {one for one in found if one.node in around or one.cls in classes}
    return chosen


def _around(candidate: Candidate) -> Iterator[nodes.NodeNG]:
    node = candidate.enclosing
    while node is not None:
        yield node
        node = node.parent.frame() if node.parent is not None and not isinstance(node, nodes.Module) else None


def _with_bases(found: Sequence[Candidate], classes: set[nodes.ClassDef]) -> set[nodes.ClassDef]:
    """The classes and, by their names, the user's own that they derive from."""
    known = {one.cls for one in found if one.cls is not None} if classes else set()
    waiting = list(classes)
    while waiting:
        bases = {getattr(base, "attrname", getattr(base, "name", "")) for base in waiting.pop().bases}
        fresh = {cls for cls in known - classes if cls.name in bases}
        classes |= fresh
        waiting += fresh
    return classes


def _names(program: Program, chosen: set[Candidate]) -> set[str]:
    """What the functions are called, under all their names."""
    names = {one.id.name.rpartition(".")[2] for one in chosen}
    for namespace in program.namespaces.values():
        aliases = namespace.changes.aliases
        names |= {alias.lstrip(".") for name in names & aliases.keys() for alias in aliases[name]}
    return names


def _mentions(code: Code, names: set[str]) -> bool:
    read = survey(code)
    return not (read.loads.keys().isdisjoint(names) and read.attributes.keys().isdisjoint(names))
