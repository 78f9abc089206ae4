"""Lambdas that read what a statement of their function has bound anew: AutoGraph gives a statement's own names only to what it
finds read in it or behind it, and doesn't look into lambdas.
"""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow import survey
from hybnb.analyse.follow.flow import liveness
from hybnb.analyse.follow.run import Frame, Run
from hybnb.analyse.scope import Scope
from hybnb.analyse.values import Function, Value, join


def read(run: Run, node: nodes.NodeNG, name: str, value: Value, holder: Scope) -> None:
    """A function reads a name of an enclosing one."""
    reader = run.frame.function
    if run.quiet or reader is None or isinstance(reader.node, nodes.FunctionDef):
        return
    if holder.rebound.get(name, 0) > reader.born:
        run.effect("lambda-read", node, name=name, why="graph")
        return
    owner = next((frame for frame in run.frames if frame.scope is holder), None)
    for control in owner.controls if owner is not None else ():
        if control.kind not in ("if", "loop") or control.node is None or control.node.parent_of(reader.node):
            continue  # made in the branch or round that it reads in
        if control.before.get(name) is not value and not liveness.carried(holder.node, control.node, name):
            run.effect("lambda-read", node, name=name, why="graph")
            return
    if _of_a_past_round(reader, name, holder, owner):
        run.effect("lambda-read", node, name=name, why="rounds")


def _of_a_past_round(reader: Function, name: str, holder: Scope, owner: Frame | None) -> bool:
    """The lambda was made in a loop that is over, or in an earlier round of it, which binds the name in each round: AutoGraph makes a function of the
    loop's body, so that each lambda keeps the name of its own round.
    """
    function = holder.node
    if (
        not isinstance(function, nodes.FunctionDef)
        or survey.refused(function)
        or (owner is not None and not owner.converted)
    ):
        return False
    running = {control.node: control for control in owner.controls} if owner is not None else {}
    above = reader.node.parent
    while above is not None and above is not function:
        now = running.get(above)
        past = reader.born < now.round_began if now is not None else not _last_one(reader.node, above)
        if (
            isinstance(above, nodes.For | nodes.While)
            and past
            and name in survey.assigned_in(above)
            and not liveness.carried(function, above, name)
        ):
            return True
        above = above.parent
    return False


def _last_one(reader: nodes.NodeNG, loop: nodes.NodeNG) -> bool:
    """Behind the loop its name stands for the lambda of the last round: the loop itself doesn't keep it anywhere."""
    match reader.parent:
        case nodes.Assign(targets=[nodes.AssignName(name=name)]):
            return name not in survey.names_in(loop)
    return False


def earlier(old: Value | None, new: Value) -> Value:
    """What an entry or attribute holds that may have kept the lambda of an earlier round, made at the same place."""
    before, now = old.ref if old is not None else None, new.ref
    if old is None or not isinstance(before, Function) or not isinstance(now, Function) or before.node is not now.node:
        return new
    return join(old, new)
