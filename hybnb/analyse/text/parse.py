"""Source text → syntax tree, and places in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from astroid import nodes

from hybnb.analyse import lexicon
from hybnb.analyse.text.bindings import Changes
from hybnb.analyse.text.rebuilding import Rebuilder, parts, survey
from hybnb.model import Cell, Span
from hybnb.syntax import syntax


@dataclass(eq=False)
class Unit:
    """One parsed cell or module."""

    cell: Cell
    tree: nodes.Module
    order: int = 0  #: position in the order in which units run
    installed: bool = False  #: a module of an installed package, followed but not judged

    @cached_property
    def read(self) -> frozenset[str]:
        """Names that it reads, anywhere."""
        outside, functions = parts(self.tree)[1:]
        return frozenset(outside.loads).union(*(survey(one).loads for one in functions))

    @cached_property
    def asked(self) -> frozenset[str]:
        """Attributes that it reads, of anything."""
        outside, functions = parts(self.tree)[1:]
        return frozenset(outside.attributes).union(*(survey(one).attributes for one in functions))

    @cached_property
    def catches(self) -> bool:
        """Whether a handler of exceptions may stand in it."""
        return any(word in self.cell.source for word in ("except", "suppress", "__exit__"))

    @cached_property
    def defines_call(self) -> bool:
        """Whether a layer or model of Keras's may stand in it, with a `call` of its own."""
        return "def call(" in self.cell.source

    @cached_property
    def readings(self) -> frozenset[str]:
        """What it reads ("~name"), and where it may catch what goes wrong with it ("!name")."""
        names = self.changes.read | self.changes.asked
        marks = "~!" if self.catches or "with " in self.cell.source else "~"
        return frozenset(mark + name for mark in marks for name in names)

    @cached_property
    def changes(self) -> Changes:
        """What changes in it."""
        return Changes.of(self)

    @cached_property
    def settled(self) -> Changes:
        """What changes in it as the only unit of its module, with what its calls hand over. Not to be added to: programs share it."""
        return together([self])

    @cached_property
    def plain_floats(self) -> bool:
        """Nothing in it sets another float type than Keras's own."""
        return not any(word in self.cell.source for word in lexicon.OTHER_FLOATS)

    @cached_property
    def lines(self) -> list[str]:
        """The text, line by line."""
        return self.cell.source.split("\n")

    @cached_property
    def declares_globals(self) -> bool:
        """Whether a `global` statement may stand in it."""
        return "global " in self.cell.source

    @cached_property
    def _ascii(self) -> bool:
        return self.cell.source.isascii()

    def _column(self, line: int, column: int) -> int:
        """Characters before the place; the tree counts bytes."""
        if self._ascii or line > len(self.lines):
            return column
        return len(self.lines[line - 1].encode()[:column].decode(errors="ignore"))

    def span(self, node: nodes.NodeNG) -> Span:
        """Where a node stands."""
        line, column = node.lineno or 1, node.col_offset or 0
        end_line, end_column = node.end_lineno or line, node.end_col_offset or column
        return Span(
            self.cell.index, line, self._column(line, column), end_line, self._column(end_line, end_column),
            self.cell.path,
        )  # fmt: skip

    def where(self, line: int) -> str:
        """A place in words."""
        if self.cell.path is not None:
            return f"line {line} of {self.cell.module or self.cell.path}"
        return f"cell {self.cell.index}, line {line}"


def together(units: Iterable[Unit]) -> Changes:
    """What changes in several units."""
    changes = Changes()
    for unit in units:
        changes.add(unit.changes)
    return changes


def parse(cell: Cell) -> Unit | None:
    """The parsed cell; None where the text isn't Python that can be parsed."""
    tree = syntax(cell.source)
    if tree is None:
        return None
    try:
        # astroid.parse would go on to infer what attributes are set to, and read the source of imported libraries for it
        module = Rebuilder(cell.source).module(tree, cell.module or "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return Unit(cell, module)


parse_module = lru_cache(maxsize=128)(parse)  #: of a module, which several files may import
