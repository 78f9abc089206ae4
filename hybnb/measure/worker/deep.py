"""Room for deep structures: a large model is nested deeper than Python's usual stack allows to be pickled."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, Final

STACK: Final = 256 << 20  #: bytes; only what is used of them takes memory
RECURSION: Final = 100_000


def deeply(work: Callable[[], Any]) -> Any:
    """Do some work on a stack deep enough for nested models, and wait for it; what it raises comes out."""
    outcome: list[tuple[Any, BaseException | None]] = []

    def run() -> None:
        try:
            outcome.append((work(), None))
        except BaseException as trouble:
            outcome.append((None, trouble))

    stack, depth = threading.stack_size(STACK), sys.getrecursionlimit()
    sys.setrecursionlimit(max(depth, RECURSION))
    try:
        thread = threading.Thread(target=run, name="hybnb-deep", daemon=True)
        thread.start()
        threading.stack_size(stack)
        thread.join()
    finally:
        threading.stack_size(stack)
        sys.setrecursionlimit(depth)
    value, trouble = outcome[0]
    if trouble is not None:
        raise trouble
    return value
