"""How long this process has waited for a core: on a busy machine most of a graph's time can be that.

A graph is handed from thread to thread, and each time may have to wait its turn; an eager call runs on one thread. So a busy
machine makes graphs seem slower than they are, and times during which much was waited are better left out.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

TASKS = Path("/proc/self/task")
OWN = Path("/proc/thread-self/schedstat")


def waited() -> float:
    """Seconds that the threads of this process, all together, were ready to run and didn't; 0 where that isn't told."""
    total = 0
    with suppress(OSError):
        for task in TASKS.iterdir():
            total += _nanoseconds(task / "schedstat")
    return total / 1e9


def waited_here() -> float:
    """Seconds that the calling thread was ready to run and didn't; 0 where that isn't told."""
    return _nanoseconds(OWN) / 1e9


def _nanoseconds(file: Path) -> int:
    with suppress(OSError, ValueError, IndexError):
        return int(file.read_bytes().split()[1])
    return 0
