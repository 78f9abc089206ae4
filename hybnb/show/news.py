"""A report without what its reader has already, because a notebook of 200 functions makes a megabyte of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from hybnb.model import Drawn, Verdict
from hybnb.model.wire import ReportMessage, Same

Item: TypeAlias = tuple[Verdict, Drawn]


def news(message: ReportMessage, before: ReportMessage) -> ReportMessage:
    """`message` with only the verdicts that differ from those of `before`, and word of where the others are."""
    known = {_place(item): (index, item) for index, item in enumerate(_items(before))}
    places, new = [], []
    for item in _items(message):
        index, same = known.get(_place(item), (-1, None))
        places.append(index if item == same else -1)
        if item != same:
            new.append(item)
    (source,) = message.report.sources
    source = msgspec.structs.replace(source, verdicts=tuple(verdict for verdict, _ in new))
    report = msgspec.structs.replace(message.report, sources=(source,))
    same_as = Same(before.sequence, tuple(places))
    return msgspec.structs.replace(message, report=report, drawn=tuple(drawn for _, drawn in new), same=same_as)


def _items(message: ReportMessage) -> Iterator[Item]:
    (source,) = message.report.sources
    return zip(source.verdicts, message.drawn, strict=True)


def _place(item: Item) -> tuple[str, int, int, str | None]:
    function = item[0].function
    return function.name, function.cell, function.line, function.path
