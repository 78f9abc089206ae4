"""Tapes around a place: no gradient comes out of a graph's loop over a dataset."""

from __future__ import annotations

from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.survey import calls_of


def recorded(run: Run, node: nodes.NodeNG) -> bool:
    """A tape stands around `node`, around the calls that lead there, or around a call of the function judged."""
    return any(_under_a_tape(place) for place in _ways_to(run, node))


def _ways_to(run: Run, node: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    yield node
    yield from (frame.call for frame in run.frames if frame.call is not None)
    judged = run.frames[0].function
    if judged is not None and isinstance(judged.node, nodes.FunctionDef):
        for unit in run.program.units():
            yield from calls_of(unit, judged.node.name)


def _under_a_tape(node: nodes.NodeNG) -> bool:
    parent = node.parent
    while parent is not None and not isinstance(parent, nodes.FunctionDef | nodes.Lambda | nodes.Module):
        if isinstance(parent, nodes.With) and any(_is_tape(manager) for manager, _ in parent.items):
            return True
        parent = parent.parent
    return False


def _is_tape(manager: nodes.NodeNG) -> bool:
    called = manager.func if isinstance(manager, nodes.Call) else manager
    name = (
        called.attrname
        if isinstance(called, nodes.Attribute)
        else called.name
        if isinstance(called, nodes.Name)
        else ""
    )
    return "tape" in name.lower()  # tf.GradientTape(…), or one that has a name
