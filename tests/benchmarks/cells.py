"""Time that hybnb adds to a cell of 100 lines, beside what ipyflow adds to the same cells.

Each tool runs in a process of its own, the rounds in turn. A cell's time with a tool is the median of the rounds;
the time added is that less the same cell's time without any tool. The first cells warm up and do not count.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import sys
import time

from tests.benchmarks.corpus import IMPORTS, cell
from tests.benchmarks.rows import Row, give, quantile, taken

WARM_UP, CELLS = 10, 50
ROUNDS = {"bare": 3, "hybnb": 3, "ipyflow": 1}  #: ipyflow takes about a second a cell
GOAL_P95_MS = 10.0


def seconds_per_cell(tool: str) -> list[float]:
    """Wall time of each cell, in seconds, in a shell with `tool` loaded."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.run_cell(IMPORTS)
    if tool != "bare":
        shell.run_line_magic("load_ext", tool)
        time.sleep(2.0)  # hybnb warms its parser in the background
    times = []
    with contextlib.redirect_stdout(io.StringIO()):
        for seed in range(WARM_UP + CELLS):
            source = cell(seed)
            start = time.perf_counter()
            result = shell.run_cell(source, store_history=True)
            times.append(time.perf_counter() - start)
            result.raise_error()
    return times[WARM_UP:]


def rows() -> list[Row]:
    """p50 and p95 of the time added."""
    rounds: dict[str, list[list[float]]] = {tool: [] for tool in ROUNDS}
    for number in range(max(ROUNDS.values())):
        for tool in [tool for tool, wanted in ROUNDS.items() if number < wanted]:
            rounds[tool].append(taken("cells", tool, type=list[float]))
    times = {
        tool: [statistics.median(same) for same in zip(*all_rounds, strict=True)] for tool, all_rounds in rounds.items()
    }
    made = [Row("a 100-line cell, nothing loaded, p50", quantile(times["bare"], 0.5) * 1e3, "ms")]
    for tool in list(ROUNDS)[1:]:
        added = [(with_tool - bare) * 1e3 for with_tool, bare in zip(times[tool], times["bare"], strict=True)]
        made.append(Row(f"{tool} adds to the cell, p50", quantile(added, 0.5), "ms"))
        made.append(
            Row(f"{tool} adds to the cell, p95", quantile(added, 0.95), "ms", GOAL_P95_MS if tool == "hybnb" else None)
        )
    return made


if __name__ == "__main__":
    give(seconds_per_cell(sys.argv[1]) if sys.argv[1:] else rows())
