"""Python's own syntax trees of the user's texts, each made once for all who read it."""

from __future__ import annotations

import ast
from functools import lru_cache


@lru_cache(maxsize=32)
def syntax(source: str) -> ast.Module | None:
    """The tree of a text, or None where no parser makes one of it. Not to be changed: others read it too.

    Callers keep its warnings from the user, who has had them from Python itself.
    """
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
