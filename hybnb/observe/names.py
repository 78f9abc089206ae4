"""What the names that functions use are right now, in the live notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from types import CodeType, FunctionType
from typing import NamedTuple
from weakref import ref

import msgspec

from hybnb.model import NameFact, ValueSketch

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

    Most names are functions. One that is still the same object with the same code keeps its fact, and isn't kept alive.
    """

    def __init__(
        self, sketch: Callable[[object], ValueSketch], place_of: Callable[[str, int], tuple[int, int] | None]
    ) -> None:
        self._sketch = sketch
        self._place_of = place_of
        self._functions: dict[str, _Kept] = {}

    def facts(self, names: Iterable[str], namespace: Mapping[str, object]) -> dict[str, NameFact]:
        """As `facts`, with the names that need a look looked at."""
        kept: dict[str, NameFact] = {}
        others: list[str] = []
        beginning = cache(lambda file: self._place_of(file, 1))
        for name in [name for name in names if name in namespace]:  # many are local variables of functions
            known = self._functions.get(name)
            if known is not None and known.holds(namespace.get(name, _MISSING), beginning):
                kept[name] = known.fact
            else:
                others.append(name)
        found = facts(others, namespace, self._sketch, self._place_of)
        for name in self._functions.keys() - kept.keys():
            del self._functions[name]
        for name, fact in found.items():
            value = namespace.get(name, _MISSING)
            if type(value) is FunctionType and not value.__dict__:
                code = value.__code__
                self._functions[name] = _Kept(ref(value), code, value.__qualname__, beginning(code.co_filename), fact)
        return {**kept, **found}


class _Kept(NamedTuple):
    """A function as it was when its fact was made."""

    function: ref[FunctionType]
    code: CodeType
    qualname: str
    beginning: tuple[int, int] | None  #: where the text that it was compiled from begins
    fact: NameFact

    def holds(self, value: object, beginning: Callable[[str], tuple[int, int] | None]) -> bool:
        if type(value) is not FunctionType or self.function() is not value:
            return False
        same = value.__code__ is self.code and value.__qualname__ is self.qualname and not value.__dict__
        return same and beginning(self.code.co_filename) == self.beginning


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
