"""What each statement and call changes, and which names it makes names of one object: collected from the notes of a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.text import fresh, in_place, keys, reached, restoring
from hybnb.analyse.text.computed import ANY
from hybnb.analyse.text.sites import Handed, Site, note_filling

if TYPE_CHECKING:
    from hybnb.analyse.text.bindings import Changes
    from hybnb.analyse.text.parse import Unit
    from hybnb.analyse.text.rebuilding import Around, Notes

CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__", "build", "__set_name__", "__init_subclass__"})


def collect(changes: Changes, unit: Unit, notes: Notes) -> None:
    """What was noted of a unit."""
    for node, around in notes.changing:
        _COLLECTING[type(node)](changes, unit, node, around)
    for name, calls in notes.calls.items():
        if name:
            changes.handed[name].append(Handed(unit, calls))


def _site(unit: Unit, node: nodes.NodeNG, around: Around, *, restored: bool = False) -> Site:
    return Site(unit, node.lineno or 1, around.looped, around.function, restored=restored)


def _definition(changes: Changes, unit: Unit, node: nodes.FunctionDef | nodes.ClassDef, around: Around) -> None:
    """A def or class statement binds its name."""
    if not around.function and not (around.cls and isinstance(node, nodes.FunctionDef)):
        changes.names[node.name].append(_site(unit, node, around))
    for decorator in node.decorators.nodes if node.decorators else ():
        for name in in_place.extended(decorator):
            changes.contents[name].append(replace(_site(unit, node, around), attribute=in_place.REGISTER))
    if isinstance(node, nodes.ClassDef):
        changes.derived.update(base.as_string().rpartition(".")[2] for base in node.bases)


def _imports(changes: Changes, unit: Unit, node: nodes.Import | nodes.ImportFrom, around: Around) -> None:
    for name, module in in_place.taken(node) if not around.function else ():
        changes.contents[name].append(Site(unit, node.lineno or 1, False, attribute=module))


def _binding(changes: Changes, unit: Unit, node: nodes.AssignName | nodes.DelName, around: Around) -> None:
    name = node.name
    if around.function:
        if unit.declares_globals and in_place.declared_global(node, name):
            again = Site(unit, node.lineno or 1, True, around.function, restored=restoring.put_back(node))
            changes.names[name].append(again)
    elif not around.cls and not isinstance(node.scope(), nodes.ComprehensionScope | nodes.Lambda):
        repeated = around.looped or isinstance(node.statement(), nodes.AugAssign)
        changes.names[name].append(Site(unit, node.lineno or 1, repeated))


def _attribute(changes: Changes, unit: Unit, node: nodes.AssignAttr | nodes.DelAttr, around: Around) -> None:
    back = type(node) is nodes.AssignAttr and bool(around.function) and restoring.put_back(node)
    _in_place(changes, _site(unit, node, around, restored=back), node, around.cls)


def _deletion(changes: Changes, unit: Unit, node: nodes.Delete, around: Around) -> None:
    if any(type(target) is nodes.Subscript for target in node.targets):
        _in_place(changes, _site(unit, node, around), node, around.cls)


def _assignment(changes: Changes, unit: Unit, node: nodes.Assign, around: Around) -> None:
    for target in node.targets:
        if type(target) is nodes.Subscript:
            _in_place(changes, _site(unit, node, around), node, around.cls)
            break
    if reached.may_share(node.value):
        for one, other in reached.same_object(node):
            changes.aliases[one].add(other)
            changes.aliases[other].add(one)
        for base, view in reached.views(node):
            changes.views[base].add(view)
            changes.viewed[view].add(base)


def _augmented(changes: Changes, unit: Unit, node: nodes.AugAssign, around: Around) -> None:
    target, site = node.target, _site(unit, node, around)
    if type(target) is nodes.Subscript:
        _in_place(changes, site, node, around.cls)
    elif type(target) is nodes.AssignName:
        if not around.function and not around.cls:
            changes.augmented[target.name].append(replace(site, attribute="[]"))
        change_parts(changes, site, (*reached.reached_by(target), *reached.viewed_by(target)))
        note_filling(changes.adding, target)


def _call(changes: Changes, unit: Unit, node: nodes.Call, around: Around) -> None:
    site = _site(unit, node, around)
    _in_place(changes, site, node, around.cls)
    for name in in_place.extended(node):
        changes.contents[name].append(replace(site, attribute=in_place.REGISTER))


def _in_place(changes: Changes, site: Site, node: nodes.NodeNG, cls: str) -> None:
    """What a statement or call changes in place, by whichever way."""
    for owner, attribute, line in in_place.changed(node):
        known = keys.written(owner) if attribute == "[]" else None
        if not fresh.sets_nothing_read(owner, node, attribute):
            change(changes, replace(site, line=line, keys=known), owner, attribute, cls, by=node)
    for name in in_place.bound_by_text(node):
        changes.names[ANY if ANY in name else name].append(replace(site, looped=True, spelled=name))


Collecting: TypeAlias = Callable[["Changes", "Unit", Any, "Around"], None]
_COLLECTING: Final[dict[type[nodes.NodeNG], Collecting]] = {
    nodes.FunctionDef: _definition,
    nodes.AsyncFunctionDef: _definition,
    nodes.ClassDef: _definition,
    nodes.Import: _imports,
    nodes.ImportFrom: _imports,
    nodes.AssignName: _binding,
    nodes.DelName: _binding,
    nodes.AssignAttr: _attribute,
    nodes.DelAttr: _attribute,
    nodes.Assign: _assignment,
    nodes.Delete: _deletion,
    nodes.AugAssign: _augmented,
    nodes.Call: _call,
}


def change(
    changes: Changes, site: Site, owner: nodes.NodeNG, attribute: str, cls: str, seen: set[str] | None = None,
    by: nodes.NodeNG | None = None) -> None:  # fmt: skip
    method, within = site.function.rpartition(".")[2], not isinstance(owner, nodes.Name)
    if attribute != "[]":
        by_itself = isinstance(owner, nodes.Name) and owner.name in {"self", "cls"} and bool(cls)
        own = by_itself and owner.name == "self"
        if not (by_itself and method in CONSTRUCTORS) or (method == "__new__" and not own):
            named = replace(site, owner="" if by_itself else fresh.owner(owner, by), attribute=attribute, own=own)
            changes.attributes[attribute].append((cls if by_itself else "", named))
    if attribute == "[]" and isinstance(owner, nodes.Name) and in_place.is_global(owner):
        changes.contents[in_place.entries(owner)].append(replace(site, attribute=attribute))
    while isinstance(owner, nodes.Attribute | nodes.Subscript):
        for part in in_place.part(owner)[:1]:
            changes.contents[part].append(replace(site, attribute=attribute))
        if isinstance(owner, nodes.Attribute) and attribute == "[]" and not (site.function and method in CONSTRUCTORS):
            own = isinstance(owner.expr, nodes.Name) and owner.expr.name in {"self", "cls"}
            changes.attributes[f"{owner.attrname}[]"].append((cls if own else "", replace(site, own=own and bool(cls))))
        attribute = owner.attrname if getattr(owner, "attrname", "") in in_place.CODE_PARTS else attribute
        site = replace(site, keys=keys.within(owner))
        owner = owner.expr if isinstance(owner, nodes.Attribute) else owner.value
    if isinstance(owner, nodes.Name) and attribute == "[]":
        note_filling(changes.filling, owner)
        change_parts(changes, site, reached.viewed_by(owner))
    if isinstance(owner, nodes.Name) and attribute != "trainable":  # who reads that finds it where it is set
        _change_source(changes, site, owner, attribute, cls, set() if seen is None else seen)
    if isinstance(owner, nodes.Name) and in_place.is_global(owner):
        changes.contents[owner.name].append(replace(site, attribute=attribute, within=within))


def change_parts(changes: Changes, site: Site, holders: Iterable[nodes.NodeNG]) -> None:
    """A part of what these hold is changed if it is an array."""
    for holder in holders:
        while isinstance(holder, nodes.Subscript):
            holder = holder.value
        if isinstance(holder, nodes.Name) and not in_place.is_global(holder):
            note_filling(changes.adding, holder)
        elif isinstance(holder, nodes.Name | nodes.Attribute):
            changes.augmented[f"{reached.contents_of(holder).removesuffix('[]')}[+]"].append(
                replace(site, attribute="[]")
            )


def _change_source(
    changes: Changes, site: Site, name: nodes.Name, attribute: str, cls: str, seen: set[str]
) -> None:  # fmt: skip
    """What is changed under a name is changed in whatever the name was taken from; `seen` are names that were looked at."""
    if name.name in seen:
        return
    seen.add(name.name)
    site = replace(site, keys=None)  # the name may have been given a part
    for source in reached.reached_by(name):
        if not isinstance(source, nodes.Call):
            change(changes, site, source, attribute, cls, seen)
        elif attribute == "[]":
            change(changes, site, in_place.keeper(source), ANY, cls, seen)
