"""Tapes around a place: no gradient comes out of a graph's loop over a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.follow import callers
from hybnb.analyse.follow.run import Run
from hybnb.analyse.text.rebuilding import survey

if TYPE_CHECKING:
    from hybnb.analyse.program import Program

TAPE = "GradientTape"


def recorded(run: Run, node: nodes.NodeNG) -> bool:
    """A tape stands around `node`, around the calls that lead there, or around what calls the function judged, by however
    many others.
    """
    run.reads.add(f"~{TAPE}")
    if not any(TAPE in unit.asked or TAPE in unit.read for unit in run.program.units()):
        return False
    inside = [node, *(frame.call for frame in run.frames if frame.call is not None)]
    if any(_under_a_tape(run.program, place) for place in inside):
        return True
    judged = run.frames[0].function
    return judged is not None and _called_under_a_tape(run, judged.node)


def _called_under_a_tape(run: Run, function: nodes.NodeNG) -> bool:
    known, waiting = {function}, [function]
    while waiting:
        one = waiting.pop()
        run.reads.update(f"~{name}" for name in callers.spellings(run.program, one))
        if any(_records(run.program, outer) for outer in callers.handed_on(run.program, one)):
            return True
        for _, call in callers.calls(run.program, one):
            if _under_a_tape(run.program, call):
                return True
            caller = callers.enclosing(call)
            if caller is not None and caller not in known:
                known.add(caller)
                waiting.append(caller)
    return False


def _records(program: Program, call: nodes.Call) -> bool:
    """A function of the user's is called in which a tape is made."""
    name = getattr(call.func, "attrname", "") or getattr(call.func, "name", "")
    return any(survey(one).mentions(TAPE) for one in callers.defined_as(program, name))


def _under_a_tape(program: Program, node: nodes.NodeNG) -> bool:
    parent = node.parent
    while parent is not None and not isinstance(parent, nodes.FunctionDef | nodes.Lambda | nodes.Module):
        if isinstance(parent, nodes.With) and any(_is_tape(program, manager) for manager, _ in parent.items):
            return True
        parent = parent.parent
    return False


def _is_tape(program: Program, manager: nodes.NodeNG) -> bool:
    """tf.GradientTape(…) itself, a call of what makes one, or something with a name where a tape may have any."""
    called = manager.func if isinstance(manager, nodes.Call) else manager
    name = getattr(called, "attrname", "") or getattr(called, "name", "")
    if "tape" in name.lower():
        return True
    if isinstance(manager, nodes.Call):
        return _records(program, manager) or (name == "ExitStack" and _has_a_name(program))
    return _has_a_name(program)


def _has_a_name(program: Program) -> bool:
    """Somewhere a tape is made elsewhere than at the head of a `with`."""
    made = (call for _, call in program.uses.calls(TAPE))
    return any(not isinstance(call.parent, nodes.With) for call in made)
