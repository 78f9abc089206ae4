"""What this machine does per second, measured once in a process of its own and kept.

`python -m hybnb.measure.calibration` measures and prints one Calibration as JSON. It hides every accelerator, runs at
low priority, and ends by itself when its standard input closes (its parent is gone) or after three minutes.
"""

from __future__ import annotations

import os
import platform
import sys
import threading
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

import msgspec

from hybnb.measure.recorder import Recorder
from hybnb.model import Calibration, OpRecord

ROUNDS = 12  #: short bursts at least; the best is taken, because everything else that runs only makes them slower
MORE_ROUNDS = 40  #: at most, while bursts still get better
STEADY = 0.97  #: of the best so far: what counts as better
PAUSE = 0.02  #: seconds between two rounds, so that a short load from elsewhere doesn't touch all of them
DEADLINE = (
    180.0  #: seconds after which the process gives up: on a busy machine importing TensorFlow alone may take a minute
)
MATMUL_SIDE = 768
STREAM_ITEMS = 6_000_000


def machine_name() -> str:
    """What a calibration belongs to: the machine and how much of it this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.node()} {platform.system()} {platform.machine()} {cores} cores"


def calibrate() -> Calibration:
    """Measure for about a second; imports TensorFlow, so it is for a process of its own."""
    import tensorflow

    tensorflow.config.set_visible_devices([], "GPU")

    ops, step = _training_step(tensorflow)
    jobs = {
        "dispatch": _dispatch(tensorflow),
        "graph": _empty_graph(tensorflow),
        "step": step,
        "matmul": _matmul(tensorflow),
        "stream": _stream(tensorflow),
    }
    best = _best_bursts(jobs)
    return Calibration(
        dispatch_seconds=best["dispatch"],
        graph_call_seconds=best["graph"],
        node_seconds=max(0.0, best["step"] - best["graph"]) / ops,
        matmul_flops=2.0 * MATMUL_SIDE**3 / best["matmul"],
        stream_bytes=3.0 * 4.0 * STREAM_ITEMS / best["stream"],
        tensorflow=str(tensorflow.__version__),
        machine=machine_name(),
    )


def _best_bursts(jobs: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    """The shortest burst of each job; goes on while any of them got clearly better in the last ROUNDS."""
    best = {name: float("inf") for name in jobs}
    since = 0
    for _ in range(MORE_ROUNDS):
        times = {name: job() for name, job in jobs.items()}
        since = 0 if any(times[name] < STEADY * best[name] for name in jobs) else since + 1
        best = {name: min(best[name], times[name]) for name in jobs}
        if since >= ROUNDS:
            break
        time.sleep(PAUSE)
    return best


def _dispatch(tensorflow: Any) -> Callable[[], float]:
    """Seconds of one small op inside TensorFlow's entry point, as the recorder sees it."""
    small = tensorflow.ones([8, 8])

    def burst() -> float:
        return median(op.seconds for op in _recorded(lambda: [tensorflow.multiply(small, small) for _ in range(100)]))

    return burst


def _recorded(call: Callable[[], object]) -> tuple[OpRecord, ...]:
    recorder = Recorder(time.perf_counter)
    with recorder.record("call"):
        call()
    (recording,) = recorder.recordings()["call"]
    return recording.ops


def _empty_graph(tensorflow: Any) -> Callable[[], float]:
    """Seconds of one call of a tf.function that gives back its only argument."""
    graph, value = tensorflow.function(lambda value: value, autograph=False), tensorflow.constant(1.0)
    return lambda: _median_of(lambda: graph(value), 30)


def _training_step(tensorflow: Any) -> tuple[int, Callable[[], float]]:
    """Eager ops of a tiny training step, and the seconds of one call of its graph.

    A chain would not do: TensorFlow runs the nodes of a chain one after the other on one thread, while the nodes of
    a real graph are handed from thread to thread.
    """
    weights = [tensorflow.Variable(tensorflow.ones([16, 16]) * 0.01) for _ in range(8)]

    def step(value: Any) -> None:
        with tensorflow.GradientTape() as tape:
            for weight in weights:
                value = tensorflow.tanh(value @ weight + weight)
            loss = tensorflow.reduce_mean(value)
        for weight, slope in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(slope * 0.01)

    value, graph = tensorflow.ones([16, 16]), tensorflow.function(step, autograph=False)
    return len(_recorded(lambda: step(value))), lambda: _median_of(lambda: graph(value), 20)


def _matmul(tensorflow: Any) -> Callable[[], float]:
    left = tensorflow.random.stateless_uniform([MATMUL_SIDE, MATMUL_SIDE], [1, 2])
    return lambda: _best_of(lambda: tensorflow.matmul(left, left), 2)


def _stream(tensorflow: Any) -> Callable[[], float]:
    left, right = tensorflow.ones([STREAM_ITEMS]), tensorflow.zeros([STREAM_ITEMS])
    return lambda: _best_of(lambda: tensorflow.add(left, right), 3)


def _times_of(call: Callable[[], object], count: int) -> list[float]:
    call()
    times = []
    for _ in range(count):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return times


def _best_of(call: Callable[[], object], count: int) -> float:
    return min(_times_of(call, count))


def _median_of(call: Callable[[], object], count: int) -> float:
    return median(_times_of(call, count))


def _leave_with_parent() -> None:
    """Wait for the end of standard input, which the parent holds open, then end this process at once."""
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> None:
    """Measure and print; see the module's docstring."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    deadline = threading.Timer(DEADLINE, os._exit, (1,))
    deadline.daemon = True
    deadline.start()
    if hasattr(os, "nice"):
        os.nice(10)
    sys.stdout.buffer.write(msgspec.json.encode(calibrate()))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
