"""Parse the user's code again without repeating the warnings that its first parse gave."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast


@contextmanager
def unwarned() -> Iterator[None]:
    """Hide all warnings that this thread gives inside.

    `warnings.catch_warnings` isn't used, because entering it makes every "once per place" warning of the notebook
    appear once more afterwards. A filter put straight into the list leaves those memories alone.
    """
    entry = ("ignore", cast("Any", _Thread()), Warning, None, 0)
    filters = warnings.filters
    if not isinstance(filters, list):  # pragma: no cover - typed as any sequence, a list in every CPython
        yield
        return
    filters.insert(0, entry)
    try:
        yield
    finally:
        if entry in filters:
            filters.remove(entry)


class _Thread:
    """Stands where a filter has its pattern, and matches whatever is said on the thread that made it.

    So the user's code on another thread is heard meanwhile, and the user's own `filterwarnings("ignore")` is another entry.
    """

    def __init__(self) -> None:
        self._identity = threading.get_ident()

    def match(self, _: str) -> bool:
        return threading.get_ident() == self._identity
