"""Gets this machine's Calibration: from the user's cache, or from a process of its own started once."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from math import isfinite
from pathlib import Path

import msgspec
import platformdirs

from hybnb.measure import adapter
from hybnb.measure.calibration import machine_name
from hybnb.model import Calibration

#: What the process is told: no accelerator, and nothing on its output but the result.
QUIET = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}

#: Runs the module with hybnb's folder last on the path, wherever that is; -P keeps the user's folder out of it.
START = (
    "import runpy, sys; sys.path.append(sys.argv[1]); runpy.run_module('hybnb.measure.calibration', None, '__main__')"
)


class Calibrator:
    """Knows the machine's calibration, or gets it without holding anyone up.

    `get` returns at once. The process it starts has its standard input from here, so that it ends when this process
    does, however that happens. `ended` is called when it has, from a thread of its own.
    """

    def __init__(self, folder: Path | None = None, command: tuple[str, ...] | None = None) -> None:
        self._folder = folder or Path(platformdirs.user_cache_dir("hybnb", appauthor=False))
        root = str(Path(__file__).resolve().parents[2])
        self._command = command or (sys.executable, "-P", "-c", START, root)
        self._found: Calibration | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.ended: Callable[[], object] = str  #: told that `get` may say more now than it did
        self.trouble: str | None = None  #: why there won't be a calibration, in words

    def get(self) -> Calibration | None:
        """The calibration if it is known by now; starts finding it out at the first call after TensorFlow's import."""
        if self._found is None and self.trouble is None:
            if self._process is not None:
                self._collect()
            elif (version := adapter.tensorflow_version()) is not None:
                self._found = self._read(version)
                if self._found is None:
                    self._start()
        return self._found

    def wait(self, seconds: float) -> Calibration | None:
        """As `get`, but gives a running measurement this long to end."""
        self.get()
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        return self.get()

    def stop(self) -> None:
        """End the process if it runs. A later `get` would start a new one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _start(self) -> None:
        try:
            process = self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **QUIET},
                start_new_session=True,  # an interrupt of the kernel isn't meant for it
            )
        except OSError as bad:
            self.trouble = f"the process that measures this machine couldn't be started ({bad})"
            return
        threading.Thread(target=self._tell_of_its_end, args=[process], name="hybnb calibration", daemon=True).start()

    def _tell_of_its_end(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        if process is self._process:  # not stopped
            self.ended()

    def _collect(self) -> None:
        if self._process is None or self._process.poll() is None:
            return
        output, _ = self._process.communicate()
        code, self._process = self._process.returncode, None
        self._found = decoded(output)
        if self._found is None:
            self.trouble = f"the process that measures this machine gave no result (exit code {code})"
        else:
            self._write(self._found)

    def _file(self, version: str) -> Path:
        digest = hashlib.sha256(f"{machine_name()} {version}".encode()).hexdigest()[:16]
        return self._folder / f"calibration-{digest}.json"

    def _read(self, version: str) -> Calibration | None:
        try:
            found = decoded(self._file(version).read_bytes())
        except OSError:
            return None
        if found is None or (found.machine, found.tensorflow) != (machine_name(), version):
            return None
        return found

    def _write(self, calibration: Calibration) -> None:
        """Keep it for the next session; a folder that can't be written to only means measuring anew then."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as part:
                part.write(msgspec.json.encode(calibration))
            try:
                Path(part.name).replace(self._file(calibration.tensorflow))
            except OSError:
                Path(part.name).unlink()


def decoded(text: bytes) -> Calibration | None:
    """The calibration in `text`; None when it isn't one, or holds figures that can't be."""
    try:
        found = msgspec.json.decode(text, type=Calibration)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    figures = (found.dispatch_seconds, found.graph_call_seconds, found.matmul_flops, found.stream_bytes)
    fine = all(isfinite(figure) and figure > 0.0 for figure in figures) and found.node_seconds >= 0.0
    return found if fine else None
