"""Pictures of a verdict as plain SVG: times of a call, when tracing is repaid, which calls are traced.

They are legible on light and dark: text and axes take the colour that they inherit, bars have middle tones. Every number
in a picture is also in its label, which screen readers read and which terminals get as a row of the card.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from hybnb import amounts
from hybnb.model import Facts, Faster, Row, Verdict
from hybnb.show.tags import LINE, TONES, joined, tag

WIDTH: Final = 460
LEFT: Final = 52  #: where bars begin, after their names
BAR: Final = 14
STEP: Final = 22
CHART: Final = 90  #: height of the break-even lines
STRIP: Final = 64  #: calls in one row of the strip
MARK: Final = 6
EAGER: Final = "fill: rgba(128, 128, 128, 0.65)"
TONE: Final = {"graph": f"fill: {TONES['good']}", "xla": "fill: var(--jp-brand-color1, #4a90d9)"}
TEXT: Final = "fill: currentColor; font-size: 11px"
AXIS: Final = f"stroke: {LINE}; stroke-width: 1"
LINES: Final = {"eager": "stroke: rgba(128, 128, 128, 0.9)", "graph": f"stroke: {TONES['good']}"}


class Bar(NamedTuple):
    """One way to run a call: seconds, and the range they lie in."""

    name: str
    seconds: float
    low: float
    high: float
    tone: str


def pictures(verdict: Verdict) -> tuple[Markup, ...]:
    """All pictures that there are numbers for."""
    found = (times(verdict), break_even(verdict), strip(verdict.facts))
    return tuple(one for one in found if one is not None)


def rows(verdict: Verdict) -> Iterator[Row]:
    """What the pictures say, as text."""
    bars = _bars(verdict.facts, verdict.faster)
    if bars:
        yield Row("A call takes", ", ".join(_said(bar) for bar in bars))
    at = verdict.facts.trace_calls
    if len(at) > 1:
        yield Row("Traced at calls" if verdict.decorated else "Would trace at calls", _listed(at))


# ---- times of a call ----------------------------------------------------------------------------------------------


def times(verdict: Verdict) -> Markup | None:
    """Bars for eager and graph, with their ranges."""
    bars = _bars(verdict.facts, verdict.faster)
    if not bars:
        return None
    scale = (WIDTH - LEFT - 70) / max(bar.high for bar in bars)
    drawn = [part for index, bar in enumerate(bars) for part in _bar(bar, index * STEP + 4, scale)]
    how = "measured" if verdict.faster.basis == "measured" else "predicted"
    return _svg(f"Time of a call, {how}: {', '.join(map(_said, bars))}", len(bars) * STEP + 4, drawn)


def _bars(facts: Facts, faster: Faster) -> tuple[Bar, ...]:
    eager = facts.eager_seconds
    if eager is None or not faster.speedup or faster.speedup <= 0:
        return ()
    graph = eager / faster.speedup
    low, high = (eager / one if one and one > 0 else graph for one in (faster.high, faster.low))
    name = "XLA" if faster.variant == "xla" else "graph"
    return Bar("eager", eager, eager, eager, EAGER), Bar(name, graph, low, high, TONE[faster.variant])


def _bar(bar: Bar, top: float, scale: float) -> Iterator[Markup]:
    end, middle = LEFT + bar.seconds * scale, top + BAR / 2
    yield _text(bar.name, LEFT - 6, middle + 4, anchor="end")
    yield tag("rect", x=_n(LEFT), y=_n(top), width=_n(max(end - LEFT, 1)), height=_n(BAR), rx="2", style=bar.tone)
    if bar.high > bar.low:
        ends = LEFT + bar.low * scale, LEFT + bar.high * scale
        yield _line(ends[0], middle, ends[1], middle, "stroke: currentColor; stroke-width: 1.2")
        for x in ends:
            yield _line(x, middle - 4, x, middle + 4, "stroke: currentColor; stroke-width: 1.2")
    yield _text(amounts.seconds(bar.seconds), LEFT + max(bar.seconds, bar.high) * scale + 6, middle + 4)


def _said(bar: Bar) -> str:
    within = f" ({amounts.seconds(bar.low)} to {amounts.seconds(bar.high)})" if bar.high > bar.low else ""
    return f"{bar.name} {amounts.seconds(bar.seconds)}{within}"


# ---- when tracing is repaid ---------------------------------------------------------------------------------------


def break_even(verdict: Verdict) -> Markup | None:
    """Seconds spent after so many calls, eagerly and as a graph with its tracing."""
    facts, faster = verdict.facts, verdict.faster
    eager, calls = facts.eager_seconds, faster.break_even_calls
    if eager is None or not faster.speedup or calls is None or faster.trace_seconds is None:
        return None
    tracing = faster.trace_seconds * max(1, faster.traces or 1)
    end = max(2 * calls, min(facts.calls, 4 * calls), 2)
    top = max(end * eager, tracing + end * eager / faster.speedup)
    x, y = (WIDTH - LEFT - 70) / end, (CHART - 20) / top

    def line(way: str, start: float, each: float) -> Markup:
        style = f"{LINES[way]}; stroke-width: 2"
        return _line(LEFT, CHART - start * y, LEFT + end * x, CHART - (start + end * each) * y, style)

    graph = eager / faster.speedup
    drawn = [
        _line(LEFT, CHART, LEFT + end * x, CHART, AXIS),
        _line(LEFT, CHART, LEFT, 12, AXIS),
        line("eager", 0.0, eager),
        line("graph", tracing, graph),
        _text("eager", LEFT + end * x + 6, CHART - end * eager * y + 4),
        _text("graph", LEFT + end * x + 6, CHART - (tracing + end * graph) * y + 4),
        _line(LEFT + calls * x, CHART, LEFT + calls * x, CHART - calls * eager * y, f"{AXIS}; stroke-dasharray: 3 3"),
        _text(amounts.counted(calls, "call"), LEFT + calls * x, CHART + 13, anchor="middle"),
        _text(amounts.seconds(top), LEFT - 6, 18, anchor="end"),
    ]
    if 0 < facts.calls <= end and abs(facts.calls - calls) * x > 60:
        drawn += [
            _line(LEFT + facts.calls * x, CHART - 5, LEFT + facts.calls * x, CHART + 3, "stroke: currentColor; stroke-width: 2"),
            _text(f"{facts.calls:,} so far", LEFT + facts.calls * x, CHART + 13, anchor="middle"),
        ]  # fmt: skip
    label = (
        f"Time over calls: tracing takes {amounts.seconds(tracing)} and is repaid after {amounts.counted(calls, 'call')}; "
        f"there were {facts.calls:,} so far"
    )
    return _svg(label, CHART + 20, drawn)


# ---- which calls are traced ---------------------------------------------------------------------------------------


def strip(facts: Facts) -> Markup | None:
    """One mark for each of the first calls, filled where it takes a trace."""
    at = facts.trace_calls
    if len(at) < 2:
        return None
    count = max(at[-1], min(facts.calls, STRIP * 2))
    traced = set(at)
    drawn = [
        tag(
            "rect",
            x=_n(LEFT + (number - 1) % STRIP * MARK),
            y=_n(4 + (number - 1) // STRIP * (BAR + 4)),
            width=_n(MARK - 1),
            height=_n(BAR),
            style=f"fill: {TONES['unsure']}" if number in traced else f"fill: {LINE}",
        )
        for number in range(1, count + 1)
    ]
    height = 4 + ((count - 1) // STRIP + 1) * (BAR + 4)
    drawn.append(_text("calls", LEFT - 6, 4 + BAR - 3, anchor="end"))
    drawn.append(
        _text(joined((tag("tspan", "■", style=f"fill: {TONES['unsure']}"), " takes a trace")), LEFT, height + 13)
    )
    height += 18
    return _svg(f"Of {amounts.counted(count, 'call')} these take a trace: {_listed(at)}", height, drawn)


def _listed(numbers: Sequence[int], most: int = 12) -> str:
    shown = ", ".join(f"{number:,}" for number in numbers[:most])
    return f"{shown} and {len(numbers) - most} more" if len(numbers) > most else shown


# ---- SVG ----------------------------------------------------------------------------------------------------------


def _svg(label: str, height: float, parts: Sequence[Markup]) -> Markup:
    return tag(
        "svg",
        tag("title", label),
        joined(parts),
        viewBox=f"0 0 {WIDTH} {_n(height)}",
        width=str(WIDTH),
        height=_n(height),
        role="img",
        aria_label=label,
        style="max-width: 100%; color: inherit; display: block; margin: 4px 0",
    )


def _text(content: str | Markup, x: float, y: float, anchor: str = "start") -> Markup:
    return tag("text", content, x=_n(x), y=_n(y), text_anchor=anchor, style=TEXT)


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> Markup:
    return tag("line", x1=_n(x1), y1=_n(y1), x2=_n(x2), y2=_n(y2), style=style)


def _n(number: float) -> str:
    """A coordinate: a tenth of a pixel is enough."""
    return f"{number:.1f}".removesuffix(".0")
