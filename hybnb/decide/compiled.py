"""Would jit_compile=True be worth more than a graph? Only where it was measured, and then with the reason why not.

What XLA does otherwise mostly shows on bad input only, so that it ran and agreed is not enough: no operation of the graph may
be one that XLA treats differently. Every new shape is compiled anew, so all calls must take one trace.
"""

from __future__ import annotations

from msgspec.structs import replace

from hybnb.amounts import counted, ratio, seconds
from hybnb.decide import trial
from hybnb.decide.payback import planned_traces, repaid
from hybnb.model import Evidence, Faster, Trial

CLEAR = 1.15  #: how many times faster than the graph it must be at least


def chosen(evidence: Evidence, graph: Faster) -> Faster:
    """What was found for the graph; where compiling it is worth more, what was found for that."""
    tried = evidence.compiled
    if tried is None or tried.refusal is not None or evidence.facts.decoration is not None:
        return graph
    compiled = _compiled(evidence, tried)
    objection = _objection(evidence, tried) or _not_repaid(graph, compiled)
    if compiled is None or objection:
        return replace(graph, why=f"{graph.why} {objection}")
    return compiled


def _compiled(evidence: Evidence, tried: Trial) -> Faster | None:
    """The gain over eager calls, the time for compiling included."""
    if tried.comparison is None or tried.eager is None:
        return None
    value, why = trial.per_call(tried)
    found = tried.comparison
    than = f", {ratio(tried.over_graph.speedup)} times as fast as a graph" if tried.over_graph is not None else ""
    faster = Faster(
        value, f"{why}{than}", "measured", speedup=found.speedup, low=found.low, high=found.high, variant="xla",
        trace_seconds=tried.trace_seconds, traces=1,
    )  # fmt: skip
    return repaid(evidence, tried.eager.median, faster)


def _objection(evidence: Evidence, tried: Trial) -> str:
    """Why it isn't advised however much it gains, as a sentence; empty when nothing speaks against it."""
    found = tried.agreement
    if found is not None and found.differences:
        return f"jit_compile=True isn't advised: {found.differences[0].message.removesuffix('as a graph')}compiled."
    if found is None or not found.complete or not found.agreed:
        return "jit_compile=True isn't advised: not all that it does could be compared."
    if tried.hazards:
        others = len(tried.hazards) - 1
        more = f", and {counted(others, 'operation')} more may differ" if others else ""
        return f"jit_compile=True isn't advised: under XLA {tried.hazards[0]}{more}."
    if planned_traces(evidence) > 1:
        count = counted(planned_traces(evidence), "time")
        return f"jit_compile=True isn't advised: the arguments seen would have it compiled {count}."
    gain = tried.over_graph
    if gain is None:
        return "jit_compile=True isn't advised: it couldn't be timed beside a graph."
    if gain.low <= CLEAR:
        band = f"{ratio(gain.speedup)} times as fast as a graph ({ratio(gain.low)} to {ratio(gain.high)})"
        return f"jit_compile=True isn't advised: compiled by XLA it is {band}."
    return ""


def _not_repaid(graph: Faster, compiled: Faster | None) -> str:
    if compiled is None:
        return "jit_compile=True isn't advised: it couldn't be timed."
    if compiled.value == "yes" and (compiled.saved_seconds or 0.0) > max(graph.saved_seconds or 0.0, 0.0):
        return ""
    compiling = f"compiling takes {seconds(compiled.trace_seconds or 0.0)}"
    return f"jit_compile=True isn't advised yet: {compiling}, and the calls so far wouldn't have repaid that."
