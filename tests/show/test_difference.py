"""Fixes as unified diffs."""

from __future__ import annotations

from hybnb.model import Edit, Fix
from hybnb.show.difference import MOST_LINES, difference, edited

SOURCE = "import tensorflow as tf\n\ndef f(x):\n    return x + 1\n"


def fix(*edits: Edit) -> Fix:
    return Fix("title", "same", edits)


def test_an_added_decorator_is_one_added_line_with_its_surroundings() -> None:
    assert difference(fix(Edit(2, 25, 25, "@tf.function\n")), {2: SOURCE}) == (
        "--- cell 2",
        "+++ cell 2",
        "@@ -1,4 +1,5 @@",
        " import tensorflow as tf",
        " ",
        "+@tf.function",
        " def f(x):",
        "     return x + 1",
    )


def test_edits_of_two_places_come_out_as_two_parts() -> None:
    lines = difference(fix(Edit(1, 0, 1, "b"), Edit(1, 0, 1, "d", path="m.py")), {1: "a\n", "m.py": "c\n"})
    assert lines == (
        "--- cell 1", "+++ cell 1", "@@ -1 +1 @@", "-a", "+b",
        "--- m.py", "+++ m.py", "@@ -1 +1 @@", "-c", "+d",
    )  # fmt: skip


def test_without_the_source_only_the_new_text_is_shown() -> None:
    assert difference(fix(Edit(7, 0, 0, "@tf.function\n")), {}) == ("@@ cell 7 @@", "+@tf.function")


def test_edits_that_do_not_fit_the_source_change_nothing() -> None:
    assert edited("abc", [Edit(1, 0, 9, "x")]) is None
    assert edited("abc", [Edit(1, 0, 2, "x"), Edit(1, 1, 3, "y")]) is None
    assert edited("abc", [Edit(1, 2, 1, "x")]) is None


def test_edits_are_made_from_the_end_so_that_offsets_stay_true() -> None:
    assert edited("abc", [Edit(1, 0, 1, "xyz"), Edit(1, 2, 3, "")]) == "xyzb"


def test_a_diff_is_short_and_inert_whatever_the_text_holds() -> None:
    lines = difference(fix(Edit(1, 0, 0, "\x1b[2J" + "x" * 9_000 + "\n" * 500)), {})
    assert len(lines) == MOST_LINES + 1
    assert lines[1].startswith(r"+\x1b[2Jx")
    assert all(len(line) <= 160 for line in lines)
    assert lines[-1].endswith("more lines")


def test_a_fix_without_edits_has_no_diff() -> None:
    assert difference(fix(), {1: SOURCE}) == ()
