"""Work in slices, between which somebody else may work: a generator whose value is the outcome."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

Given = TypeVar("Given")
Outcome = TypeVar("Outcome")


def run_through(slices: Generator[Given, None, Outcome]) -> tuple[Outcome, Given | None]:
    """Do all slices at once; the outcome, and what the last slice gave."""
    last = None
    while True:
        try:
            last = next(slices)
        except StopIteration as done:
            return done.value, last
