"""A trial in the kernel, on a GPU: the truth is what a loop takes until its last result has come to the host."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

from hybnb.measure.comparison import FASTER, SLOWER
from hybnb.measure.here.trial import trial
from hybnb.measure.slices import run_through
from hybnb.model import Trial, TrialPlan
from tests.accelerator.functions import MAKERS, Made

pytestmark = [pytest.mark.accelerator, pytest.mark.tensorflow]
ROUNDS = 12
SECONDS = 0.1  #: of a round


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_the_measured_gain_is_the_true_one_and_nothing_is_changed(
    tf: Any, make: Callable[[Any], Made], record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    function, arguments = make(tf)
    for _ in range(3):
        function(*arguments)
    variables = reached(function)
    before = [one.numpy().tobytes() for one in variables]
    held = in_use(tf)
    found = tried(function, arguments)
    assert [one.numpy().tobytes() for one in variables] == before
    assert in_use(tf) <= held + (1 << 20)
    eager, graph = truth(function, tf.function(function), arguments)
    ratio = eager / graph
    with capsys.disabled():
        print(f"\n{make.__name__}: {told(found)}; truth {ratio:.2f}, {eager * 1e3:.3f} ms, {graph * 1e3:.3f} ms")
    assert found.refusal is None, found.refusal
    assert found.agreement is not None
    assert found.agreement.agreed, found.agreement.differences
    assert found.comparison is not None
    assert found.comparison.label in ("too-noisy", *labels(ratio))


def test_variables_too_large_to_be_copied_are_refused_before_they_are(tf: Any) -> None:
    weight = tf.Variable(tf.zeros([200, 1 << 20]))
    held = in_use(tf)
    found = tried(lambda: tf.reduce_sum(weight), ())
    assert found.refusal is not None
    assert found.refusal.reason == "too-large"
    assert in_use(tf) <= held


def test_want_of_the_gpus_memory_is_not_laid_to_the_function(tf: Any) -> None:
    found = tried(lambda size: tf.fill([size], 1.0), (tf.constant(1 << 42, tf.int64),))
    assert found.refusal is not None
    assert found.refusal.reason == "memory"
    assert float(tf.reduce_sum(tf.ones([3]))) == 3.0


def test_random_numbers_without_a_seed_are_compared_and_not_timed(tf: Any) -> None:
    tf.random.set_seed(None)
    found = tried(lambda x: x + tf.random.normal([64, 64]), (tf.ones([64, 64]),))
    assert found.agreement is not None
    assert found.agreement.agreed
    assert found.comparison is None
    assert found.refusal is not None
    assert "hybnb can't tell when the notebook's own calls are done" in found.refusal.message


def tried(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Trial:
    """A whole trial."""
    plan = TrialPlan("f", place="kernel", timing_seconds=1.0)
    return run_through(trial(function, arguments, {}, plan, time.perf_counter))[0]


def in_use(tf: Any) -> int:
    """Bytes of the first GPU's memory that tensors hold."""
    gc.collect()
    return int(tf.config.experimental.get_memory_info("GPU:0")["current"])


def told(found: Trial) -> str:
    """What a trial came to, in a line."""
    one, agreement = found.comparison, found.agreement
    if found.refusal is not None or one is None:
        return f"{agreement and agreement.agreed} {found.refusal}"
    assert found.eager is not None
    assert found.graph is not None
    times = f"eager {found.eager.median * 1e3:.3f} ms, graph {found.graph.median * 1e3:.3f} ms"
    same = agreement is not None and agreement.agreed
    return f"{one.label} {one.speedup:.2f} ({one.low:.2f} to {one.high:.2f}, {one.pairs} pairs), {times}, same: {same}"


def labels(ratio: float) -> tuple[str, ...]:
    """What may be said of a true ratio; within 15 % of a border both."""
    found = {label_of(ratio), label_of(ratio * 1.15), label_of(ratio / 1.15)}
    return tuple(found)


def label_of(ratio: float) -> str:
    return "faster" if ratio > FASTER else "slower" if ratio < SLOWER else "neutral"


def reached(function: Callable[..., Any]) -> list[Any]:
    """The variables that a function's closure holds, models and optimizers included."""
    held = [cell.cell_contents for cell in function.__closure__ or ()]
    flat = [each for one in held for each in (one if isinstance(one, list) else [one])]
    inner = [each for one in flat for each in getattr(one, "variables", ())]
    return [each for each in (*flat, *inner) if hasattr(each, "assign") and hasattr(each, "numpy")]


def truth(eager: Callable[..., Any], graph: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[float, float]:
    """Seconds of a call, medians of long rounds in turn, each ended by a copy of the last result to the host."""
    counts = [count_for(one, arguments) for one in (eager, graph)]
    times = [[], []]  # type: list[list[float]]
    for _ in range(ROUNDS):
        for seconds, one, count in zip(times, (eager, graph), counts, strict=True):
            seconds.append(loop(one, arguments, count) / count)
    return median(times[0]), median(times[1])


def count_for(call: Callable[..., Any], arguments: tuple[Any, ...]) -> int:
    loop(call, arguments, 5)
    return max(3, int(SECONDS / (loop(call, arguments, 5) / 5)))


def loop(call: Callable[..., Any], arguments: tuple[Any, ...], count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        result = call(*arguments)
    first = result
    while first.shape.rank:  # one number is enough to wait for all
        first = first[0]
    float(first)
    return time.perf_counter() - began
