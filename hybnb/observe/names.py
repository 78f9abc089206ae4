"""What the names that functions use are right now, in the live notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

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
    `place_of` knows them. A value that can't be sketched is left out: nothing is known of it.
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
