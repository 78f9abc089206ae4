"""What a dict keeps under one key, while the notebook changes what it keeps under others."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from hybnb.analyse.follow.run import Run
from hybnb.analyse.holders import Array
from hybnb.analyse.text.bindings import Changes
from hybnb.analyse.text.collecting import CONSTRUCTORS
from hybnb.analyse.text.computed import ANY
from hybnb.analyse.text.keys import Keys
from hybnb.analyse.text.sites import Site, that_bind
from hybnb.analyse.values import LIVE_EPOCH, SCALARS, TENSORS, Container, Value


def spared(value: Value, asked: Keys | None) -> Callable[[Site], bool]:
    """Which changes of a dict leave what it keeps under the keys that are asked for."""
    holder = value.ref
    if asked is None or value.kind != "dict" or not isinstance(holder, Container) or not _plain(holder):
        return lambda _: False

    def ask(site: Site) -> bool:
        changed = site.keys
        if changed is None:
            return False
        if changed.known & asked.known and not (changed.inside and asked.inside):
            return False
        return not changed.inside or all(_tells(holder.entries.get(key)) for key in changed.known | asked.known)

    return ask


def _plain(holder: Container) -> bool:
    """A dict of Python's own, or one of which the source tells how it was made."""
    return holder.exact or bool(holder.stands_for)


def _tells(entry: Value | None) -> bool:
    """A change inside it is seen by what it is, under whatever key it is reached; or there can't be one."""
    if entry is None:
        return False
    holder = entry.ref
    if isinstance(holder, Container):
        return holder.epoch != LIVE_EPOCH or bool(holder.stands_for)
    return isinstance(holder, Array) or (entry.sure and entry.kind in SCALARS | TENSORS)


FLAGS = frozenset({"bool", "none", "string", "number"})


def fixed(run: Run, owner: Value, holder: Container, key: object, value: Value) -> Value:
    """A flag or number in a dict from outside that nothing in the notebook changes: a condition of it is decided."""
    if value.kind not in FLAGS or not value.constant or value.mixed or run.quiet or run.unit.installed:
        return value
    by_attribute, _, name = owner.name.rpartition(".")
    if (
        not name.isidentifier()
        or not run.outlives(holder)
        or holder.origin in ("argument", "default")
        or not _plain(holder)
    ):
        return value
    if (
        by_attribute
        and holder.epoch == LIVE_EPOCH
        and not all(_same(one, key, value) for one in holder.stands_for or (holder,))
    ):
        return value  # another object of the class may hold something else
    every = [namespace.changes for namespace in run.program.namespaces.values()]
    if run.program.happenings.ever(holder) or any(_changes(one, name, attribute=bool(by_attribute)) for one in every):
        return value
    return replace(value, fixed=True)


def _changes(changes: Changes, name: str, *, attribute: bool) -> bool:
    """What is known by this name, or what the name holds, is ever changed, or known by another name."""
    within = changes.contents.get(name) or changes.attributes.get(f"{name}[]") or changes.augmented.get(name)
    if within or changes.aliases.get(name) or changes.aliases.get(f".{name}"):
        return True
    if attribute:
        sites = [site for _, site in changes.attributes.get(name, ())] + [
            site for _, site in changes.attributes.get(ANY, ())
        ]
        return any(site.function.rpartition(".")[2] not in CONSTRUCTORS for site in sites)
    bound, computed = changes.names.get(name, ()), that_bind(changes.names.get(ANY, ()), name)
    return len(bound) > 1 or any(site.function for site in bound) or bool(computed)


def _same(source: Container, key: object, value: Value) -> bool:
    """The source tells the same of what is kept under the key, for all objects that it makes."""
    told = source.entries.get(key) if source.epoch != LIVE_EPOCH else None
    return told is not None and told.const == value.const
