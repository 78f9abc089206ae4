"""What the names that functions use are right now, in the live notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import islice
from operator import is_
from types import CodeType, FunctionType
from typing import Any, Final, NamedTuple
from weakref import ref

import msgspec

from hybnb.model import NameFact, ValueSketch
from hybnb.observe.values import LONGEST_TEXT, MOST_ITEMS

MOST_NAMES = 1000  #: names looked up at a time
_MISSING = object()


def facts(
    names: Iterable[str],
    namespace: Mapping[str, object],
    sketch: Callable[[object], ValueSketch],
    place_of: Callable[[str, int], tuple[int, int] | None] | None = None,
) -> dict[str, NameFact]:
    """A fact for each name that exists in `namespace`, a real dict such as the shell's or a function's globals.

    Functions compiled from a cell get `("<cell 3>", 5)` as their definition, the cell's number and line, when
    `place_of` knows them; the number is 0 where that text is gone. A value that can't be sketched is left out: nothing is known of it.
    """
    found: dict[str, NameFact] = {}
    for name in names:
        value = namespace.get(name, _MISSING)
        if value is _MISSING or name in found:
            continue
        if len(found) == MOST_NAMES:
            break
        with suppress(Exception):  # a user's object may do anything, and then it is simply not known
            known = sketch(value)
            found[name] = NameFact(name, known if place_of is None else _placed(known, place_of))
    return found


class LiveNames:
    """Facts about the names of one notebook, asked for again and again.

    What holds for sure the same as before keeps its fact: the same function with the same code, the same number, text or
    tensor, a list or dict of the same ones. Nothing that is large is kept alive for that. `edition` gives another number
    when `place_of` may give another place than before for a file that it knew.
    """

    def __init__(
        self,
        sketch: Callable[[object], ValueSketch],
        place_of: Callable[[str, int], tuple[int, int] | None],
        edition: Callable[[], int] | None = None,
    ) -> None:
        self._sketch = sketch
        self._place_of = place_of
        self._edition = edition
        self._beginnings: dict[str, tuple[int, int]] = {}  #: where texts begin, by their files, in the last edition
        self._last: object = None
        self._kept: dict[str, _Function | _Plain | _Row] = {}

    def facts(self, names: Iterable[str], namespace: Mapping[str, object]) -> dict[str, NameFact]:
        """As `facts`, with the names that need a look looked at."""
        kept: dict[str, NameFact] = {}
        others: list[str] = []
        now: object = self._edition() if self._edition is not None else object()
        last, self._last = self._last, None  # should this fail, nothing is taken to be looked at
        moved = now != last
        if moved:
            self._beginnings = {}
        beginning = self._beginning if moved else None
        for name in filter(namespace.__contains__, names):  # many are local variables of functions
            known = self._kept.get(name)
            if known is not None and known.holds(namespace.get(name, _MISSING), beginning):
                kept[name] = known.fact
            else:
                others.append(name)
        found = facts(others, namespace, self._sketch, self._place_of)
        for name in self._kept.keys() - kept.keys():
            del self._kept[name]
        for name, fact in found.items():
            made = self._keeping(namespace.get(name, _MISSING), fact)
            if made is not None:
                self._kept[name] = made
        self._last = now
        return {**kept, **found}

    def _keeping(self, value: Any, fact: NameFact) -> _Function | _Plain | _Row | None:
        """What tells whether a fact still holds; None where only another look does."""
        kind = type(value)
        if kind is FunctionType:
            if value.__dict__ or value.__kwdefaults__ or fact.sketch.attributes:
                return None
            code = value.__code__
            beginning = self._beginning(code.co_filename)
            return _Function(ref(value), code, value.__qualname__, value.__defaults__, beginning, fact)
        if _is_small(value):
            return _Plain(value, fact)
        return _Row.of(value, fact) if kind is list or kind is tuple or kind is dict else None

    def _beginning(self, file: str) -> tuple[int, int] | None:
        known = self._beginnings.get(file)
        if known is None:
            known = self._place_of(file, 1)
            if known is not None:
                self._beginnings[file] = known
        return known


_SMALL: Final = frozenset(map(id, (int, float, bool, str, type(None))))


class _Function(NamedTuple):
    """A function as it was when its fact was made."""

    function: ref[FunctionType]
    code: CodeType
    qualname: str
    defaults: tuple[object, ...] | None
    beginning: tuple[int, int] | None  #: where the text that it was compiled from begins
    fact: NameFact

    def holds(self, value: object, beginning: Callable[[str], tuple[int, int] | None] | None) -> bool:
        return (
            type(value) is FunctionType
            and self.function() is value
            and value.__code__ is self.code
            and value.__qualname__ is self.qualname
            and value.__defaults__ is self.defaults
            and not value.__kwdefaults__
            and not value.__dict__
            and (beginning is None or beginning(self.code.co_filename) == self.beginning)
        )


class _Plain(NamedTuple):
    """A number, a short text or None."""

    value: object
    fact: NameFact

    def holds(self, value: object, _: object) -> bool:
        return value is self.value


class _Row(NamedTuple):
    """A list, tuple or dict of which the sketch shows nothing but numbers and short texts."""

    kind: Any
    number: int  #: the id, which is in the sketch as well
    length: int
    shown: tuple[object, ...]
    fact: NameFact

    @staticmethod
    def of(value: Any, fact: NameFact) -> _Row | None:
        shown = _shown(value)
        small = shown is not None and all(map(_is_small, shown))
        return _Row(type(value), id(value), len(value), shown, fact) if shown is not None and small else None

    def holds(self, value: Any, _: object) -> bool:
        if type(value) is not self.kind or id(value) != self.number or len(value) != self.length:
            return False
        shown = _shown(value)
        return shown is not None and len(shown) == len(self.shown) and all(map(is_, shown, self.shown))


def _is_small(value: Any) -> bool:
    return id(type(value)) in _SMALL and (type(value) is not str or len(value) <= LONGEST_TEXT)


def _shown(value: Any) -> tuple[object, ...] | None:
    """What a sketch shows of what a list or tuple holds, or the keys and values of a dict."""
    if type(value) is not dict:
        return tuple(islice(value, MOST_ITEMS))
    with suppress(RuntimeError):  # another thread changes it
        return (*islice(value, MOST_ITEMS), *islice(value.values(), MOST_ITEMS))
    return None


def _placed(sketch: ValueSketch, place_of: Callable[[str, int], tuple[int, int] | None]) -> ValueSketch:
    changes: dict[str, object] = {}
    if sketch.definition is not None:
        place = place_of(*sketch.definition)
        if place is not None:
            changes["definition"] = (f"<cell {place[0]}>", place[1])
    if sketch.items:
        changes["items"] = tuple(_placed(item, place_of) for item in sketch.items)
    if sketch.attributes:
        changes["attributes"] = {name: _placed(value, place_of) for name, value in sketch.attributes.items()}
    return msgspec.structs.replace(sketch, **changes) if changes else sketch
