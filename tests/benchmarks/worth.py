"""Is hybnb's advice worth taking? Whole programs as people write them, run before and after taking it mechanically.

Each program runs cell by cell in a real shell with hybnb loaded. What hybnb would have changed (its fixes for functions to
decorate, to adjust or to rid of their decorator) is applied, again and again until it has no more to say. Then the
original and the changed program are timed in turn, each in processes of its own, from the first cell to the last, tracing
included; importing TensorFlow and Keras isn't. What the programs compute is compared. With --into FILE outcomes are kept,
programs that are in FILE already are left out, and all that it holds is shown: so the work can be done in parts.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import geometric_mean, median
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.benchmarks.rows import Row, give, taken

PROGRAMS = Path(__file__).parent / "programs"
MARK = "# %%"
ROUNDS = 3  #: times at most that advice is taken
SAME = 0.02  #: relative difference of results that rounding explains in training, where it is magnified step by step
ALIKE = 0.35  #: of results that rest on other random numbers
SMALL = 0.05  #: absolute difference that is nothing for such
WAIT = 30.0  #: seconds for the machine's calibration


class Change(Struct, frozen=True):
    """One fix that was applied."""

    function: str
    title: str


class Advised(Struct, frozen=True):
    """A program with one round of advice taken."""

    source: str
    changes: tuple[Change, ...]
    left: tuple[str, ...]  #: functions of which hybnb said nothing to apply, with its answer


class Ran(Struct, frozen=True):
    """One run of a program; seconds."""

    seconds: float
    result: dict[str, float]
    stochastic: bool


class Outcome(Struct, frozen=True):
    """One program before and after."""

    name: str
    before: float
    after: float
    changes: tuple[Change, ...]
    left: tuple[str, ...]
    difference: float  #: the largest relative one of the results
    alike: bool

    @property
    def speedup(self) -> float:
        """Of the whole program, tracing included."""
        return self.before / self.after


def advised(file: Path) -> Advised:
    """Run a program with hybnb loaded and take the advice it has at the end."""
    from IPython.core.interactiveshell import InteractiveShell

    from hybnb.session import Session

    shell = InteractiveShell.instance()
    cells = file.read_text().split(MARK)
    with contextlib.redirect_stdout(io.StringIO()):
        shell.run_cell("%load_ext hybnb")
        for cell in cells:
            shell.run_cell(cell.lstrip("\n")).raise_error()
    session = Session.of(shell)
    assert session is not None
    end = time.monotonic() + WAIT
    while session._instruments.calibration() is None and time.monotonic() < end:
        time.sleep(0.2)
    _measure(shell, session)
    report, sources = session.report(), session.sources()
    verdicts = [verdict for source in report.sources for verdict in source.verdicts]
    changes, left = [], []
    for verdict in verdicts:
        if verdict.answer in ("decorate", "adjust", "remove") and verdict.fixes:
            changes.append((verdict.function.name, verdict.fixes[0]))
        else:
            left.append(f"{verdict.function.name}: {verdict.answer} ({verdict.safe.why} {verdict.faster.why})")
    edits: dict[int, list[Any]] = {}
    for _, fix in changes:
        for edit in fix.edits:
            edits.setdefault(edit.cell, []).append(edit)
    texts = {index: _edited(text, edits.get(index, ())) for index, text in sources.items() if isinstance(index, int)}
    by_text = {sources[index]: text for index, text in texts.items()}
    source = MARK.join("\n" + by_text.get(cell.lstrip("\n"), cell.lstrip("\n")) for cell in cells).lstrip("\n")
    return Advised(source, tuple(Change(name, fix.title) for name, fix in changes), tuple(left))


def _measure(shell: Any, session: Any) -> None:
    """Where the advice is to measure, that is taken too."""
    with contextlib.redirect_stdout(io.StringIO()):
        for source in session.report().sources:
            for verdict in source.verdicts:
                if verdict.answer == "measure" and verdict.facts.calls:
                    shell.run_cell(f"%hybnb measure {verdict.function.name}")


def _edited(text: str, edits: Sequence[Any]) -> str:
    for edit in sorted(edits, key=lambda one: -one.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def ran(file: Path) -> Ran:
    """Run a program from beginning to end and time it."""
    import keras  # noqa: F401
    import tensorflow as tf

    tf.add(tf.ones([2]), 1.0)  # what a first op in a process sets up
    space: dict[str, Any] = {"__name__": "__main__", "__file__": str(file)}
    code = compile(file.read_text(), str(file), "exec")
    with contextlib.redirect_stdout(io.StringIO()):
        began = time.perf_counter()
        exec(code, space)
        seconds = time.perf_counter() - began
    return Ran(seconds, {key: float(value) for key, value in space["RESULT"].items()}, bool(space.get("STOCHASTIC")))


def outcome(file: Path, repeats: int) -> Outcome:
    """A program before and after all advice is taken."""
    with TemporaryDirectory() as folder:
        changed = Path(folder) / file.name
        changes, left = _follow(file, changed)
        if left is None:
            return Outcome(file.stem, 1.0, math.inf, changes, (), math.inf, False)
        pairs = [
            (taken("worth", "--run", str(file), type=Ran), taken("worth", "--run", str(changed), type=Ran))
            for _ in range(repeats)
        ]
    first, second = pairs[0]
    gap = max(_difference(first.result[key], second.result[key]) for key in first.result)
    alike = all(_alike(first.result[key], second.result[key], first.stochastic) for key in first.result)
    before, after = (median(run.seconds for run in runs) for runs in zip(*pairs, strict=True))
    return Outcome(file.stem, before, after, changes, left, gap, alike)


def _follow(file: Path, changed: Path) -> tuple[tuple[Change, ...], tuple[str, ...] | None]:
    """Write a program with all advice taken into `changed`; what is left is None when that program doesn't run."""
    changes: tuple[Change, ...] = ()
    changed.write_text(file.read_text())
    found = taken("worth", "--advise", str(changed), type=Advised)
    for _ in range(ROUNDS):
        changed.write_text(found.source)
        changes += found.changes
        if not found.changes:
            break
        try:
            found = taken("worth", "--advise", str(changed), type=Advised)
        except RuntimeError as broken:
            print(broken, file=sys.stderr)
            return changes, None
    return changes, found.left


