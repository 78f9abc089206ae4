"""What a card holds: labelled rows and changes, made once and drawn as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from hybnb import amounts
from hybnb.model import Change, Facts, Finding, Gap, Row, Verdict
from hybnb.model.decided import Faster
from hybnb.show import pictures, words
from hybnb.show.arrange import findings
from hybnb.show.difference import Sources, difference
from hybnb.show.inert import tame

MOST_FINDINGS = 30  #: drawn on one card


class Card(Struct, frozen=True):
    """A verdict made inert, and all that is drawn of it."""

    verdict: Verdict
    rows: tuple[Row, ...]
    gaps: tuple[Gap, ...]  #: those that the reasons of the two signals don't say already
    findings: tuple[tuple[Finding, int], ...]  #: with the depth below their cause
    left_out: int  #: findings that aren't drawn
    changes: tuple[Change, ...]


def card(verdict: Verdict, sources: Sources) -> Card:
    """The card of a verdict; `sources` gives the text that its fixes change."""
    safe_to_draw = tame(verdict)
    arranged = tuple(findings(safe_to_draw))
    changes = (Change(tame(fix.title), words.safety(fix), difference(fix, sources)) for fix in verdict.fixes)
    return Card(
        verdict=safe_to_draw,
        rows=tuple(_rows(safe_to_draw)),
        gaps=tuple(gap for gap in safe_to_draw.gaps if gap.message not in _whys(safe_to_draw)),
        findings=arranged[:MOST_FINDINGS],
        left_out=max(0, len(arranged) - MOST_FINDINGS),
        changes=tuple(changes),
    )


def _whys(verdict: Verdict) -> tuple[str, str]:
    return verdict.safe.why, verdict.faster.why


def _rows(verdict: Verdict) -> Iterator[Row]:
    if verdict.decorator:
        label = "Write" if verdict.answer in ("decorate", "adjust") else "If decorated"
        yield Row(label, verdict.decorator, code=True)
    yield Row("Calls", _calls(verdict.facts))
    yield from pictures.rows(verdict)
    yield from _speed_rows(verdict.faster)
    yield from _parameter_rows(verdict.facts)
    yield Row("Side effects", verdict.facts.python_side_effects)
    yield Row("Computes with tensors", verdict.facts.tensor_computation)
    if verdict.facts.recursive != "no":
        yield Row("Recursive", verdict.facts.recursive)


def _calls(facts: Facts) -> str:
    parts = [amounts.counted(facts.calls, "call") + " seen" if facts.calls else "none seen outside a graph"]
    if facts.eager_seconds is not None:
        parts.append(amounts.seconds(facts.eager_seconds) + (" each" if facts.calls > 1 else ""))
    if facts.signatures > 1:
        parts.append(amounts.counted(facts.signatures, "signature"))
    if facts.inside_graph_calls:
        parts.append(f"{amounts.counted(facts.inside_graph_calls, 'call')} inside a graph")
    return ", ".join(parts)


def _speed_rows(faster: Faster) -> Iterator[Row]:
    if faster.trace_seconds is not None:
        traces = faster.traces or 0
        times = f" each, {amounts.counted(traces, 'time')}" if traces > 1 else ""
        yield Row("Tracing", f"≈ {amounts.seconds(faster.trace_seconds)}{times}")
    if faster.break_even_calls is not None:
        yield Row("Pays after", amounts.counted(faster.break_even_calls, "call"))
    if faster.saved_seconds is not None and faster.saved_seconds > 0:
        yield Row("Would have saved", f"≈ {amounts.seconds(faster.saved_seconds)} so far")
    if faster.variant == "xla":
        yield Row("Variant", "compiled by XLA")


def _parameter_rows(facts: Facts) -> Iterator[Row]:
    if facts.tensor_parameters:
        yield Row("Tensors in", ", ".join(facts.tensor_parameters), code=True)
    if facts.primitive_parameters:
        yield Row("Python values in", ", ".join(facts.primitive_parameters), code=True)
