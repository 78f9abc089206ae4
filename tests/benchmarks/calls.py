"""Time that hybnb's probe adds to one call of a user's function.

The same cell, a loop over a function that does nothing, runs with and without hybnb, in turn and in processes of their
own. The first calls are told apart from the later ones, because the probe notes less and less of what repeats. Times
are those of the thread, so that other work on the machine does not count.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import sys
import time

from tests.benchmarks.rows import Row, give, taken

ROUNDS, FIRST, LATER = 5, 200, 200_000
GOAL_US = 0.6 if sys.version_info < (3, 12) else 1.0

CELL = """
def nothing(x, rate=0.5):
    return x
"""
LOOP = """
from time import thread_time as _now
_start = _now()
for _ in range({count}):
    nothing(value)
_seconds = (_now() - _start) / {count}
"""
# What is passed: a tensor costs a sketch of its shape and dtype on the calls that are noted.
ARGUMENTS = {"a number": "value = 3", "a tensor": "value = tf.zeros((8, 4))"}


def seconds_per_call(tool: str) -> dict[str, float]:
    """Seconds per call, by what is passed and by first or later calls."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.run_cell("import tensorflow as tf")
    if tool == "hybnb":
        shell.run_line_magic("load_ext", "hybnb")
        time.sleep(2.0)
    seconds = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for passed, assignment in ARGUMENTS.items():
            shell.run_cell(CELL, store_history=True).raise_error()
            shell.run_cell(assignment, store_history=True).raise_error()
            for which, count in [("first", FIRST), ("later", LATER)]:
                shell.run_cell(LOOP.format(count=count), store_history=True).raise_error()
                seconds[f"{passed}, {which} calls"] = shell.user_ns["_seconds"]
    return seconds


def rows() -> list[Row]:
    """Microseconds added per call."""
    rounds = [[taken("calls", tool, type=dict[str, float]) for tool in ("bare", "hybnb")] for _ in range(ROUNDS)]
    made = []
    for kind in rounds[0][0]:
        added = statistics.median(hybnb[kind] - bare[kind] for bare, hybnb in rounds) * 1e6
        made.append(Row(f"the probe adds to a call: {kind}", added, "µs", GOAL_US if "later" in kind else None))
    return made


if __name__ == "__main__":
    give(seconds_per_call(sys.argv[1]) if sys.argv[1:] else rows())
