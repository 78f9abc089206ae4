"""Would a tf.function be faster, the time for tracing included?

Four of five predictions are within a factor of 1.5, and "about equal" is a band of 15 % either way. So "faster" is said from 1.35
on, "slower" below 0.8, "about equal" only in that band itself; in between nothing is said. The bands were set on 96 functions. On
178 others, most of them timed twice (`python -m tests.benchmarks.right`; TensorFlow 2.21, two cores, no accelerator), "faster" was
right 249 times of 257, "slower" 29 of 29, "about equal" only 10 of 19, the rest being slower but for one; never was faster taken for
slower or slower for faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from hybnb.amounts import counted, ratio, seconds
from hybnb.decide import compiled, trial
from hybnb.decide.payback import planned_traces, repaid
from hybnb.model import Evidence, Faster, Finding, Gain, Gap, Prediction, Trial
from hybnb.rules.calls import accelerator, call_seconds

WORTH: Final = 1.35  #: predicted speed-up from which on a gain is believed …
CLEAR: Final = 0.85  #: … if the low end of its range is at least this
LOSS: Final = 0.8  #: predicted speed-up below which a graph is slower
EVEN: Final = 1.15  #: predicted speed-up up to which, and down to 1 / EVEN, it is about equal
TRACED_ANYWAY: Final = frozenset({"keras-traced-method", "already-in-graph", "constructor", "python-driver"})  #: 1xx

Judged = tuple[Faster, tuple[Gap, ...]]


def gain(evidence: Evidence, findings: Sequence[Finding]) -> Judged:
    """What is known of the gain, and what isn't with the next step."""
    for finding in findings:
        if finding.name in TRACED_ANYWAY:
            return Faster("neutral", _said(finding)), ()
    without_tensors = _named(findings, "tensor-free")
    if without_tensors:
        return Faster("no", _said(without_tensors)), ()
    if evidence.trial is not None and evidence.trial.comparison is not None:
        faster, gaps = _measured(evidence, evidence.trial)
        return compiled.chosen(evidence, faster), gaps
    if evidence.prediction is not None and not (evidence.prediction.ops or evidence.prediction.trusted):
        return Faster("no", "The call runs no TensorFlow ops, so a graph has nothing to speed up.", "predicted"), ()
    for missing in (_unseen, _too_few, _on_accelerator, _unpredicted):
        gap = missing(evidence)
        if gap is not None:
            return _undecided(evidence, findings, gap)
    assert evidence.prediction is not None
    faster = _predicted(evidence, evidence.prediction)
    return faster, () if faster.value != "unknown" else (_too_wide(evidence, faster),)


def _undecided(evidence: Evidence, findings: Sequence[Finding], gap: Gap) -> Judged:
    """Without a prediction a call can still be known to be too short for a graph to pay."""
    too_small = _named(findings, "too-small")
    if too_small and evidence.prediction is None:
        return Faster("no", _said(too_small), basis="predicted"), ()
    retracing = _named(findings, "retracing-now")
    return Faster("unknown", _said(retracing) if retracing else gap.message), (gap,)


def traced_anyway(findings: Sequence[Finding]) -> bool:
    """Keras or every caller traces it, it runs once, or others do its work: a decorator of its own adds nothing."""
    return any(finding.name in TRACED_ANYWAY for finding in findings)


def _unseen(evidence: Evidence) -> Gap | None:
    name, history = evidence.facts.function.name, evidence.history
    if history is not None and history.count:
        return None
    if not evidence.live:
        return Gap(
            "faster", "not-executed", "Only the source was read, nothing was run; check it again with --execute."
        )
    if evidence.facts.decoration is not None:
        return Gap(
            "faster", "no-recording",
            f"`{name}` runs as a graph, so no eager call was seen to compare with; call `{name}.python_function` a few times.",
        )  # fmt: skip
    return Gap(
        "faster", "never-called", f"No call of `{name}` was seen yet; call it {evidence.min_calls} times or more."
    )


def _too_few(evidence: Evidence) -> Gap | None:
    assert evidence.history is not None
    count = evidence.history.count
    if count >= evidence.min_calls:
        return None
    message = f"{counted(count, 'call')} {'says' if count == 1 else 'say'} too little about speed"
    return Gap(
        "faster", "few-calls", f"{message}; call `{evidence.facts.function.name}` {evidence.min_calls} times or more."
    )


