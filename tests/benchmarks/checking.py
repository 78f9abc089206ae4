"""Lines per second of one core of `hybnb check`, the whole command: half notebooks, half modules, and the modules of a package.

Processor time, so that other work on the machine does not count.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks.corpus import write, write_package
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


def lines_per_second(written: Callable[[Path], int]) -> float:
    """The better of two runs, because the first also writes the bytecode and fills the disk cache."""
    with tempfile.TemporaryDirectory() as code, tempfile.TemporaryDirectory() as bytecode:
        lines = written(Path(code))
        return lines / min(seconds(Path(code), Path(bytecode)) for _ in range(2))


def rows() -> list[Row]:
    """With TensorFlow in the files and without; and where each file imports others, so that these are read with it."""
    what = {
        "TensorFlow code": partial(write, files=FILES, lines=LINES),
        "files without TensorFlow": partial(write, files=FILES, lines=LINES, plain=True),
        f"a package of {FILES} modules that import each other": partial(write_package, files=FILES, lines=LINES),
    }
    return [
        Row(f"hybnb check, {name}", lines_per_second(written), "lines/s", GOAL, "more")
        for name, written in what.items()
    ]


if __name__ == "__main__":
    give(rows())
