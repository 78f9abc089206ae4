"""Which functions one cell defined or called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hybnb.model import Cell, Verdict
from hybnb.observe.calls import Probes


def call_counts(probes: Probes) -> dict[str, int]:
    """All calls so far, by function key."""
    return {key: history.count + history.in_graph for key, history in probes.histories().items()}


def touched(
    verdicts: Sequence[Verdict], cell: Cell | None, before: Mapping[str, int], after: Mapping[str, int]
) -> tuple[Verdict, ...]:
    """Verdicts on what a cell that just ran defined, or called more often than `before`."""
    place = (None, cell.index if cell is not None else 0)
    return tuple(
        verdict
        for verdict in verdicts
        if (verdict.function.path, verdict.function.cell) == place
        or after.get(verdict.function.key, 0) != before.get(verdict.function.key, 0)
    )
