"""The answer: one small total table over (decorated?, safe, faster)."""

from __future__ import annotations

from typing import Final

from hybnb.model import Answer, Gain, Tri

UNDECORATED: Final[dict[tuple[Tri, Gain], Answer]] = {
    ("yes", "yes"): "decorate",
    ("yes", "no"): "leave",
    ("yes", "neutral"): "leave",
    ("yes", "unknown"): "measure",
    ("no", "yes"): "repair-first",
    ("no", "no"): "leave",
    ("no", "neutral"): "leave",
    ("no", "unknown"): "repair-first",
    ("unknown", "yes"): "measure",
    ("unknown", "no"): "leave",
    ("unknown", "neutral"): "leave",
    ("unknown", "unknown"): "measure",
}

DECORATED: Final[dict[tuple[Tri, Gain], Answer]] = {
    ("yes", "yes"): "leave",
    ("yes", "no"): "remove",
    ("yes", "neutral"): "leave",
    ("yes", "unknown"): "leave",
    ("no", "yes"): "repair-first",
    ("no", "no"): "remove",
    ("no", "neutral"): "remove",
    ("no", "unknown"): "repair-first",
    ("unknown", "yes"): "leave",
    ("unknown", "no"): "remove",
    ("unknown", "neutral"): "leave",
    ("unknown", "unknown"): "leave",
}


def answer(
    decorated: bool, safe: Tri, faster: Gain, *, adjustable: bool = False, traced_anyway: bool = False,
    frozen: bool = False, hardly_called: bool = False,
) -> Answer:  # fmt: skip
    """What to do.

    `adjustable`: the function is decorated, and other options would stop its retracing. `traced_anyway`: Keras or a
    caller traces it already, so that a decorator of its own adds nothing. `frozen`: what Python does there happens once per
    trace only, today. `hardly_called`: too rarely so far to say whether there is anything to gain, so nobody need repair it.
    """
    if frozen and not decorated:
        return "repair-first"
    if traced_anyway:
        return "remove" if decorated else "leave"
    if not decorated:
        return "leave" if hardly_called and safe == "no" and faster == "unknown" else UNDECORATED[safe, faster]
    if adjustable and safe != "no":
        return "adjust"
    return DECORATED[safe, faster]
