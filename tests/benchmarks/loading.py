"""Time that `%load_ext hybnb` and `import hybnb` take, each in fresh processes."""

from __future__ import annotations

import statistics
import sys
import time

from tests.benchmarks.rows import Row, give, taken

ROUNDS = 9
GOAL_MS = 150.0


def seconds(what: str) -> float:
    """Seconds of one load, in this process."""
    if what == "import":
        start = time.perf_counter()
        import hybnb  # noqa: F401

        return time.perf_counter() - start
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display  # noqa: F401  a kernel has it already

    shell = InteractiveShell.instance()
    start = time.perf_counter()
    shell.run_line_magic("load_ext", "hybnb")
    return time.perf_counter() - start


def rows() -> list[Row]:
    """Median milliseconds of each; the first round only fills the disk cache."""
    loads = [taken("loading", "load", type=float) for _ in range(ROUNDS)][1:]
    imports = [taken("loading", "import", type=float) for _ in range(ROUNDS)][1:]
    return [
        Row("%load_ext hybnb", statistics.median(loads) * 1e3, "ms", GOAL_MS),
        Row("import hybnb", statistics.median(imports) * 1e3, "ms"),
    ]


if __name__ == "__main__":
    give(seconds(sys.argv[1]) if sys.argv[1:] else rows())
