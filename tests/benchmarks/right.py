"""Is the answer right? Functions that hybnb was not made with: predicted and measured, against long interleaved timing.

Each function is used for a moment as in a notebook, with calls recorded; then its trial in the kernel runs, as hybnb would
run it; then the truth is found by eager and graph in alternating blocks for much longer.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from msgspec import Struct
from rich.console import Console
from rich.progress import track
from rich.table import Table

from hybnb.measure.here.trial import trial
from hybnb.measure.prediction import predict
from hybnb.model import Calibration, Prediction, Trial, TrialPlan
from tests.benchmarks.machine import calibrated
from tests.benchmarks.prediction import OFTEN, interleaved, label, watched
from tests.benchmarks.prediction_models import Case
from tests.benchmarks.right_cases import right_cases
from tests.benchmarks.rows import Row, give
from tests.deciding import gain

SIGNS = {"faster": "faster", "slower": "slower", "neutral": "equal", "too-noisy": "open"}
SAID = {"yes": "faster", "no": "slower", "neutral": "equal", "unknown": "open"}
CLOSE = 1.15  #: times that a measured speed-up may be off


class Outcome(Struct, frozen=True):
    """One function: the truth, what was predicted, what the trial measured; seconds."""

    name: str
    eager: float
    graph: float
    prediction: Prediction
    trial: Trial
    trial_seconds: float

    @property
    def ratio(self) -> float:
        """The true speed-up."""
        return self.eager / self.graph

    @property
    def truth(self) -> str:
        """It in a word."""
        return label(self.ratio)

    @property
    def predicted(self) -> str:
        """What hybnb says without a trial."""
        return SAID[gain(self.prediction, OFTEN)]

    @property
    def measured(self) -> str:
        """What it says after one."""
        found = self.trial.comparison
        return "none" if found is None else SIGNS[found.label]

    @property
    def best(self) -> str:
        """The sign of the measured speed-up, also where its interval lies across a border."""
        found = self.trial.comparison
        return "none" if found is None else label(found.speedup)

    @property
    def off(self) -> float:
        """How many times the measured speed-up is off, at least 1."""
        found = self.trial.comparison
        return float("inf") if found is None else max(found.speedup / self.ratio, self.ratio / found.speedup)


def outcome(name: str, case: Case, calibration: Calibration, seconds: float) -> Outcome:
    """Watch, predict, try, and then find out."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(1)
    function, arguments = case(tf, keras)
    recorder, history = watched(name, lambda: function(*arguments), len(arguments))
    prediction = predict(recorder.recordings()[name], history, calibration)
    assert prediction is not None
    began = time.perf_counter()
    found = tried(function, arguments, history.recent_seconds)
    took = time.perf_counter() - began
    traced = tf.function(function)
    for _ in range(5):
        traced(*arguments)
    eager, graph = interleaved(lambda: function(*arguments), lambda: traced(*arguments), seconds)
    return Outcome(name, eager, graph, prediction, found, took)


def tried(function: Callable[..., object], arguments: Sequence[object], recent: Sequence[float]) -> Trial:
    """The whole trial at once."""
    slices = trial(function, arguments, {}, TrialPlan("f", timing_seconds=1.0), time.perf_counter, recent)
    while True:
        try:
            next(slices)
        except StopIteration as done:
            found: Trial = done.value
            return found


def rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """The figures, in percent."""
    tried_ones = [one for one in outcomes if one.trial.comparison is not None]
    decided = [one for one in tried_ones if one.measured != "open"]
    said = [one for one in outcomes if one.predicted != "open"]

    def share(of: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float:
        return 100.0 * sum(map(holds, of)) / len(of) if of else 0.0

    def opposite(one: Outcome) -> bool:
        return {one.predicted, one.truth} == {"faster", "slower"}

    return [
        Row("right: functions", len(outcomes), "functions"),
        Row("right: of them tried in the kernel", share(outcomes, lambda one: one.trial.comparison is not None), "%"),
        Row("right: measured, sign right where decided", share(decided, lambda one: one.measured == one.truth), "%", 97.0, "more"),
        Row("right: measured, too noisy to decide", share(tried_ones, lambda one: one.measured == "open"), "%"),
        Row("right: measured, sign of the ratio right", share(tried_ones, lambda one: one.best == one.truth), "%"),
        Row("right: measured speed-up within 15 %", share(tried_ones, lambda one: one.off < CLOSE), "%", 90.0, "more"),
        Row("right: predicted, sign right where said", share(said, lambda one: one.predicted == one.truth), "%", 88.0, "more"),
        Row("right: predicted, left open", share(outcomes, lambda one: one.predicted == "open"), "%"),
        Row("right: predicted the opposite", share(outcomes, opposite), "%", 3.0),
        Row("right: eager and graph agreed", share(tried_ones, lambda one: one.trial.agreement is None or one.trial.agreement.agreed), "%"),
    ]  # fmt: skip


def table(outcomes: Sequence[Outcome]) -> Table:
    """The functions one by one; times in milliseconds."""
    shown = Table("function", "eager", "graph", "truth", "measured", "interval", "said", "predicted", "said", "trial")
    for one in outcomes:
        found = one.trial.comparison
        shown.add_row(
            one.name,
            f"{one.eager * 1e3:.3f}",
            f"{one.graph * 1e3:.3f}",
            f"{one.ratio:.2f} {one.truth}",
            "" if found is None else f"{found.speedup:.2f}",
            one.trial.refusal.message[:60]
            if one.trial.refusal
            else f"{found.low:.2f} to {found.high:.2f}"
            if found
            else "",
            one.measured,
            f"{one.prediction.speedup:.2f}",
            one.predicted,
            f"{one.trial_seconds:.1f} s",
        )
    return shown


def main() -> None:
    """Measure all functions, or those named; the figures are the last line of the output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="of timing for the truth about each function")
    parser.add_argument("words", nargs="*", metavar="WORD", help="only functions with one of these in their name")
    options = parser.parse_args()
    calibration = calibrated()
    console = Console(file=sys.stderr, width=None if sys.stderr.isatty() else 170)
    words = options.words
    chosen = {name: case for name, case in right_cases().items() if not words or any(word in name for word in words)}
    shown = track(chosen.items(), "finding out", console=console, disable=not console.is_terminal)
    outcomes = [outcome(name, case, calibration, options.seconds) for name, case in shown]
    console.print(table(outcomes))
    figures = rows(outcomes)
    for figure in figures:
        console.print(f"{figure.name:60s} {figure.value:5.1f} {figure.unit}")
    give(figures)


if __name__ == "__main__":
    main()
