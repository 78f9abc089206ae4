"""Cell text as typed → Python of exactly the same shape: magics are blanked, no line or column moves."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from hybnb.observe.unwarned import unwarned
from hybnb.syntax import syntax

#: Cell magics that run their body as Python in the kernel; True where its functions have no source at run time.
PYTHON_MAGICS = {"capture": False, "hybnb": False, "prun": True, "time": True, "timeit": True}

#: Line magics that run the rest of the line as Python, with the options that may stand before it.
_STATEMENT_MAGIC = re.compile(r"%(?:time|prun|timeit)[ \t]+(?:-(?:-[\w-]+|[nrplsTD][ \t]*\S+|[a-z]+)[ \t]+)*(?=[^\s-])")
_CELL_MAGIC = re.compile(r"\s*%%(?P<name>\w+)(?!\w*\?)")
#: A line that may hold IPython's own syntax. Cells without one are never tokenised.
_SUSPECT = re.compile(r"^[ \t]*(?:[%!?,;/]|>>>|In ?\[)|=[ \t]*[%!]|\?[ \t]*$|\A(?:\s*\n)?[ \t]+\S", re.MULTILINE)
_MOST_MAGICS = 100  #: each costs one pass of the tokeniser over the cell


class Peeled(Struct, frozen=True):
    """A cell's Python, and what was taken out of it."""

    source: str  #: as many characters in every line as the raw text
    timed: bool = False  #: functions of the cell have no source at run time
    foreign: str | None = None  #: a cell magic whose body isn't Python of this kernel, as "bash"
    missing: tuple[int, ...] = ()  #: lines, from 1, that the compiled text doesn't have

    def line_of(self, compiled: int) -> int:
        """The cell's line for a line of the text that IPython compiles; both count from 1."""
        line = compiled
        for absent in self.missing:
            if absent > line:
                break
            line += 1
        return line


def peel(raw: str, also: frozenset[str] = frozenset()) -> Peeled:
    """The Python in a cell; `also` names more cell magics whose body is Python."""
    lines = raw.split("\n")
    timed = False
    while True:
        first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
        magic = _CELL_MAGIC.match(lines[first]) if first < len(lines) else None
        if magic is None:
            break
        name = magic["name"]
        if name not in PYTHON_MAGICS and name not in also:
            return Peeled("\n".join(" " * len(line) for line in lines), foreign=name)
        timed = timed or PYTHON_MAGICS.get(name, False)
        lines[first] = " " * len(lines[first])
    source, collapsed = _plain("\n".join(lines))
    return Peeled(source, timed, missing=(*range(1, first + 1), *collapsed))


def body_under_magics(raw: str) -> str | None:
    """What stands below the first cell magic of a cell, None where it has none."""
    text = raw.lstrip("\n")
    return text.partition("\n")[2] if _CELL_MAGIC.match(text) else None


def parses(source: str) -> bool:
    """Is it Python? Says nothing on stderr; also False for text that no parser survives."""
    with unwarned():
        return syntax(source) is not None


def _plain(text: str) -> tuple[str, list[int]]:
    if not _SUSPECT.search(text) or parses(text):
        return text, []
    lines = _without_prompts([line + "\n" for line in text.split("\n")])
    try:
        lines, collapsed = _without_magics(lines)
    except (SyntaxError, ValueError, RecursionError):  # the tokeniser gave up, as it will for IPython
        return text, []
    return "".join(lines)[:-1], collapsed


def _without_prompts(lines: list[str]) -> list[str]:
    """Blank common indentation, ">>> " and "In [1]: ".

    A form feed sets Python's count of the indentation back to nothing, so the text after it stays in its column.
    """
    from IPython.core import inputtransformer2

    ipython: Any = inputtransformer2
    kept = ipython.leading_empty_lines(lines)
    for strip in (ipython.leading_indent, ipython.classic_prompt, ipython.ipython_prompt):
        kept = strip(kept)
    before = lines[len(lines) - len(kept) :]
    if len(kept) > len(lines) or not all(old.endswith(new) for old, new in zip(before, kept, strict=True)):
        return lines
    return lines[: len(lines) - len(kept)] + [
        _level(len(old) - len(new)) + new for old, new in zip(before, kept, strict=True)
    ]


def _level(width: int, indent: str = "") -> str:
    """White space of `width` characters that Python reads as `indent`."""
    return " " * (width - len(indent) - 1) + "\f" + indent if width > len(indent) else indent[:width]


def _without_magics(lines: list[str]) -> tuple[list[str], list[int]]:
    """Blank line magics, shell and help lines, one at a time as IPython does; also the lines it would swallow."""
    from IPython.core import inputtransformer2

    ipython: Any = inputtransformer2
    finders: tuple[Any, ...] = (ipython.MagicAssign, ipython.SystemAssign, ipython.EscapedCommand, ipython.HelpEnd)
    collapsed: list[int] = []
    for _ in range(_MOST_MAGICS):
        tokens = ipython.make_tokens_by_line(lines)
        hits = [hit for finder in finders if (hit := _found(finder, tokens)) is not None]
        if not hits:
            break
        hit = min(hits, key=lambda each: each.sortby())
        end = min(ipython.find_end_of_continued_line(lines, hit.start_line), len(lines) - 1)
        if isinstance(hit, ipython.HelpEnd):
            end = max(end, hit.q_line)
        assigned = isinstance(hit, ipython.MagicAssign | ipython.SystemAssign)
        _blank(lines, hit.start_line, hit.start_col, end, assigned=assigned)
        collapsed += range(hit.start_line + 2, end + 2)
    return lines, sorted(collapsed)


def _found(finder: Any, tokens: list[Any]) -> Any:
    """The first magic of one kind, None where there is none, or where IPython itself fails at the text, as at `=%\\`."""
    try:
        return finder.find(tokens)
    except IndexError:
        return None


def _blank(lines: list[str], start: int, column: int, end: int, *, assigned: bool) -> None:
    before, text = lines[start][:column], lines[start][column:-1]
    statement = None if assigned else _STATEMENT_MAGIC.match(text)
    if statement is not None:
        indent = before[: len(before) - len(before.lstrip(" \t"))]
        lines[start] = _level(column + statement.end(), indent) + text[statement.end() :] + "\n"
        return
    # `_` has no known value, as the result of a magic has none; what a shell prints comes as a list
    filler = (
        ("[]" if text.startswith("!") and len(text) >= len("[]") else "_")
        if assigned
        else ("pass" if len(text) >= len("pass") else "0")
    )
    lines[start] = before + filler.ljust(len(text)) + "\n"
    for number in range(start + 1, end + 1):
        lines[number] = " " * (len(lines[number]) - 1) + "\n"
