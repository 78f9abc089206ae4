"""Context managers: what `with manager as x` binds, and what entering and leaving it does."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow import members
from hybnb.analyse.follow.flow import error_words, exceptions, failures
from hybnb.analyse.follow.run import Run, left_by
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


def leave(run: Run, node: nodes.With, managers: list[Value], told: int) -> None:
    """The end of the block: each manager sees an error that leaves it, whose words were told after the first so many."""
    for manager in reversed(managers):
        leaving = _exit_of(manager)
        if leaving is None:
            continue
        if _reads_error(leaving):
            run.note_told(told)
        if isinstance(manager.ref, Instance) and (left_by(run) == "raise" or _raises(node)):
            members.call_special(run, node, manager, "__exit__", *(Value("object") for _ in range(3)))
        if left_by(run) == "raise" and exceptions.hushed_by(manager):
            run.frame.ended = ""


def _exit_of(manager: Value) -> nodes.FunctionDef | None:
    """The user's code that sees an error of the block: an `__exit__`, or a generator with a handler around its `yield`."""
    if isinstance(manager.ref, nodes.FunctionDef):
        return manager.ref
    cls = manager.ref.cls if isinstance(manager.ref, Instance) else None
    found = members.find_in_class(cls, "__exit__") if cls is not None else None
    return found[0] if found is not None and isinstance(found[0], nodes.FunctionDef) else None


def _reads_error(leaving: nodes.FunctionDef) -> bool:
    """It may look at the words of the error."""
    if leaving.name != "__exit__":
        return any(map(error_words.read_in, failures.handlers_around_yield(leaving)))
    given = [*(leaving.args.posonlyargs or ()), *(leaving.args.args or ())][2:3]
    names = {one.name for one in given} | ({leaving.args.vararg} if leaving.args.vararg else set())
    uses = (one for one in leaving.nodes_of_class(nodes.Name) if one.name in names)
    return any(not isinstance(one.parent, nodes.Compare) for one in uses)


def _raises(node: nodes.With) -> bool:
    return any(True for step in node.body for _ in step.nodes_of_class(nodes.Raise))
