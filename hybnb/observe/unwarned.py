"""Parse the user's code again without repeating the warnings that its first parse gave."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unwarned() -> Iterator[None]:
    """Hide all warnings inside.

    `warnings.catch_warnings` isn't used, because entering it makes every "once per place" warning of the notebook
    appear once more afterwards. A filter put straight into the list leaves those memories alone.
    """
    entry = ("ignore", None, Warning, None, 0)
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
