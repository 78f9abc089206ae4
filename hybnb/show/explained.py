"""A rule as its file explains it: what it sees, why it matters, when it is wrong, what to do, and its samples."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator, Mapping

from msgspec import Struct

from hybnb.errors import HybnbError
from hybnb.model import Explanation, Row, Sample, Stance
from hybnb.rules import Need, Rule, registry
from hybnb.show.inert import inert

NEEDS: dict[Need, str] = {
    "source": "the source",
    "decorator": "its decorator",
    "calls": "observed calls",
    "leaks": "the symbols that traces left in the notebook",
    "retraces": "the traces that observed calls would take",
    "prediction": "a prediction of the gain",
    "trial": "a trial",
}
MOST_LINES = 40  #: of one sample


class Listed(Struct, frozen=True):
    """A rule in one line."""

    code: str
    name: str
    stance: Stance
    statement: str


def explanation(code: str) -> Explanation:
    """The rule of that code or name; HybnbError with near ones when there is none."""
    rule = _found(code)
    needs = " and ".join(NEEDS[need] for need in rule.needs)
    rows = [Row(heading, text) for heading, text in rule.sections.items()]
    return Explanation(
        code=rule.code,
        name=rule.name,
        stance=rule.stance,
        statement=rule.title,
        rows=(*rows, Row("Judged from", needs)),
        fires=tuple(_samples(rule.fires)),
        quiet=tuple(_samples(rule.quiet)),
    )


def _found(code: str) -> Rule:
    rules = registry()
    wanted = code.strip().lower()
    for rule in rules:
        if wanted in (rule.code.lower(), rule.name.lower()):
            return rule
    known = {text.lower(): text for rule in rules for text in (rule.code, rule.name)}
    near = [known[text] for text in difflib.get_close_matches(wanted, known, n=3)]
    hint = f"did you mean {' or '.join(near)}?" if near else "`hybnb rules` lists them all"
    raise HybnbError(f"no rule is called {inert(code, 40)}; {hint}")


def _samples(samples: Mapping[str, str]) -> Iterator[Sample]:
    for title, source in samples.items():
        lines = [inert(line, 120) for line in textwrap.dedent(source).strip("\n").splitlines()]
        yield Sample(title, tuple(lines[:MOST_LINES]))


def listed() -> tuple[Listed, ...]:
    """Every rule, in the order of codes."""
    return tuple(Listed(rule.code, rule.name, rule.stance, rule.title) for rule in registry())
