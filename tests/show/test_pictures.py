"""Pictures hold every number as text, stay within their frame, and are only drawn where there are numbers."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from hybnb.model import Facts, Faster, FunctionId, Safe, Verdict
from hybnb.show import pictures


def verdict(calls: int = 500, eager: float | None = 0.003, at: tuple[int, ...] = (), **faster: Any) -> Verdict:
    """A function with these numbers."""
    facts = Facts(calls=calls, eager_seconds=eager, trace_calls=at)
    function = FunctionId("step", 1, 1, 3, 1)
    return Verdict(function, False, facts, Safe("yes", (), ""), Faster("yes", "", "measured", **faster), "decorate")


FAST = {"speedup": 6.0, "low": 5.0, "high": 7.5, "trace_seconds": 0.4, "traces": 1, "break_even_calls": 160}


def drawn(of: Verdict) -> list[ElementTree.Element]:
    """The pictures, parsed."""
    return [ElementTree.fromstring(str(one)) for one in pictures.pictures(of)]


def test_times_are_bars_with_their_range_and_their_numbers() -> None:
    times, _ = drawn(verdict(**FAST))
    assert times.get("aria-label") == "Time of a call, measured: eager 3 ms, graph 500 µs (400 µs to 600 µs)"
    widths = [float(bar.get("width", 0)) for bar in times.iter("rect")]
    assert widths[0] / widths[1] == pytest.approx(6.0, rel=0.01)
    assert {"eager", "graph", "3 ms", "500 µs"} <= {text.text for text in times.iter("text")}


def test_the_lines_cross_where_tracing_is_repaid() -> None:
    _, chart = drawn(verdict(**FAST))
    assert "repaid after 160 calls" in (chart.get("aria-label") or "")
    lines = [line for line in chart.iter("line") if "stroke-width: 2" in (line.get("style") or "")][:2]
    (x1, y1, x2, y2), (x3, y3, x4, y4) = (
        [float(line.get(key, 0)) for key in ("x1", "y1", "x2", "y2")] for line in lines
    )
    across = (y3 - y1) / ((y2 - y1) / (x2 - x1) - (y4 - y3) / (x4 - x3))
    marked = next(float(text.get("x", 0)) for text in chart.iter("text") if text.text == "160 calls")
    assert x1 + across == pytest.approx(marked, rel=0.01)


def test_the_strip_has_one_mark_for_each_call() -> None:
    (strip,) = drawn(verdict(calls=9, at=(1, 3, 7)))
    marks = [mark.get("style") or "" for mark in strip.iter("rect")]
    traced = [number for number, style in enumerate(marks, 1) if style != marks[1]]
    assert (len(marks), traced) == (9, [1, 3, 7])
    assert strip.get("aria-label") == "Of 9 calls these take a trace: 1, 3, 7"


@pytest.mark.parametrize(
    "of",
    [verdict(), verdict(eager=None, **FAST), verdict(speedup=0.0), verdict(at=(1,)), verdict(calls=0, eager=None)],
)
def test_without_numbers_nothing_is_drawn(of: Verdict) -> None:
    assert drawn(of) == []
    assert list(pictures.rows(of)) == []


@pytest.mark.parametrize(
    "of",
    [
        verdict(**FAST),
        verdict(calls=3, **FAST),
        verdict(calls=10**6, **FAST),
        verdict(speedup=0.01, low=0.001, high=0.1),
        verdict(calls=256, at=tuple(range(1, 257))),
        verdict(eager=1e-9, speedup=1e6, low=1.0, high=None, trace_seconds=100.0, traces=50, break_even_calls=10**9),
    ],
)
def test_nothing_leaves_the_frame(of: Verdict) -> None:
    for one in drawn(of):
        _, _, width, height = map(float, (one.get("viewBox") or "").split())
        for part in one.iter():
            for key in ("x", "x1", "x2"):
                assert -1 <= float(part.get(key, 0)) <= width
            for key in ("y", "y1", "y2"):
                assert -1 <= float(part.get(key, 0)) <= height


def test_terminals_get_the_numbers_as_rows() -> None:
    told = [(row.label, row.value) for row in pictures.rows(verdict(at=(1, 4), **FAST))]
    assert told == [
        ("A call takes", "eager 3 ms, graph 500 µs (400 µs to 600 µs)"),
        ("Would trace at calls", "1, 4"),
    ]


def test_no_colour_is_fixed_for_text() -> None:
    for one in pictures.pictures(verdict(at=(1, 2), **FAST)):
        texts = re.findall(r"<text[^>]*>", str(one))
        assert texts
        assert all("fill: currentColor" in text for text in texts)
