"""Says what is different when a function becomes a tf.function, by running a sample both ways.

    with Bench() as bench:
        print(bench.compare(sample("a title", text)))

Each sample runs three times in fresh namespaces: eagerly, eagerly with other seeds (what differs then is random anyway),
and with the judged function as a tf.function. Compared are, for each call, value, dtype, shape, structure, Python type,
exception class, output, log and warnings; for the whole, files written, what the notebook's names hold, and whether equal
calls vary.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any

from tests.truth.differences import Difference, Differences
from tests.truth.sample import Sample

ROOT = Path(__file__).parents[2]
START_SECONDS = 120.0
DEADLINE_SECONDS = 60.0
ENDLESS_SECONDS = 6.0


class SampleError(Exception):
    """The sample fails before its last cell, or does not end eagerly."""


class Bench:
    """A worker process, started when needed and started anew after it hung or died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._answers: SimpleQueue[str] = SimpleQueue()

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def compare(
        self, sample: Sample, options: Mapping[str, Any] | None = None, deadline: float = DEADLINE_SECONDS
    ) -> Differences:
        """Differences between eager and graph. `options` go to tf.function, in place of those the sample writes itself.
        `deadline` is in seconds, for the eager runs together and then for the graph run, which gets less where the sample
        says that it never ends.
        """
        request = {"title": sample.title, "cells": sample.cells, "judged": asdict(sample.judged), "options": options}
        return self._asked(request, deadline, ENDLESS_SECONDS if sample.endless else deadline)

    def prove(self, title: str, cells: Sequence[str], deadline: float = DEADLINE_SECONDS) -> None:
        """Run cells that assert something of TensorFlow by themselves; SampleError when an assertion fails."""
        ended = self._asked({"title": title, "cells": cells, "judged": None}, deadline, deadline)
        if ended:
            raise SampleError(f"{title}: {ended}")

    def _asked(self, request: Mapping[str, Any], eagerly: float, in_graph: float) -> Differences:
        """The worker's answer; at most so many seconds for each of its two halves."""
        process, title = self._running(), request["title"]
        assert process.stdin is not None
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        answer = self._read(eagerly)
        if isinstance(answer, str):
            raise SampleError(f"{title}: {answer} eagerly")
        if answer["stage"] == "eager":
            answer = self._read(in_graph)
            if isinstance(answer, str):
                words = "never ends" if answer == "hangs" else "takes the process down"
                return Differences((Difference("hangs" if answer == "hangs" else "dies", "the graph", words),))
        if "error" in answer:
            raise SampleError(f"{title}: {answer['error']}")
        return Differences.of_plain(answer["differences"])

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            command = [sys.executable, "-m", "tests.truth.worker"]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
            )
            self._answers = SimpleQueue()
            Thread(target=_pass_on, args=(self._process, self._answers), daemon=True).start()
            ready = self._read(START_SECONDS)
            if isinstance(ready, str):
                raise RuntimeError(f"the worker with TensorFlow {ready} while it starts")
        return self._process

    def _read(self, seconds: float) -> dict[str, Any] | str:
        """The next answer, or "hangs" or "dies", after which the worker is gone."""
        try:
            line = self._answers.get(timeout=seconds)
        except Empty:
            self.close()
            return "hangs"
        if not line:
            self.close()
            return "dies"
        answer: dict[str, Any] = json.loads(line)
        return answer


def _pass_on(process: subprocess.Popen[str], answers: SimpleQueue[str]) -> None:
    """Each line of the process as it comes, and "" at its end. (Waiting for its pipe instead would miss lines that
    are already in a buffer here.)
    """
    assert process.stdout is not None
    with contextlib.suppress(ValueError):  # closed meanwhile
        for line in process.stdout:
            answers.put(line)
    answers.put("")


def compare(sample: Sample, options: Mapping[str, Any] | None = None) -> Differences:
    """The same for a single sample, with a worker of its own."""
    with Bench() as bench:
        return bench.compare(sample, options)
