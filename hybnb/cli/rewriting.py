"""Edits of cells and modules, made in their files; not a byte of anything else changes.

A notebook's JSON isn't written anew, because that would touch outputs, numbers and line ends of others: only the strings
of the lines that change are. Where it isn't certain that nothing else happens, `UnsureError` says so and nothing is done.
"""

from __future__ import annotations

import io
import itertools
import json
import tokenize
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from hybnb.errors import HybnbError
from hybnb.model import Edit
from hybnb.observe import json_lines
from hybnb.observe.magic_lines import parses, peel
from hybnb.observe.notebook import module_source
from hybnb.show.difference import edited


class UnsureError(HybnbError):
    """The change might touch something else, so it isn't made."""


def notebook(text: str, edits: Mapping[int, Sequence[Edit]]) -> str:
    """The text of a notebook's file with edits made in its code cells, which count from 1."""
    book = json.loads(text, strict=False)
    if book.get("nbformat") != 4:
        raise UnsureError("it is in an old notebook format; open and save it once")
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    places = list(json_lines.sources(text))
    new = text
    for number in sorted(edits, reverse=True):
        cell = cells[number - 1]
        if _locked(cell.get("metadata", {})):
            raise UnsureError(f"cell {number} is locked")
        before, end = json_lines.value(text, places[number - 1])
        after = _source("".join(before), edits[number], number)
        new = new[: places[number - 1]] + _written(text, places[number - 1], end, after) + new[end:]
        cell["source"] = after.splitlines(keepends=True) if isinstance(before, list) else after
    if json.dumps(json.loads(new, strict=False)) != json.dumps(book):
        raise UnsureError("its JSON holds something unusual")
    return new


def module(path: Path, content: bytes, edits: Sequence[Edit]) -> bytes:
    """The bytes of a module's file with edits made."""
    plain = module_source(path, content)
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    newline = "\r\n" if b"\r\n" in content else "\n"
    if plain.replace("\n", newline).encode(encoding) != content:
        raise UnsureError("its lines end in different ways")
    after = edited(plain, edits)
    if after is None or not parses(after):
        raise UnsureError("the change doesn't fit its text")
    return after.replace("\n", newline).encode(encoding)


def _locked(metadata: Mapping[str, Any]) -> bool:
    grading = metadata.get("nbgrader")
    return metadata.get("editable") is False or (isinstance(grading, dict) and grading.get("locked") is True)


def _source(before: str, edits: Sequence[Edit], number: int) -> str:
    """A cell's source as typed, magics and all, with edits made whose offsets hold for both."""
    after, python = edited(before, edits), edited(peel(before).source, edits)
    if after is None or python is None or peel(after).source != python or not parses(python):
        raise UnsureError(f"the change doesn't fit the text of cell {number}")
    return after


def _written(text: str, start: int, end: int, after: str) -> str:
    """The JSON of a source in the manner of the one that stands at `start`."""
    if text[start] == "[":
        return _array(text, start, end, after)
    before, _ = json_lines.value(text, start)
    for ascii_only in (False, True):
        if json.dumps(before, ensure_ascii=ascii_only) == text[start:end]:
            return json.dumps(after, ensure_ascii=ascii_only)
    raise UnsureError("its JSON is written in an unusual way")


def _array(text: str, start: int, end: int, after: str) -> str:
    """A list of lines, of which only those that change are written anew."""
    spans = json_lines.elements(text, start)
    lead = text[start + 1 : spans[0][0]]
    between = {text[one[1] : two[0]] for one, two in itertools.pairwise(spans)} or {f",{lead}"}
    if len(between) > 1:
        raise UnsureError("its JSON is indented in different ways")
    raws = [text[begin:stop] for begin, stop in spans]
    olds, news = [json_lines.value(text, begin)[0] for begin, _ in spans], after.splitlines(keepends=True)
    written: list[str] = []
    for kind, i, j, k, n in SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        anew = (json.dumps(line, ensure_ascii=text.isascii()) for line in news[k:n])
        written += raws[i:j] if kind == "equal" else anew
    return f"[{lead}{between.pop().join(written)}{text[spans[-1][1] : end]}"
