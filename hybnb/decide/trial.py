"""What a trial adds to a verdict: the measured gain, the doubts it settles, why there was none.

An agreement can't outweigh what the source objects to: it has seen a few calls, the source all of them. It settles only that
hybnb could not tell what something does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hybnb.amounts import counted, ratio, seconds
from hybnb.model import Evidence, Gain, Gap, GapReason, Trial

OPEN: Final[frozenset[GapReason]] = frozenset({"unknown-callee", "unknown-type"})


def settles(evidence: Evidence, gaps: Sequence[Gap]) -> bool:
    """Did a trial agree, over all of the state, where the only doubt was that something couldn't be followed?"""
    return agreed(evidence.trial) and all(gap.reason in OPEN for gap in gaps)


def agreed(trial: Trial | None) -> bool:
    """Both ways did the same in every call, and all that they left behind was looked at."""
    found = trial.agreement if trial is not None else None
    return found is not None and found.agreed and found.complete


def agreement_words(trial: Trial) -> str:
    """What was compared, in a sentence."""
    assert trial.agreement is not None
    random = ", but for the numbers it draws" if trial.agreement.random else ""
    where = f" without the {trial.without}" if trial.without else ""
    return f"Eager and graph did the same in {counted(trial.agreement.calls, 'call')} of a trial{where}{random}."


def per_call(trial: Trial) -> tuple[Gain, str]:
    """The measured gain of one call, and its words without a full stop."""
    assert trial.comparison is not None
    assert trial.eager is not None
    assert trial.graph is not None
    found = trial.comparison
    times = f"{seconds(trial.graph.median)} instead of {seconds(trial.eager.median)} a call"
    band = f"({ratio(found.low)} to {ratio(found.high)})"
    what = "Compiled by XLA it" if trial.variant == "xla" else "A graph"
    if found.label == "faster":
        return "yes", f"{what} is {ratio(found.speedup)} times as fast {band}, measured: {times}"
    if found.label == "slower":
        return "no", f"{what} is slower, measured: {times}"
    if found.label == "neutral":
        return "neutral", f"{what} is about as fast {band}, measured: {times}"
    return "unknown", f"The times moved too much to tell {band}: {times}"


def gaps(evidence: Evidence) -> tuple[Gap, ...]:
    """Why there is no trial, or none to its end."""
    return tuple(
        Gap("trial", "refused", _sentence(trial))
        for trial in (evidence.trial, evidence.compiled)
        if trial is not None and trial.refusal is not None
    )


def _sentence(trial: Trial) -> str:
    assert trial.refusal is not None
    said = trial.refusal.message.rstrip(".")
    what = "No trial" if trial.variant == "graph" else "No trial with jit_compile"
    return f"{said}." if said[:1].isupper() else f"{what}: {said}."