def _difference(one: float, other: float) -> float:
    return abs(one - other) / max(abs(one), abs(other), 1e-12)


def _alike(one: float, other: float, stochastic: bool) -> bool:
    if not stochastic:
        return math.isclose(one, other, rel_tol=SAME, abs_tol=1e-4)
    return math.isclose(one, other, rel_tol=ALIKE, abs_tol=SMALL)


def rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """The figures."""
    return [
        Row(
            "whole-program speed-up with the advice taken",
            geometric_mean(max(one.speedup, 0.01) for one in outcomes),
            "x",
            3.0,
            "more",
        ),
        Row("programs made slower by it", sum(one.speedup < 0.95 for one in outcomes), "programs", 1),
        Row("programs whose results differ beyond rounding", sum(not one.alike for one in outcomes), "programs", 1),
        *(Row(f"speed-up of {one.name}", one.speedup, "x") for one in outcomes),
    ]


def shown(outcomes: Sequence[Outcome]) -> Table:
    """The programs one by one."""
    table = Table("program", "before", "after", "speed-up", "difference", "changes")
    for one in outcomes:
        told = "\n".join(change.title for change in one.changes) or "none"
        gap = f"{one.difference:.1e}{'' if one.alike else ' DIFFERS'}"
        table.add_row(one.name, f"{one.before:.1f} s", f"{one.after:.1f} s", f"{one.speedup:.1f}x", gap, told)
    return table


def main() -> None:
    """Give the rows to `make bench`; with names print a table of those programs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="programs; default all")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--into", type=Path, metavar="FILE", help="keep the outcomes, one line of JSON a program")
    parser.add_argument("--minutes", type=float, default=1e9, help="after which no further program is begun")
    parser.add_argument("--verbose", action="store_true", help="what hybnb says of the functions it leaves")
    parser.add_argument("--advise", type=Path)
    parser.add_argument("--run", type=Path)
    options = parser.parse_args()
    if options.advise:
        return give(advised(options.advise))
    if options.run:
        return give(ran(options.run))
    files = [PROGRAMS / f"{name}.py" for name in options.names] or sorted(PROGRAMS.glob("*.py"))
    console = Console(file=sys.stderr, width=None if sys.stderr.isatty() else 150)
    kept: Path | None = options.into
    known = kept.read_bytes().splitlines() if kept is not None and kept.exists() else []
    outcomes = msgspec.json.decode(b"[" + b",".join(known) + b"]", type=list[Outcome])
    have, end = {one.name for one in outcomes}, time.monotonic() + 60.0 * options.minutes
    for file in track([file for file in files if file.stem not in have], console=console):
        if time.monotonic() > end:
            break
        outcomes.append(outcome(file, options.repeats))
        if kept is not None:
            with kept.open("ab") as lines:
                lines.write(msgspec.json.encode(outcomes[-1]) + b"\n")
        if options.verbose:
            console.print(shown(outcomes[-1:]))
            console.print("\n".join(outcomes[-1].left))
    console.print(shown(outcomes))
    return give(rows(outcomes))


if __name__ == "__main__":
    main()
