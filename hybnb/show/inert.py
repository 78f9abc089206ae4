"""Text from a notebook made harmless before it is drawn: no control characters, no length without bound.

Names, docstrings and strings of a notebook can hold anything: terminal escapes, marks that turn the direction of
writing, line breaks, ten thousand characters. Every face draws only what went through here. (What a `<` means is a
matter of HTML alone and is left to markupsafe, in `tags`.)
"""

from __future__ import annotations

import unicodedata
from typing import Any, TypeVar

from msgspec import Struct

T = TypeVar("T")

LIMIT = 400  #: characters of a sentence
LIMITS = {"name": 80, "module": 80, "path": 120, "decorator": 200, "code": 20}  #: characters, by field
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  #: Unicode categories with no glyph of their own


def inert(text: str, limit: int = LIMIT) -> str:
    """`text` on one line, characters without a glyph spelled out as escapes, at most `limit` characters.

    The limit is applied before and after spelling out, so that a long string costs no more than a short one.
    """
    if text.isprintable() and len(text) <= limit:
        return text
    seen = "".join(_spelled(character) for character in text[: limit + 1])
    return seen if len(seen) <= limit else seen[: limit - 1] + "…"


def _spelled(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) not in UNSEEN:
        return " " if character.isspace() else character
    return character.encode("unicode_escape").decode("ascii")


def tame(value: T, limit: int = LIMIT) -> T:
    """A copy of a frozen value in which every string is inert; offsets and numbers stay as they are."""
    return _tame(value, limit)  # type: ignore[no-any-return]


def _tame(value: Any, limit: int) -> Any:
    if isinstance(value, str):
        return inert(value, limit)
    if isinstance(value, Struct):
        fields = value.__struct_fields__
        return type(value)(**{field: _tame(getattr(value, field), LIMITS.get(field, LIMIT)) for field in fields})
    if isinstance(value, tuple):
        return tuple(_tame(item, limit) for item in value)
    if isinstance(value, dict):
        return {_tame(key, LIMITS["name"]): _tame(item, limit) for key, item in value.items()}
    return value
