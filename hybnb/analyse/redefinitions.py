"""Of functions that are defined more than once, the definition that holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hybnb.analyse.candidates import Candidate

ByUnit = list[tuple[str | None, list["Candidate"]]]  #: the module of each unit, and what it defines


class LastDefinitions:
    """Of each name the last definition, in order of definition. Where only new units came at the end, only they are looked
    through.
    """

    def __init__(self) -> None:
        self._lists: ByUnit = []
        self._found: dict[tuple[str | None, str], Candidate] = {}
        self._order: list[Candidate] = []

    def of(self, lists: ByUnit) -> Sequence[Candidate]:
        """Of these candidates, by unit."""
        known = len(self._lists)
        if len(lists) < known or any(old[1] is not new[1] for old, new in zip(self._lists, lists, strict=False)):
            self._found, known = {}, 0
        for module, those in lists[known:]:
            for candidate in those:
                self._found.pop((module, candidate.id.name), None)
                self._found[module, candidate.id.name] = candidate
        if len(lists) != len(self._lists) or not known:
            self._order = sorted(self._found.values(), key=lambda c: (c.unit.order, c.id.line))
        self._lists = lists
        return self._order
