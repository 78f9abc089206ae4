"""When the time for tracing is repaid, by the calls seen so far."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from hybnb.amounts import counted, seconds
from hybnb.decide.decorator import planned, relaxing_helps, signing_helps
from hybnb.model import Evidence, Faster, Gain
from hybnb.rules.calls import break_even, saved_seconds

STEADY: Final = 3  #: traces that are taken once, and not again and again


def repaid(evidence: Evidence, eager: float, faster: Faster) -> Faster:
    """Whether the calls so far would have repaid the tracing; `eager` is seconds a call, where no call was timed.

    That they were too few so far isn't said of a tf.function: the calls of its graph aren't seen.
    """
    assert faster.speedup is not None
    count, traces = evidence.history.count if evidence.history is not None else 0, faster.traces or 1
    each = saved_seconds(evidence, eager, faster.speedup)
    tracing = traces * (faster.trace_seconds or 0.0)
    saved = count * each - tracing
    doing = "compiling" if faster.variant == "xla" else "tracing"
    value, after, tail = _balance(count, traces, each, tracing, doing)
    if value == "neutral" and evidence.facts.decoration is not None:
        return faster
    return replace(
        faster,
        value=value,
        why=f"{faster.why}; {tail}.",
        traces=traces,
        break_even_calls=after,
        saved_seconds=saved,
    )


def _balance(count: int, traces: int, each: float, tracing: float, doing: str) -> tuple[Gain, int | None, str]:
    """Value, break-even calls and words: `each` and `tracing` are seconds saved per call and spent on all traces."""
    if traces > STEADY and tracing >= count * each:
        return "no", None, f"but {traces} traces for {counted(count, 'call')} would cost more than that saves"
    after = break_even(each, tracing)
    cost = f"{doing} ({seconds(tracing)})"
    if after is None or count < after:
        pays = f"pays from {counted(after, 'call')} on" if after else "never pays"
        return "neutral", after, f"but {cost} {pays}, and there {'was' if count == 1 else 'were'} {count} so far"
    return "yes", after, f"{cost} is repaid after {counted(after, 'call')}, and there were {count}"


def planned_traces(evidence: Evidence) -> int:
    """Traces the calls so far would have taken with the decorator that hybnb would write.

    Where more signatures came than are kept, new ones are taken to have come on at the same rate.
    """
    history, count = evidence.history, planned(evidence) or 1
    if history is None or not history.overflowed or relaxing_helps(evidence) or signing_helps(evidence):
        return count
    looked_at = sum(call.count - call.in_graph for call in history.calls)
    return round(count * max(1.0, history.count / looked_at)) if looked_at else count
