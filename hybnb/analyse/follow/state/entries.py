"""What a dict keeps under one key, while the notebook changes what it keeps under others."""

from __future__ import annotations

from collections.abc import Callable

from hybnb.analyse.holders import Array
from hybnb.analyse.text.keys import Keys
from hybnb.analyse.text.sites import Site
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
