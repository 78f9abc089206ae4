"""Whose attribute the notebook sets: an object of a class that has nothing to do with the one that is read isn't that one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.classes import Class
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.survey import loads_of
from hybnb.analyse.text.bindings import Changes
from hybnb.analyse.text.computed import ANY
from hybnb.analyse.text.fresh import MODULE
from hybnb.analyse.text.sites import Site, that_bind
from hybnb.analyse.values import Instance

if TYPE_CHECKING:
    from hybnb.analyse.packages import Namespace

KEEPERS = frozenset({"__dict__", "vars", "__class__"})  #: by these an object's attributes may become another one's


def may_change(changes: Changes, attribute: str) -> bool:
    """An attribute of this name is set there, of whatever, or what one holds is changed."""
    set_there = not changes.attributes.keys().isdisjoint((attribute, f"{attribute}[]", ANY))
    return set_there or f".{attribute}" in changes.aliases or f".{attribute}[+]" in changes.augmented


def another(run: Run, namespace: Namespace, read: Instance) -> Callable[[Site], bool]:
    """Whether a place in `namespace` sets an attribute of another object than the one that is read."""

    def ask(site: Site) -> bool:
        if site.owner == MODULE:
            return True
        owner = _only(run, namespace, site.owner) if site.owner else None
        if isinstance(owner, Class):  # what is set on a class, its own objects alone have
            return read.cls is not None and _known(read.cls) and not _is_a(read.cls, owner)
        return owner is not None and _unrelated(owner, read)

    return ask


def asked_of_former(run: Run, name: str) -> bool:
    """A method is called of an object whose class has been edited since: what that did, nobody knows any more."""
    run.reads.add(name)
    return any(_called(load.parent) for unit in run.program.units() for load in loads_of(unit, name))


def _called(part: nodes.NodeNG) -> bool:
    return isinstance(part, nodes.Attribute) and isinstance(part.parent, nodes.Call) and part.parent.func is part


def _only(run: Run, namespace: Namespace, name: str) -> Instance | Class | None:
    """The one object or class that a global name ever holds; None where it may hold several, or isn't known."""
    changes = namespace.changes
    bound = changes.names.get(name, ())
    named = [*bound, *that_bind(changes.names.get(ANY, ()), name)]
    if len(named) != 1 or named[0].looped or named[0].function or changes.attributes.get(ANY):
        return None
    run.reads.update((name, ANY, f"*.{ANY}"))
    value = run.program.global_value(namespace, name)
    return value.ref if value is not None and value.sure and isinstance(value.ref, Instance | Class) else None


def _unrelated(one: Instance, other: Instance) -> bool:
    """No object is of both classes."""
    if one.cls is not None and other.cls is not None:
        return _known(one.cls) and _known(other.cls) and not (_is_a(one.cls, other.cls) or _is_a(other.cls, one.cls))
    own, foreign = (one, other) if one.cls is not None else (other, one)
    return own.cls is not None and _known(own.cls) and not own.cls.library_bases() and bool(foreign.library)


def _known(cls: Class) -> bool:
    """All its base classes are known, and what it makes are objects of its own, with attributes of their own."""
    return "?" not in cls.library_bases() and all(_ordinary(one) for one in cls.lineage())


def _ordinary(cls: Class) -> bool:
    node = cls.node
    if "metaclass" in cls.unit.cell.source:  # astroid's tree doesn't show it
        return False
    decorators = node.decorators.nodes if node.decorators else []
    if not all(_last_name(one) == "dataclass" for one in decorators) or node.keywords or "__new__" in node.locals:
        return False
    names = (_last_name(one) for one in node.nodes_of_class((nodes.Name, nodes.Attribute, nodes.AssignAttr)))
    return KEEPERS.isdisjoint(names)


def _last_name(node: nodes.NodeNG) -> str:
    called = node.func if isinstance(node, nodes.Call) else node
    return getattr(called, "attrname", "") or getattr(called, "name", "")


def _is_a(cls: Class, base: Class) -> bool:
    return any(one.node is base.node for one in cls.lineage())
