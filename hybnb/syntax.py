"""Python's own syntax trees of the user's texts, each made once for all who read it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, TypeVar

Found = TypeVar("Found")
_forgetting: Final[list[Callable[[], None]]] = []
_given: Final[dict[str, ast.Module]] = {}  #: the tree that somebody else made last, until it is asked for

BLOCKS: Final = ("body", "orelse", "finalbody", "handlers", "cases")  #: what holds statements
HOLDERS: Final = frozenset(
    kind for kind in vars(ast).values() if not {*BLOCKS}.isdisjoint(getattr(kind, "_fields", ()))
)


def of_a_text(find: Callable[[str], Found]) -> Callable[[str], Found]:
    """Keep what was found in the trees of the last 32 texts, until `let_go`."""
    kept = lru_cache(maxsize=32)(find)
    _forgetting.append(kept.cache_clear)
    return kept


def let_go() -> None:
    """Forget all trees: a few thousand objects a cell, which the garbage collector would go through again and again."""
    for forget in _forgetting:
        forget()
    _given.clear()


def give(source: str, tree: ast.Module) -> None:
    """The next text needn't be parsed: this is its tree, as Python's parser made it, and nobody will change it."""
    _given.clear()
    _given[source] = tree


@of_a_text
def syntax(source: str) -> ast.Module | None:
    """The tree of a text, or None where no parser makes one of it. Not to be changed: others read it too.

    Callers keep its warnings from the user, who has had them from Python itself.
    """
    given = _given.pop(source, None)
    if given is not None:
        return given
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def statements(holder: ast.AST) -> Iterator[ast.AST]:
    """All statements within a module or statement, in order, with the handlers and cases that hold some of them; however
    deep they are nested.
    """
    open_blocks = [_children(holder)]
    while open_blocks:
        child = next(open_blocks[-1], None)
        if child is None:
            open_blocks.pop()
            continue
        yield child
        if type(child) in HOLDERS:
            open_blocks.append(_children(child))


def _children(holder: ast.AST) -> Iterator[ast.AST]:
    return (child for field in BLOCKS if field in holder._fields for child in getattr(holder, field))
