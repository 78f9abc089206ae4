"""What an exception says and where it came from, raised by a function as written or as AutoGraph rewrote it.

* `ag_error_metadata`: what AutoGraph keeps with an exception out of rewritten code. Its `cause_message` is "Class: message" of
  the exception itself, without the lines of user code that TensorFlow puts in front of it; its `translated_stack` are the lines
  that ran, innermost first, as the user wrote them.
* A graph that fails while it runs says "Graph execution error", then where the op was written, and in its last paragraph why;
  an eager op says the name of its own function first.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from types import CodeType
from typing import Any, Final

LONGEST: Final = 200  #: characters of a message
RUNNING: Final = "Graph execution error"
OWN_NAME: Final = re.compile(r"^\{\{function_node [^}]*\}\} ")


def said(trouble: BaseException) -> str:
    """What went wrong, in one line; empty where it doesn't say, or the user's own `__str__` fails."""
    told = getattr(trouble, "ag_error_metadata", None)
    try:
        text = str(trouble) if told is None else told.cause_message.partition(": ")[2]
    except Exception:
        return ""
    why = text.rpartition("\n\n")[2] if text.startswith(RUNNING) else OWN_NAME.sub("", text)
    return next((line.strip()[:LONGEST] for line in why.splitlines() if line.strip()), "")


def line(trouble: BaseException, code: CodeType) -> int | None:
    """Which line of the function was running: 0 is its first, that of a decorator included. None where that can't be told."""
    last = max(_lines(code), default=code.co_firstlineno)
    for file, number in _stack(trouble):
        if file == code.co_filename and code.co_firstlineno <= number <= last:
            return number - code.co_firstlineno
    return None


def _stack(trouble: BaseException) -> Iterator[tuple[str, int]]:
    """Files and lines, innermost first."""
    told: Any = getattr(trouble, "ag_error_metadata", None)
    frames = told.translated_stack if told is not None else reversed(traceback.extract_tb(trouble.__traceback__))
    return ((frame.filename, frame.lineno or 0) for frame in frames)


def _lines(code: CodeType) -> Iterator[int]:
    yield from (number for *_, number in code.co_lines() if number is not None)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _lines(inner)
