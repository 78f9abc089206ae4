"""Symbolic tensors of some trace that a notebook's names still reach. Only the types of what is found are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from hybnb.model import Kind, Leak
from hybnb.observe.kinds import PLAIN, Made
from hybnb.observe.values import Sketcher

MOST_VALUES: Final = 2000  #: looked at in one search
MOST_ITEMS: Final = 100  #: of one container
DEPTH: Final = 5  #: a layer in a list of a model's has its own layers
_classes: Final = Sketcher()
#: past anything a subclass redefines, as Keras's tracked containers do
_ITERATED: Final[Mapping[Kind, Callable[[Any], Iterable[Any]]]] = MappingProxyType({
    "list": list.__iter__, "tuple": tuple.__iter__, "dict": dict.values
})  # fmt: skip
_OWN_NAMES: Final = frozenset({"In", "Out"})  #: IPython's


def leaks(namespace: Mapping[str, object]) -> tuple[Leak, ...]:
    """Each place once; a container counts as one place."""
    search, without = _Search(), {*PLAIN, id(type)}
    found: dict[str, Leak] = {}
    for name, value in list(namespace.items()):
        cls = type(value)
        if id(cls) in without:
            continue
        if not _may_hold(_classes.made(cls)):
            without.add(id(cls))
            continue
        if not name.startswith("_") and name not in _OWN_NAMES:
            found.update((leak.path, leak) for leak in search.within(value, name, "", DEPTH))
    return tuple(found.values())


def _may_hold(made: Made) -> bool:
    return made.written or made.kind == "symbolic" or made.kind in _ITERATED


class _Search:
    def __init__(self) -> None:
        self.left = MOST_VALUES
        self.seen: set[int] = set()

    def within(self, value: Any, path: str, owner: str, depth: int) -> Iterator[Leak]:
        self.left -= 1
        if self.left < 0:
            return
        cls = type(value)
        made = _classes.made(cls)
        if made.kind == "symbolic" and made.name.endswith(".SymbolicTensor"):
            yield Leak(path, owner)
        elif depth and made.kind in _ITERATED and id(value) not in self.seen:
            self.seen.add(id(value))
            items = _first(made.kind, value)
            if PLAIN.issuperset(map(id, map(type, items))):
                return  # as numbers that were noted
            for item in items:
                yield from self.within(item, path if path.endswith("[…]") else f"{path}[…]", owner, depth - 1)
        elif depth and made.written and made.attributes is not None and id(value) not in self.seen:
            self.seen.add(id(value))
            held = list(islice((made.attributes(value) or {}).items(), MOST_ITEMS))
            for name, item in sorted(held, key=_is_private):  # what Keras keeps beside it has the same parts
                yield from self.within(item, f"{path}.{name}", made.name.rpartition(".")[2], depth - 1)


def _is_private(pair: tuple[str, Any]) -> bool:
    return pair[0].startswith("_")


def _first(kind: Kind, value: Any) -> list[Any]:
    """The first items; none where another thread is changing the container, or where it only stands for one."""
    with suppress(RuntimeError, TypeError):
        return list(islice(_ITERATED[kind](value), MOST_ITEMS))
    return []
