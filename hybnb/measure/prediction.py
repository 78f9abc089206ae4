"""Predicts from recorded eager calls how fast a tf.function would be, without tracing anything.

Checked on 178 functions written afterwards (`python -m tests.benchmarks.right`; TensorFlow 2.21, two cores, no accelerator): in runs
over one set each, 92 to 98 % of what was said had the right sign, and faster was never taken for slower or slower for faster; about
one in ten was left open. In one run it was 78 %: the truth itself had changed sign for 18 % of the functions since ten minutes
before, as a virtual machine's threads wake sooner or later. The constants were set on 96 others (tests/benchmarks/prediction.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, hypot, log
from statistics import median, quantiles

from hybnb.measure import weakness
from hybnb.measure.estimate import Estimate, estimate, trace_seconds
from hybnb.model import Calibration, CallHistory, Prediction, Recording, ValueSketch

ERROR = 1.5  #: four of five predictions of graph time are within this factor
HOST_SHARE = 0.5  #: of the eager time outside TensorFlow from which nothing is predicted
MAX_SLACK = 2.5  #: times that the slowest graph is slower than the fastest one that the weak ops allow
TENSORS = frozenset(("tensor", "ndarray", "numpy_scalar", "composite", "symbolic"))


class Predictor:
    """Predicts, and keeps what it made of each function's recordings, which may hold thousands of ops."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[Recording, ...], Calibration, int, Estimate]] = {}

    def predict(
        self, recordings: Sequence[Recording], history: CallHistory, calibration: Calibration
    ) -> Prediction | None:
        """What a tf.function would do for this function; None when there is too little to go by.

        Without a recording only one thing can be said: a call shorter than calling an empty graph can't get faster.
        """
        eager = eager_seconds(history, recordings)
        if eager is None:
            return None
        if not recordings:
            return _too_short(eager, calibration) if eager < calibration.graph_call_seconds else None
        found = self._estimate(tuple(recordings), history, calibration)
        return _prediction(eager, found, recordings, history, calibration)

    def _estimate(self, recordings: tuple[Recording, ...], history: CallHistory, calibration: Calibration) -> Estimate:
        arguments = tensor_arguments(history)
        have = self._known.get(history.function)
        if have and same(have[0], recordings) and have[1:3] == (calibration, arguments):
            return have[3]
        found = estimate(recordings, calibration, arguments)
        self._known[history.function] = recordings, calibration, arguments, found
        return found


def predict(recordings: Sequence[Recording], history: CallHistory, calibration: Calibration) -> Prediction | None:
    """As `Predictor.predict`, for once."""
    return Predictor().predict(recordings, history, calibration)


def eager_seconds(history: CallHistory, recordings: Sequence[Recording]) -> float | None:
    """Median seconds of an eager call; recorded calls are slower, so they count only where there is little else."""
    recorded = [found.seconds for found in recordings]
    if not history.recent_seconds:
        return median(recorded) if recorded else None
    seen = median(history.recent_seconds)
    few = len(history.recent_seconds) <= 2 * len(recorded)
    return min(seen, median(recorded)) if few else seen


def tensor_arguments(history: CallHistory) -> int:
    """How many tensors the last call passed, those inside lists, tuples and dicts included."""
    return sum(_tensors_in(sketch) for _, sketch in history.calls[-1].arguments) if history.calls else 1


def same(left: Sequence[Recording], right: Sequence[Recording]) -> bool:
    """The very same recordings; comparing thousands of ops one by one would take longer than the estimate."""
    return len(left) == len(right) and all(one is other for one, other in zip(left, right, strict=True))


def _prediction(
    eager: float,
    found: Estimate,
    recordings: Sequence[Recording],
    history: CallHistory,
    calibration: Calibration,
) -> Prediction:
    # where calls usually take longer than the recorded ones did, so would the graph's
    pace = max(1.0, eager / median(one.seconds for one in recordings))
    graph = found.graph * pace
    host = min(one.host_seconds / one.seconds if one.seconds else 0.0 for one in recordings)
    on_cpu = not recordings[-1].accelerator  # elsewhere an op's time is that of starting it
    reasons = [*weakness.objections(recordings[-1]), *_reasons(found, host)]
    spread = exp(hypot(log(ERROR), log(_spread(history.recent_seconds))))
    return Prediction(
        eager_seconds=eager,
        graph_seconds=graph,
        speedup=eager / graph,
        low=eager / (found.slow * pace) / spread,
        # no graph call is shorter than that of an empty graph
        high=max(eager / graph, min(eager / (found.fast * pace) * spread, eager / calibration.graph_call_seconds)),
        trace_seconds=found.trace,
        ops=found.ops,
        trusted=not reasons,
        weakness="; ".join(reasons),
        host_share=host if on_cpu else 0.0,
        largest_op_share=found.largest_share if on_cpu else 0.0,
        largest_op=found.largest,
    )


def _reasons(found: Estimate, host: float) -> list[str]:
    reasons = []
    if host > HOST_SHARE:
        reasons.append(f"{host:.0%} of its time is spent outside TensorFlow")
    if found.slack > MAX_SLACK:
        reasons.append(f"most of the work is in {found.weakest}")
    return reasons


def _spread(seconds: Sequence[float]) -> float:
    """How far calls usually are from the median, as a factor: 1 when all take the same."""
    if len(seconds) < 4:
        return 1.0
    low, _, high = quantiles(seconds, n=4)
    return (high / low) ** 0.5 if low > 0.0 else 1.0


def _tensors_in(sketch: ValueSketch) -> int:
    return (sketch.kind in TENSORS) + sum(_tensors_in(item) for item in sketch.items)


def _too_short(eager: float, calibration: Calibration) -> Prediction:
    """A call shorter than an empty graph call."""
    graph = calibration.graph_call_seconds
    return Prediction(
        eager_seconds=eager,
        graph_seconds=graph,
        speedup=eager / graph,
        low=0.0,
        high=eager / graph,
        trace_seconds=trace_seconds(1, calibration),
        ops=0,
    )
