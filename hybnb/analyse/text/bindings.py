"""Where names, containers and attributes change: what a trace would not notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.text import computed_attributes, fresh, in_place, keys, reached, restoring
from hybnb.analyse.text.computed import ANY
from hybnb.analyse.text.sites import Handed, Site, first_after, note_filling, that_bind

if TYPE_CHECKING:
    from hybnb.analyse.text.parse import Unit

Harmless = Callable[[Site], bool]  #: whether a trace sees a change, or never looks at what is changed
CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__", "build", "__set_name__", "__init_subclass__"})
_lists: Callable[[], Any] = partial(defaultdict, list)  #: an empty one for each name
_sets: Callable[[], Any] = partial(defaultdict, set)


@dataclass(slots=True)
class Changes:
    """All changes in some units, by what changes; and the names that are read there."""

    names: dict[str, list[Site]] = field(default_factory=_lists)
    contents: dict[str, list[Site]] = field(default_factory=_lists)
    #: → class name or ""; "*" for a name that is computed
    attributes: dict[str, list[tuple[str, Site]]] = field(default_factory=_lists)
    read: set[str] = field(default_factory=set)
    aliases: dict[str, set[str]] = field(default_factory=_sets)  #: names and ".attribute"s of one object
    #: names of the top level under which += and its like change an array or a list, but bind a number anew; with "[+]", names
    #: and ".attribute"s of which that holds for a part
    augmented: dict[str, list[Site]] = field(default_factory=_lists)
    views: dict[str, set[str]] = field(default_factory=_sets)  #: name → names of what may be views of it
    filling: dict[str, set[str]] = field(default_factory=_sets)  #: function → parameters it changes
    adding: dict[str, set[str]] = field(default_factory=_sets)  #: the same by +=, where they are arrays
    passed: set[tuple[nodes.Call, int, int]] = field(default_factory=set)  #: calls, with how many parameters were known
    handed: dict[str, list[Handed]] = field(default_factory=_lists)  #: function → what calls give it
    asked: set[str] = field(default_factory=set)  #: attributes that are read
    derived: set[str] = field(default_factory=set)  #: classes that others derive from

    @staticmethod
    def of(unit: Unit) -> Changes:
        """Those that stand in one unit."""
        changes = Changes(read=set(unit.read), asked=set(unit.asked))
        for statement in unit.tree.body:
            _collect(changes, unit, statement, function="", cls="", looped=False)
        return changes

    def add(self, other: Changes) -> None:
        """Take in the changes of one more unit."""
        listed = (self.names, other.names), (self.contents, other.contents), (self.augmented, other.augmented)
        for mine, sites in listed:
            for name, found in sites.items():
                mine[name] += found
        for attribute, owned in other.attributes.items():
            self.attributes[attribute] += owned
        self.read |= other.read
        self.asked |= other.asked
        self.derived |= other.derived
        for ours, theirs in (
            (self.aliases, other.aliases), (self.views, other.views), (self.filling, other.filling), (self.adding, other.adding),
        ):  # fmt: skip
            for name, others in theirs.items():
                ours[name] |= others
        for function, calls in other.handed.items():
            self.handed[function] += calls
        self._hand_over()
        for computed in computed_attributes.unsettled(self.attributes, self.names, self.contents):
            whatever = [(cls, replace(site, attribute=ANY)) for cls, site in self.attributes[computed]]
            self.attributes[ANY] += [one for one in whatever if one not in self.attributes[ANY]]
        for name, site in reached.stored_as_names(self.aliases, self.contents):
            if site not in self.names[name]:
                self.names[name].append(site)

    def _hand_over(self) -> None:
        """Calls of functions that change what they are given, once both are known; what a function passes on to another one
        may be what it was given itself.
        """
        known = -1
        while known != (known := len(self.passed)):
            for function in (self.filling.keys() | self.adding.keys()) & self.handed.keys():
                for handed in self.handed[function]:
                    self._pass_on(handed, self.filling.get(function, set()), self.adding.get(function, set()))

    def _pass_on(self, handed: Handed, filled: set[str], added: set[str]) -> None:
        key = handed.call, len(filled), len(added)
        if key not in self.passed:
            self.passed.add(key)
            for argument in handed.given(filled):
                _change(self, handed.site, argument, "[]", handed.cls)
            _change_parts(self, handed.site, handed.given(added))

    def spelled(self) -> set[str]:
        """Everything that changes: names; attributes as "Class.name", or ".name" where it isn't known of what."""
        owned = {f"{cls}.{name}" for name, sites in self.attributes.items() for cls, _ in sites}
        parts = (name.removesuffix("[+]") for name in self.augmented)
        return {*self.names, *self.contents, *owned, *parts, *(f"*.{name}" for name in self.attributes)}

    def touched(self, other: Changes) -> set[str]:
        """Everything that a unit changes, under all its names, as the program knows them."""
        found = other.spelled()
        if any(ANY + name in self.attributes for name in (*other.names, *other.contents)):
            found.add(f".{ANY}")
        for function in (self.filling.keys() | self.adding.keys()) & other.handed.keys():
            changed = self.filling.get(function, set()) | self.adding.get(function, set())
            for handed in other.handed[function]:
                found.update(reached.contents_of(argument) for argument in handed.given(changed))
        for name in list(found):
            known = name.removesuffix("[]")
            found.update(f"{alias}[]" if alias.startswith(".") else alias for alias in self.aliases.get(known, ()))
            found.update(base for base, views in self.views.items() if known in views)
        return found

    def of_name(
        self, name: str, unit: Unit, line: int, readers: frozenset[str], runs_later: Callable[[Site], bool], *,
        computed: bool = False,
    ) -> Site | None:  # fmt: skip
        """Where global `name` changes so that a function defined at `unit`, `line` would see it, or None. `runs_later` says
        whether the function that changes it may be called after that place.
        """
        known = that_bind(self.names.get(ANY, ()), name) if computed else self.names.get(name, ())
        sites = [s for s in known if s.function not in readers or not s.function]
        for site in sites:
            if site.function and runs_later(site):
                return site
        sites = [site for site in sites if not site.function]
        later = [s for s in sites if s.after(unit, line)]
        for site in later:
            if site.looped:
                return site
        imported = {in_place.imported(name), in_place.imported_whole(name)} & self.contents.keys()
        if later and (len(later) > 1 or len(sites) > len(later) or imported):
            return later[-1]
        return None

    def of_contents(
        self, name: str, unit: Unit, line: int, readers: frozenset[str], runs_later: Callable[[Site], bool],
        harmless: Harmless = lambda _: False, *, array: bool = False,
    ) -> Site | None:  # fmt: skip
        """Where the object behind global `name` is changed in place after the function is defined."""
        sites = (site for site in self._contents(name, array=array) if not harmless(site))
        return first_after(sites, unit, line, readers, runs_later)

    def of_parts(
        self, name: str, unit: Unit, line: int, readers: frozenset[str], runs_later: Callable[[Site], bool]
    ) -> Site | None:
        """Where an array or a list that is a part of what a name or ".attribute" holds is changed by += or its like."""
        return first_after(self.augmented.get(f"{name}[+]", ()), unit, line, readers, runs_later)

    def _contents(self, name: str, *, array: bool) -> Iterator[Site]:
        """Changes of what a name or ".attribute" holds, under whichever other name; of an array, by its views too."""
        known, waiting = {name}, [name]
        while waiting:
            alias = waiting.pop()
            if alias.startswith("."):
                yield from (site for _, site in self.attributes.get(f"{alias[1:]}[]", ()))
            else:
                yield from self.contents.get(alias, ())
                if "[" not in name:
                    yield from self.augmented.get(alias, ())
            fresh = self.aliases.get(alias, set()) - known
            if array:
                fresh |= self.views.get(alias, set()) - known
            waiting += fresh
            known |= fresh

    def of_aliases(
        self, attribute: str, unit: Unit, line: int, readers: frozenset[str], runs_later: Callable[[Site], bool],
        harmless: Harmless,
    ) -> Site | None:  # fmt: skip
        """Where the object that `.attribute` holds is changed by a name of its own."""
        for name in self.aliases.get(f".{attribute}", ()):
            site = None if name.startswith(".") else self.of_contents(name, unit, line, readers, runs_later, harmless)
            if site is not None:
                return site
        return None

    def of_attribute(
        self, attribute: str, classes: tuple[str, ...], readers: frozenset[str], unit: Unit, line: int,
        runs_later: Callable[[Site], bool], harmless: Harmless = lambda _: False, *, computed: bool = True,
    ) -> Site | None:  # fmt: skip
        """Where `.attribute` of such an object is set outside its constructor, after the function at `line` is defined."""
        anything = self.attributes.get("*", ()) if computed else ()
        sites: list[tuple[str, Site]] = [*self.attributes.get(attribute, ()), *anything]
        for cls, site in sites:
            if cls and cls not in classes:
                continue
            if site.function.endswith(".__set__") and site.function.removesuffix("set__") + "get__" in readers:
                continue  # whoever sets the descriptor's attribute is found where that is read
            if not site.function and not site.after(unit, line):
                continue
            if (site.function and not runs_later(site)) or harmless(site):
                continue
            if not site.function or site.function not in readers:
                return site
        return None


