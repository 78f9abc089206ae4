"""Where names, containers and attributes change: what a trace would not notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hybnb.analyse.text import computed_attributes, in_place, reached
from hybnb.analyse.text.collecting import change, change_parts, collect
from hybnb.analyse.text.computed import ANY
from hybnb.analyse.text.rebuilding import notes
from hybnb.analyse.text.sites import Handed, Site, first_after, given, that_bind

if TYPE_CHECKING:
    from hybnb.analyse.text.parse import Unit

Harmless = Callable[[Site], bool]  #: whether a trace sees a change, or never looks at what is changed


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
    viewed: dict[str, set[str]] = field(default_factory=_sets)  #: the reverse
    filling: dict[str, set[str]] = field(default_factory=_sets)  #: function → parameters it changes
    adding: dict[str, set[str]] = field(default_factory=_sets)  #: the same by +=, where they are arrays
    handed: dict[str, list[Handed]] = field(default_factory=_lists)  #: function → its calls
    #: function → of how many of these it is known what they hand over, and to how many parameters, that it changes and adds to
    passed: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    listed: set[str] = field(
        default_factory=set
    )  #: attributes that stand for the names in a list, see `computed_attributes`
    asked: set[str] = field(default_factory=set)  #: attributes that are read
    derived: set[str] = field(default_factory=set)  #: classes that others derive from

    @staticmethod
    def of(unit: Unit) -> Changes:
        """Those that stand in one unit."""
        changes = Changes(read=set(unit.read), asked=set(unit.asked))
        collect(changes, unit, notes(unit.tree))
        changes.listed.update(computed_attributes.listed(changes.attributes))
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
        self.listed |= other.listed
        for ours, theirs in (
            (self.aliases, other.aliases), (self.views, other.views), (self.viewed, other.viewed),
            (self.filling, other.filling), (self.adding, other.adding),
        ):  # fmt: skip
            for name, others in theirs.items():
                ours[name] |= others
        for function, calls in other.handed.items():
            self.handed[function] += calls
        self._hand_over((*other.handed, *other.filling, *other.adding))
        for computed in computed_attributes.unsettled(self.listed, self.names, self.contents):
            whatever = [(cls, replace(site, attribute=ANY)) for cls, site in self.attributes[computed]]
            self.attributes[ANY] += [one for one in whatever if one not in self.attributes[ANY]]
        for name, site in reached.stored_as_names(self.aliases, self.contents):
            if site not in self.names[name]:
                self.names[name].append(site)

    def _hand_over(self, functions: Iterable[str]) -> None:
        """Calls of these functions, if they change what they are given, once both are known; what a function passes on to another
        one may be what it was given itself.
        """
        while sum(map(self._pass_on, self._filled(functions))):
            functions = (*self.filling, *self.adding)

    def _filled(self, functions: Iterable[str]) -> Iterator[str]:
        return (one for one in functions if one in self.filling or one in self.adding)

    def _pass_on(self, function: str) -> bool:
        """Whether any of its calls had to be looked at, for the first time or for more parameters."""
        handed, filled, added = (
            self.handed.get(function, ()),
            self.filling.get(function, ()),
            self.adding.get(function, ()),
        )
        done, *parameters = self.passed.get(function, (0, 0, 0))
        fresh = handed[done if parameters == [len(filled), len(added)] else 0 :]
        self.passed[function] = len(handed), len(filled), len(added)
        for call, site, cls in (one for each in fresh for one in each.sites()):
            for argument in given(call, filled):
                change(self, site, argument, "[]", cls)
            change_parts(self, site, given(call, added))
        return bool(fresh)

    def spelled(self) -> set[str]:
        """Everything that changes: names; attributes as "Class.name", or ".name" where it isn't known of what."""
        owned = {f"{cls}.{name}" for name, sites in self.attributes.items() for cls, _ in sites}
        parts = (name.removesuffix("[+]") for name in self.augmented)
        return {*self.names, *self.contents, *owned, *parts, *(f"*.{name}" for name in self.attributes)}

    def touched(self, other: Changes) -> set[str]:
        """Everything that a unit changes, under all its names, as the program knows them."""
        found = other.spelled()
        if any(one[1:] in other.names or one[1:] in other.contents for one in self.listed):
            found.add(f".{ANY}")
        for function in self._filled(other.handed):
            changed = {*self.filling.get(function, ()), *self.adding.get(function, ())}
            for call, _ in (one for handed in other.handed[function] for one in handed.calls):
                found.update(reached.contents_of(argument) for argument in given(call, changed))
        for name in list(found):
            known = name.removesuffix("[]")
            found.update(f"{alias}[]" if alias.startswith(".") else alias for alias in self.aliases.get(known, ()))
            found.update(self.viewed.get(known, ()))
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
