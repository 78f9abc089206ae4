"""Runs the samples of the catalogue of hazards on TensorFlow; as a program, all of them, and prints the table.

python -m tests.truth.agreement   exit code 1 when TensorFlow disagrees with a sample (a minute or two)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from tests.truth.harness import Bench, SampleError
from tests.truth.hazards import Group, Row, Shown, groups
from tests.truth.sample import cells_of

HEADINGS = ("rows", "by a rule", "by a trial", "no hazard", "firing run", "quiet run", "all agree")


@dataclass
class Count:
    """What was run of one group."""

    fires: int = 0
    quiet: int = 0
    wrong: list[str] = field(default_factory=list)  #: what disagrees, in words


def disagreement(bench: Bench, row: Row, shown: Shown) -> str:
    """What TensorFlow does otherwise than the row says; "" when it agrees."""
    try:
        if shown.holds:
            bench.prove(shown.id, cells_of(shown.text))
            return ""
        found = bench.compare(shown.sample)
    except SampleError as trouble:
        return str(trouble)
    return "" if row.agrees(shown, found) else f"{shown.id}: {found}; traces: {found.traces}"


def counted(bench: Bench, group: Group) -> Count:
    """All samples of a group, run."""
    count = Count()
    for row in group.rows:
        for shown in row.samples:
            wrong = disagreement(bench, row, shown)
            count.wrong += [wrong] if wrong else []
            count.fires += shown.fires
            count.quiet += not shown.fires
    return count


def _cells(group: Group, count: Count) -> Iterator[str]:
    ruled = sum(bool(row.rules()) for row in group.rows)
    trial = sum(row.reason == "trial" for row in group.rows)
    yield f"{group.letter}. {group.title}"
    yield from map(str, (len(group.rows), ruled, trial, len(group.rows) - ruled - trial, count.fires, count.quiet))
    yield "yes" if not count.wrong else f"no: {len(count.wrong)}"


def main() -> int:
    """The table, and below it what disagrees."""
    table = Table("hazards", *HEADINGS)
    wrong: list[str] = []
    drawn: list[list[str]] = []
    with Bench() as bench:
        for group in groups():
            count = counted(bench, group)
            drawn.append(list(_cells(group, count)))
            wrong += count.wrong
    sums = [str(sum(int(row[column]) for row in drawn)) for column in range(1, len(HEADINGS))]
    for row in drawn:
        table.add_row(*row)
    table.add_section()
    table.add_row("all", *sums, "yes" if not wrong else f"no: {len(wrong)}")
    console = Console(width=max(120, Console().width))
    console.print(table)
    for words in wrong:
        console.print(words, markup=False)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
