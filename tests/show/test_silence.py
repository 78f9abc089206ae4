"""`# hybnb: ignore` hides findings, and hides only."""

from __future__ import annotations

import pytest

from hybnb.model import Answer, Finding, FunctionId, Verdict
from hybnb.model.decided import Facts, Faster, Safe
from hybnb.show.silence import comments, heard, unsilenced


def verdict(*found: Finding, answer: Answer = "repair-first") -> Verdict:
    why = (Safe("no", ("source",), ""), Faster("unknown", ""))
    return Verdict(FunctionId("f", 1, 1, 3, 1), False, Facts(), *why, answer, findings=found)


def finding(code: str, line: int, caused_by: int | None = None) -> Finding:
    return Finding(code, "name", "blocks", 1, line, 0, line, 1, "message", caused_by=caused_by)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = 1  # hybnb: ignore[HYB201]", {1: ("HYB201",)}),
        ("x = 1  # hybnb:ignore[hyb201, HYB3]", {1: ("HYB201", "HYB3")}),
        ("x = 1  # hybnb: ignore", {1: ()}),
        ("x = 1  # because # hybnb: ignore[HYB201]", {1: ("HYB201",)}),
        ("\n\nx = (  # hybnb: ignore\n", {3: ()}),
        ("x = '# hybnb: ignore'", {}),
        ("x = 1  # hybnb: ignored", {}),
        ("x = 1  # noqa", {}),
        ("", {}),
    ],
)
def test_comments_are_read_from_comments_only(source: str, found: dict[int, tuple[str, ...]]) -> None:
    assert comments(source) == found


def test_a_comment_on_the_line_hides_that_code_there() -> None:
    source = "def f(x):\n    a.append(x)  # hybnb: ignore[HYB201]\n    b.append(x)\n"
    shown = unsilenced(verdict(finding("HYB201", 2), finding("HYB201", 3)), {1: source})
    assert shown is not None
    assert [one.line for one in shown.findings] == [3]
    assert shown.answer == "repair-first"


def test_another_code_on_the_line_hides_nothing() -> None:
    before = verdict(finding("HYB201", 2))
    assert unsilenced(before, {1: "def f(x):\n    a.append(x)  # hybnb: ignore[HYB202]\n"}) is before


def test_a_comment_on_the_def_hides_its_codes_in_the_whole_function() -> None:
    source = "def f(x):  # hybnb: ignore[HYB201]\n    a.append(x)\n    print(x)\n"
    shown = unsilenced(verdict(finding("HYB201", 2), finding("HYB204", 3)), {1: source})
    assert shown is not None
    assert [one.code for one in shown.findings] == ["HYB204"]


def test_a_comment_without_codes_on_the_def_hides_the_function() -> None:
    assert unsilenced(verdict(), {1: "def f(x):  # hybnb: ignore\n    pass\n"}) is None


def test_a_function_whose_findings_are_all_hidden_asks_for_nothing_and_stays_unsafe() -> None:
    shown = unsilenced(verdict(finding("HYB201", 2)), {1: "def f(x):\n    a.append(x)  # hybnb: ignore[HYB201]\n"})
    assert shown is not None
    assert (shown.answer, shown.safe.value, shown.findings) == ("leave", "no", ())


def test_a_repair_whose_reasons_the_settings_hide_is_not_asked_for() -> None:
    shown = unsilenced(verdict(), {1: "def f(x):\n    a.append(x)\n"})
    assert shown is not None
    assert (shown.answer, shown.safe.value) == ("leave", "no")


@pytest.mark.parametrize("text", ["def f(x):\n    a.append(x)\n", "# hybnb is loaded\n"])
def test_a_kernel_says_of_it_what_the_command_line_says(text: str) -> None:
    told = verdict(finding("HYB201", 2))
    assert heard((verdict(), told), {1: text}) == (unsilenced(verdict(), {1: text}), told)
    assert heard((told,), {1: text})[0] is told


def test_a_removal_needs_no_finding_to_be_asked_for() -> None:
    before = verdict(answer="remove")
    assert unsilenced(before, {1: "def f(x):\n    pass\n"}) is before


def test_hiding_a_finding_does_not_take_back_the_advice_to_decorate() -> None:
    source = "def f(x):\n    a.append(x)  # hybnb: ignore[HYB201]\n"
    shown = unsilenced(verdict(finding("HYB201", 2), answer="decorate"), {1: source})
    assert shown is not None
    assert shown.answer == "decorate"


def test_causes_are_counted_anew() -> None:
    source = "def f(x):\n    a(x)  # hybnb: ignore[HYB201]\n"
    found = (
        finding("HYB201", 2),
        finding("HYB204", 3),
        finding("HYB205", 3, caused_by=1),
        finding("HYB206", 3, caused_by=0),
    )
    shown = unsilenced(verdict(*found), {1: source})
    assert shown is not None
    assert [(one.code, one.caused_by) for one in shown.findings] == [("HYB204", None), ("HYB205", 0), ("HYB206", None)]


@pytest.mark.parametrize(
    "source", ["def f(:\n  # hybnb: ignore\n '''", "if x:\n    a\n  b  # hybnb: ignore", "\n\x00 # hybnb: ignore"]
)
def test_broken_source_is_no_trouble(source: str) -> None:
    assert unsilenced(verdict(finding("HYB204", 9)), {1: source}) is not None


def test_without_the_source_nothing_is_hidden() -> None:
    before = verdict(finding("HYB201", 2))
    assert unsilenced(before, {}) is before
