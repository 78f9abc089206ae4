"""Runs a sample eagerly and gathers what hybnb would have seen of the function judged: calls, ops and traces.

Times are made up, so that nothing depends on the machine: every op takes its dispatch and what the roofline says.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import linecache
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from msgspec.structs import replace

from hybnb.analyse import analyse
from hybnb.measure.prediction import predict
from hybnb.measure.recorder import Recorder
from hybnb.measure.roofline import floor_seconds
from hybnb.model import (
    Calibration,
    Call,
    CallHistory,
    Cell,
    Environment,
    Evidence,
    FunctionFacts,
    OpRecord,
    Recording,
    ValueSketch,
)
from hybnb.observe.calls.callers import plain_qualname
from hybnb.observe.calls.signature import Identities
from hybnb.observe.leaks import leaks
from hybnb.observe.values import Sketcher
from hybnb.session.records import traced
from hybnb.session.stale import StaleTraces
from tests.truth.sample import Sample

MACHINE = Calibration(
    dispatch_seconds=10e-6, graph_call_seconds=250e-6, node_seconds=0.5e-6, matmul_flops=1.5e11, stream_bytes=3e10
)
PYTHON = 15e-6  #: seconds between two ops


def facts_of(sample: Sample, history: CallHistory | None = None) -> FunctionFacts:
    """What analysis says of the function judged; without a history from the source alone."""
    cells = [Cell(number, source) for number, source in enumerate(sample.cells, 1)]
    histories = None if history is None else {sample.judged.name: history}
    found = {facts.function.name: facts for facts in analyse(cells, histories=histories)}
    return found[sample.judged.name]


def read(sample: Sample) -> Evidence:
    """Evidence from the source alone."""
    return Evidence(facts_of(sample), live=False)


def observed(sample: Sample, times: int = 1) -> Evidence:
    """Evidence after the last cell was run `times` times. Needs TensorFlow."""
    import tensorflow as tf

    watch, stale = _Watch(sample, tf.executing_eagerly), StaleTraces()
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for number, source in enumerate(sample.cells[:-1]):
            exec(_compiled(source, number, sample), namespace)
        facts = facts_of(sample)
        stale.note(traced(namespace), lambda _: frozenset(facts.depends_on), namespace)
        calls = _compiled(sample.cells[-1], len(sample.cells) - 1, sample)
        with watch:
            for _ in range(times):
                exec(calls, namespace)
    history = watch.history()
    recordings = watch.recordings()
    prediction = predict(recordings, history, MACHINE) if recordings and history.count else None
    environment = Environment("3", eager=not tf.config.functions_run_eagerly())
    tf.config.run_functions_eagerly(False)
    history = replace(history, traces=_traces(namespace, sample.judged.name))
    stale.look(traced(namespace), namespace, len(sample.cells))
    told = stale.told({sample.judged.name: history})
    history = told[sample.judged.name]
    facts = facts_of(sample, history)
    return Evidence(facts, history=history, prediction=prediction, environment=environment, leaks=leaks(namespace))


def _traces(namespace: dict[str, Any], name: str) -> int | None:
    """TensorFlow's count for a decorated function, or for all objects of a class with a decorated method."""
    first, *rest = name.split(".")
    found = namespace.get(first)
    for part in rest:
        found = getattr(found, part, None)
    if not hasattr(found, "experimental_get_tracing_count"):
        return None
    each = [found, *getattr(found, "_descriptor_cache", {}).values()]
    return sum(int(one.experimental_get_tracing_count()) for one in each)


def _compiled(source: str, number: int, sample: Sample) -> Any:
    name = f"<cell {number} of {sample.title}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return compile(source, name, "exec")


class _Watch:
    """Sees calls of the function judged while it is entered."""

    def __init__(self, sample: Sample, eagerly: Callable[[], bool]) -> None:
        self.eagerly = eagerly
        self.name = sample.judged.name
        self.file = f"<cell {sample.judged.cell} of {sample.title}>"
        self.sketcher = Sketcher(Identities().of)
        self.in_graph = 0
        self.seen: list[tuple[tuple[str, ValueSketch], ...]] = []
        self.recorder = Recorder(_ticks().__next__)
        self.running: list[tuple[FrameType, Any]] = []

    def __enter__(self) -> None:
        sys.setprofile(self._event)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _event(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename == self.file and plain_qualname(frame.f_code) == self.name:
            if not self.eagerly():
                self.in_graph += 1
                return
            values = inspect.getargvalues(frame)
            names = [*values.args, *filter(None, (values.varargs, values.keywords))]
            self.seen.append(tuple((name, self.sketcher.sketch(values.locals[name])) for name in names))
            self.running.append((frame, self.recorder.begin(self.name)))
        elif event == "return" and self.running and frame is self.running[-1][0]:
            self.recorder.end(self.running.pop()[1])

    def recordings(self) -> tuple[Recording, ...]:
        return tuple(map(_timed, self.recorder.recordings().get(self.name, ())))

    def history(self) -> CallHistory:
        made = self.recordings()
        each = made[-1].seconds if made else PYTHON
        kinds = [one for i, one in enumerate(self.seen) if one not in self.seen[:i]]
        made_calls = tuple(Call(one, self.seen.count(one), each * self.seen.count(one)) for one in kinds)
        count = len(self.seen)
        recent = (each,) * min(64, max(0, count - 1))
        order = tuple(kinds.index(one) for one in self.seen)
        return CallHistory(
            self.name, count, each * count, recent, in_graph=self.in_graph, calls=made_calls, order=order
        )


def _ticks() -> Iterator[float]:
    now = 0.0
    while True:
        now += 1e-6
        yield now


def _timed(recording: Recording) -> Recording:
    ops = tuple(map(_with_time, recording.ops))
    return replace(recording, ops=ops, seconds=sum(op.seconds + PYTHON for op in ops) + PYTHON, host_seconds=0.0)


def _with_time(op: OpRecord) -> OpRecord:
    return replace(op, seconds=MACHINE.dispatch_seconds + (floor_seconds(op, MACHINE) or 0.0))
