"""What trials cost: the kernel's own time, the trial itself once the worker is warm, the user's cells meanwhile."""

from __future__ import annotations

import time
from statistics import median

from hybnb.measure.worker.carry import Call, Parcel, pack
from hybnb.measure.worker.client import Worker
from hybnb.model import Trial, TrialPlan
from tests.benchmarks.rows import Row, give
from tests.measure.worker.typical import CARRIED, ran

LONG = "def function(x):\n    for _ in range(400):\n        x = tf.sin(x)\n    return x\narguments = (rows,)\n"
ROUNDS = 40


def made(title: str, text: str) -> tuple[Call, float]:
    """The call, and the seconds that it takes eagerly."""
    names = ran(title, text)
    function, arguments = names["function"], names["arguments"]
    call = Call(function, tuple(arguments), {}, function.__code__.co_varnames[: function.__code__.co_argcount])
    function(*arguments)
    times = []
    for _ in range(3):
        began = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - began)
    return call, median(times)


def tried(worker: Worker, parcel: Parcel) -> tuple[Trial, float]:
    """A trial and the seconds from request to result."""
    began = time.perf_counter()
    job = worker.run(TrialPlan("function", deadline_seconds=120.0), parcel)
    job.ended.wait()
    took = time.perf_counter() - began
    assert job.trial is not None
    while worker._thread is not None and worker._thread.is_alive():
        time.sleep(0.005)
    return job.trial, took


def costs(worker: Worker) -> list[Row]:
    """Over typical functions: packing, and how far a trial is above twelve calls."""
    packing, above, carried = [], [], 0
    for title, text in CARRIED.items():
        call, eager = made(title, text)
        began = time.perf_counter()
        parcel = pack(call, time.perf_counter, seconds=30.0)
        packing.append(time.perf_counter() - began)
        trial, took = tried(worker, parcel)
        carried += trial.refusal is None
        above.append(took - 12 * eager)
    return [
        Row(f"trial: typical functions carried, of {len(CARRIED)}", carried, "", 0.9 * len(CARRIED), "more"),
        Row("trial: the kernel packs a typical function, median", median(packing) * 1e3, "ms", 50),
        Row("trial: the kernel packs a typical function, longest", max(packing) * 1e3, "ms"),
        Row("trial: time above twelve eager calls, median", median(above), "s", 1.0),
        Row("trial: time above twelve eager calls, longest", max(above), "s"),
    ]


def disturbance(worker: Worker) -> Row:
    """How much slower a cell's work is while a trial stands behind it, as it does in a session: standing still.

    Each such cell is put beside the ones right before and after the trial, because the machine itself changes by more.
    """
    import tensorflow as tf

    parcel = pack(made("long", LONG)[0], time.perf_counter)
    matrix = tf.random.normal((400, 400))

    def cell() -> float:
        began = time.perf_counter()
        for _ in range(60):
            tf.linalg.matmul(matrix, matrix)
        return time.perf_counter() - began

    def beside() -> float:
        job = worker.run(TrialPlan("long", deadline_seconds=120.0), parcel)
        while job.stage == "start":
            time.sleep(0.005)
        worker.pause()
        took = cell()
        worker.resume()
        job.ended.wait()
        while worker._thread is not None and worker._thread.is_alive():
            time.sleep(0.005)
        return took

    slower: list[float] = []
    cell()
    for _ in range(ROUNDS):
        before, during, after = cell(), beside(), cell()
        slower.append(2 * during / (before + after))
    return Row("trial: a cell is slower while one is under way", (median(slower) - 1) * 100, "%", 2)


def main() -> None:
    """All rows."""
    worker = Worker()
    call, _ = made("first", "def function(x):\n    return x\narguments = (rows,)\n")
    _, start = tried(worker, pack(call, time.perf_counter))
    rows = [Row("trial: the worker starts, with the first trial", start, "s"), *costs(worker), disturbance(worker)]
    worker.stop()
    give(rows)


if __name__ == "__main__":
    main()
