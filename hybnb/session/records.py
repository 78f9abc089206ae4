"""What was seen of calls, freed of what belongs to an older version of a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import Any

import msgspec

from hybnb.model import CallHistory, Recording, Verdict
from hybnb.observe.calls import traces_of
from hybnb.observe.values import python_function

Recordings = Mapping[str, Sequence[Recording]]


class CurrentRecordings:
    """Leaves out the recordings made before a function was last redefined, which went by the same name."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._outdated: dict[str, int] = {}
        self._counts: dict[str, int] = {}

    def of(self, recordings: Recordings) -> dict[str, Sequence[Recording]]:
        """Those of the present versions."""
        return {key: found[self._outdated.get(key, 0) :] for key, found in recordings.items()}

    def note(self, verdicts: Sequence[Verdict], sources: Mapping[int | str, str], recordings: Recordings) -> bool:
        """Look which functions have a new text; True when some of them had recordings."""
        dropped = False
        for verdict in verdicts:
            key, text = verdict.function.key, _text(verdict, sources)
            if self._texts.get(key, text) != text and self._counts.get(key, 0) > self._outdated.get(key, 0):
                self._outdated[key] = self._counts[key]
                dropped = True
            self._texts[key] = text
        self._counts = {key: len(found) for key, found in recordings.items()}
        return dropped


def _text(verdict: Verdict, sources: Mapping[int | str, str]) -> str:
    function = verdict.function
    lines = sources.get(function.path or function.cell, "").split("\n")
    return "\n".join(lines[function.line - 1 : function.end_line])


def with_traces(histories: Mapping[str, CallHistory], namespace: Mapping[str, Any]) -> dict[str, CallHistory]:
    """The histories with the number of traces of the notebook's own tf.function objects."""
    found = dict(histories)
    for name, value in list(namespace.items()):
        traces = traces_of(value)
        function = python_function(value) if traces is not None else None
        if traces is None or type(function) is not FunctionType:
            continue
        code = function.__code__
        key = name if code.co_name == "<lambda>" else code.co_qualname.replace(".<locals>", "")
        history = found.get(key) or CallHistory(key)
        found[key] = msgspec.structs.replace(history, traces=max(traces, history.traces or 0))
    return found
