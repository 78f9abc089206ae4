"""May a function be tried, and is it worth it?"""

from __future__ import annotations

from typing import Final

from hybnb.model import TrialPlan, Verdict

#: Channels that lead out of Python's own state.
OUTSIDE: Final = frozenset({"file", "plot", "display", "network", "database"})


def reaches_outside(verdict: Verdict) -> str:
    """What the source says the function does outside of Python's own state, in words; empty when nothing."""
    for finding in verdict.findings:
        if finding.details.get("channel", "") in OUTSIDE:
            return finding.message.rstrip(".")
        if finding.name in ("environment-read", "python-sleep"):
            return finding.message.rstrip(".")
    return ""


def worth_a_trial(verdict: Verdict) -> bool:
    """A trial may change what is advised, and the function is safe to be run unasked."""
    return (
        not verdict.decorated
        and verdict.answer in ("decorate", "measure")
        and verdict.facts.tensor_computation != "no"
        and not reaches_outside(verdict)
    )


def plan(verdict: Verdict, *, xla: bool = False, here: bool = False, budget: float | None = None) -> TrialPlan:
    """How the function is tried; `budget` is seconds for timing. Tracing may take long, running seldom longer than it does eagerly."""
    return TrialPlan(
        verdict.function.key,
        "xla" if xla else "graph",
        "kernel" if here else "worker",
        reduce_retracing="reduce_retracing=True" in (verdict.decorator or ""),
        timing_seconds=1.0 if budget is None else budget,
        deadline_seconds=30.0 + 40.0 * (verdict.facts.eager_seconds or 0.0),
    )
