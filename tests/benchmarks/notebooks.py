"""Time that hybnb adds to the cells that people write: those of the demo notebooks and of the seeded ones of the tests.

Each notebook runs from top to bottom in a process of its own, in a shell that hybnb was loaded in just before, once with a
kernel that is idle between the cells, so that hybnb does then what may wait, and once with all cells right after each other, as
"Run All" can do it. Whatever the shell does around the code of a cell counts, that is hybnb's hooks, the probes that are
compiled with it, and the advice that is drawn; not how IPython words an exception. The same without hybnb is taken off; there
the code itself needn't run.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
from msgspec import Struct

from tests.benchmarks.idle import Loop
from tests.benchmarks.rows import Row, give, quantile, taken

ROOT = Path(__file__).parents[2]
SEEDED = ROOT / "tests" / "seeded_notebooks"
GOAL_P95_MS = 10.0
BARE_ROUNDS = 3
ONE_BY_ONE, ALL = "hybnb", "hybnb, all run at once,"


class Around(Struct, frozen=True):
    """What the shell took around the code of one cell."""

    notebook: str
    lines: int
    wall: float  #: seconds by the clock
    thread: float  #: seconds of the thread that runs the cell


class Watch:
    """The time of a shell's cells without that of the code in them. Where it is not `running` them, no code runs."""

    def __init__(self, shell: Any, *, running: bool) -> None:
        self._shell, self._run, self._running = shell, shell.run_code, running
        self._inside = [0.0, 0.0]
        self._format = shell.InteractiveTB.structured_traceback
        self._outer = True  #: nothing that doesn't count is going on
        shell.run_code = self._run_code
        shell.InteractiveTB.structured_traceback = self._formatted

    async def _run_code(self, code: Any, result: Any = None, *, async_: bool = False) -> bool:
        if not self._running:
            return False
        with self._not_counted():
            return bool(await self._run(code, result, async_=async_))

    def _formatted(self, *arguments: Any, **options: Any) -> Any:
        """IPython words an exception of the code's a second time, for its history."""
        with self._not_counted():
            return self._format(*arguments, **options)

    @contextlib.contextmanager
    def _not_counted(self) -> Iterator[None]:
        outer, self._outer, begun = self._outer, False, _clocks()
        try:
            yield
        finally:
            self._outer = outer
            if outer:
                spent = [now - then for now, then in zip(_clocks(), begun, strict=True)]
                self._inside = [kept + more for kept, more in zip(self._inside, spent, strict=True)]

    def around(self, notebook: str, source: str) -> Around:
        """Run one cell."""
        self._inside, begun = [0.0, 0.0], _clocks()
        self._shell.run_cell(source, store_history=True)
        both = (now - then - inside for now, then, inside in zip(_clocks(), begun, self._inside, strict=True))
        return Around(notebook, source.count("\n") + 1, *both)


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()


def notebooks() -> list[Path]:
    """All of them, none left out."""
    seeded = (path for path in SEEDED.rglob("*.py") if path.stem != "collect")
    return sorted([*(ROOT / "demo_notebooks").glob("*.ipynb"), *seeded])


def cells_of(path: Path) -> list[str]:
    """The code cells of a notebook."""
    if path.suffix == ".py":
        return path.read_text(encoding="utf-8").split("\n# %%\n")
    return [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def seconds_around(tool: str, path: Path) -> list[Around]:
    """Of each cell of a notebook, with `tool` loaded."""
    from IPython.core.interactiveshell import InteractiveShell

    name, home = path.relative_to(ROOT).as_posix(), Path.cwd()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        os.chdir(folder)  # the modules of these benchmarks are none of the user's
        stack.callback(os.chdir, home)
        for redirect in (contextlib.redirect_stdout, contextlib.redirect_stderr):
            stack.enter_context(redirect(io.StringIO()))
        shell = InteractiveShell()
        shell.history_manager.enabled = False
        loop = Loop()
        shell.kernel = SimpleNamespace(io_loop=loop)
        if tool != "bare":
            shell.run_line_magic("load_ext", "hybnb")
            shell.run_line_magic(
                "hybnb", "settings cell_budget_ms=60000"
            )  # it must not turn itself down and look cheap
        watch = Watch(shell, running=tool != "bare")
        found = []
        for source in cells_of(path):
            found.append(watch.around(name, source))
            if tool == ONE_BY_ONE:
                list(loop.idle())
    return found


def bare() -> list[Around]:
    """Of all cells, without hybnb: each its fastest round."""
    rounds = [[one for path in notebooks() for one in seconds_around("bare", path)] for _ in range(BARE_ROUNDS)]
    return [min(same, key=lambda one: one.thread) for same in zip(*rounds, strict=True)]


def rows() -> list[Row]:
    """p50 and p95 of the time added, over all cells."""
    without = taken("notebooks", "bare", type=list[Around])
    lines = [one.lines for one in without]
    cells = f"a cell of the {len(notebooks())} notebooks here"
    made = [
        Row(f"lines of {cells}, p50", quantile(lines, 0.5), "lines"),
        Row(f"lines of {cells}, p95", quantile(lines, 0.95), "lines"),
    ]
    for tool in (ONE_BY_ONE, ALL):
        with_hybnb = [one for path in notebooks() for one in taken("notebooks", tool, str(path), type=list[Around])]
        pairs = list(zip(with_hybnb, without, strict=True))
        wall, thread = ([(getattr(a, of) - getattr(b, of)) * 1e3 for a, b in pairs] for of in ("wall", "thread"))
        made += [
            Row(f"{tool} adds to {cells}, p50", quantile(wall, 0.5), "ms"),
            Row(f"{tool} adds to {cells}, p95", quantile(wall, 0.95), "ms", GOAL_P95_MS),
            Row(f"{tool} adds to its thread's time, p95", quantile(thread, 0.95), "ms"),
            Row(f"{tool} adds to the one to which it adds most", max(wall), "ms"),
        ]
    return made


if __name__ == "__main__":
    if sys.argv[1:] == ["bare"]:
        give(bare())
    else:
        give(seconds_around(sys.argv[1], Path(sys.argv[2])) if sys.argv[1:] else rows())
