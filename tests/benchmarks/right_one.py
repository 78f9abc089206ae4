"""One function as hybnb sees it, and the truth about it; all that was seen is kept, so that predictions can be made anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from statistics import median
from types import FunctionType
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from hybnb.measure.comparison import pooled
from hybnb.measure.here.trial import trial
from hybnb.measure.prediction import predict
from hybnb.measure.refused import RefusedError
from hybnb.measure.slices import run_through
from hybnb.measure.worker.carry import Call, pack
from hybnb.measure.worker.client import Worker
from hybnb.model import Calibration, CallHistory, Gain, Prediction, Recording, Trial, TrialPlan
from hybnb.session.policy import once_more
from tests.benchmarks.prediction import OFTEN, label, watched
from tests.benchmarks.prediction_models import Case
from tests.benchmarks.right_traces import traces
from tests.deciding import gain

DROPPED = 2  #: calls at the start of each block of the truth that aren't counted
BLOCK_SECONDS = 0.05  #: of a block at least, so that what the other kind of call left behind doesn't matter
BLOCK_CALLS = 6  #: at least
SURE = 1.05  #: times that the two halves of a truth may differ; else it is timed for longer …
LONGEST = 4  #: … up to so many times as long

SIGNS = {"faster": "faster", "slower": "slower", "neutral": "equal", "too-noisy": "open"}
SAID: dict[Gain, str] = {"yes": "faster", "no": "slower", "neutral": "equal", "unknown": "open"}


class Outcome(Struct, frozen=True):
    """One function: what was seen of it, what a trial measured, and the truth as medians of blocks; seconds."""

    name: str
    calibration: Calibration
    recordings: tuple[Recording, ...]
    history: CallHistory
    trial: Trial  #: with all its sittings
    trial_seconds: float  #: of the first
    eager: tuple[float, ...]
    graph: tuple[float, ...]
    of: str = ""  #: the set that it is of
    again_seconds: float = 0.0  #: of all further sittings
    traces: tuple[int, int] | None = None  #: counted, and made by TensorFlow, for calls of different sizes

    @property
    def ratio(self) -> float:
        """The true speed-up."""
        return median(self.eager) / median(self.graph)

    @property
    def truth(self) -> str:
        """It in a word."""
        return label(self.ratio)

    @property
    def halves(self) -> tuple[float, float]:
        """The speed-up by the first and by the second half of the blocks: how far the truth itself moves."""
        middle = len(self.eager) // 2
        return (
            median(self.eager[:middle]) / median(self.graph[:middle]),
            median(self.eager[middle:]) / median(self.graph[middle:]),
        )

    @property
    def prediction(self) -> Prediction:
        """Made of what was seen, by the present rules."""
        found = predict(self.recordings, self.history, self.calibration)
        assert found is not None
        return found

    @property
    def predicted(self) -> str:
        """What hybnb says without a trial."""
        return SAID[gain(self.prediction, OFTEN)]

    @property
    def measured(self) -> str:
        """What it says after one; "none" where there was none."""
        found = self.trial.comparison
        return "none" if found is None else SIGNS[found.label]

    @property
    def off(self) -> float:
        """How many times the measured speed-up is off, at least 1."""
        found = self.trial.comparison
        return float("inf") if found is None else max(found.speedup / self.ratio, self.ratio / found.speedup)


def outcome(
    name: str,
    case: Case,
    calibration: Calibration,
    seconds: float,
    place: Literal["worker", "kernel"],
    worker: Worker,
    seed: int | None = None,
) -> Generator[None, None, Outcome]:
    """Watch it in use for a moment and try it; before and after the trial find out for `seconds`, as machines drift.

    Longer, where the first and the second half of what was found out don't agree. The function is made with a seed, so that
    it is the same each time; it runs with `seed`: with one, eager calls that draw take several times as long. Where this
    yields, time should pass until the next sitting.
    """
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(1)
    function, arguments = case(tf, keras)
    tf.random.set_seed(seed)
    recorder, history = watched(name, lambda: function(*arguments), len(arguments))
    traced = tf.function(function)
    for _ in range(5):
        traced(*arguments)
    calls = (lambda: function(*arguments)), (lambda: traced(*arguments))
    before = truth(*calls, seconds / 2)
    usual = median(history.recent_seconds) if history.recent_seconds else None
    plan = TrialPlan(name, place=place, deadline_seconds=120.0, eager_seconds=usual)
    began = time.perf_counter()
    if place == "worker":
        found = tried_there(function, arguments, plan, worker)
    else:
        found = tried_here(function, arguments, plan, history.recent_seconds)
    took, more = time.perf_counter() - began, 0.0
    yield
    while (again := once_more(plan, found)) is not None:
        began = time.perf_counter()
        found = pooled(found, tried_there(function, arguments, again, worker))
        more += time.perf_counter() - began
        yield
    seen = Outcome(name, calibration, recorder.recordings()[name], history, found, took, *before, again_seconds=more)
    for pieces in range(1, 2 * LONGEST):
        eager, graph = truth(*calls, seconds / 2)
        seen = replace(seen, eager=seen.eager + eager, graph=seen.graph + graph)
        if pieces % 2 and max(seen.halves) < SURE * min(seen.halves):
            break
    return replace(seen, traces=traces(function, arguments))


def tried_there(function: Callable[..., Any], arguments: Sequence[Any], plan: TrialPlan, worker: Worker) -> Trial:
    """In the process for trials, as hybnb does by itself."""
    names = function.__code__.co_varnames[: function.__code__.co_argcount] if isinstance(function, FunctionType) else ()
    try:
        parcel = pack(Call(function, tuple(arguments), {}, names), time.perf_counter, plan.carried_bytes, 10.0)
    except RefusedError as refused:
        return Trial(plan.function, refusal=refused.refusal)
    job = worker.run(plan, parcel)
    job.ended.wait()
    while worker._thread is not None and worker._thread.is_alive():
        time.sleep(0.005)
    assert job.trial is not None
    return job.trial


def tried_here(
    function: Callable[..., Any], arguments: Sequence[Any], plan: TrialPlan, recent: Sequence[float]
) -> Trial:
    """In this process, as hybnb does on request."""
    return run_through(trial(function, arguments, {}, plan, time.perf_counter, recent))[0]


def truth(
    eager: Callable[[], Any], graph: Callable[[], Any], seconds: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Medians of long blocks in turn. Garbage is collected as ever: without, calls that leave cycles get slower and slower."""
    found: tuple[list[float], list[float]] = [], []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(found[0]) < 6:
        for call, medians in zip((eager, graph), found, strict=True):
            medians.append(median(_block(call)))
    return tuple(found[0]), tuple(found[1])


def _block(call: Callable[[], Any]) -> list[float]:
    times: list[float] = []
    while len(times) < BLOCK_CALLS or sum(times) < BLOCK_SECONDS:
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return times[DROPPED:]
