"""Is the answer right? Functions that hybnb was not made with: predicted and measured, against long interleaved timing.

Each function is used for a moment as in a notebook, with calls recorded; then its trial runs, as hybnb would run it, and its further
sittings, between which those of other functions come; before and after all of them the truth is found by eager and graph in
alternating blocks for much longer. All functions take about 25 minutes on two quiet cores. With --into FILE what was found is
kept, functions that are in FILE already are left out, and all that it holds is shown: so the work can be done in parts.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from statistics import median

import msgspec
from msgspec.structs import replace
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
from tests.benchmarks.right_latest import latest_cases
from tests.benchmarks.right_newest import newest_cases
from tests.benchmarks.right_one import Outcome, outcome
from tests.benchmarks.rows import Row, give

SETS: dict[str, Callable[[], dict[str, Case]]] = {
    "others": right_cases,
    "made-with": cases,
    "held-out": held_out,
    "fresh": fresh_cases,
    "newest": newest_cases,
    "latest": latest_cases,
}
UNSEEN = ("others", "fresh", "newest", "latest")  #: nothing was made or set with these
TOGETHER = 12  #: functions by turns, so that some seconds pass between two sittings of each
CLOSE = 1.15  #: times that a measured speed-up may be off


def rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """The figures, in percent."""
    tried_ones = [one for one in outcomes if one.trial.comparison is not None]
    decided = [one for one in tried_ones if one.measured != "open"]
    said = [one for one in outcomes if one.predicted != "open"]
    counted = [one.traces for one in outcomes if one.traces is not None]
    agreed = [one.trial.agreement is None or one.trial.agreement.agreed for one in tried_ones]

    def row(what: str, held: Sequence[bool], goal: float | None = None, less: bool = False) -> Row:
        share = 100.0 * sum(held) / len(held) if held else 0.0
        return Row(f"right: {what}", share, "%", goal, "less" if less else "more")

    return [
        Row("right: functions", len(outcomes), "", 60, "more"),
        row("tried", [one.trial.comparison is not None for one in outcomes]),
        row("measured, sign right where decided", [one.measured == one.truth for one in decided], 97.0),
        row("measured the opposite", [_opposite(one.measured, one.truth) for one in tried_ones]),
        row("measured, too noisy to decide", [one.measured == "open" for one in tried_ones]),
        row("measured speed-up within 15 %", [one.off < CLOSE for one in tried_ones], 90.0),
        Row("right: sittings, the first one's seconds", median([one.trial_seconds for one in outcomes] or [0.0]), "s"),
        Row("right: all further ones' seconds", median([one.again_seconds for one in outcomes] or [0.0]), "s"),
        row("both halves of the truth within 15 %", [max(one.halves) < CLOSE * min(one.halves) for one in outcomes]),
        row("both halves of the truth of one sign", [len(set(map(label, one.halves))) == 1 for one in outcomes]),
        row("eager and graph agreed", agreed),
        row("traces counted exactly", [counted == made for counted, made in counted], 99.9),
        row("predicted, sign right where said", [one.predicted == one.truth for one in said], 88.0),
        row("predicted the opposite", [_opposite(one.predicted, one.truth) for one in outcomes], 3.0, less=True),
        row("predicted, left open", [one.predicted == "open" for one in outcomes]),
    ]  # fmt: skip


def _opposite(said: str, truth: str) -> bool:
    return {said, truth} == {"faster", "slower"}


def summary(outcomes: Sequence[Outcome]) -> Table:
    """The figures of each set, and of all together beside their goals."""
    sets = {name: [one for one in outcomes if one.of == name] for name in dict.fromkeys(one.of for one in outcomes)}
    shown = Table("what", *sets, "all", "goal", "met", title="Right")
    columns = [rows(of) for of in sets.values()]
    for at, figure in enumerate(rows(outcomes)):
        goal = "" if figure.goal is None else f"{'<' if figure.better == 'less' else '>'} {figure.goal:g}"
        met = {None: "", True: "yes", False: "NO"}[figure.met]
        values = [f"{column[at].value:.1f}" for column in (*columns, rows(outcomes))]
        shown.add_row(figure.name.removeprefix("right: "), *values, goal, met)
    return shown


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
    chosen: dict[tuple[str, str], Case], options: argparse.Namespace, kept: Path | None, console: Console
) -> list[Outcome]:
    """Outcomes of several functions, kept as soon as they are known; ends after `options.minutes`."""
    if not chosen:
        return []
    calibration, worker, found = calibrated(), Worker(), []
    end = time.monotonic() + 60.0 * options.minutes
    groups = [list(chosen.items())[at : at + TOGETHER] for at in range(0, len(chosen), TOGETHER)]
    for group in track(groups, "finding out", console=console, disable=not console.is_terminal):
        if time.monotonic() > end:
            break
        place = "kernel" if options.here else "worker"
        each = [
            outcome(name, case, calibration, options.seconds, place, worker, options.seed) for (_, name), case in group
        ]
        some = [replace(seen, of=of) for seen, ((of, _), _) in zip(by_turns(each), group, strict=True)]
        found += some
        if kept is not None:
            with kept.open("ab") as file:
                file.writelines(msgspec.json.encode(one) + b"\n" for one in some)
    worker.stop()
    return found


def by_turns(running: Sequence[Generator[None, None, Outcome]]) -> list[Outcome]:
    """What comes of several, which go on one after the other, a step at a time."""
    ended: dict[int, Outcome] = {}
    while len(ended) < len(running):
        for number, one in enumerate(running):
            if number not in ended:
                try:
                    next(one)
                except StopIteration as done:
                    ended[number] = done.value
    return [ended[number] for number in range(len(running))]


def main() -> None:
    """Measure all functions, or those named; the figures are the last line of the output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--of",
        choices=SETS,
        nargs="+",
        default=UNSEEN,
        help=f"which functions; those that nothing was made or set with ({', '.join(UNSEEN)}) by default",
    )
    parser.add_argument("--seconds", type=float, default=2.5, help="of timing for the truth about each function")
    parser.add_argument("--here", action="store_true", help="trials in the kernel instead of in a process of their own")
    parser.add_argument("--seed", type=int, help="that the notebook gives TensorFlow; none by default, as in most")
    parser.add_argument("--into", type=Path, metavar="FILE", help="keep what is found, one line of JSON a function")
    parser.add_argument("--minutes", type=float, default=1e9, help="after which no further function is begun")
    parser.add_argument(
        "--only",
        nargs="+",
        default=(),
        dest="words",
        metavar="WORD",
        help="only functions with one of these in their name",
    )
    options = parser.parse_args()
    console = Console(file=sys.stderr, width=None if sys.stderr.isatty() else 200)
    kept: Path | None = options.into
    known = kept.read_bytes().splitlines() if kept is not None and kept.exists() else []
    outcomes = msgspec.json.decode(b"[" + b",".join(known) + b"]", type=list[Outcome])
    have = {(one.of, one.name) for one in outcomes}
    chosen = {
        (of, name): case
        for of in options.of
        for name, case in SETS[of]().items()
        if (of, name) not in have and _wanted(name, options.words)
    }
    outcomes += measured(chosen, options, kept, console)
    console.print(table(outcomes))
    console.print(summary(outcomes))
    give(rows(outcomes))


def _wanted(name: str, words: Sequence[str]) -> bool:
    return not words or any(word in name for word in words)


if __name__ == "__main__":
    main()
