"""What the rules about observed calls share: which arguments vary, and how often a function is called."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from statistics import median
from typing import Final

from hybnb.analyse.signatures import Change, Variation, variations
from hybnb.model import CallHistory, Evidence, Kind, Span
from hybnb.rules import wording
from hybnb.rules.rule import Place

MANY: Final = 3  #: different values from which on something varies; two traces are common, and paid for once
CONSTRUCTORS: Final = frozenset({"__init__", "__new__", "__post_init__", "build"})
SHOWN: Final = 4  #: values that a message names


def own(evidence: Evidence) -> Span:
    """The `def` itself."""
    function, column = evidence.facts.function, len(evidence.facts.indent)
    return Span(function.cell, function.line, column, function.line, column, function.path)


def decorated(evidence: Evidence) -> bool:
    """It is a tf.function already."""
    return evidence.facts.decoration is not None


def constructs(evidence: Evidence) -> bool:
    """It makes an object: a method that runs once for each, and stays as it is."""
    cls, _, name = evidence.facts.function.name.rpartition(".")
    return name in CONSTRUCTORS and bool(cls) and evidence.facts.form == "method"


def worth_tracing(evidence: Evidence) -> bool:
    """It is traced, or could be: how often matters only then."""
    return decorated(evidence) or evidence.facts.tensor_computation != "no"


def calls(evidence: Evidence) -> int:
    """Calls seen outside a graph."""
    return evidence.history.count if evidence.history else 0


def call_seconds(evidence: Evidence) -> float | None:
    """Of an eager call in the user's kernel. On an accelerator calls return before their work is done: what a trial there
    has measured counts, and only without one what was seen."""
    tried = evidence.trial
    if accelerator(evidence) and tried is not None and tried.place == "kernel" and tried.eager is not None:
        return tried.eager.median
    return evidence.history.eager_seconds if evidence.history is not None else None


def accelerator(evidence: Evidence) -> str:
    """The kind of device, other than a CPU, that TensorFlow has here; empty for none."""
    return evidence.environment.accelerator if evidence.environment is not None else ""


def saved_seconds(evidence: Evidence, eager: float, speedup: float) -> float:
    """What each call in a graph that is so many times as fast saves; `eager` is seconds a call, where no call was timed."""
    return max((call_seconds(evidence) or eager) * (1.0 - 1.0 / speedup), 0.0)


def break_even(saved: float, tracing: float) -> int | None:
    """Calls after which a graph has repaid the seconds of its traces; None when it never does."""
    return max(1, ceil(tracing / saved)) if saved > 0.0 else None


def varying(evidence: Evidence, changes: Sequence[Change], kinds: frozenset[Kind] | None = None) -> list[Variation]:
    """Parts of arguments that change in one of these ways, often enough for a tf.function to be traced again and again.

    The worst comes first. What TensorFlow's own matching says to the contrary counts more.
    """
    exact = evidence.retraces
    if (
        evidence.history is None
        or not worth_tracing(evidence)
        or (exact is not None and exact.exact and exact.count < MANY)
    ):
        return []
    found = (
        one
        for one in _variations(_Same(evidence.history), decorated(evidence))
        if one.change in changes and len(one.seen) >= MANY and (kinds is None or one.kind in kinds)
    )
    return sorted(found, key=lambda one: -len(one.seen))


class _Same:
    """A history as a key: equal to itself only. Histories hold dictionaries, so they have no hash of their own."""

    __slots__ = ("history",)

    def __init__(self, history: CallHistory) -> None:
        self.history = history

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.history is self.history

    def __hash__(self) -> int:
        return id(self.history)


@lru_cache(maxsize=8)
def _variations(of: _Same, inside: bool) -> tuple[Variation, ...]:
    """Several rules ask the same of one function, one after the other."""
    return variations(of.history, inside=inside)


def place(evidence: Evidence, found: Sequence[Variation], told: str, step: str) -> Place:
    """One place for all of them: `told` is said of the first, the others are named behind it."""
    others = wording.listed(one.path for one in found[1:])
    also = f" (so is it with {others})" if others else ""
    details = {
        "parameter": ", ".join(one.path for one in found),
        "seen": str(len(found[0].seen)),
        "values": examples(found[0].seen),
    }
    return Place(own(evidence), f"{told}{also}, and a tf.function is traced anew for each.", step, details)


def equal_shapes(path: str) -> str:
    """The next step where shapes vary of which the body reads the sizes in Python."""
    return (
        f"Make the shapes of {wording.code(path)} equal (drop_remainder=True, padding); or read sizes with tf.shape(...) where the body "
        "has .shape, and write reduce_retracing=True."
    )


def examples(seen: Sequence[str]) -> str:
    """The first few of them: "0.1, 0.2, 0.3, …"."""
    return ", ".join([*seen[:SHOWN], *(["…"] if len(seen) > SHOWN else [])])


def eager_seconds(history: CallHistory | None) -> float | None:
    """Median of the recent calls in seconds; None where there are too few to tell."""
    return median(history.recent_seconds) if history is not None and history.recent_seconds else None
