"""May a function be tried, and is it worth it?"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from hybnb.measure.refused import RefusedError
from hybnb.model import RefusalReason, Trial, TrialPlan, Verdict

#: Channels that lead out of Python's own state.
OUTSIDE: Final = frozenset({"file", "plot", "display", "network", "database"})

FASTER_BY_FAR: Final = 2.0  #: speed-up from which on compiling may be worth a look
SHORT: Final = 0.1  #: seconds of a call, longer than which no cell may have to wait for one that wasn't asked for
SITTINGS: Final = 3  #: times that a function is timed, some seconds apart, as machines drift …
APART: Final = 8.0  #: seconds from one to the next, at least
SITTING: Final = 0.35  #: seconds of timing of all but the first
DEAR: Final = 2.0  #: seconds of tracing and some calls, more than which a further one isn't worth
CALLS: Final = 5  #: eager calls that a sitting takes, of long ones
NOT_TAKEN: Final[frozenset[RefusalReason]] = frozenset({"not-carried", "too-large"})


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


def next_plan(verdict: Verdict, tried: Trial | None, compiled: Trial | None, *, here: bool) -> TrialPlan | None:
    """What to try next, unasked: the graph; `here` in the kernel what no process could take or time; then XLA, where it may
    matter."""
    if tried is None:
        return plan(verdict)
    if here and tried.place == "worker" and _left_open(tried):
        short = (verdict.facts.eager_seconds or 0.0) <= SHORT
        return plan(verdict, here=True) if short and verdict.facts.python_side_effects == "no" else None
    if tried.without or tried.place == "kernel":
        return None
    much = verdict.faster.basis == "measured" and (verdict.faster.speedup or 0.0) > FASTER_BY_FAR
    hot = any(finding.name == "hot-path" for finding in verdict.findings)
    return plan(verdict, xla=True) if much and hot and verdict.safe.value == "yes" and compiled is None else None


def once_more(plan: TrialPlan, tried: Trial | None) -> TrialPlan | None:
    """How what was tried by this plan is timed at another moment; None where that was done often enough, or isn't worth it."""
    if (
        tried is None
        or tried.comparison is None
        or tried.eager is None
        or plan.place == "kernel"
        or plan.variant == "xla"
    ):
        return None
    if tried.sittings >= SITTINGS or (tried.agreement is not None and not tried.agreement.agreed):
        return None
    dear = (tried.trace_seconds or 0.0) + CALLS * tried.eager.median > DEAR
    return None if dear else replace(plan, again=True, timing_seconds=min(plan.timing_seconds, SITTING))


def _left_open(tried: Trial) -> bool:
    """The worker couldn't take it; or has compared all, but without the accelerator there was nothing to time."""
    if tried.refusal is not None:
        return tried.refusal.reason in NOT_TAKEN
    return bool(tried.without) and tried.agreement is not None and tried.agreement.agreed


def refuse_xla(plan: TrialPlan, device: str) -> None:
    """RefusedError for a trial with XLA where the kernel has an accelerator, `device`."""
    if device and plan.variant == "xla":
        why = f"what XLA gains on a {device} can't be measured in a process without it, and in the kernel it could end"
        step = "time it with jit_compile=True in a notebook of its own"
        raise RefusedError("unavailable", f"{why} the notebook; {step}")


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
