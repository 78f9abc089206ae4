"""What was once found out about a node of a tree, kept as long as the tree is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from astroid import nodes

Node = TypeVar("Node", bound=nodes.NodeNG)
Found = TypeVar("Found")


def remembered(find: Callable[[Node], Found]) -> Callable[[Node], Found]:
    """Ask once for each node.

    The answer stands on the node itself. `functools.lru_cache` would keep thousands of nodes, each with the whole tree of a
    cell that was edited away long ago.
    """
    name = f"{find.__module__}.{find.__qualname__}"

    @wraps(find)
    def asked(node: Node) -> Found:
        kept: dict[str, Any] = node.__dict__
        if name not in kept:
            kept[name] = find(node)
        found: Found = kept[name]
        return found

    return asked
