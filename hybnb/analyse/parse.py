"""Source text → syntax tree, and places in it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from astroid import nodes
from astroid.manager import AstroidManager
from astroid.nodes.utils import Position
from astroid.rebuilder import TreeRebuilder

from hybnb.analyse.bindings import Changes
from hybnb.model import Cell, Span
from hybnb.syntax import syntax


@dataclass(eq=False)
class Unit:
    """One parsed cell or module."""

    cell: Cell
    tree: nodes.Module
    order: int  #: position in the order in which units run
    read: frozenset[str] = frozenset()  #: names that it reads, anywhere
    asked: frozenset[str] = frozenset()  #: attributes that it reads, of anything
    mentions: Mapping[nodes.NodeNG, frozenset[str]] = field(
        default_factory=dict
    )  #: the names and attributes that each function reads, and what stands in it
    installed: bool = False  #: a module of an installed package, followed but not judged

    @cached_property
    def changes(self) -> Changes:
        """What changes in it."""
        return Changes.of(self)

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


def parse(cell: Cell, order: int = 0) -> Unit | None:
    """The parsed cell; None where the text isn't Python that can be parsed."""
    tree = syntax(cell.source)
    if tree is None:
        return None
    try:
        # astroid.parse would go on to infer what attributes are set to, and read the source of imported libraries for it
        rebuilder = _Rebuilder(AstroidManager(), cell.source)
        module = rebuilder.visit_module(tree, cell.module or "", "<cell>", False)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return Unit(cell, module, order, frozenset(rebuilder.read), frozenset(rebuilder.asked), rebuilder.mentions)


class _Rebuilder(TreeRebuilder):  # type: ignore[misc]  # astroid comes without types
    """Leaves Python's tree as it is, where astroid's own takes the docstrings out of it; notes what is read."""

    def __init__(self, manager: AstroidManager, source: str) -> None:
        super().__init__(manager, source)
        self.read: set[str] = set()
        self.asked: set[str] = set()
        self.mentions: dict[nodes.NodeNG, frozenset[str]] = {}

    def visit_functiondef(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._apart(super().visit_functiondef, node, parent)

    def visit_asyncfunctiondef(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._apart(super().visit_asyncfunctiondef, node, parent)

    def visit_lambda(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._apart(super().visit_lambda, node, parent)

    def _apart(
        self, visit: Callable[[Any, nodes.NodeNG], nodes.NodeNG], node: Any, parent: nodes.NodeNG
    ) -> nodes.NodeNG:
        """Note what one function reads."""
        read, asked = self.read, self.asked
        self.read, self.asked = set(), set()
        made = visit(node, parent)
        self.mentions[made] = frozenset(self.read | self.asked)
        read |= self.read
        asked |= self.asked
        self.read, self.asked = read, asked
        return made

    def _get_doc(self, node: Any) -> Any:
        documented = node.body and type(node.body[0]) is ast.Expr
        return super()._get_doc(copy(node)) if documented else (node, None)

    def visit_name(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """A third of all nodes, and nearly all of them are read."""
        if type(node.ctx) is not ast.Load:
            return super().visit_name(node, parent)
        self.read.add(node.id)
        return nodes.Name(
            node.id,
            node.lineno,
            node.col_offset,
            parent,
            end_lineno=node.end_lineno,
            end_col_offset=node.end_col_offset,
        )

    def visit_attribute(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        if type(node.ctx) is ast.Load:
            self.asked.add(node.attr)
        return super().visit_attribute(node, parent)

    def _get_position_info(self, node: Any, _: nodes.NodeNG) -> Position:
        """Where the keyword stands, as Python's tree has it; astroid would look for the end of the name in the text."""
        return Position(node.lineno, node.col_offset, node.lineno, node.col_offset)
