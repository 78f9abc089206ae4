"""A fix as a unified diff of the cells or modules that it touches."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from hybnb.model import Edit, Fix
from hybnb.show.inert import inert

Sources = Mapping[int | str, str]  #: a cell's index, or a module's path → its text
CONTEXT = 2  #: unchanged lines around each change
MOST_LINES = 60  #: of one fix
WIDEST = 160  #: characters of one line


def difference(fix: Fix, sources: Sources) -> tuple[str, ...]:
    """The lines of the diff, inert and without line ends.

    Where the text of a cell isn't at hand, or the edits don't fit it, the new text alone is shown.
    """
    lines = [inert(line.rstrip("\r\n").expandtabs(4), WIDEST) for line in _all_lines(fix.edits, sources)]
    if len(lines) > MOST_LINES:
        return (*lines[:MOST_LINES], f"… {len(lines) - MOST_LINES} more lines")
    return tuple(lines)


def _all_lines(edits: Sequence[Edit], sources: Sources) -> Iterator[str]:
    grouped: dict[int | str, list[Edit]] = defaultdict(list)
    for edit in edits:
        grouped[edit.path or edit.cell].append(edit)
    for key, mine in grouped.items():
        title = key if isinstance(key, str) else f"cell {key}"
        before = sources.get(key)
        after = None if before is None else edited(before, mine)
        if before is None or after is None:
            yield f"@@ {title} @@"
            yield from (f"+{line}" for edit in mine for line in edit.text.splitlines())
        else:
            yield from difflib.unified_diff(before.splitlines(), after.splitlines(), title, title, "", "", CONTEXT, "")


def edited(text: str, edits: Sequence[Edit]) -> str | None:
    """`text` with all edits made, or None where they overlap or lie outside it."""
    end = len(text)
    for edit in sorted(edits, key=lambda one: (one.start, one.end), reverse=True):
        if not 0 <= edit.start <= edit.end <= end:
            return None
        text = text[: edit.start] + edit.text + text[edit.end :]
        end = edit.start
    return text
