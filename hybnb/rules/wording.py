"""Words that all rules share: where something happens, by which callees, and how sure hybnb is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from hybnb.model import Effect, EffectKind, Evidence

KEY: Final = re.compile(r"\['([^'\"]*)'\]")
MANY: Final = 4  #: functions on the way to a place, of which no more than the ends are named
KEYWORDS: Final = frozenset(
    {"assert", "in", "for", "while", "match", "return", "break", "continue", "yield", "and", "or", "not", "if"}
)


def of(evidence: Evidence, *kinds: EffectKind) -> Iterator[Effect]:
    """The effects of these kinds, in order."""
    return (effect for effect in evidence.facts.effects if effect.kind in kinds)


def code(text: str) -> str:
    """`text` as code; nothing for nothing."""
    return f"`{spelled(text)}`" if text else ""


def spelled(text: str) -> str:
    """With keys always in double quotes, so that one name looks the same everywhere."""
    return KEY.sub(r'["\1"]', text) if "['" in text else text


def named(effect: Effect, key: str, otherwise: str) -> str:
    """A detail as code, or other words where analysis had no name for it."""
    return code(effect.details.get(key, "")) or otherwise


def by(effect: Effect) -> str:
    """The way from the function judged to the place, to be set behind a statement; nothing when it is in its own body.

    " (by way of `loss` (cell 2) → … → `log_loss` (cell 3))": of a longer way its ends.
    """
    if not effect.chain:
        return ""
    steps = [*map(_callee, effect.chain)]
    return f" (by way of {' → '.join(steps if len(steps) < MANY else (steps[0], '…', steps[-1]))})"


def _callee(step: str) -> str:
    """ "log_loss (cell 3)" as "`log_loss` (cell 3)"."""
    name, space, where = step.partition(" (")
    return f"`{name}`{space}{where}"


def place(effect: Effect) -> str:
    """ "in line 4", of the function judged."""
    where = f" of {effect.span.path}" if effect.span.path else ""
    return f"in line {effect.span.line}{where}"


def possibly(message: str) -> str:
    """The same, said of something that depends on a type hybnb doesn't know."""
    plain = message.partition(" ")[0] in ("A", "An", "The", "Unpacking")
    return f"Possibly: {message[0].lower() if plain else message[0]}{message[1:]}"


def and_more(message: str, count: int) -> str:
    """The same, with what else of the kind happens at that place."""
    return f"{message.rstrip('.')} (and {count} more of the kind here)."


def construct(text: str) -> str:
    """A construct as analysis names it: "comprehension" as "a comprehension", "zip()" as "`zip()`"."""
    if text == "comprehension if":
        return "the `if` of a comprehension"
    if text in KEYWORDS or not text.replace("-", "").replace(" ", "").isalpha():
        return code(text)
    return text if text == "unpacking" else a(text)


def a(noun: str) -> str:
    """ "a layer", "an object"."""
    return f"{'an' if noun[:1].lower() in 'aeio' or noun == 'f-string' else 'a'} {noun}"


def sentence(text: str) -> str:
    """The same with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


def listed(names: Iterable[str]) -> str:
    """ "`a`, `b` and `c`"."""
    quoted = [code(name) for name in names]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), *quoted[-1:])))
