"""The kernel's side of the worker: starts it when first needed, sends it one trial at a time, and ends it.

Nothing here waits. A thread writes the request and reads what comes back; the deadline, the death of the worker and a
cancellation all end in the same way, with a Trial that says why there is no result.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import msgspec

from hybnb.measure import adapter_state
from hybnb.measure.worker import folders, frames
from hybnb.measure.worker.carry import Parcel
from hybnb.measure.worker.messages import DIED_OF_MEMORY, STAGES, Failed, Message, Ready, Request, Result, Stage, Start
from hybnb.measure.worker.patience import Patience
from hybnb.model import Refusal, RefusalReason, Trial, TrialPlan

#: Runs the entry module with hybnb's folder last on the path, wherever that is; -P keeps the user's folder out of it.
START: Final = "import sys; sys.path.append(sys.argv[1]); from hybnb.measure.worker.serving import main; main()"
QUIET: Final = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
STARTING: Final = 60.0  #: seconds that a worker may take to start
Done = Callable[[Trial], None]
Hear = Callable[[str], object]


class Job:
    """One trial on its way. `trial` is set when it has ended, in whatever way."""

    def __init__(self, plan: TrialPlan, hear: Hear | None = None, done: Done | None = None) -> None:
        self.plan = plan
        self.stage = "start"
        self.trial: Trial | None = None
        self.ended = threading.Event()
        self._hear, self._done = hear, done

    def at(self, stage: str) -> None:
        """The trial has come to this stage."""
        self.stage = stage
        if self._hear is not None:
            with suppress(Exception):  # whoever listens can't hold up the trial
                self._hear(stage)

    def end(self, trial: Trial) -> None:
        """The first ending holds."""
        if self.trial is None:
            self.trial = trial
            self.ended.set()
            if self._done is not None:
                with suppress(Exception):
                    self._done(trial)

    def refuse(self, reason: RefusalReason, message: str) -> None:
        """End without a result."""
        self.end(Trial(self.plan.function, self.plan.variant, refusal=Refusal(reason, message)))


class Worker:
    """At most one process, and in it at most one trial."""

    def __init__(
        self, start: Callable[[], Start] | None = None, command: Sequence[str] | None = None, accelerator: bool = False
    ) -> None:
        root = str(Path(__file__).resolve().parents[3])
        self._command = tuple(command or (sys.executable, "-P", "-c", START, root))
        self._start = start or (lambda: Start(os.getpid(), "", tuple(sys.path)))
        self._accelerator = accelerator
        self._process: subprocess.Popen[bytes] | None = None
        self._job: Job | None = None
        self._thread: threading.Thread | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._lock = threading.RLock()
        self._patience = Patience(self._out_of_time)
        self._ready = False
        self.confined: bool | None = None  #: does the operating system keep it in its folder? None before it runs

    @property
    def pid(self) -> int | None:
        """Of the process, while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def busy(self) -> bool:
        """A trial is running."""
        job = self._job
        return job is not None and not job.ended.is_set()

    def run(self, plan: TrialPlan, parcel: Parcel, hear: Hear | None = None, done: Done | None = None) -> Job:
        """Start a trial; comes back at once. To be called from a thread that lives as long as the kernel.

        `hear` is told each stage and `done` the outcome, mostly on other threads.
        """
        job = Job(plan, hear, done)
        request = msgspec.json.encode(Request(plan, parcel.sources, keras_settings(), adapter_state.seeded()))
        with self._lock:
            if self.busy:
                job.refuse("unavailable", "another trial is running; try again when it has ended")
                return job
            try:
                process = self._running()
            except OSError as bad:
                job.refuse("unavailable", f"the process for trials couldn't be started ({bad.strerror or bad})")
                return job
            self._job = job
            self._patience.begin(plan.deadline_seconds + (0.0 if self._ready else STARTING))
            arguments = (process, job, (request, *parcel.parts))
            self._thread = threading.Thread(target=self._exchange, args=arguments, name="hybnb-trial", daemon=True)
            self._thread.start()
        return job

    def cancel(self) -> None:
        """End the trial that is running, and with it the process."""
        job = self._job
        if job is not None:
            job.refuse("cancelled", "it was cancelled; ask again with %hybnb measure")
        if self.pid is not None and job is not None and job.trial is not None and job.trial.refusal is not None:
            self._kill()

    def pause(self) -> None:
        """Let the process stand still, so that the user's cell has the machine for itself."""
        self._signal("SIGSTOP")
        self._patience.pause()

    def resume(self) -> None:
        """Let it go on."""
        self._signal("SIGCONT")
        self._patience.resume()

    def stop(self) -> None:
        """End everything and leave nothing behind; a later `run` starts a new process."""
        self.cancel()
        self._kill()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(5.0)

    # ---- the process -----------------------------------------------------------------------------------------------

    def _running(self) -> subprocess.Popen[bytes]:
        process = self._process
        if process is not None and process.poll() is None:
            return process
        self._kill()
        self._folder = folders.new()
        start = msgspec.structs.replace(self._start(), folder=os.path.realpath(self._folder.name))
        hidden = {} if self._accelerator else {"CUDA_VISIBLE_DEVICES": "-1"}
        self._ready = False
        self._process = subprocess.Popen(
            [*self._command, msgspec.json.encode(start).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **QUIET, **hidden},
            start_new_session=True,  # an interrupt of the kernel isn't meant for it, and it is killed with its children
        )
        return self._process

    def _kill(self) -> None:
        with self._lock:
            process, self._process = self._process, None
            self._patience.end()
            if process is not None:
                _kill_group(process)
                process.wait()
                for stream in (process.stdin, process.stdout):
                    with suppress(OSError):
                        cast("BinaryIO", stream).close()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None

    def _signal(self, name: str) -> None:
        process, number = self._process, getattr(signal, name, None)
        if process is not None and number is not None:
            with suppress(OSError):
                process.send_signal(number)

    # ---- one trial -------------------------------------------------------------------------------------------------

    def _exchange(self, process: subprocess.Popen[bytes], job: Job, parts: Sequence[Any]) -> None:
        """Write the request, read until the trial has ended. Runs on a thread of its own.

        Another trial may begin as soon as this one has ended: what isn't to be used again is gone by then.
        """
        try:
            job.at("start")
            if self._ready:
                frames.write(cast("BinaryIO", process.stdin), parts)
            while not job.ended.is_set():
                self._heard(_message(frames.read(cast("BinaryIO", process.stdout))), process, job, parts)
        except (EOFError, OSError, ValueError, msgspec.DecodeError):
            self._died(process, job)

    def _heard(self, message: Message, process: subprocess.Popen[bytes], job: Job, parts: Sequence[Any]) -> None:
        if isinstance(message, Ready):
            self._ready, self.confined = True, message.confined
            self._patience.begin(job.plan.deadline_seconds)
            frames.write(cast("BinaryIO", process.stdin), parts)
        elif isinstance(message, Stage):
            job.at(message.word)
        elif isinstance(message, Result):
            self._done_with(process, job, kill=message.tainted)
            job.end(message.trial)
        elif isinstance(message, Failed):
            self._done_with(process, job, kill=True)
            job.refuse("failed", f"hybnb's own trouble in the process for trials ({message.words})")

    def _died(self, process: subprocess.Popen[bytes], job: Job) -> None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(2.0)
        during, code = STAGES.get(job.stage, job.stage), process.returncode
        self._done_with(process, job, kill=True)
        if code == DIED_OF_MEMORY:
            more = job.plan.memory_bytes >> 20
            job.refuse("memory", f"it took more than {more} MB of memory while {during}")
        else:
            job.refuse("died", f"its process ended while {during} (exit code {code})")

    def _out_of_time(self) -> None:
        job = self._job
        if job is not None:
            seconds = job.plan.deadline_seconds
            job.refuse("deadline", f"{STAGES.get(job.stage, job.stage)} didn't end within {seconds:g} s")
        self._kill()

    def _done_with(self, process: subprocess.Popen[bytes], job: Job, *, kill: bool) -> None:
        """Stop counting the seconds of this trial; `kill` where the process isn't to be used again."""
        with self._lock:
            if self._job is job:
                self._patience.end()
            if kill and self._process is process:
                self._kill()


def keras_settings() -> dict[str, str]:
    """What a notebook may have set for all of Keras.

    `keras.config.dtype_policy()` isn't asked: where no policy was set it makes one from today's floatx and keeps it, so that
    a `set_floatx` later on would change nothing.
    """
    config = getattr(sys.modules.get("keras"), "config", None)
    if config is None:
        return {}
    floatx = config.floatx()
    policy = getattr(adapter_state.keras_names().get("dtype_policy"), "name", floatx)
    names = {"floatx": floatx, "image_data_format": config.image_data_format(), "dtype_policy": policy}
    return {key: str(value) for key, value in names.items()}


def _message(parts: Sequence[Any]) -> Message:
    message: Message = msgspec.json.decode(parts[0], type=Message)
    return message


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """The process and whatever it started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(OSError):
        process.kill()
