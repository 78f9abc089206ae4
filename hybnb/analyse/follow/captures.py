"""Arrays from outside that a trace copies into its graph."""

from __future__ import annotations

import re
from math import prod

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Value

LARGE = 4_000_000  #: bytes from which a copy in each graph is worth a word


def array_meets_op(run: Run, node: nodes.NodeNG, value: Value) -> None:
    """An operation takes a value: an array from outside becomes a constant of the graph."""
    if value.kind != "ndarray" or not value.outer or not isinstance(value.shape, tuple) or None in value.shape:
        return
    size = prod(one for one in value.shape if isinstance(one, int)) * _item_bytes(value.dtype)
    if size >= LARGE:
        run.effect("memory", node, what="array", name=value.name, bytes=str(size))


def _item_bytes(dtype: str | None) -> int:
    bits = re.search(r"\d+$", dtype or "")
    return max(1, int(bits[0]) // 8) if bits else 1
