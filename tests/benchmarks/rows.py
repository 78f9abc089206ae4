"""One measured figure, and how figures are passed from a benchmark's own process to the one that prints them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from msgspec import Struct


class Row(Struct, frozen=True):
    """A figure; `goal` is None where there is none, as for the tools that hybnb is compared with."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    better: Literal["less", "more"] = "less"

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        return self.value < self.goal if self.better == "less" else self.value > self.goal


def give(value: Any) -> None:
    """Hand a value to the process that waits in `taken`: as the last line of the output."""
    if isinstance(value, Iterable) and not isinstance(value, dict | str):
        value = list(value)
    print("\n" + msgspec.json.encode(value).decode())


def taken(module: str, *arguments: str, type: Any = list[Row]) -> Any:  # noqa: A002  msgspec's own word
    """What `python -m tests.benchmarks.MODULE ARGUMENTS` gave, run in a fresh process."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stderr[-2000:]}")
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=type)


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of the values lie; no interpolation."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
