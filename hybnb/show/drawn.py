"""Verdicts in words, for the panel beside the notebook, which makes no sentences and no numbers of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hybnb import amounts
from hybnb.model import Change, Drawn, Finding, Reason, Sign, Verdict
from hybnb.model.decided import Answer
from hybnb.show import evidence, words
from hybnb.show.difference import Sources

TO_DO: dict[Answer, str] = {
    "decorate": "to decorate",
    "repair-first": "to repair",
    "adjust": "to adjust",
    "remove": "to undecorate",
    "measure": "to measure",
    "leave": "fine",
}
SAFE = {"yes": "safe", "no": "not safe yet", "unknown": "safe: unknown"}


def drawn(verdict: Verdict, sources: Sources) -> Drawn:
    """What the card of a verdict says; `sources` gives the text that its fixes change."""
    card = evidence.card(verdict, sources)
    tame = card.verdict
    index = {id(finding): number for number, finding in enumerate(tame.findings)}
    headline = words.below_signals(tame)
    number_said = words.speed(tame.faster).casefold() in headline.casefold()
    reason = words.reason(tame).rstrip(".")
    reason_said = reason in tame.safe.why and reason in headline
    return Drawn(
        name=tame.function.name,
        place=words.place(tame.function),
        answer=_sign(words.answer_signal(tame)),
        safe=_sign(words.safe_signal(tame)),
        faster=_sign(words.faster_signal(tame)),
        headline=headline,
        lens=lens(tame),
        why_safe=words.why_safe(tame.safe, said=reason_said),
        why_faster=words.sentence(tame.faster.why) if number_said else words.why_faster(tame.faster),
        rows=card.rows,
        reasons=tuple(_reason(index[id(finding)], finding, depth) for finding, depth in card.findings),
        left_out=card.left_out,
        gaps=tuple(words.sentence(gap.message) for gap in card.gaps),
        changes=tuple(Change(one.title, one.safety, one.lines) for one in card.changes),
    )


def _sign(signal: words.Signal) -> Sign:
    return Sign(*signal)


def _reason(index: int, finding: Finding, depth: int) -> Reason:
    return Reason(index, depth, _sign(words.STANCES[finding.stance]), words.spot(finding), words.advice(finding))


def lens(verdict: Verdict) -> str:
    """A few words for behind the def, as "≈ 29x faster as a graph · safe"; empty when nothing is to be done."""
    if not verdict.pressing:
        return ""
    gain = words.gain_and_ground(verdict.faster)[0] if verdict.faster.value != "unknown" else ""
    if verdict.decorated:
        return words.answer_signal(verdict).word
    return " · ".join(part for part in (f"{gain} as a graph" if gain else "", SAFE[verdict.safe.value]) if part)


def totals(verdicts: Sequence[Verdict]) -> str:
    """One line that counts, as "3 to decorate, saves ≈ 2 min 10 s · 1 to repair · 2 fine"."""
    counts = Counter(verdict.answer for verdict in verdicts)
    return " · ".join(_counted(answer, counts[answer], verdicts) for answer in TO_DO if counts[answer])


def _counted(answer: Answer, number: int, verdicts: Sequence[Verdict]) -> str:
    said = f"{number:,} {TO_DO[answer]}"
    saved = sum(one.faster.saved_seconds or 0.0 for one in verdicts if one.answer == answer)
    return f"{said}, would have saved ≈ {amounts.seconds(saved)}" if answer == "decorate" and saved >= 0.001 else said
