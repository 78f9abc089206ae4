"""Follows a function's code with abstract values and notes what bears on tracing.

`run` holds the state of one pass; the other modules each know one part of Python: `expressions`, `statements`,
`branches` (if and loops, with AutoGraph's conditions), `calls`, `library` (calls into tables), `builtin_calls`,
`members` (attributes and methods), `objects` (what is made and what is changed).
"""
