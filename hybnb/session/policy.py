"""May a function be tried, and is it worth it?"""

from __future__ import annotations

from typing import Final

from hybnb.model import Verdict

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


def deadline(verdict: Verdict) -> float:
    """Seconds after which a trial of the function never ends: tracing may take long, running seldom much longer."""
    each = verdict.facts.eager_seconds or 0.0
    return 30.0 + 40.0 * each
