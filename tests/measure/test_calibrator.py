"""Finding out and keeping the machine's calibration, with a made-up process in place of the measuring one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from hybnb.measure import adapter
from hybnb.measure.calibration import machine_name
from hybnb.measure.calibrator import START, Calibrator, decoded
from hybnb.model import Calibration

FOUND = Calibration(9e-6, 2e-4, 1e-6, 1e11, 3e10, tensorflow="2.99", machine=machine_name())
TEXT = msgspec.json.encode(FOUND).decode()
ROOT = str(Path(__file__).resolve().parents[2])


def script(body: str) -> tuple[str, ...]:
    return (sys.executable, "-c", body)


GIVES = script(f"print({TEXT!r})")
HANGS = script("import sys; sys.stdin.read()")


@pytest.fixture(autouse=True)
def imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "tensorflow_version", lambda: "2.99")


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[Calibrator]:
    calibrator = Calibrator(tmp_path, HANGS)
    yield calibrator
    calibrator.stop()


def test_the_result_of_the_process_is_used_and_kept(tmp_path: Path) -> None:
    assert Calibrator(tmp_path / "new", GIVES).wait(30) == FOUND
    assert Calibrator(tmp_path / "new", HANGS).get() == FOUND
    assert [file.suffix for file in (tmp_path / "new").iterdir()] == [".json"]


def test_get_does_not_wait(hanging: Calibrator) -> None:
    assert hanging.get() is None
    assert hanging.get() is None
    assert hanging.trouble is None


def test_whoever_waits_is_told_once_when_the_process_has_ended(tmp_path: Path) -> None:
    calibrator, told = Calibrator(tmp_path, GIVES), threading.Event()
    calibrator.ended = told.set
    assert calibrator.get() is None
    assert told.wait(30)
    assert calibrator.get() == FOUND


def test_a_stopped_process_tells_nobody(hanging: Calibrator) -> None:
    told = threading.Event()
    hanging.ended = told.set
    hanging.get()
    watching = next(thread for thread in threading.enumerate() if thread.name == "hybnb calibration")
    hanging.stop()
    watching.join(30)
    assert not told.is_set()


def test_nothing_starts_before_tensorflow_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "tensorflow_version", lambda: None)
    mark = tmp_path / "started"
    calibrator = Calibrator(tmp_path, script(f"open({str(mark)!r}, 'w')"))
    assert calibrator.wait(1) is None
    assert not mark.exists()


def test_stopping_ends_the_process_and_twice_is_once(hanging: Calibrator) -> None:
    hanging.get()
    process = hanging._process
    hanging.stop()
    hanging.stop()
    assert process is not None
    assert process.returncode is not None


@pytest.mark.parametrize("output", ["", "not json", "{}", '{"dispatch_seconds": 1}', TEXT.replace("9e-6", "-1.0")])
def test_a_process_without_a_sensible_result_is_not_started_again(tmp_path: Path, output: str) -> None:
    calibrator = Calibrator(tmp_path, script(f"print({output!r})"))
    assert calibrator.wait(30) is None
    assert "no result" in (calibrator.trouble or "")
    assert calibrator.get() is None
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_can_not_start_is_said(tmp_path: Path) -> None:
    calibrator = Calibrator(tmp_path, (str(tmp_path / "missing"),))
    assert calibrator.get() is None
    assert "couldn't be started" in (calibrator.trouble or "")


@pytest.mark.parametrize("text", ["", "broken", "[]", TEXT.replace("2.99", "2.98"), TEXT.replace("cores", "hands")])
def test_an_unusable_cache_means_measuring_anew(tmp_path: Path, text: str) -> None:
    Calibrator(tmp_path, GIVES).wait(30)
    (file,) = tmp_path.iterdir()
    file.write_text(text)
    assert Calibrator(tmp_path, GIVES).get() is None
    assert Calibrator(tmp_path, GIVES).wait(30) == FOUND


def test_a_folder_that_can_not_be_made_is_fine(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert Calibrator(tmp_path / "file" / "cache", GIVES).wait(30) == FOUND


@pytest.mark.parametrize("figure", ["0.0", "-1.0", "1e999", "null"])
def test_figures_that_can_not_be_are_refused(figure: str) -> None:
    assert decoded(TEXT.encode()) == FOUND
    assert decoded(TEXT.replace("100000000000.0", figure).encode()) is None


@pytest.mark.tensorflow
def test_the_real_process_measures_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tensorflow

    monkeypatch.setattr(adapter, "tensorflow_version", lambda: tensorflow.__version__)
    found = Calibrator(tmp_path).wait(100)
    assert found is not None
    assert found.tensorflow == tensorflow.__version__
    assert 1e-7 < found.dispatch_seconds < found.graph_call_seconds < 1.0
    assert found.node_seconds < found.graph_call_seconds
    assert found.matmul_flops > 1e8
    assert found.stream_bytes > 1e8


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.tensorflow
def test_the_process_does_not_outlive_a_killed_parent() -> None:
    parent = subprocess.Popen(
        script(
            "import subprocess, sys, time\n"
            f"child = subprocess.Popen([sys.executable, '-P', '-c', {START!r}, {ROOT!r}], stdin=subprocess.PIPE)\n"
            "print(child.pid, flush=True)\n"
            "time.sleep(60)"
        ),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    for _ in range(200):
        if not _runs(child):
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the measuring process is still there")


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # an orphan that nobody reaps stays as a zombie
    status = Path(f"/proc/{pid}/status")
    return not (status.exists() and "Z (zombie)" in status.read_text())
