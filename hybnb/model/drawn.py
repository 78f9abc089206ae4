"""A verdict in words, made harmless: for a face that makes no sentences and no numbers of its own."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hybnb.model.explained import Row


class Sign(Struct, frozen=True):
    """An icon and its word; the tone colours them, and is never the only carrier of the meaning."""

    icon: str
    word: str
    tone: Literal["good", "bad", "unsure", "plain"]


class Reason(Struct, frozen=True):
    """A finding."""

    index: int  #: in the verdict's findings
    depth: int  #: below its cause
    sign: Sign
    place: str  #: "line 9"
    text: str


class Change(Struct, frozen=True):
    """A fix."""

    title: str
    safety: str
    lines: tuple[str, ...]  #: of the diff


class Drawn(Struct, frozen=True):
    """What a card says of one verdict; text between backquotes is code."""

    name: str
    place: str  #: "cell 3, line 4"
    answer: Sign
    safe: Sign
    faster: Sign
    headline: str
    lens: str  #: for behind the def; empty when there is nothing to do
    why_safe: str
    why_faster: str
    rows: tuple[Row, ...]
    reasons: tuple[Reason, ...]  #: causes by gravity, each followed by what it caused
    left_out: int  #: findings beyond those
    gaps: tuple[str, ...]  #: what isn't known, each with its next step
    changes: tuple[Change, ...]  #: as many as the verdict has fixes
