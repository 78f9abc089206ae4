"""`make bench`: what hybnb costs, as one table and, with --json FILE, as numbers."""

from __future__ import annotations

import argparse
import platform
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tests.benchmarks.rows import Row, taken

# One module each, run in a process of its own, one after the other, so that none disturbs the next.
BENCHMARKS = ("loading", "cells", "notebooks", "reports", "panel", "calls", "checking", "prediction", "trials")
LONG = ("worth", "right")  #: take half an hour each: only run by name


def table(rows: list[Row]) -> Table:
    """The rows as people read them."""
    shown = Table("what", "measured", "goal", "met")
    for row in rows:
        goal = "" if row.goal is None else f"{'<' if row.better == 'less' else '>'} {row.goal:,g} {row.unit}"
        met = {None: "", True: "yes", False: "NO"}[row.met]
        shown.add_row(
            row.name, f"{row.value:,.3g} {row.unit}" if row.value < 1000 else f"{row.value:,.0f} {row.unit}", goal, met
        )
    return shown


def main() -> None:
    """Run the benchmarks that were asked for; all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "benchmarks", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; by name also {', '.join(LONG)}"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    console = Console()
    rows: list[Row] = []
    for name in options.benchmarks or BENCHMARKS:
        console.print(f"measuring {name} …")
        rows += taken(name)
    console.print(table(rows))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        machine = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.system()}
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode({"machine": machine, "rows": rows})))


if __name__ == "__main__":
    main()
