"""What a rule is, and the decorator that makes one from a rule file."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal

from msgspec import Struct

from hybnb.model import Effect, EffectKind, Evidence, Finding, Fix, Span, Stance

Need = Literal["source", "decorator", "calls", "leaks", "retraces", "prediction", "trial"]
Claim = Literal["differs", "raises", "retraces", "no-gain", "harmless", "context"]

HEADINGS: Final = ("Sees", "Matters", "Wrong when", "Instead", "Source")
HEADING: Final = re.compile(rf"^({'|'.join(HEADINGS)})\b[ ]*", re.MULTILINE)

MET: Final[Mapping[Need, Callable[[Evidence], bool]]] = {
    "source": lambda _: True,
    "decorator": lambda evidence: evidence.facts.decoration is not None,
    "leaks": lambda evidence: bool(evidence.leaks),
    "calls": lambda evidence: evidence.history is not None and bool(evidence.history.calls),
    "retraces": lambda evidence: evidence.retraces is not None,
    "prediction": lambda evidence: evidence.prediction is not None,
    "trial": lambda evidence: evidence.trial is not None,
}


def met(evidence: Evidence) -> frozenset[Need]:
    """The needs of rules that are there."""
    return frozenset([need for need, there in MET.items() if there(evidence)])


class Place(Struct, frozen=True):
    """One place a rule objects to, with its words.

    Details of an effect are taken over; `details` adds to them. `stance` replaces the rule's own where one rule knows
    grave and harmless cases.
    """

    where: Effect | Span
    message: str  #: one sentence
    next_step: str = ""
    details: dict[str, str] = {}
    stance: Stance | None = None


Check = Callable[[Evidence], Iterator[Place]]
MakeFix = Callable[[Evidence, Finding, str], Fix | None]  #: the third is the source of the finding's cell


class Rule(Struct, frozen=True):
    """A rule file, read: stamps, documentation, proof and check."""

    code: str
    name: str
    stance: Stance
    check: Check
    needs: tuple[Need, ...] = ("source",)
    effects: tuple[
        EffectKind, ...
    ] = ()  #: kinds this rule speaks about, and no other rule does; without one it isn't asked
    claim: Claim = "differs"  #: what its FIRES samples show when they are executed
    covers: tuple[str, ...] = ()  #: hazards that it speaks about, by their codes in tests/truth/catalogue
    title: str = ""  #: the pattern as a statement
    sections: Mapping[str, str] = {}  #: heading → text, for every heading of HEADINGS that the file has
    fires: Mapping[str, str] = {}  #: title → sample that must fire
    quiet: Mapping[str, str] = {}
    fix: MakeFix | None = None

    def ready(self, evidence: Evidence) -> bool:
        """All that the rule needs is there."""
        return met(evidence).issuperset(self.needs)


def rule(
    code: str,
    name: str,
    *,
    stance: Stance,
    needs: tuple[Need, ...] = ("source",),
    effects: tuple[EffectKind, ...] = (),
    claim: Claim = "differs",
    covers: tuple[str, ...] = (),
    fix: MakeFix | None = None,
) -> Callable[[Check], Rule]:
    """Make a Rule of a check; documentation and samples are those of the module it stands in."""

    def made(check: Check) -> Rule:
        module = sys.modules[check.__module__]
        title, sections = documentation(module.__doc__ or "")
        fires, quiet = getattr(module, "FIRES", {}), getattr(module, "QUIET", {})
        return Rule(code, name, stance, check, needs, effects, claim, covers, title, sections, fires, quiet, fix)

    return made


def documentation(text: str) -> tuple[str, dict[str, str]]:
    """The first line of a rule's docstring, and its text by heading with line breaks taken out."""
    before, *rest = HEADING.split(text)
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    return " ".join(before.split()), {heading: " ".join(body.split()) for heading, body in sections.items()}
