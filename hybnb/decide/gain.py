"""Would a tf.function be faster, the time for tracing included?

The bands rest on 72 functions timed both ways (TensorFlow 2.21, two cores, no accelerator). "Faster" is said where a
graph is predicted to be 1.5 times as fast or better: that found 35 of 42 and was wrong for one or two, which were
about equal. "Slower" is said from 1.3 times slower on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from hybnb.analyse.signatures import traces as own_count
from hybnb.decide.decorator import relaxing_helps
from hybnb.decide.facts import eager_seconds
from hybnb.decide.wording import factor, plural, seconds
from hybnb.model import Evidence, Faster, Finding, Gain, Gap, Prediction

FASTER: Final = 1.5  #: predicted speed-ups from here on are believed
SLOWER: Final = 1 / 1.3  #: and slow-downs from here on
STEADY: Final = 3  #: traces that are taken once, and not again and again
TRACED_ANYWAY: Final = frozenset({"keras-traced-method", "already-in-graph", "dataset-mapped"})  #: 1xx

Judged = tuple[Faster, tuple[Gap, ...]]


def gain(evidence: Evidence, findings: Sequence[Finding]) -> Judged:
    """What is known of the gain, and what isn't with the next step."""
    for finding in findings:
        if finding.name in TRACED_ANYWAY:
            return Faster("neutral", _said(finding)), ()
    without_tensors = _named(findings, "tensor-free")
    if without_tensors:
        return Faster("no", _said(without_tensors)), ()
    for missing in (_unseen, _too_few, _unpredicted):
        gap = missing(evidence)
        if gap is not None:
            return _undecided(evidence, findings, gap)
    assert evidence.prediction is not None
    return _predicted(evidence, evidence.prediction), ()


def _undecided(evidence: Evidence, findings: Sequence[Finding], gap: Gap) -> Judged:
    """Without a prediction a call can still be known to be too short for a graph to pay."""
    too_small = _named(findings, "too-small")
    if too_small and evidence.prediction is None:
        return Faster("no", _said(too_small), basis="predicted"), ()
    return Faster("unknown", gap.message), (gap,)


def traced_anyway(findings: Sequence[Finding]) -> bool:
    """Keras or every caller traces it, so that a decorator of its own adds nothing."""
    return any(finding.name in TRACED_ANYWAY for finding in findings)


def _unseen(evidence: Evidence) -> Gap | None:
    name, history = evidence.facts.function.name, evidence.history
    if history is not None and history.count:
        return None
    if evidence.facts.decoration is not None:
        return Gap(
            "faster", "no-recording",
            f"`{name}` runs as a graph, so no eager call was seen to compare with; call `{name}.python_function` a few times.",
        )  # fmt: skip
    if not evidence.live:
        return Gap("faster", "not-executed", "Only the source was read, nothing was run; check it again with --execute.")
    return Gap("faster", "never-called", f"`{name}` hasn't been called yet; call it {evidence.min_calls} times or more.")


def _too_few(evidence: Evidence) -> Gap | None:
    assert evidence.history is not None
    count = evidence.history.count
    if count >= evidence.min_calls:
        return None
    message = f"{plural(count, 'call')} {'says' if count == 1 else 'say'} too little about speed"
    return Gap("faster", "few-calls", f"{message}; call `{evidence.facts.function.name}` {evidence.min_calls} times or more.")


def _unpredicted(evidence: Evidence) -> Gap | None:
    prediction, name = evidence.prediction, evidence.facts.function.name
    if prediction is None:
        return Gap("faster", "no-recording", f"None of the calls of `{name}` has been recorded op by op; call it once more.")
    if not prediction.trusted:
        why = prediction.weakness.rstrip(".") or "hybnb's prediction is known to be weak here"
        return Gap("faster", "weak-model", f"Not predicted: {why}; time `{name}` and `tf.function({name})` side by side.")
    return None


def _predicted(evidence: Evidence, prediction: Prediction) -> Faster:
    """The prediction in the light of the calls seen so far."""
    value, why = _per_call(prediction)
    count = planned_traces(evidence)
    faster = Faster(
        value, why, "predicted",
        speedup=prediction.speedup, low=prediction.low, high=prediction.high,
        trace_seconds=prediction.trace_seconds, traces=count,
    )  # fmt: skip
    return faster if value != "yes" else _repaid(evidence, prediction, faster)


def _per_call(prediction: Prediction) -> tuple[Gain, str]:
    times = f"{seconds(prediction.graph_seconds)} instead of {seconds(prediction.eager_seconds)} a call"
    band = f"({factor(prediction.low)} to {factor(prediction.high)})"
    if prediction.speedup >= FASTER and prediction.low > 1.0:
        return "yes", f"A graph is predicted to be {factor(prediction.speedup)} times as fast {band}: {times}"
    if prediction.speedup <= SLOWER:
        return "no", f"A graph is predicted to be slower: {times}."
    return "neutral", f"A graph is predicted to be about as fast {band}: {times}."


def _repaid(evidence: Evidence, prediction: Prediction, faster: Faster) -> Faster:
    """Whether the calls so far would have repaid the tracing."""
    assert evidence.history is not None
    count, traces = evidence.history.count, faster.traces or 1
    eager = eager_seconds(evidence.history) or prediction.eager_seconds
    each = max(eager - eager / prediction.speedup, 0.0)
    tracing = traces * prediction.trace_seconds
    saved = count * each - tracing
    value, break_even, tail = _balance(count, traces, each, tracing)
    return Faster(
        value, f"{faster.why}; {tail}.", faster.basis,
        speedup=faster.speedup, low=faster.low, high=faster.high, trace_seconds=faster.trace_seconds,
        traces=traces, break_even_calls=break_even, saved_seconds=saved,
    )  # fmt: skip


def _balance(count: int, traces: int, each: float, tracing: float) -> tuple[Gain, int | None, str]:
    """Value, break-even calls and words: `each` and `tracing` are seconds saved per call and spent on all traces."""
    if traces > STEADY and tracing >= count * each:
        return "no", None, f"but {traces} traces for {plural(count, 'call')} would cost more than that saves"
    break_even = max(1, math.ceil(tracing / each)) if each > 0 else None
    cost = f"tracing ({seconds(tracing)})"
    if break_even is None or count < break_even:
        pays = f"pays from {plural(break_even, 'call')} on" if break_even else "never pays"
        return "neutral", break_even, f"but {cost} {pays}, and there {'was' if count == 1 else 'were'} {count} so far"
    return "yes", break_even, f"{cost} is repaid after {plural(break_even, 'call')}, and there were {count}"


def planned_traces(evidence: Evidence) -> int:
    """Traces the calls so far would have taken with the decorator that hybnb would write."""
    retraces, history = evidence.retraces, evidence.history
    if retraces is not None:
        return max(1, retraces.reduced if relaxing_helps(evidence) and retraces.reduced else retraces.count)
    return max(1, own_count(history)) if history else 1


def _named(findings: Sequence[Finding], name: str) -> Finding | None:
    return next((finding for finding in findings if finding.name == name), None)


def _said(finding: Finding) -> str:
    return finding.message.rstrip(".") + "."


