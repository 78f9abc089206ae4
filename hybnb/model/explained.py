"""What a face draws of a rule or a verdict beside prose: labelled rows and samples of code."""

from __future__ import annotations

from msgspec import Struct

from hybnb.model.decided import Stance


class Row(Struct, frozen=True):
    """A label and what stands beside it; `code` is set in a fixed-width face."""

    label: str
    value: str
    code: bool = False


class Sample(Struct, frozen=True):
    """A piece of code that the rule speaks about, or is silent about."""

    title: str
    lines: tuple[str, ...]


class Explanation(Struct, frozen=True):
    """A rule, ready to be drawn."""

    code: str
    name: str
    stance: Stance
    statement: str
    rows: tuple[Row, ...]
    fires: tuple[Sample, ...]
    quiet: tuple[Sample, ...]
