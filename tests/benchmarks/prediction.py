"""Predicted against measured: is a tf.function faster, and by how much? Needs TensorFlow.

Each function is called eagerly, three of the calls are recorded, the graph's time is predicted; only then is it traced
and timed. Eager and graph run in alternating mini-blocks whose first call is dropped, because a graph call right after
an eager one is slower than usual; medians are compared, since single calls differ by the scheduler's doing.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median

from msgspec import Struct
from rich.console import Console
from rich.progress import track
from rich.table import Table

from hybnb.measure.prediction import predict
from hybnb.measure.recorder import Recorder
from hybnb.model import Calibration, Call, CallHistory, Prediction, ValueSketch
from tests.benchmarks.machine import calibrated
from tests.benchmarks.prediction_cases import cases
from tests.benchmarks.prediction_held_out import held_out
from tests.benchmarks.prediction_models import Case
from tests.benchmarks.rows import Row, give
from tests.deciding import gain

BLOCK = 6  #: calls, the first of which is dropped
WATCHED = 0.15  #: seconds that a function is watched for
NEUTRAL = 1.15  #: ratios up to this, and down to its inverse, are "about equal"
OFTEN = 10**9  #: calls, so that the trace doesn't matter

Once = Callable[[], object]


class Outcome(Struct, frozen=True):
    """One function, predicted and measured; seconds."""

    name: str
    prediction: Prediction
    eager: float
    graph: float
    first: float  #: extra seconds of the first graph call: the trace and the slow first run

    @property
    def ratio(self) -> float:
        """The true speed-up."""
        return self.eager / self.graph

    @property
    def error(self) -> float:
        """Predicted graph time over the measured one."""
        return self.prediction.graph_seconds / self.graph

    @property
    def verdict(self) -> str:
        """What is said of the function, put beside the truth."""
        said = {"yes": "faster", "no": "slower", "neutral": "equal"}.get(gain(self.prediction, OFTEN), "unknown")
        truth = label(self.ratio)
        if said in ("unknown", truth):
            return "right" if said == truth else "unknown"
        return "opposite" if "equal" not in (said, truth) else "neutral"


def label(ratio: float) -> str:
    """A speed-up in a word."""
    return "faster" if ratio > NEUTRAL else "slower" if ratio < 1 / NEUTRAL else "equal"


def block(call: Once, calls: int = BLOCK) -> list[float]:
    """Seconds of calls in a row, without the first."""
    times = []
    for _ in range(calls):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return times[1:]


def watched(name: str, call: Once, arguments: int) -> tuple[Recorder, CallHistory]:
    """What hybnb sees of a function in use for a moment: three early calls recorded, the last 64 others timed."""
    call()
    recorder, seen = Recorder(time.perf_counter), block(call)
    end = time.perf_counter() + WATCHED
    for _ in range(3):
        with recorder.record(name):
            call()
        seen += block(call)
    while time.perf_counter() < end:
        seen += block(call)
    passed = tuple((f"x{index}", ValueSketch("tensor")) for index in range(arguments))
    return recorder, CallHistory(name, count=len(seen), recent_seconds=tuple(seen[-64:]), calls=(Call(passed),))


def interleaved(eager: Once, graph: Once, seconds: float) -> tuple[float, float]:
    """Medians of both, in alternating blocks for this long."""
    plain: list[float] = []
    traced: list[float] = []
    gc.collect()
    gc.disable()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(plain) < 4 * BLOCK:
        plain += block(eager)
        traced += block(graph)
    gc.enable()
    return median(plain), median(traced)


def outcome(name: str, case: Case, calibration: Calibration, seconds: float) -> Outcome:
    """Predict, then measure, one function."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(1)
    function, arguments = case(tf, keras)
    recorder, history = watched(name, lambda: function(*arguments), len(arguments))
    prediction = predict(recorder.recordings()[name], history, calibration)
    assert prediction is not None
    traced = tf.function(function)
    began = time.perf_counter()
    traced(*arguments)
    first = time.perf_counter() - began
    block(lambda: traced(*arguments), 3)
    eager, graph = interleaved(lambda: function(*arguments), lambda: traced(*arguments), seconds)
    return Outcome(name, prediction, eager, graph, first - graph)


def table(outcomes: Sequence[Outcome]) -> Table:
    """All functions, as people read them; times in milliseconds."""
    shown = Table(
        "function", "ops", "eager", "graph", "predicted", "speed-up", "predicted", "range", "said", "weakness"
    )
    for one in outcomes:
        found = one.prediction
        shown.add_row(
            one.name,
            str(found.ops),
            f"{one.eager * 1e3:.3f}",
            f"{one.graph * 1e3:.3f}",
            f"{found.graph_seconds * 1e3:.3f}",
            f"{one.ratio:.2f}",
            f"{found.speedup:.2f}",
            f"{found.low:.2f} to {found.high:.2f}",
            one.verdict,
            found.weakness,
        )
    return shown


def rows(outcomes: Sequence[Outcome], title: str) -> list[Row]:
    """The figures of a set of functions, in percent."""
    trusted = [one for one in outcomes if one.prediction.trusted]

    def share(of: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float:
        return 100.0 * sum(map(holds, of)) / len(of) if of else 0.0

    def row(what: str, value: float, goal: float | None = None, less: bool = False) -> Row:
        return Row(f"prediction, {title}: {what}", value, "%", goal, "less" if less else "more")

    return [
        row("sign right", share(trusted, lambda one: label(one.prediction.speedup) == label(one.ratio)), 85.0),
        row("said the opposite", share(outcomes, lambda one: one.verdict == "opposite"), 3.0, less=True),
        row("said right", share(outcomes, lambda one: one.verdict == "right")),
        row("said equal wrongly, or wrongly of an equal one", share(outcomes, lambda one: one.verdict == "neutral")),
        row("left open", share(outcomes, lambda one: one.verdict == "unknown")),
        row("graph time within 1.5 times", share(trusted, lambda one: 1 / 1.5 < one.error < 1.5)),
        row("graph time within 2 times", share(trusted, lambda one: 1 / 2 < one.error < 2)),
        row("in the range", share(trusted, lambda one: one.prediction.low <= one.ratio <= one.prediction.high)),
        row(
            "trace time within 2 times", share(outcomes, lambda one: 0.5 < one.prediction.trace_seconds / one.first < 2)
        ),
    ]


def measured(chosen: dict[str, Case], calibration: Calibration, seconds: float, console: Console) -> list[Outcome]:
    """Outcomes of several functions, with a progress bar where someone can see it."""
    items = track(chosen.items(), "predicting and measuring", console=console, disable=not console.is_terminal)
    return [outcome(name, case, calibration, seconds) for name, case in items]


def main() -> None:
    """Measure this machine, then all functions; the figures are the last line of the output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.4, help="of timing for each function")
    parser.add_argument("words", nargs="*", metavar="WORD", help="only functions with one of these in their name")
    options = parser.parse_args()
    calibration = calibrated()
    console, figures = Console(width=None if sys.stdout.isatty() else 180), []
    console.print(calibration)
    for title, found in (("functions it was made with", cases()), ("other functions", held_out())):
        words = options.words
        chosen = {name: case for name, case in found.items() if not words or any(word in name for word in words)}
        outcomes = measured(chosen, calibration, options.seconds, console)
        console.print(table(outcomes))
        figures += rows(outcomes, title) if outcomes else []
    for figure in figures:
        console.print(f"{figure.name:80s} {figure.value:5.1f} {figure.unit}")
    give(figures)


if __name__ == "__main__":
    main()
