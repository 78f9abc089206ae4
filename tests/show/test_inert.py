"""Whatever a notebook holds is drawn on one line, without control characters, and never at full length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybnb.model import FunctionId, Gap
from hybnb.show.inert import LIMITS, inert, tame


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("", ""),
        ("größe_π", "größe_π"),
        ("שלום", "שלום"),
        ("two\nlines", r"two\nlines"),
        ("tab\there", r"tab\there"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31m", r"\x9b31m"),
        ("bell\x07", r"bell\x07"),
        ("\u202etxt.exe", r"\u202etxt.exe"),
        ("a\u200bb", r"a\u200bb"),
        ("line\u2028end", r"line\u2028end"),
        ("hard\u00a0space", "hard space"),
        ("\ud800", r"\ud800"),
        ("<img onerror=x>", "<img onerror=x>"),
    ],
)
def test_text_is_shown_on_one_line_with_escapes_for_what_has_no_glyph(text: str, seen: str) -> None:
    assert inert(text) == seen


def test_long_text_ends_in_an_ellipsis_within_the_limit() -> None:
    assert inert("x" * 10_000, 80) == "x" * 79 + "…"


def test_text_of_just_the_limit_is_whole() -> None:
    assert inert("x" * 80, 80) == "x" * 80


@given(st.text(st.characters(), max_size=300))
def test_any_text_becomes_printable_and_short(text: str) -> None:
    seen = inert(text, 50)
    assert len(seen) <= 50
    assert all(character.isprintable() for character in seen)


def test_every_string_of_a_frozen_value_is_tamed_and_its_numbers_stay() -> None:
    function = FunctionId("f\n" + "x" * 200, 3, 1, 2, 7, path="a\x1b" + "b" * 300)
    tamed = tame((function, Gap("safe", "refused", "no\x07")))
    assert tamed[0].name.startswith(r"f\nx")
    assert len(tamed[0].name) == LIMITS["name"]
    assert len(tamed[0].path or "") == LIMITS["path"]
    assert (tamed[0].cell, tamed[0].file_line) == (3, 7)
    assert tamed[1].message == r"no\x07"
