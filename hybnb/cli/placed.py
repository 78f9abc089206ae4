"""Verdicts as places in the file: cells counted as in the notebook, lines as in its JSON, comments of the user heeded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from hybnb.model import Cell, Edit, Finding, Fix, Verdict
from hybnb.observe.notebook import Document
from hybnb.show.silence import heard

Place = TypeVar("Place", Finding, Edit)


def placed(verdicts: Iterable[Verdict], document: Document, modules: Sequence[Cell]) -> tuple[Verdict, ...]:
    """The verdicts that no comment hides, with the lines of the file itself."""
    sources: dict[int | str, str] = {cell.path or cell.index: cell.source for cell in (*document.cells, *modules)}
    return tuple(_placed(kept, document) for kept in heard(tuple(verdicts), sources))


def _placed(verdict: Verdict, document: Document) -> Verdict:
    function = verdict.function
    if function.path is not None:
        return verdict
    line = document.file_line(function.cell, function.line)
    return msgspec.structs.replace(verdict, function=msgspec.structs.replace(function, file_line=line))


def moved(verdict: Verdict, cells: Mapping[int, int], ids: Mapping[int, str | None]) -> Verdict:
    """The verdict with the kernel's cell numbers exchanged for the notebook's; `ids` has the cell ids of the latter."""
    at = cells.get(verdict.function.cell, verdict.function.cell)
    function = verdict.function
    if function.path is None:
        function = msgspec.structs.replace(function, cell=at, cell_id=ids.get(at))
    return msgspec.structs.replace(
        verdict,
        function=function,
        findings=tuple(_moved(finding, cells) for finding in verdict.findings),
        fixes=tuple(_moved_fix(fix, cells) for fix in verdict.fixes),
    )


def _moved_fix(fix: Fix, cells: Mapping[int, int]) -> Fix:
    return msgspec.structs.replace(fix, edits=tuple(_moved(edit, cells) for edit in fix.edits))


def _moved(place: Place, cells: Mapping[int, int]) -> Place:
    return place if place.path else msgspec.structs.replace(place, cell=cells.get(place.cell, place.cell))
