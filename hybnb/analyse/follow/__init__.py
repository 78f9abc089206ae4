"""Follows a function's code with abstract values and notes what bears on tracing.

`run` holds the state of one pass and `dispatch` finds who follows a syntax node; the other modules each know one part of
Python: `expressions`, `statements`, `calls` (the user's functions and classes), `members` (attributes), `methods`, `flow` (if
and loops, as AutoGraph converts them), `libraries` (calls by the tables, into other packages, and Python's own functions),
`state` (names, containers and attributes: what is read and changed, and what may still happen once a trace is made).
"""

from __future__ import annotations

from hybnb.analyse.follow import expressions, imports, statements  # each registers what it follows
from hybnb.analyse.follow.flow import branches, loops

__all__ = ["branches", "expressions", "imports", "loops", "statements"]
