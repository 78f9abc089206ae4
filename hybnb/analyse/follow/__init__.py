"""Follows a function's code with abstract values and notes what bears on tracing.

`run` holds the state of one pass and `dispatch` finds who follows a syntax node; the other modules each know one part of
Python: `expressions`, `statements`, `branches` (if and loops, as AutoGraph converts them), `calls` (the user's functions
and classes), `library` (calls by the tables), `packages` (calls into other packages, by their source), `builtin_calls`,
`tensor_calls`, `members` (attributes), `methods`, `objects` (names and containers: what is read and changed), `timing`
(what may still happen once a trace is made).
"""

from __future__ import annotations

from hybnb.analyse.follow import branches, expressions, imports, statements  # each registers what it follows

__all__ = ["branches", "expressions", "imports", "statements"]
