"""The settings with what each one means."""

from __future__ import annotations

from typing import Any

import msgspec

from hybnb.model import Row
from hybnb.settings import Settings
from hybnb.show.inert import inert

MEANINGS = {
    "show": "after a cell, functions newly worth a change: where no panel shows them (auto), always, or never",
    "buttons": "Measure, Apply, Why and Mute: below what %hybnb NAME shows (asked), below lines after cells as well (always), or never",
    "probe": "watch the calls of the notebook's own functions",
    "record": "record the ops of one call per function, to predict the gain",
    "trials": "try functions as graphs in a process of their own: when the kernel is idle, after asking below the cell, or never",
    "trials_here": "when idle, try in this kernel itself what can't be taken to another process: on copies, all else put back",
    "cell_budget_ms": "milliseconds per cell above which hybnb turns itself down, if they are over 5 % of its own time too",
    "max_signatures": "call signatures kept per function",
    "min_calls": "calls before anything is said about speed",
    "max_functions": "functions watched in one kernel",
    "select": "only these codes, or beginnings of codes; empty means all",
    "ignore": "not these codes",
}


def rows(settings: Settings) -> tuple[Row, ...]:
    """Each setting as it would be typed, with its meaning, marked where it isn't the default."""
    defaults = msgspec.to_builtins(Settings())
    now = msgspec.to_builtins(settings)
    return tuple(
        Row(f"{key}={inert(_typed(value), 120)}", MEANINGS.get(key, "") + _changed(value, defaults[key]))
        for key, value in now.items()
    )


def _typed(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(value)
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _changed(value: Any, default: Any) -> str:
    return "" if value == default else f" (default {_typed(default) or 'empty'})"
