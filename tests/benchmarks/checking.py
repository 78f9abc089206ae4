"""Lines per second of one core of `hybnb check`, the whole command: half notebooks, half modules.

Processor time, so that other work on the machine does not count.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.corpus import write
from tests.benchmarks.rows import Row, give

FILES, LINES = 60, 500
GOAL = 10_000.0


def seconds(folder: Path, bytecode: Path) -> float:
    """Seconds of one core that the whole command takes, the start of Python included.

    As an installed tool it has its bytecode, in the folder `bytecode`, also where the environment keeps Python from writing it.
    """
    before = os.times()
    command = [sys.executable, "-m", "hybnb", "check", "--format", "json", str(folder)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(bytecode)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"hybnb check ended with {done.returncode}: {done.stderr[-500:]}")
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def lines_per_second(plain: bool) -> float:
    """The better of two runs, because the first also writes the bytecode and fills the disk cache."""
    with tempfile.TemporaryDirectory() as code, tempfile.TemporaryDirectory() as bytecode:
        lines = write(Path(code), FILES, LINES, plain)
        return lines / min(seconds(Path(code), Path(bytecode)) for _ in range(2))


def rows() -> list[Row]:
    """With TensorFlow in the files and without."""
    return [
        Row("hybnb check, TensorFlow code", lines_per_second(plain=False), "lines/s", GOAL, "more"),
        Row("hybnb check, files without TensorFlow", lines_per_second(plain=True), "lines/s", GOAL, "more"),
    ]


if __name__ == "__main__":
    give(rows())
