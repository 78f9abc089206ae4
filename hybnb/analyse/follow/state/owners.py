"""Whose attribute the notebook sets: an object of a class that has nothing to do with the one that is read isn't that one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.classes import Class
from hybnb.analyse.follow.run import Run
from hybnb.analyse.text import in_place
from hybnb.analyse.text.computed import ANY
from hybnb.analyse.text.fresh import MODULE
from hybnb.analyse.text.sites import Site, that_bind
from hybnb.analyse.values import Instance

if TYPE_CHECKING:
    from hybnb.analyse.packages import Namespace
    from hybnb.analyse.text.parse import Unit

KEEPERS = frozenset({"__dict__", "vars", "__class__"})  #: by these an object's attributes may become another one's


def another(run: Run, namespace: Namespace, read: Instance) -> Callable[[Site], bool]:
    """Whether a place in `namespace` sets an attribute of another object than the one that is read."""

    def ask(site: Site) -> bool:
        if site.owner == MODULE:
            return True
        if site.owner.endswith("()"):
            return _new(run, namespace, site.owner[:-2])
        if site.owner.endswith(")"):
            given = _given(run, site.owner)
            return bool(given) and all(_is_another(one, read) for one in given)
        return bool(site.owner) and _is_another(_only(run, namespace, site.owner), read)

    return ask


def _is_another(owner: Instance | Class | None, read: Instance) -> bool:
    if isinstance(owner, Class):  # what is set on a class, its own objects alone have
        return read.cls is not None and _known(read.cls) and not _is_a(read.cls, owner)
    return owner is not None and _unrelated(owner, read)


def _new(run: Run, namespace: Namespace, name: str) -> bool:
    """A class of this name makes a new object at each call, which no trace has read."""
    run.reads.add(name)
    value = run.program.global_value(namespace, name)
    cls = value.ref if value is not None and isinstance(value.ref, Class) else None
    plain = cls is not None and "?" not in cls.library_bases() and all(map(_makes_new, cls.lineage()))
    return plain and cls is not None and all("metaclass" not in one.unit.cell.source for one in cls.lineage())


def _makes_new(cls: Class) -> bool:
    decorators = cls.node.decorators.nodes if cls.node.decorators else []
    return "__new__" not in cls.node.locals and all(_last_name(one) == "dataclass" for one in decorators)


def _given(run: Run, spelled: str) -> list[Instance | Class | None]:
    """All that is handed to a function for one parameter, "f(0)"; empty where that isn't known of each use."""
    return [_handed(run, unit, argument) for unit, argument in _arguments(run, spelled)]


def _arguments(run: Run, spelled: str) -> list[tuple[Unit, nodes.NodeNG]]:
    name, _, place = spelled[:-1].partition("(")
    run.reads.add(f"~{name}")
    found = []
    uses = run.program.uses
    if uses.answer(
        ("named anew", name), lambda: any(f"{name} as " in unit.cell.source for unit in run.program.units())
    ):
        return []
    for unit, use in (*uses.loads(name), *uses.attributes(name)):
        call = use.parent
        given = call.args[: int(place) + 1] if isinstance(call, nodes.Call) and call.func is use else []
        if len(given) <= int(place) or any(isinstance(one, nodes.Starred) for one in given):
            return []
        found.append((unit, given[-1]))
    return found


def _handed(run: Run, unit: Unit, argument: nodes.NodeNG) -> Instance | Class | None:
    name = in_place.global_name(argument)
    return _only(run, run.program.namespace_of(unit), name) if name else None


def asked_of_former(run: Run, name: str) -> bool:
    """A method is called of an object whose class has been edited since: what that did, nobody knows any more."""
    run.reads.add(name)
    return any(_called(load.parent) for _, load in run.program.uses.loads(name))


def _called(part: nodes.NodeNG) -> bool:
    return isinstance(part, nodes.Attribute) and isinstance(part.parent, nodes.Call) and part.parent.func is part


def _only(run: Run, namespace: Namespace, name: str) -> Instance | Class | None:
    """The one object or class that a global name ever holds; None where it may hold several, or isn't known."""
    changes = namespace.changes
    bound = changes.names.get(name, ())
    named = [*bound, *that_bind(changes.names.get(ANY, ()), name)]
    if len(named) != 1 or named[0].looped or named[0].function:
        return None
    if any(not cls and _may_be_module(run, namespace, site) for cls, site in changes.attributes.get(ANY, ())):
        return None  # then it binds names
    run.reads.update((name, ANY, f"*.{ANY}"))
    value = run.program.global_value(namespace, name)
    return value.ref if value is not None and value.sure and isinstance(value.ref, Instance | Class) else None


def _may_be_module(run: Run, namespace: Namespace, site: Site) -> bool:
    """What gets an attribute by a computed name may be a module."""
    if site.owner.endswith("()"):
        return False
    if site.owner.isidentifier():
        names = [(namespace, site.owner)]
    else:
        given = _arguments(run, site.owner) if site.owner.endswith(")") else []
        names = [(run.program.namespace_of(unit), in_place.global_name(one)) for unit, one in given]
    values = [run.program.global_value(where, name) if name else None for where, name in names]
    return not values or any(value is None or value.kind in ("module", "unknown") for value in values)


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
