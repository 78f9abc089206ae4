"""The worker's entry: `python -P -c START` of `client`. Confines itself, imports TensorFlow, and serves one trial after the other.

It ends when its standard input closes, when the process that started it dies, or when nobody has asked for a while.
"""

from __future__ import annotations

import linecache
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO, Final

import msgspec
import psutil

from hybnb.measure.worker import frames, sandbox
from hybnb.measure.worker.messages import DIED_OF_MEMORY, Failed, Message, Ready, Request, Result, Stage, Start

WATCH: Final = 0.05  #: seconds between two looks at the memory


def main() -> None:
    """Serve until the end. `sys.argv[2]` is a Start as JSON."""
    start = msgspec.json.decode(sys.argv[2], type=Start)
    incoming, outgoing = _channel()
    sandbox.follow_to_death(start.owner)
    sandbox.stand_back()
    confined = sandbox.confine(start.folder)
    os.chdir(start.folder)
    tempfile.tempdir = start.folder
    sys.dont_write_bytecode = True
    requests: SimpleQueue[list[bytearray] | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(incoming, requests, start.folder), daemon=True).start()
    server = Server(start, outgoing)
    server.warm_up()
    server.send(Ready(confined))
    while (parts := _next(requests, start.idle_seconds)) is not None:
        server.serve(parts)
    _leave(start.folder)


def _channel() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the kernel, moved out of reach of whatever prints or reads."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    return incoming, outgoing


def _listen(incoming: BinaryIO, requests: SimpleQueue[Any], folder: str) -> None:
    """Read what the kernel asks; its end is ours, whatever is going on."""
    with suppress(EOFError, OSError):
        while True:
            requests.put(frames.read(incoming))
    _leave(folder)


def _next(requests: SimpleQueue[Any], seconds: float) -> Any:
    try:
        return requests.get(timeout=seconds)
    except Empty:
        return None


def _leave(folder: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


class Server:
    """Runs trials and tells what comes of them."""

    def __init__(self, start: Start, outgoing: BinaryIO) -> None:
        self._start = start
        self._outgoing = outgoing
        self._lock = threading.Lock()

    def warm_up(self) -> None:
        """Import all that a trial needs, and trace something once: the first trace of a process takes much longer."""
        sys.path[:] = [*dict.fromkeys((*self._start.path, *sys.path))]
        import tensorflow

        with suppress(Exception):
            tensorflow.config.set_visible_devices(
                [] if not self._start.accelerator else tensorflow.config.list_physical_devices("GPU"), "GPU"
            )
        for name, count in (("intra", self._start.intra_threads), ("inter", self._start.inter_threads)):
            if count:
                getattr(tensorflow.config.threading, f"set_{name}_op_parallelism_threads")(count)
        with suppress(ImportError):
            import keras  # noqa: F401
        from hybnb.measure.worker.denial import Denial

        value = tensorflow.ones([2])
        tensorflow.function(lambda one: one if tensorflow.reduce_sum(one) < 0 else one * 2)(value)
        self._denial = Denial(self._start.folder)
        self._denial.install()

    def serve(self, parts: Sequence[Any]) -> None:
        """One trial. What isn't the trial's own outcome is told as a failure of ours."""
        from hybnb.measure.worker.trying import Tools, tried

        request = msgspec.json.decode(parts[0], type=Request)
        self._denial.denied.clear()
        for name, text in request.sources.items():
            linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        folder = Path(self._start.folder) / "trial"
        watching = threading.Event()
        limit = sandbox.limit_memory(request.plan.memory_bytes)
        threading.Thread(target=_watch_memory, args=(limit, watching), daemon=True).start()
        threads = threading.active_count()
        try:
            _configure(request)
            tools = Tools(folder, self._denial, time.perf_counter, lambda word: self.send(Stage(word)), request.seeded)
            trial = tried(request.plan, parts[1:], tools)
            tampered = trial.refusal is not None and trial.refusal.reason == "tampered"
            tainted = tampered or threading.active_count() > threads
            self.send(Result(trial, tainted))
        except BaseException as trouble:
            self.send(Failed(f"{type(trouble).__name__}: {trouble}"[:300]))
        finally:
            watching.set()
            shutil.rmtree(folder, ignore_errors=True)

    def send(self, message: Message) -> None:
        """Tell the kernel; without it there is nobody to work for."""
        with self._lock:
            try:
                frames.write(self._outgoing, [msgspec.json.encode(message)])
            except OSError:
                _leave(self._start.folder)


def _configure(request: Request) -> None:
    """Keras's global settings as they are in the kernel."""
    keras = sys.modules.get("keras")
    if keras is None or not request.keras:
        return
    keras.config.set_floatx(request.keras["floatx"])
    keras.config.set_image_data_format(request.keras["image_data_format"])
    keras.config.set_dtype_policy(request.keras["dtype_policy"])


def _watch_memory(limit: int, done: threading.Event) -> None:
    process = psutil.Process()
    while not done.wait(WATCH):
        if process.memory_info().rss > limit:
            os._exit(DIED_OF_MEMORY)


if __name__ == "__main__":
    main()
