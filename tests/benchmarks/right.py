"""Is the answer right? Functions that hybnb was not made with: predicted and measured, against long interleaved timing.

Each function is used for a moment as in a notebook, with calls recorded; then its trial runs, as hybnb would run it; before and
after it the truth is found by eager and graph in alternating blocks for much longer. With --into FILE what was found is kept, functions
that are in FILE already are left out, and all that it holds is shown: so the work can be done in parts.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import track
from rich.table import Table

from hybnb.measure.worker.client import Worker
from tests.benchmarks.machine import calibrated
from tests.benchmarks.prediction import label
from tests.benchmarks.prediction_cases import cases
from tests.benchmarks.prediction_held_out import held_out
from tests.benchmarks.prediction_models import Case
from tests.benchmarks.right_cases import right_cases
from tests.benchmarks.right_fresh import fresh_cases
from tests.benchmarks.right_newest import newest_cases
from tests.benchmarks.right_one import Outcome, outcome
from tests.benchmarks.rows import Row, give

SETS: dict[str, Callable[[], dict[str, Case]]] = {
    "others": right_cases,
    "made-with": cases,
    "held-out": held_out,
    "fresh": fresh_cases,
    "newest": newest_cases,
}
CLOSE = 1.15  #: times that a measured speed-up may be off


def rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """The figures, in percent."""
    tried_ones = [one for one in outcomes if one.trial.comparison is not None]
    decided = [one for one in tried_ones if one.measured != "open"]
    said = [one for one in outcomes if one.predicted != "open"]
    firm = [one for one in decided if len({one.truth, *map(label, one.halves)}) == 1]

    def share(of: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float:
        return 100.0 * sum(map(holds, of)) / len(of) if of else 0.0

    def opposite(one: Outcome) -> bool:
        return {one.predicted, one.truth} == {"faster", "slower"}

    return [
        Row("right: functions", len(outcomes), "functions"),
        Row("right: of them tried", share(outcomes, lambda one: one.trial.comparison is not None), "%"),
        Row("right: measured, sign right where decided", share(decided, lambda one: one.measured == one.truth), "%", 97.0, "more"),
        Row("right: the same where both halves of the truth agree", share(firm, lambda one: one.measured == one.truth), "%"),
        Row("right: measured the opposite", share(tried_ones, lambda one: {one.measured, one.truth} == {"faster", "slower"}), "%"),
        Row("right: measured, too noisy to decide", share(tried_ones, lambda one: one.measured == "open"), "%"),
        Row("right: measured speed-up within 15 %", share(tried_ones, lambda one: one.off < CLOSE), "%", 90.0, "more"),
        Row("right: both halves of the truth within 15 %", share(outcomes, lambda one: max(one.halves) < CLOSE * min(one.halves)), "%"),
        Row("right: predicted, sign right where said", share(said, lambda one: one.predicted == one.truth), "%", 88.0, "more"),
        Row("right: predicted, left open", share(outcomes, lambda one: one.predicted == "open"), "%"),
        Row("right: predicted the opposite", share(outcomes, opposite), "%", 3.0),
        Row("right: eager and graph agreed", share(tried_ones, lambda one: one.trial.agreement is None or one.trial.agreement.agreed), "%"),
    ]  # fmt: skip


def table(outcomes: Sequence[Outcome]) -> Table:
    """The functions one by one; times in milliseconds."""
    shown = Table("function", "eager", "graph", "truth", "halves", "measured", "interval", "said", "predicted", "range", "said", "trial")  # fmt: skip
    for one in outcomes:
        found, prediction = one.trial.comparison, one.prediction
        shown.add_row(
            one.name,
            f"{sorted(one.eager)[len(one.eager) // 2] * 1e3:.3f}",
            f"{sorted(one.graph)[len(one.graph) // 2] * 1e3:.3f}",
            f"{one.ratio:.2f} {one.truth}",
            "{:.2f} {:.2f}".format(*one.halves),
            "" if found is None else f"{found.speedup:.2f}",
            one.trial.refusal.message[:60] if one.trial.refusal else f"{found.low:.2f} to {found.high:.2f}" if found else "",
            one.measured + ("" if one.measured in (one.truth, "open") else " WRONG"),
            f"{prediction.speedup:.2f}",
            f"{prediction.low:.2f} to {prediction.high:.2f}",
            one.predicted + ("" if one.predicted in (one.truth, "open") else " WRONG"),
            f"{one.trial_seconds:.1f} s",
        )  # fmt: skip
    return shown


def measured(
    chosen: dict[str, Case], options: argparse.Namespace, kept: Path | None, console: Console
) -> list[Outcome]:
    """Outcomes of several functions, each kept as soon as it is known; ends after `options.minutes`."""
    if not chosen:
        return []
    calibration, worker, found = calibrated(), Worker(), []
    end = time.monotonic() + 60.0 * options.minutes
    for name, case in track(chosen.items(), "finding out", console=console, disable=not console.is_terminal):
        if time.monotonic() > end:
            break
        place = "kernel" if options.here else "worker"
        found.append(outcome(name, case, calibration, options.seconds, place, worker, options.seed))
        if kept is not None:
            with kept.open("ab") as file:
                file.write(msgspec.json.encode(found[-1]) + b"\n")
    worker.stop()
    return found


def main() -> None:
    """Measure all functions, or those named; the figures are the last line of the output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--of",
        choices=SETS,
        default="fresh",
        help="which functions; `fresh` are those that nothing was made or set with",
    )
    parser.add_argument("--seconds", type=float, default=3.0, help="of timing for the truth about each function")
    parser.add_argument("--here", action="store_true", help="trials in the kernel instead of in a process of their own")
    parser.add_argument("--seed", type=int, help="that the notebook gives TensorFlow; none by default, as in most")
    parser.add_argument("--into", type=Path, metavar="FILE", help="keep what is found, one line of JSON a function")
    parser.add_argument("--minutes", type=float, default=1e9, help="after which no further function is begun")
    parser.add_argument("words", nargs="*", metavar="WORD", help="only functions with one of these in their name")
    options = parser.parse_args()
    console = Console(file=sys.stderr, width=None if sys.stderr.isatty() else 200)
    kept: Path | None = options.into
    known = kept.read_bytes().splitlines() if kept is not None and kept.exists() else []
    outcomes = msgspec.json.decode(b"[" + b",".join(known) + b"]", type=list[Outcome])
    have = {one.name for one in outcomes}
    chosen = {
        name: case for name, case in SETS[options.of]().items() if name not in have and _wanted(name, options.words)
    }
    outcomes += measured(chosen, options, kept, console)
    console.print(table(outcomes))
    figures = rows(outcomes)
    for figure in figures:
        console.print(f"{figure.name:60s} {figure.value:5.1f} {figure.unit}")
    give(figures)


def _wanted(name: str, words: Sequence[str]) -> bool:
    return not words or any(word in name for word in words)


if __name__ == "__main__":
    main()
