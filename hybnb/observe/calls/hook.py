"""Gets hold of each cell's syntax tree, through IPython's list of transformers."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, SupportsIndex

if TYPE_CHECKING:  # the command line gets here where no IPython is wanted
    from IPython.core.interactiveshell import InteractiveShell


class Hook(ast.NodeTransformer):
    """Is handed the tree of each cell, and of the body of %%time, after all other transformers. `take` never raises."""

    def __init__(self, shell: InteractiveShell, take: Callable[[ast.AST], None]) -> None:
        self._shell = shell
        self._take = take

    def install(self) -> None:
        """Be called from the next cell on."""
        self._shell.ast_transformers = _Transformers([*self._shell.ast_transformers, self])

    def remove(self) -> None:
        """Be called no more."""
        others = [each for each in self._shell.ast_transformers if each is not self]
        self._shell.ast_transformers = _Transformers(others) if any(type(each) is Hook for each in others) else others

    def visit(self, node: ast.AST) -> ast.AST:
        """The tree, changed in place; in a new root where nobody else changes it."""
        self._take(node)
        alone = all(other is self for other in self._shell.ast_transformers)
        return _Placed.of(node) if alone and type(node) is ast.Module else node


class _Placed(ast.Module):
    """A cell whose nodes all have their places: IPython, which would look at each node for that, is shown none.

    Looking takes time, and is the end of a cell whose expressions nest a thousand levels deep.
    """

    _fields = ()

    @staticmethod
    def of(tree: ast.Module) -> ast.Module:
        """The same statements."""
        placed = _Placed.__new__(_Placed)
        placed.body, placed.type_ignores = tree.body, tree.type_ignores
        return placed


class _Transformers(list[Any]):
    """IPython's transformers, with ours at the end: others shan't see what hybnb writes, nor take ours for theirs."""

    def append(self, transformer: Any) -> None:
        self.insert(self._others(), transformer)

    def pop(self, index: SupportsIndex = -1) -> Any:
        return super().pop(self._others() - 1 if index == -1 else index)

    def _others(self) -> int:
        """How many come before ours."""
        return next((place for place, each in enumerate(self) if type(each) is Hook), len(self))
