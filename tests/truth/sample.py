"""A sample: a small notebook as text, whose last cell calls the function to be judged.

Cells are parted by lines `# %%`. TensorFlow, NumPy and Keras are imported in a cell before the first. The function
judged is the first user function or method that the last cell calls. A comment "# never ends" in the last cell says
that the graph doesn't come back.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PRELUDE = "import tensorflow as tf\nimport numpy as np\nimport keras\n"
MARK = "# %%"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Judged:
    """Which function, and where it is made: the line of its `def`, or of the assignment that binds it."""

    name: str  #: as FunctionId.name: "step", "Trainer.step", "make.inner"
    cell: int  #: 0 is the prelude
    line: int  #: from 1 within the cell
    bound: bool = False  #: made by an assignment, as a lambda or a partial is


@dataclass(frozen=True)
class Sample:
    """Cells, the first of which is the prelude and the last of which holds the calls."""

    title: str
    cells: tuple[str, ...]
    judged: Judged

    @property
    def endless(self) -> bool:
        return "# never ends" in self.cells[-1]

    @property
    def text(self) -> str:
        """As it is written in a rule file, without the prelude."""
        return f"{MARK}\n".join(self.cells[1:])


def sample(title: str, text: str) -> Sample:
    """Read a sample; ValueError when its last cell calls none of its functions."""
    cells = cells_of(text)
    return Sample(title, cells, _Notebook(cells).judged())


def cells_of(text: str) -> tuple[str, ...]:
    """The prelude, and the cells of a sample."""
    return (PRELUDE, *_parted(textwrap.dedent(text)))


def _parted(text: str) -> list[str]:
    cells: list[list[str]] = [[]]
    for line in text.splitlines(keepends=True):
        if line.strip() == MARK:
            cells.append([])
        else:
            cells[-1].append(line)
    found = ["".join(lines) for lines in cells]
    return [cell for cell in found if cell.strip()]


class _Notebook:
    """Finds by reading, not by running, what the last cell calls."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.trees = [ast.parse(cell) for cell in cells]

    def judged(self) -> Judged:
        calls = [node for node in ast.walk(self.trees[-1]) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset, -(node.end_col_offset or 0))):
            found = self._callee(call.func)
            if found is not None:
                return found
        raise ValueError("the last cell calls none of the functions defined above it")

    def _callee(self, node: ast.expr) -> Judged | None:
        match node:
            case ast.Name(id=name):
                return self._named(name)
            case ast.Attribute(value=owner, attr=method):
                return self._method(self._class_of(owner), method)
            case ast.Call(func=func):
                return self._object_called(func) or self._made_by(func)
        return None

    def _named(self, name: str) -> Judged | None:
        for cell, statement in self._statements():
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef() if statement.name == name:
                    return Judged(name, cell, statement.lineno)
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                    return self._bound(name, value) or Judged(name, cell, statement.lineno, bound=True)
        return None

    def _bound(self, name: str, value: ast.expr) -> Judged | None:
        """What an assignment binds, when that is a function made elsewhere."""
        match value:
            case ast.Call(func=func):
                return self._object_called(func) or self._made_by(func)
            case ast.Name(id=other) if other != name:
                return self._named(other)
            case ast.Attribute():
                return self._callee(value)
        return None

    def _made_by(self, factory: ast.expr) -> Judged | None:
        """The nested function that a user's factory returns."""
        for cell, outer in self._definitions(factory):
            if isinstance(outer, ast.ClassDef):
                continue
            returned = {
                r.value.id for r in ast.walk(outer) if isinstance(r, ast.Return) and isinstance(r.value, ast.Name)
            }
            for inner in outer.body:
                if isinstance(inner, ast.FunctionDef) and inner.name in returned:
                    return Judged(f"{outer.name}.{inner.name}", cell, inner.lineno)
        return None

    def _object_called(self, factory: ast.expr) -> Judged | None:
        """An instance of a user's class is called: its __call__, or its `call` where Keras calls that."""
        name = factory.id if isinstance(factory, ast.Name) else None
        return self._method(name, "__call__") or self._method(name, "call")

    def _class_of(self, owner: ast.expr) -> str | None:
        match owner:
            case ast.Call(func=ast.Name(id=name)) if self._class(name):
                return name
            case ast.Name(id=name) if self._class(name):
                return name
            case ast.Name(id=name):
                for _, statement in self._statements():
                    match statement:
                        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call() as value) if target == name:
                            return self._class_of(value)
        return None

    def _method(self, cls: str | None, method: str) -> Judged | None:
        found = self._class(cls) if cls else None
        if found is None:
            return None
        cell, node = found
        for item in node.body:
            if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and item.name == method:
                return Judged(f"{node.name}.{method}", cell, item.lineno)
        bases = (self._method(base.id, method) for base in node.bases if isinstance(base, ast.Name))
        return next((found for found in bases if found), None)

    def _class(self, name: str) -> tuple[int, ast.ClassDef] | None:
        for cell, statement in self._statements():
            if isinstance(statement, ast.ClassDef) and statement.name == name:
                return cell, statement
        return None

    def _definitions(self, name: ast.expr) -> Iterator[tuple[int, Definition]]:
        for cell, statement in self._statements():
            if isinstance(statement, Definition) and isinstance(name, ast.Name) and statement.name == name.id:
                yield cell, statement

    def _statements(self) -> Iterator[tuple[int, ast.stmt]]:
        """Top-level statements before the calls, latest first: a later definition replaces an earlier one."""
        for cell in range(len(self.trees) - 2, -1, -1):
            for statement in reversed(self.trees[cell].body):
                yield cell, statement
