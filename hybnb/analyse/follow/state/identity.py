"""Which object a tensor is: a trace is given tensors of its own, so the caller's objects aren't met in it."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Value


def compared(run: Run, node: nodes.NodeNG, left: Value, right: Value) -> None:
    """`left is right`, of two tensors: eagerly one object may be passed twice, or be one that is kept outside."""
    if _is_traced(left) and _is_traced(right) and not (left.outer and right.outer):
        run.effect("eager-introspection", node, False, call=f"{node.as_string()[:40]}")


def asked(run: Run, node: nodes.NodeNG, value: Value, how: str) -> None:
    """`id(value)` or `value.ref()`, by which the caller's tensor is found again eagerly."""
    if _is_traced(value) and not value.outer:
        run.effect("eager-introspection", node, False, call=how)


def _is_traced(value: Value) -> bool:
    """Variables are the same objects in a trace."""
    return value.is_tensor and value.kind != "variable"
