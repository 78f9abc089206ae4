"""Modules that the notebook changes, the user's own and libraries': it sets their names from outside, or loads an edited file anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import lexicon
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import handed_modules, kept, moment
from hybnb.analyse.text.computed import ANY
from hybnb.analyse.text.in_place import RELOADED, imported
from hybnb.analyse.text.sites import Site, first_after
from hybnb.analyse.values import Value

if TYPE_CHECKING:
    from hybnb.analyse.packages import Namespace
    from hybnb.analyse.text.bindings import Changes


def changes(run: Run, node: nodes.NodeNG, namespace: Namespace, name: str, value: Value) -> bool:
    """A global name is read: whether it is one of a module that changes, or imported again from such a module; notes it."""
    if namespace.module is not None:
        return read(run, node, namespace, name, value)
    kept.note(run, node, name)
    site = _imported_again(run, namespace, name) or _instead_of_star(run, namespace, name)
    if site is None and value.kind not in CODE:
        site = _set_by_a_function(run, namespace, name)
    moment.note(run, node, name, value.kind, site)
    return site is not None


def read(run: Run, node: nodes.NodeNG, module: Namespace, name: str, value: Value) -> bool:
    """`module.name` is read: does the notebook set it from outside, or load the module anew?"""
    if not moment.tracing(run) or run.unit.installed:
        return False
    kept.note(run, node, f"{module.module}:{name}")
    for other, site in _changed(run, module, name, value):
        if first_after([site], *moment.place(run), moment.readers(run), moment.runs_later(run, other)) is not None:
            sure = site.attribute != RELOADED  # or the file is as it was
            moment.note(run, node, f"{module.module}.{name}", value.kind, site, sure=sure)
            return sure
    return False


def _changed(run: Run, module: Namespace, name: str, value: Value) -> Iterator[tuple[Namespace, Site]]:
    """Where the notebook, or another module, changes `module.name`: a name that is bound to a library's stays what it is."""
    if isinstance(value.ref, str):
        return
    within, packages = run.program.namespace_of(run.frames[0].unit) is module, _packages(run, module)
    for other, site in _sites(run, packages):
        if other is not module and (site.attribute == name or (site.attribute == RELOADED and not within)):
            yield other, site
    for other, alias in run.program.changing.aliases([module]):
        if other is not module and not other.changes.attributes.keys().isdisjoint((name, ANY)):
            handed = handed_modules.sites(run, other.changes, name, handed_modules.is_called((alias,)))
            yield from ((other, replace(site, attribute=name)) for site in handed)


def _set_by_a_function(run: Run, namespace: Namespace, name: str) -> Site | None:
    """Where the notebook's own module is handed to a function that sets names on it."""
    run.reads.update((f"*.{ANY}", f".{name}"))
    changes = namespace.changes
    if changes.attributes.keys().isdisjoint((name, ANY)):
        return None
    found = handed_modules.sites(run, changes, name, handed_modules.is_this_module(changes))
    return first_after(found, *moment.place(run), moment.readers(run), moment.runs_later(run, namespace))


def _imported_again(run: Run, namespace: Namespace, name: str) -> Site | None:
    """Where a name is imported once more, from a module that was loaded anew, or what it holds is changed in that."""
    run.reads.add(imported(name))
    contents = namespace.changes.contents
    sites = contents.get(imported(name), ())
    for site in sites:
        held = contents.get(f"{site.attribute}.{name}", ())
        run.reads.update([f"{site.attribute}.{name}"] if held else ())
        if held and (
            found := first_after(held, *moment.place(run), moment.readers(run), moment.runs_later(run, namespace))
        ):
            return found
    for site in sites[1:]:
        before = _reloaded(run, site.attribute)
        if site.after(*moment.place(run)) and any(site.after(one.unit, one.line) for one in before):
            return site
    return None


def _instead_of_star(run: Run, namespace: Namespace, name: str) -> Site | None:
    """Where a name is bound that `from module import *` has bound before."""
    stars = namespace.changes.contents.get(imported("*"), ())
    later = (
        [s for s in namespace.changes.names.get(name, ()) if not s.function and s.after(*moment.place(run))]
        if stars
        else []
    )
    for star in stars if later else ():
        own = run.program.namespaces.get(star.attribute)
        if lexicon.lookup(f"{star.attribute}.{name}") is not None or (own is not None and name in own.names):
            return later[-1] if not star.after(*moment.place(run)) else None
    return None


def _reloaded(run: Run, module: str) -> Iterator[Site]:
    """Where a module is loaded anew."""
    known = run.program.namespaces.get(module)
    if known is None:
        return
    yield from (site for _, site in _sites(run, _packages(run, known)) if site.attribute == RELOADED)


def _packages(run: Run, module: Namespace) -> list[Namespace]:
    """The module and the packages around it."""
    parts = str(module.module).split(".")
    names = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return [found for name in names if (found := run.program.namespaces.get(name)) is not None]


def _filled_anew(changes: Changes, owner: Value, name: str) -> list[Site]:
    """Where what a library's module holds is changed; what belongs to the surroundings is told as such where it is read."""
    found = [site for site in changes.contents.get(f"{owner.name}.{name}", ()) if site.attribute == "[]"]
    entry = lexicon.lookup(f"{owner.ref}.{name}") if found else None
    return [] if entry is not None and entry.category == "environment" else found


CODE = frozenset({"function", "class", "module"})


def _sites(run: Run, packages: list[Namespace]) -> Iterator[tuple[Namespace, Site]]:
    """What happens to a module, or below its package, under the names that these have, and where."""
    for other, alias in run.program.changing.aliases(packages):
        run.reads.add(alias)
        yield from ((other, site) for site in other.changes.contents.get(alias, ()))


def library_read(run: Run, node: nodes.NodeNG, owner: Value, name: str) -> None:
    """An attribute of a library's module is read: does the notebook set it, change what it holds, or load the module anew?"""
    if not moment.tracing(run):
        return
    namespace = run.program.namespace_of(run.unit)
    changes = namespace.changes
    sites, aliases = changes.contents.get(owner.name, ()), changes.aliases.get(f".{name}")
    if not sites and not aliases:
        return
    held = _filled_anew(changes, owner, name) if sites else []
    unit, line = moment.place(run)
    for site in (*sites, *held):
        if (site.attribute in (name, RELOADED) or site in held) and (site.function or site.after(unit, line)):
            moment.note(run, node, f"{owner.name}.{name}", "object", site, sure=site.attribute == name)
            return
    known = namespace.scope.names if namespace.scope is not None else {}
    for alias in aliases or ():
        if alias in known and known[alias].ref == f"{owner.ref}.{name}":
            runs_later = moment.runs_later(run, namespace)
            run.reads.add(alias)
            site = changes.of_contents(alias, unit, line, moment.readers(run), runs_later)
            moment.note(run, node, f"{owner.name}.{name}", "object", site, sure=False)
