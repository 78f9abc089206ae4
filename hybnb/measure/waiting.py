"""How long this process has waited for a core: on a busy machine most of a graph's time can be that.

A graph is handed from thread to thread, and each time may have to wait its turn; an eager call runs on one thread. So a busy
machine makes graphs seem slower than they are, and times during which much was waited are better left out.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

TASKS = Path("/proc/self/task")


def waited() -> float:
    """Seconds that the threads of this process, all together, were ready to run and didn't; 0 where that isn't told."""
    total = 0
    with suppress(OSError):
        for task in TASKS.iterdir():
            with suppress(OSError, ValueError, IndexError):
                total += int((task / "schedstat").read_bytes().split()[1])
    return total / 1e9