def _collect(changes: Changes, unit: Unit, node: nodes.NodeNG, *, function: str, cls: str, looped: bool) -> None:
    kind = type(node)
    if kind in _DEFINITIONS:
        _definition(changes, unit, node, function=function, cls=cls, looped=looped)
        return
    if kind in _IMPORTS:
        for name, module in in_place.taken(node) if not function else ():
            changes.contents[name].append(Site(unit, node.lineno or 1, False, attribute=module))
        return
    looped = looped or kind in _LOOPS
    if kind in _BINDING:
        _bind(changes, unit, node, node.name, node.lineno or 1, function=function, cls=cls, looped=looped)
        return
    if kind in _CHANGING:
        back = kind is nodes.AssignAttr and bool(function) and restoring.put_back(node)
        _note_changes(changes, Site(unit, node.lineno or 1, looped, function, restored=back), node, cls)
    for child in node.get_children():
        while type(child) is nodes.Attribute:  # reading one changes nothing, nor does reading what it is of
            child = child.expr
        if type(child) not in _READ:
            _collect(changes, unit, child, function=function, cls=cls, looped=looped)


_DEFINITIONS = (nodes.FunctionDef, nodes.AsyncFunctionDef, nodes.ClassDef)
_IMPORTS = (nodes.Import, nodes.ImportFrom)
_LOOPS = (nodes.For, nodes.AsyncFor, nodes.While)
_READ = (nodes.Name, nodes.Const)
_BINDING = (nodes.AssignName, nodes.DelName)
_CHANGING = (nodes.AssignAttr, nodes.DelAttr, nodes.Assign, nodes.Delete, nodes.AugAssign, nodes.Call)


