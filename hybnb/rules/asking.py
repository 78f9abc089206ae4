"""Asks the rules: evidence → findings, and gaps where nobody can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hybnb.model import Effect, EffectKind, Evidence, Finding, Gap, GapReason, Span, Stance
from hybnb.model.decided import GRAVITY
from hybnb.rules import wording
from hybnb.rules.registry import registry
from hybnb.rules.rule import Need, Place, Rule, met
from hybnb.settings import Settings

UNKNOWN: Final[frozenset[EffectKind]] = frozenset({"unknown-call", "unknown-construct"})
FAILED: Final = "HYB901"
WEAKER: Final[Mapping[Stance, Stance]] = {"blocks": "risks"}


class Failure(Struct, frozen=True):
    """A rule that raised."""

    rule: Rule
    words: str


class Located(Struct, frozen=True):
    """A finding, its place, and where it really happens when that is in a callee."""

    finding: Finding
    span: Span
    origin: Span


class Asked(Struct, frozen=True):
    """What all rules said about one function."""

    findings: tuple[Finding, ...]  #: `caused_by` are indices into these
    gaps: tuple[Gap, ...]  #: what keeps hybnb from knowing whether the function is safe, each with its next step


def ask(evidence: Evidence) -> Asked:
    """What every rule has to say whose needs are met, and what nobody can tell."""
    located, failures = _asked(evidence)
    return Asked(_linked(_merged(located)), tuple(dict.fromkeys(_gaps(evidence, failures))))


def findings(evidence: Evidence, settings: Settings) -> tuple[Finding, ...]:
    """The findings alone, and of these only those whose codes are wanted."""
    located, _ = _asked(evidence)
    return _linked(_merged([one for one in located if selected(one.finding.code, settings)]))


def gaps(evidence: Evidence) -> tuple[Gap, ...]:
    """The gaps alone."""
    return ask(evidence).gaps


def selected(code: str, settings: Settings) -> bool:
    """The user wants to see this code. Trouble of hybnb's own can't be left out by selecting other codes."""
    wanted = not settings.select or code.startswith((*settings.select, "HYB9"))
    return wanted and not (settings.ignore and code.startswith(settings.ignore))


# ---- asking -------------------------------------------------------------------------------------------------------


def _asked(evidence: Evidence) -> tuple[list[Located], list[Failure]]:
    located: list[Located] = []
    failures: list[Failure] = []
    for rule in _speaking(registry, frozenset([effect.kind for effect in evidence.facts.effects]), met(evidence)):
        try:
            places = list(rule.check(evidence))  # most find none
            located += [_located(rule, place) for place in places] if places else ()
        except Exception as trouble:  # whatever a rule does wrong, the others are still asked
            failures.append(Failure(rule, f"the rule {rule.code} {rule.name} failed ({type(trouble).__name__})"))
    located += [Located(_failed(evidence, failure), _own(evidence), _own(evidence)) for failure in failures]
    return located, failures


@lru_cache(maxsize=1024)
def _speaking(
    rules: Callable[[], tuple[Rule, ...]], kinds: frozenset[EffectKind], needs: frozenset[Need]
) -> tuple[Rule, ...]:
    """The rules that speak about some of these effects, or about none in particular, and need no more than is there."""
    speaking = (rule for rule in rules() if not (rule.effects and kinds.isdisjoint(rule.effects)))
    return tuple(rule for rule in speaking if needs.issuperset(rule.needs))


def _located(rule: Rule, place: Place) -> Located:
    effect = place.where if isinstance(place.where, Effect) else None
    span = effect.span if effect else place.where
    assert isinstance(span, Span)
    stance, message = place.stance or rule.stance, place.message
    details = dict(place.details)
    if effect is not None:
        details = {**effect.details, **details}
        if effect.chain:
            details["through"] = " → ".join(effect.chain)
        if effect.certainty == "possible":
            stance, message = WEAKER.get(stance, stance), wording.possibly(message)
    made = _at(span, rule.code, rule.name, stance, message, place.next_step, details)
    return Located(made, span, (effect.origin if effect else None) or span)


def _at(
    span: Span, code: str, name: str, stance: Stance, message: str, next_step: str, details: dict[str, str]
) -> Finding:
    return Finding(
        code, name, stance, span.cell, span.line, span.column, span.end_line, span.end_column, message, next_step, details,
        path=span.path,
    )  # fmt: skip


def _failed(evidence: Evidence, failure: Failure) -> Finding:
    own = next(rule for rule in registry() if rule.code == FAILED)
    message = f"hybnb's own trouble: {failure.words}."
    return _at(
        _own(evidence), own.code, own.name, own.stance, message, "Please report it.", {"rule": failure.rule.code}
    )


def _own(evidence: Evidence) -> Span:
    """The first line of the function itself."""
    function = evidence.facts.function
    return Span(function.cell, function.line, 0, function.line, 0, function.path)


# ---- joining ------------------------------------------------------------------------------------------------------


def _merged(located: Sequence[Located]) -> list[Located]:
    """One finding per code and place: the gravest, which says how many more there are. No line is told the same twice."""
    if len(located) < 2:
        return [*located]
    groups: dict[tuple[str, Span], list[Located]] = {}
    for one in located:
        groups.setdefault((one.finding.code, one.span), []).append(one)
    alike: dict[tuple[str, str | None, int, int, str], Located] = {}
    for one in map(_one_of, groups.values()):
        found = one.finding
        alike.setdefault((found.code, found.path, found.cell, found.line, found.message), one)
    return list(alike.values())


def _one_of(group: Sequence[Located]) -> Located:
    if len(group) == 1:
        return group[0]
    first = min(group, key=lambda one: GRAVITY[one.finding.stance])
    others = len({one.finding.message for one in group}) - 1
    if not others:
        return first
    return replace(first, finding=replace(first.finding, message=wording.and_more(first.finding.message, others)))


def _linked(located: Sequence[Located]) -> tuple[Finding, ...]:
    """Where two rules speak of one place in the code, the graver is the cause; of equals, the first."""
    if len(located) < 2:
        return tuple(one.finding for one in located)
    causes: dict[Span, int] = {}
    for index, one in enumerate(located):
        known = causes.get(one.origin)
        if known is None or GRAVITY[one.finding.stance] < GRAVITY[located[known].finding.stance]:
            causes[one.origin] = index
    return tuple(
        replace(one.finding, caused_by=cause) if (cause := causes[one.origin]) != index else one.finding
        for index, one in enumerate(located)
    )


# ---- what nobody knows --------------------------------------------------------------------------------------------


def _gaps(evidence: Evidence, failures: Sequence[Failure]) -> Iterator[Gap]:
    facts, said, judged = evidence.facts, set[tuple[str, ...]](), _judged()
    for effect in facts.effects:
        if effect.kind in UNKNOWN:
            same = (effect.kind, *sorted(effect.details.values()))  # elsewhere in the function: told once
            if same not in said and not _follows(effect, facts.effects):
                yield _unfollowed(effect, facts.function.name, evidence.live)
            said.add(same)
        elif effect.kind not in judged:
            yield _unjudged(effect)
    for one in failures:
        yield _gap("rule-failed", f"{one.words}; until that is mended, compare results before you decorate")
    if facts.budget_spent:
        what = f"`{facts.function.name}` and what it calls were too large to follow to their end"
        yield _gap("too-large", f"{what}; split it into smaller functions")


def _follows(effect: Effect, effects: Sequence[Effect]) -> bool:
    """What a call does isn't known because it isn't known what is called, and that is told already."""
    name = f"`{effect.details.get('call', '')}`"
    return effect.kind == "unknown-call" and any(
        one.kind == "unknown-construct" and one.details.get("construct", "").startswith(name) for one in effects
    )


@cache
def _judged() -> frozenset[EffectKind]:
    return frozenset(kind for rule in registry() for kind in rule.effects)


def _unfollowed(effect: Effect, name: str, live: bool) -> Gap:
    """A call or a construct that analysis couldn't follow."""
    called = effect.kind == "unknown-call"
    what = effect.details.get("call" if called else "construct", "")
    why = f" ({why})" if (why := effect.details.get("why", "")) else ""
    subject = f"what `{what}` does" if called else f"what becomes of {what}"
    reason: GapReason = "unknown-callee" if called else "unknown-type"
    by_trial = f"move it out of the function, or have both ways tried with %hybnb measure {name}"
    step = by_trial if live else "run the notebook with hybnb loaded"
    return _gap(reason, f"hybnb can't tell {subject}{why} {wording.place(effect)}; {step}")


def _unjudged(effect: Effect) -> Gap:
    """No rule speaks about this kind of effect, so nobody may call the function safe."""
    return _gap("rule-failed", f"no rule judges `{effect.kind}` {wording.place(effect)}; compare both ways yourself")


def _gap(reason: GapReason, sentence: str) -> Gap:
    return Gap("safe", reason, f"{sentence if sentence.startswith('hybnb') else wording.sentence(sentence)}.")
