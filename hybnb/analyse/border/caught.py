"""Callers that catch an exception of a function by a class that a tf.function doesn't let out."""

from __future__ import annotations

from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.candidates import Candidate
from hybnb.analyse.follow import callers
from hybnb.analyse.follow.flow import error_words, failures
from hybnb.analyse.follow.flow.exceptions import changes_class
from hybnb.analyse.follow.run import Run

FAR = 3  #: callers of callers that are asked as well


def check_callers(run: Run, candidate: Candidate) -> None:
    """Note each class by which somebody catches what the function raises, where a graph would raise another."""
    raised = {effect.details["exception"] for effect in run.effects.values() if effect.kind == "exception-class"}
    for classes in _handlers(run, candidate.id.name.rpartition(".")[2]):
        for caught in sorted(classes):
            if changes_class(caught) and caught not in raised:
                run.effect("exception-class", candidate.node, False, exception=caught)
        missed = failures.missed(run.failures, classes, expected=run.checks_values)
        if missed and missed not in raised:
            becomes = failures.in_a_graph(missed)
            run.effect("exception-class", candidate.node, False, exception=missed, becomes=becomes)


def _handlers(run: Run, name: str) -> Iterator[frozenset[str]]:
    """The classes of each handler that stands around a call of this name, or around one of who calls it."""
    waiting, known = [(name, 0)], {name}
    if not run.program.catches:
        run.reads.add(f"!{name}")
        return
    while waiting:
        called, far = waiting.pop()
        run.reads.add(f"!{called}")
        for _, call in run.program.uses.calls(called):
            yield from _around(run, call)
            by = _within(call)
            if by is not None and by.name not in known and far < FAR:
                known.add(by.name)
                waiting.append((by.name, far + 1))
                for decorator in by.decorators.nodes if by.decorators else ():
                    yield from _let_through_by(run, decorator)


def _within(call: nodes.Call) -> nodes.FunctionDef | None:
    """The function that a call stands in; None at the top level."""
    parent = call.parent
    while not isinstance(parent, nodes.FunctionDef | nodes.Module):
        parent = parent.parent
    return parent if isinstance(parent, nodes.FunctionDef) else None


def _around(run: Run, call: nodes.Call) -> Iterator[frozenset[str]]:
    """The classes of each handler that stands around a call."""
    parent, child = call.parent, call
    while parent is not None and not isinstance(parent, nodes.FunctionDef | nodes.Module):
        if isinstance(parent, nodes.Try) and child in parent.body:
            yield from map(failures.classes, parent.handlers)
            if run.told and any(map(error_words.read_in, parent.handlers)):
                run.note_told()
        elif isinstance(parent, nodes.With) and child in parent.body:
            for manager, _ in parent.items:
                yield from _let_through_by(run, manager)
        parent, child = parent.parent, parent


def _let_through_by(run: Run, manager: nodes.NodeNG, far: int = FAR) -> Iterator[frozenset[str]]:
    """The classes of errors that a context manager keeps from who stands around it: contextlib's, or one of the user's; or
    that what a decorator puts around a function catches.
    """
    if suppressed := failures.suppressed(manager):
        yield suppressed
    called = manager.func if isinstance(manager, nodes.Call) else manager
    name = getattr(called, "attrname", getattr(called, "name", ""))
    for function in callers.defined_as(run.program, name) if name else ():
        yield from failures.caught_around_yield(function)
        wraps = isinstance(manager.parent, nodes.Decorators)
        yield from map(failures.classes, function.nodes_of_class(nodes.ExceptHandler) if wraps else ())
    for unit in run.program.units() if name and far else ():
        for made in unit.tree.locals.get(name, ()):
            given = made.parent.value if isinstance(made.parent, nodes.Assign) else None
            if isinstance(made, nodes.ClassDef):
                yield from _let_through_by_class(run, made, far)
            elif isinstance(given, nodes.Call) and given is not manager:
                yield from _let_through_by(run, given, far - 1)


def _let_through_by_class(run: Run, cls: nodes.ClassDef, far: int) -> Iterator[frozenset[str]]:
    """The classes of errors that an object's own `__exit__` deals with, or that of a class it derives from."""
    leave = cls.locals.get("__exit__", ())
    yield from (failures.told_in(one) for one in leave if failures.deals_with_errors(one))
    for base in cls.bases if not leave else ():
        yield from _let_through_by(run, base, far - 1)
