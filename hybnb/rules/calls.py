"""What the rules about observed calls share: which arguments vary, and how often a function is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from hybnb.analyse.signatures import Change, Variation, variations
from hybnb.model import CallHistory, Evidence, Kind, Span
from hybnb.rules import wording

MANY: Final = 3  #: different values from which on something varies; two traces are common, and paid for once
SHOWN: Final = 4  #: values that a message names


def own(evidence: Evidence) -> Span:
    """The `def` itself."""
    function, column = evidence.facts.function, len(evidence.facts.indent)
    return Span(function.cell, function.line, column, function.line, column, function.path)


def decorated(evidence: Evidence) -> bool:
    """It is a tf.function already."""
    return evidence.facts.decoration is not None


def calls(evidence: Evidence) -> int:
    """Calls seen outside a graph."""
    return evidence.history.count if evidence.history else 0


def varying(evidence: Evidence, changes: Sequence[Change], kinds: frozenset[Kind] | None = None) -> Iterator[Variation]:
    """Parts of arguments that change in one of these ways, often enough for a tf.function to be traced again and again.

    What TensorFlow's own matching says to the contrary counts more.
    """
    exact = evidence.retraces
    if evidence.history is None or (exact is not None and exact.exact and exact.count < MANY):
        return
    for one in variations(evidence.history):
        if one.change in changes and len(one.seen) >= MANY and (kinds is None or one.kind in kinds):
            yield one


def of_variation(one: Variation) -> dict[str, str]:
    """Details for a finding."""
    return {"parameter": one.path, "seen": str(len(one.seen)), "values": examples(one.seen)}


def examples(seen: Sequence[str]) -> str:
    """The first few of them: "0.1, 0.2, 0.3, …"."""
    return ", ".join([*seen[:SHOWN], *(["…"] if len(seen) > SHOWN else [])])


def passed(path: str) -> str:
    """A part of an argument in words: "`lr`", or "`batch[1]`"."""
    return wording.code(path)


def eager_seconds(history: CallHistory | None) -> float | None:
    """Median of the recent calls in seconds; None where there are too few to tell."""
    return median(history.recent_seconds) if history is not None and history.recent_seconds else None