def _definition(
    changes: Changes, unit: Unit, node: nodes.FunctionDef | nodes.ClassDef, *, function: str, cls: str, looped: bool
) -> None:
    """A def or class statement binds its name; what its body changes happens in that function or class."""
    if not function and not (cls and isinstance(node, nodes.FunctionDef)):
        changes.names[node.name].append(Site(unit, node.lineno or 1, looped))
    for decorator in node.decorators.nodes if node.decorators else ():
        for name in in_place.extended(decorator):
            changes.contents[name].append(Site(unit, node.lineno or 1, looped, function, in_place.REGISTER))
        _collect(changes, unit, decorator, function=function, cls=cls, looped=looped)
    outer = function or (cls if isinstance(node, nodes.FunctionDef) else "")
    inner = f"{outer}.{node.name}" if outer else node.name
    if isinstance(node, nodes.ClassDef):
        changes.derived.update(base.as_string().rpartition(".")[2] for base in node.bases)
    for child in node.body:
        if isinstance(node, nodes.FunctionDef):
            _collect(changes, unit, child, function=inner, cls=cls, looped=False)
        else:
            _collect(changes, unit, child, function="", cls=node.name, looped=looped)


def _bind(
    changes: Changes, unit: Unit, node: nodes.NodeNG, name: str, line: int, *, function: str, cls: str, looped: bool
) -> None:
    if not function and not cls and not isinstance(node.scope(), nodes.ComprehensionScope | nodes.Lambda):
        repeated = looped or isinstance(node.statement(), nodes.AugAssign)
        changes.names[name].append(Site(unit, line, repeated))
    elif function and unit.declares_globals and in_place.declared_global(node, name):
        changes.names[name].append(Site(unit, line, True, function, restored=restoring.put_back(node)))


def _note_changes(changes: Changes, site: Site, node: nodes.NodeNG, cls: str) -> None:
    """What a statement or call changes in place, by whichever way."""
    kind = type(node)
    if kind is not nodes.Call or in_place.may_change(node):
        for owner, attribute, line in in_place.changed(node):
            known = keys.written(owner) if attribute == "[]" else None
            if not fresh.sets_nothing_read(owner, node, attribute):
                _change(changes, replace(site, line=line, keys=known), owner, attribute, cls, by=node)
        for name in in_place.bound_by_text(node):
            changes.names[ANY if ANY in name else name].append(replace(site, looped=True, spelled=name))
        for name in in_place.extended(node) if kind is nodes.Call else ():
            changes.contents[name].append(replace(site, attribute=in_place.REGISTER))
    if kind is nodes.Assign:
        for one, other in reached.same_object(node):
            changes.aliases[one].add(other)
            changes.aliases[other].add(one)
        for base, view in reached.views(node):
            changes.views[base].add(view)
    elif kind is nodes.AugAssign and type(node.target) is nodes.AssignName:
        if not site.function and not cls:
            changes.augmented[node.target.name].append(replace(site, attribute="[]"))
        _change_parts(changes, site, (*reached.reached_by(node.target), *reached.viewed_by(node.target)))
        note_filling(changes.adding, node.target)
    elif kind is nodes.Call and (name := in_place.last_name(node.func)):
        changes.handed[name].append(Handed(site, node, cls))


def _change(
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
        _change_parts(changes, site, reached.viewed_by(owner))
    if isinstance(owner, nodes.Name) and attribute != "trainable":  # who reads that finds it where it is set
        _change_source(changes, site, owner, attribute, cls, set() if seen is None else seen)
    if isinstance(owner, nodes.Name) and in_place.is_global(owner):
        changes.contents[owner.name].append(replace(site, attribute=attribute, within=within))


def _change_parts(changes: Changes, site: Site, holders: Iterable[nodes.NodeNG]) -> None:
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
            _change(changes, site, source, attribute, cls, seen)
        elif attribute == "[]":
            _change(changes, site, in_place.keeper(source), ANY, cls, seen)
