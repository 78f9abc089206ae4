"""On which line of a notebook's file does each line of a cell stand?

`json.JSONDecoder.raw_decode` says where a value ends, which is all that is needed to walk to the cells' sources.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

_DECODER = json.JSONDecoder(strict=False)
_SPACE = re.compile(r"[\s,:]*")


def source_lines(text: str) -> Iterator[tuple[int, ...]]:
    """For each code cell of a notebook's valid JSON: the file's line for every line of its source, from 1."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    for start in sources(text):
        yield tuple(bisect_right(breaks, place) + 1 for place in _starts(text, start))


def sources(text: str) -> Iterator[int]:
    """For each code cell of a notebook's valid JSON: where its source begins, one string or a list of strings."""
    for cell in _cells(text, _skip(text, 0)):
        members = dict(_members(text, cell))
        if "source" not in members and "input" not in members:
            continue
        kind, _ = _DECODER.raw_decode(text, members["cell_type"])
        if kind == "code":
            yield members["source"] if "source" in members else members["input"]


def elements(text: str, start: int) -> list[tuple[int, int]]:
    """Begin and end of each element of the array that starts at `start`."""
    return [(place, _DECODER.raw_decode(text, place)[1]) for place in _elements(text, start)]


def value(text: str, start: int) -> tuple[Any, int]:
    """The value that begins at `start`, and where it ends."""
    return _DECODER.raw_decode(text, start)


def _cells(text: str, start: int) -> Iterator[int]:
    for key, place in _members(text, start):
        if key == "cells":
            yield from _elements(text, place)
        elif key == "worksheets":  # before format 4
            for sheet in _elements(text, place):
                yield from _cells(text, sheet)


def _starts(text: str, start: int) -> list[int]:
    """Where in the file each line of a source begins; the source is one string or a list of strings."""
    starts: list[int] = []
    unfinished = False
    for place, piece in _values(text, start) if text[start] == "[" else [(start, value(text, start)[0])]:
        ends = piece.endswith("\n")
        if ends and not unfinished and piece.count("\n") == 1:  # as Jupyter writes all but the last
            starts.append(place)
            continue
        lines = piece.count("\n") + (not ends and piece != "")
        starts += [place] * (lines - unfinished)
        unfinished = piece != "" and not ends
    return starts or [start]


def _members(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Key and place of the value of each member of the object that starts at `start`."""
    place = _skip(text, start + 1)
    while text[place] != "}":
        key, place = _DECODER.raw_decode(text, place)
        place = _skip(text, place)
        yield key, place
        _, end = _DECODER.raw_decode(text, place)
        place = _skip(text, end)


def _elements(text: str, start: int) -> Iterator[int]:
    """Place of each element of the array that starts at `start`."""
    return (place for place, _ in _values(text, start))


def _values(text: str, start: int) -> Iterator[tuple[int, Any]]:
    """Each element of the array that starts at `start`, with its place."""
    place = _skip(text, start + 1)
    while text[place] != "]":
        found, end = _DECODER.raw_decode(text, place)
        yield place, found
        place = _skip(text, end)


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place