def _on_accelerator(evidence: Evidence) -> Gap | None:
    """There only the kernel itself can tell."""
    device, name = accelerator(evidence), evidence.facts.function.name
    if not device:
        return None
    why = f"how fast a graph is on the {device} isn't predicted"
    if evidence.facts.decoration is not None:
        return Gap(
            "faster", "weak-model", f"Not known: {why}; time `{name}` and `{name}.python_function` side by side."
        )
    return Gap("faster", "weak-model", f"Not measured: {why}; time it in the kernel with %hybnb measure {name} --here.")


def _unpredicted(evidence: Evidence) -> Gap | None:
    prediction, name = evidence.prediction, evidence.facts.function.name
    if prediction is None and evidence.recorded and not evidence.calibrated:
        message = "How fast this machine is hasn't been measured yet; go on, that is done in the background."
        return Gap("faster", "not-calibrated", message)
    if prediction is None:
        return Gap("faster", "no-recording", f"No call of `{name}` has been recorded op by op yet; call it once more.")
    if not prediction.trusted:
        why = prediction.weakness.rstrip(".") or "hybnb's prediction is known to be weak here"
        return Gap("faster", "weak-model", f"Not predicted: {why}; {_both_ways(evidence)}.")
    return None


def _too_wide(evidence: Evidence, faster: Faster) -> Gap:
    return Gap("faster", "too-noisy", f"{faster.why.rstrip('.')}; {_both_ways(evidence)}.")


def _both_ways(evidence: Evidence) -> str:
    """The next step where only trying tells."""
    name = evidence.facts.function.name
    if evidence.live:
        return f"%hybnb measure {name} times it both ways"
    return f"time `{name}` and `tf.function({name})` side by side"


def _predicted(evidence: Evidence, prediction: Prediction) -> Faster:
    """The prediction in the light of the calls seen so far."""
    value, why = _per_call(prediction, call_seconds(evidence) or prediction.eager_seconds)
    count = planned_traces(evidence)
    faster = Faster(
        value, why, "predicted",
        speedup=prediction.speedup, low=prediction.low, high=prediction.high,
        trace_seconds=prediction.trace_seconds, traces=count,
    )  # fmt: skip
    return faster if value != "yes" else repaid(evidence, prediction.eager_seconds, faster)


def _measured(evidence: Evidence, tried: Trial) -> Judged:
    """What a trial measured; a prediction no longer counts."""
    assert tried.comparison is not None
    value, why = trial.per_call(tried)
    found = tried.comparison
    faster = Faster(
        value, f"{why}.", "measured", speedup=found.speedup, low=found.low, high=found.high,
        trace_seconds=tried.trace_seconds, traces=planned_traces(evidence),
    )  # fmt: skip
    if value == "yes":
        assert tried.eager is not None
        return repaid(evidence, tried.eager.median, replace(faster, why=why)), ()
    if value == "unknown":
        step = f"ask again with %hybnb measure {evidence.facts.function.name} when less is going on"
        return faster, (Gap("faster", "too-noisy", f"{why}; {step}."),)
    return faster, ()


def _per_call(prediction: Prediction, eager: float) -> tuple[Gain, str]:
    """`eager` is seconds a call as they were seen lately; the prediction was made from earlier ones."""
    times = f"{seconds(eager / prediction.speedup)} instead of {seconds(eager)} a call"
    band = f"({ratio(prediction.low)} to {ratio(prediction.high)})"
    if prediction.high < 1.0 or prediction.speedup < LOSS:
        return "no", f"A graph is predicted to be slower: {times}."
    if prediction.speedup > WORTH and prediction.low > CLEAR:
        return "yes", f"A graph is predicted to be {ratio(prediction.speedup)} times as fast {band}: {times}"
    if 1.0 / EVEN <= prediction.speedup <= EVEN:
        return "neutral", f"A graph is predicted to be about as fast {band}: {times}."
    return "unknown", f"The prediction is too wide to say {band}: {times}."


def _named(findings: Sequence[Finding], name: str) -> Finding | None:
    return next((finding for finding in findings if finding.name == name), None)


def _said(finding: Finding) -> str:
    return finding.message.rstrip(".") + "."
