"""The short notation of the hand-written tables: "category:channel -> kind of the result".

A result that is an "object" may be given by the full name of its class instead, the items of a list as "list[tensor]", and rules
for dtype and shape may follow: "variable-op -> tensor arg:self arg:self"."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from hybnb.analyse.lexicon import Entry

Rows = dict[str, Entry]


def read(file: str) -> dict[str, Any]:
    """One hand-written file of this folder."""
    return tomllib.loads((Path(__file__).parent / file).read_text(encoding="utf-8"))


def row(text: str) -> Entry:
    """The row that a key such as "output:stdout -> none" or "pure -> list[variable]" stands for."""
    left, _, right = (part.strip() for part in text.partition("->"))
    category, _, channel = left.partition(":")
    returns, dtype, shape = [*right.split(), "", "", ""][:3]
    returns, _, items = returns.rstrip("]").partition("[")
    made = {"returns": "object", "type": returns} if "." in returns else {"returns": returns or None}
    fields = {
        "category": category,
        "channel": channel,
        "items": items or None,
        "dtype": dtype or None,
        "shape": shape or None,
    }
    return msgspec.convert(fields | made, Entry)


def rows(section: Mapping[str, str]) -> Rows:
    """Rows by name of a section whose keys are rows and whose values are names."""
    found: Rows = {}
    for key, names in section.items():
        for name in names.split():
            if name in found:
                raise ValueError(f"{name} is listed twice, as {found[name].category} and as {key}")
            found[name] = row(key)
    return found
