"""Callers that catch an exception of a function by a class that a tf.function doesn't let out."""

from __future__ import annotations

from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.candidates import Candidate
from hybnb.analyse.follow.flow.exceptions import changes_class
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.survey import calls_of


def check_callers(run: Run, candidate: Candidate) -> None:
    """Note each class by which somebody catches what the function raises, where a graph would raise another."""
    name = candidate.id.name.rpartition(".")[2]
    raised = {effect.details["exception"] for effect in run.effects.values() if effect.kind == "exception-class"}
    for unit in run.program.units():
        for call in calls_of(unit, name) if unit.catches else ():
            for caught in _caught(call):
                if changes_class(caught) and caught not in raised:
                    run.effect("exception-class", candidate.node, False, exception=caught)


def _caught(call: nodes.Call) -> Iterator[str]:
    """The classes of the handlers that stand around a call."""
    parent, child = call.parent, call
    while parent is not None and not isinstance(parent, nodes.FunctionDef | nodes.Module):
        if isinstance(parent, nodes.Try) and child in parent.body:
            for handler in parent.handlers:
                asked = handler.type.elts if isinstance(handler.type, nodes.Tuple) else [handler.type]
                yield from (one.name for one in asked if isinstance(one, nodes.Name))
        parent, child = parent.parent, parent
