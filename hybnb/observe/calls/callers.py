"""Who called a function."""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Final

CELL: Final = "<cell>"
_OPTIMIZED: Final = 0x01  #: code flag of functions; top-level code and class bodies lack it
_TRANSPARENT: Final = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})


def plain_qualname(code: CodeType) -> str:
    """A function's qualified name without "<locals>", as in FunctionId.name."""
    return code.co_qualname.replace(".<locals>", "")


def caller_name(frame: FrameType) -> str:
    """Who called the function that runs in `frame`: "Trainer.step", "keras.src.…Layer.__call__", "<cell>" for top-level code."""
    caller = frame.f_back
    while caller is not None and caller.f_code.co_name in _TRANSPARENT:
        caller = caller.f_back
    if caller is None or not caller.f_code.co_flags & _OPTIMIZED:
        return CELL
    module = caller.f_globals.get("__name__")
    name = plain_qualname(caller.f_code)
    return name if type(module) is not str or module == "__main__" else f"{module}.{name}"
