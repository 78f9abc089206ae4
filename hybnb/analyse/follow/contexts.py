"""Context managers: what `with manager as x` binds, and what entering and leaving it does."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow import members
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import NONE, Choice, Instance, Value, join_all


def enter_context(run: Run, node: nodes.NodeNG, manager: Value) -> Value:
    """What `with manager as x` binds."""
    if isinstance(manager.ref, Choice):
        return join_all([enter_context(run, node, option) for option in manager.ref.options])
    if isinstance(manager.ref, Instance) and "enter_result" in manager.ref.attributes:
        return manager.ref.attributes["enter_result"]
    if isinstance(manager.ref, Instance) and manager.ref.cls is not None:
        entered = members.call_special(run, node, manager, "__enter__")
        members.call_special(run, node, manager, "__exit__", NONE, NONE, NONE)
        if entered is None:
            return run.unknown(node, "a context manager")
        return entered
    if manager.kind == "generator" and not manager.outer:  # what contextlib.contextmanager makes of a generator
        return manager.item or NONE
    if manager.kind in ("function", "generator", "list", "dict", "tuple"):
        return run.unknown(node, "a context manager made from a function")
    return manager
