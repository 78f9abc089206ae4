"""Numbers in words."""

from __future__ import annotations


def plural(count: int, noun: str) -> str:
    """ "1 call", "12 calls", "12 345 calls"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}".replace(",", " ")


def seconds(value: float) -> str:
    """A time with two significant figures and a unit that fits: "31 ms", "0.2 s", "4 min"."""
    if value >= 120:
        return f"{value / 60:.0f} min"
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= 0.995 * scale or unit == "µs":
            return f"{_two_figures(value / scale)} {unit}"
    raise AssertionError("the last unit takes everything")


def factor(value: float) -> str:
    """A ratio: "6.2", "29", "0.45"."""
    return _two_figures(value)


def _two_figures(value: float) -> str:
    if value >= 9.95:
        return f"{value:.0f}"
    return f"{value:.2f}" if value < 0.995 else f"{value:.1f}"
