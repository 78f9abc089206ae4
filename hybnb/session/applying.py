"""A fix as the text of the cell that it changes, for front ends that have no panel to apply it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hybnb.errors import HybnbError
from hybnb.model import Fix, Verdict
from hybnb.show.difference import edited

NO_FIX = "there is nothing to apply: no change was found that could be checked"


def best(verdict: Verdict) -> Fix | None:
    """The first fix that was checked, those that keep what the code computes before all others."""
    checked = [fix for fix in verdict.fixes if fix.verified and fix.edits and fix.safety != "show-only"]
    return next((fix for fix in checked if fix.safety == "same"), next(iter(checked), None))


class Changed(NamedTuple):
    """A cell with a fix made."""

    fix: Fix
    cell: int
    text: str


def changed(verdict: Verdict, raw: Callable[[int], str | None]) -> Changed:
    """The cell with the best fix made; `raw` gives a cell's text as typed.

    HybnbError where there is no such fix, or it touches more than one cell.
    """
    fix = best(verdict)
    if fix is None:
        raise HybnbError(NO_FIX)
    places = {edit.path or edit.cell for edit in fix.edits}
    (place, *others) = places
    if others:
        raise HybnbError(f"this change touches {len(places)} cells; %hybnb {verdict.function.name} shows it")
    if isinstance(place, str):
        raise HybnbError(f"this change is in a module; run `hybnb fix {place}`")
    text = raw(place)
    after = None if text is None else edited(text, fix.edits)
    if after is None:
        raise HybnbError(f"cell {place} is no longer what was judged; run it again")
    return Changed(fix, place, after)
