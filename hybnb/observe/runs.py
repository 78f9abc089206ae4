"""Runs of cells, and what is kept of a cell once it ran."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hybnb.model import Cell
from hybnb.model.wire import SeenCell
from hybnb.observe import digests
from hybnb.observe.magic_lines import Peeled, body_under_magics
from hybnb.syntax import give


@dataclass(frozen=True)
class Kept:
    """What is known of a cell that ran."""

    cell: Cell
    raw: str  #: the text as typed
    digest: str  #: of it
    peeled: Peeled
    count: int | None  #: execution count of the last run

    @cached_property
    def seen(self) -> SeenCell:
        """How a front end recognises it."""
        return SeenCell(self.cell.index, self.cell.id, digests.of_front_end(self.raw), self.count)


@dataclass(frozen=True)
class SoFar:
    """Stands in for the result of a run that hasn't ended."""

    info: Any
    success: bool = True
    error_before_exec: None = None
    execution_count: int | None = None


@dataclass
class Run:
    """A cell that is running, and what ran inside it."""

    info: Any
    files: list[str] = field(default_factory=list)  #: of its body, run on its own by a cell magic
    body_ran: bool = False
    body_failed: bool = False
    number: int | None = None  #: of the cell, once it is known
    parsed: bool = False
    tree: Callable[[], ast.Module] | None = None  #: IPython's own, of the text that it compiled; to be asked once

    def give_tree(self, source: str) -> None:
        """Let nobody parse what IPython has parsed, where that was this very text."""
        compiled = getattr(self.info, "transformed_cell", None)
        tree, self.tree = self.tree, None
        if tree is not None and type(compiled) is str and compiled.rstrip("\n") == source.rstrip("\n"):
            give(source, tree())


def one_run(start: Any, end: Any) -> bool:
    """Do they speak of one run? IPython makes a new description where an exception passed through all of it."""
    identity = getattr(start, "cell_id", None)
    return start is end or (
        identity is not None and identity == getattr(end, "cell_id", None) and start.raw_cell == end.raw_cell
    )


def is_body(raw: str, outer: str) -> bool:
    """Is `raw` what stands below the cell magics of `outer`?"""
    body = body_under_magics(outer)
    while body is not None:
        if body.strip("\n") == raw.strip("\n"):
            return True
        body = body_under_magics(body)
    return False
