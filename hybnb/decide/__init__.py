"""Evidence → findings → verdict → fixes. Pure: the same evidence gives the same verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hybnb import rules
from hybnb.decide import causes, decorator, trial
from hybnb.decide.answer import answer
from hybnb.decide.facts import facts
from hybnb.decide.fixes import Sources, fixes, spelling
from hybnb.decide.gain import gain, traced_anyway
from hybnb.decide.safety import safety, unsettled
from hybnb.model import Answer, Evidence, Faster, Finding, Gap, Safe, Verdict
from hybnb.model.decided import COUNTED_ANEW, PASSED_ANEW
from hybnb.settings import Settings

__all__ = ["Sources", "verdict"]

LONG: Final = 1.0  #: seconds of all calls so far from which on a single trace may pay


def verdict(evidence: Evidence, sources: Sources, settings: Settings) -> Verdict:
    """The answer for one function. `sources` holds the text that fixes change, by cell index or module path.

    Muted codes aren't shown, but they still count: muting a finding doesn't make a function safe.
    """
    asked = rules.ask(evidence)
    everything = causes.arranged(asked.findings)
    gaps = (*asked.gaps, *unsettled(evidence, everything, asked.gaps))
    safe = safety(evidence, everything, gaps)
    faster, unmeasured = gain(evidence, everything)
    what = answer(
        evidence.facts.decoration is not None,
        safe.value,
        faster.value,
        adjustable=_adjustable(evidence, everything),
        traced_anyway=traced_anyway(everything),
        hardly_called=_hardly_called(evidence, unmeasured),
        frozen=any(finding.name == "frozen-effect" and finding.stance == "blocks" for finding in everything),
    )
    return Verdict(
        function=evidence.facts.function,
        decorated=evidence.facts.decoration is not None,
        facts=facts(evidence),
        safe=safe,
        faster=faster,
        answer=what,
        decorator=_to_write(evidence, what, safe, sources, everything, faster),
        findings=_shown(everything, settings),
        gaps=(*gaps, *unmeasured, *trial.gaps(evidence)),
        fixes=fixes(evidence, what, safe, sources, everything, compiled=faster.variant == "xla"),
    )


def _hardly_called(evidence: Evidence, gaps: Sequence[Gap]) -> bool:
    """Too rarely to say anything about speed, and so briefly that there can't be much to gain. What was just written is another
    matter: nothing is known of its calls.
    """
    briefly = evidence.history is not None and evidence.history.seconds < LONG
    return briefly and any(gap.reason == "few-calls" for gap in gaps)


def _adjustable(evidence: Evidence, findings: Sequence[Finding]) -> bool:
    """It traces again and again: by TensorFlow's own count of the traces, where nothing was run by what the calls pass."""
    telling = COUNTED_ANEW if evidence.live else (*COUNTED_ANEW, *PASSED_ANEW)
    return any(finding.name in telling for finding in findings)


def _to_write(
    evidence: Evidence, what: Answer, safe: Safe, sources: Sources, findings: Sequence[Finding], faster: Faster
) -> str | None:
    if not decorator.wanted(what, safe.value):
        return None
    name = spelling(evidence.facts.function, sources) or "tf.function"
    if what == "adjust":
        return decorator.adjusted(evidence, findings, name)
    return decorator.decorator(evidence, name, compiled=faster.variant == "xla")


def _shown(findings: Sequence[Finding], settings: Settings) -> tuple[Finding, ...]:
    return causes.shown(findings, lambda finding: rules.selected(finding.code, settings))
