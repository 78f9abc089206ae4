"""Would a tf.function compute the same? Doubt is never "yes"."""

from __future__ import annotations

from collections.abc import Sequence

from hybnb.amounts import counted
from hybnb.decide import trial
from hybnb.model import Evidence, Finding, Gap, Safe
from hybnb.model.decided import Basis


def safety(evidence: Evidence, findings: Sequence[Finding], gaps: Sequence[Gap]) -> Safe:
    """The answer with what it rests on and its main cause.

    A finding that blocks means "no"; one that sees a risk, or a gap in what is known, means "unknown".
    """
    blocks = [finding for finding in findings if finding.stance == "blocks"]
    if blocks:
        return Safe("no", _basis(evidence), _because(blocks))
    risks = [finding for finding in findings if finding.stance == "risks"]
    if risks:
        return Safe("unknown", _basis(evidence), _because(risks))
    doubts = [gap for gap in gaps if gap.part == "safe"]
    if doubts and trial.settles(evidence, doubts):
        assert evidence.trial is not None
        return Safe("yes", _basis(evidence), f"The source objects to nothing. {trial.agreement_words(evidence.trial)}")
    if doubts:
        return Safe("unknown", _basis(evidence), doubts[0].message)
    return Safe("yes", _basis(evidence), _nothing_against(evidence))


def unsettled(evidence: Evidence, findings: Sequence[Finding], gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    """Gaps for what analysis left open and nothing else speaks of, so that silence is never taken for "yes"."""
    if any(finding.stance in ("blocks", "risks") for finding in findings) or any(gap.part == "safe" for gap in gaps):
        return ()
    facts, name = evidence.facts, evidence.facts.function.name
    if "unknown" in (facts.python_side_effects, facts.recursive):
        open_question = "what it changes outside itself" if facts.recursive != "unknown" else "whether it calls itself"
        message = (
            f"The source of `{name}` doesn't settle {open_question}; call it once with hybnb loaded, or simplify it."
        )
        return (Gap("safe", "unknown-callee", message),)
    return ()


def _basis(evidence: Evidence) -> tuple[Basis, ...]:
    seen = evidence.history is not None and (evidence.history.count or evidence.history.in_graph)
    tried = evidence.trial is not None and evidence.trial.agreement is not None
    return ("source", *(("calls",) if seen else ()), *(("trial",) if tried else ()))


def _because(reasons: Sequence[Finding]) -> str:
    """The first reason that isn't a consequence of another, and how many more there are."""
    first = next((finding for finding in reasons if finding.caused_by is None), reasons[0])
    others = sum(1 for finding in reasons if finding.caused_by is None and finding is not first)
    place = f"Line {first.line}" if first.path is None else f"Line {first.line} of {first.path}"
    more = f" (and {counted(others, 'more reason')})" if others else ""
    return f"{place}: {first.message.rstrip('.')}{more}."


def _nothing_against(evidence: Evidence) -> str:
    history = evidence.history
    text = "Nothing that the code does, on any path, would come out differently in a graph"
    if history is not None and history.count:
        text = f"{text}, and {counted(history.count, 'observed call')} {'agrees' if history.count == 1 else 'agree'}"
    if evidence.trial is not None and trial.agreed(evidence.trial):
        return f"{text}. {trial.agreement_words(evidence.trial)}"
    return f"{text}."
