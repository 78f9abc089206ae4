"""Time that hybnb adds to a cell of 100 lines, beside what ipyflow adds to the same cells.

Each tool runs in a process of its own, the rounds in turn. A cell's time with a tool is the median of the rounds;
the time added is that less the same cell's time without any tool. The first cells warm up and do not count.

While a panel is open, and where there is nothing to draw below the cell, hybnb judges once the reply to the cell is on its way
and the kernel is idle. That work is measured apart: all of it for a cell, and its slices, as the next cell may have to wait for
one of them. These cells have a tf.function among them, so that there is always something to look after.
"""

from __future__ import annotations

import contextlib
import gc
import io
import statistics
import sys
import time
from types import SimpleNamespace
from typing import Any

from hybnb.model.wire import PROTOCOL
from tests.benchmarks.corpus import IMPORTS, cell
from tests.benchmarks.idle import Loop
from tests.benchmarks.rows import Row, give, quantile, taken

WARM_UP, CELLS = 8, 32
PANEL = "hybnb with a panel open"
HYBNB = ("hybnb", PANEL)
ROUNDS = {"bare": 3, **dict.fromkeys(HYBNB, 3), "ipyflow": 1}  #: ipyflow takes about a second a cell
GOAL_P95_MS = 10.0


Times = dict[str, list[float]]  #: "wall" and "thread": seconds of each cell; "idle": after each; "slices": of that
#: "objects": that the garbage collector goes through, more than before the cells that count, for each of them


def open_panel(shell: Any) -> None:
    """Tell of a panel; hybnb must be loaded."""
    import comm

    hello = {"content": {"data": {"type": "hello", "id": 1, "protocol": PROTOCOL, "partial": True}}}
    manager: Any = comm.get_comm_manager()
    manager.targets["hybnb"](comm.create_comm(target_name="hybnb", primary=False), hello)


def seconds_per_cell(tool: str) -> Times:
    """Seconds of each cell in a shell with `tool` loaded: by the clock, and of the thread that runs the cell."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.run_cell(IMPORTS)
    loop = Loop()
    if tool in HYBNB:
        shell.kernel = SimpleNamespace(io_loop=loop)
    if tool != "bare":
        shell.run_line_magic("load_ext", "hybnb" if tool in HYBNB else tool)
        time.sleep(2.0)  # hybnb warms its parser in the background
    if tool in HYBNB:
        shell.run_line_magic("hybnb", "settings cell_budget_ms=60000")  # it must not turn itself down and look cheap
    if tool == PANEL:
        open_panel(shell)
    times: Times = {"wall": [], "thread": [], "idle": [], "slices": []}
    before = 0
    with contextlib.redirect_stdout(io.StringIO()):
        for seed in range(WARM_UP + CELLS):
            source = cell(seed)
            before = objects() if seed == WARM_UP else before
            wall, thread = time.perf_counter(), time.thread_time()
            result = shell.run_cell(source, store_history=True)
            times["wall"].append(time.perf_counter() - wall)
            times["thread"].append(time.thread_time() - thread)
            result.raise_error()
            slices = list(loop.idle())
            times["idle"].append(sum(slices))
            times["slices"].append(max(slices, default=0.0))
    kept = (objects() - before) / CELLS
    return {clock: each[WARM_UP:] for clock, each in times.items()} | {"objects": [kept] * CELLS}


def objects() -> int:
    """Those that the garbage collector goes through."""
    gc.collect()
    return len(gc.get_objects())


def rows() -> list[Row]:
    """p50 and p95 of the time added; the thread's own time tells how much of it is other work on the machine."""
    rounds: dict[str, list[Times]] = {tool: [] for tool in ROUNDS}
    for number in range(max(ROUNDS.values())):
        for tool in [tool for tool, wanted in ROUNDS.items() if number < wanted]:
            rounds[tool].append(taken("cells", tool, type=Times))
    bare = medians(rounds["bare"], "wall")
    made = [Row("a 100-line cell, nothing loaded, p50", quantile(bare, 0.5) * 1e3, "ms")]
    for tool in list(ROUNDS)[1:]:
        wall = added(rounds, tool, "wall")
        goal = None if tool == "ipyflow" else GOAL_P95_MS
        made.append(Row(f"{tool} adds to the cell, p50", quantile(wall, 0.5), "ms"))
        made.append(Row(f"{tool} adds to the cell, p95", quantile(wall, 0.95), "ms", goal))
        made.append(Row(f"{tool} adds to its thread's time, p95", quantile(added(rounds, tool, "thread"), 0.95), "ms"))
    kept = medians(rounds["hybnb"], "objects")[0] - medians(rounds["bare"], "objects")[0]
    made.append(Row("objects that hybnb keeps of the cell, for the garbage collector to go through", kept, "objects"))
    idle, slices = (medians(rounds[PANEL], what) for what in ("idle", "slices"))
    made.append(Row(f"{PANEL}: its time in the idle kernel after a cell, p50", quantile(idle, 0.5) * 1e3, "ms"))
    made.append(Row(f"{PANEL}: the longest slice of that, p95", quantile(slices, 0.95) * 1e3, "ms"))
    return made


def medians(rounds: list[Times], clock: str) -> list[float]:
    """Of each cell, over the rounds, in seconds."""
    return [statistics.median(same) for same in zip(*(times[clock] for times in rounds), strict=True)]


def added(rounds: dict[str, list[Times]], tool: str, clock: str) -> list[float]:
    """What the tool adds to each cell, in milliseconds."""
    pairs = zip(medians(rounds[tool], clock), medians(rounds["bare"], clock), strict=True)
    return [(with_tool - bare) * 1e3 for with_tool, bare in pairs]


if __name__ == "__main__":
    give(seconds_per_cell(sys.argv[1]) if sys.argv[1:] else rows())
