"""Times, ratios and counts in words: every reason and every face writes them alike."""

from __future__ import annotations

import math
from typing import Final

UNITS: Final = ((1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1.0, "s"))
LONG_UNITS: Final = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
MOST: Final = 9999  #: a larger number says no more than "over 9,999"


def seconds(value: float | None) -> str:
    """A time in the unit a person would choose, with two digits: "0.3 µs", "12 ms", "2 min 10 s"."""
    if value is None or not math.isfinite(value) or value < 0:
        return "unknown"
    if round(value) >= 60:
        return _long(round(value))
    for size, unit in UNITS:
        if value / size < 999.5 or unit == "s":
            return f"{ratio(value / size)} {unit}"
    raise AssertionError("the last unit takes every time")


def _long(value: int) -> str:
    """The two largest units of a time of a minute or more, as "3 h 5 min"."""
    if value > MOST * 86400:
        return f"over {MOST:,} d"
    parts: list[str] = []
    for size, unit in LONG_UNITS:
        amount, value = divmod(value, size)
        if amount or parts:
            parts.append(f"{amount} {unit}" if amount else "")
    return " ".join(part for part in parts[:2] if part)


def ratio(value: float) -> str:
    """Two significant digits, without a needless zero behind the point: "29", "6.2", "6"; "over 9,999" above that."""
    if value > MOST:
        return f"over {MOST:,}"
    if value >= 9.95:
        return f"{value:,.0f}"
    if value >= 0.995 or value == 0:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:.2g}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 call", "1,200 calls"."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"
