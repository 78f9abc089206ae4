"""Whether what a statement leaves in a name is ever read."""

from __future__ import annotations

from collections.abc import Sequence

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.text.rebuilding import survey
from hybnb.analyse.text.remembered import remembered


def used_after(run: Run, node: nodes.NodeNG, name: str) -> bool:
    """What `node` leaves in the name may be read: after it, or by the next round of a loop around it."""
    function = run.frame.function
    owner = function.node if function is not None else run.frame.unit.tree
    loads = survey(owner).loads.get(name, ())
    end = (node.end_lineno or 0, node.end_col_offset or 0)
    if any((load.lineno, load.col_offset) > end and not _stored_before(load, name, node, end) for load in loads):
        return True
    parent = node.parent
    while parent is not None and parent is not owner:
        if isinstance(parent, nodes.For | nodes.While):
            inside = [load for load in loads if parent.parent_of(load)]
            if any(not _stored_before(load, name, parent, (0, 0)) for load in inside):
                return True
        parent = parent.parent
    return False


def carried(owner: nodes.NodeNG, loop: nodes.NodeNG, name: str) -> bool:
    """`owner` may read after `loop` or in its next round what it leaves in the name. A lambda reads where it is made."""
    loads = [load for load in survey(owner).loads.get(name, ()) if _of(owner, load, name)]
    end = (loop.end_lineno or 0, loop.end_col_offset or 0)
    inside = [load for load in loads if loop.parent_of(load)]
    return (
        any((load.lineno, load.col_offset) > end and not _stored_before(load, name, loop, end) for load in loads)
        or any(not _stored_before(load, name, loop, (0, 0)) for load in inside)
        or augmented(loop, name)
    )


def augmented(loop: nodes.NodeNG, name: str) -> bool:
    """`name += …` in a loop reads what the round before left."""
    return any(not _stored_before(one, name, loop, (0, 0)) for one in _augmenting(loop).get(name, ()))


@remembered
def _augmenting(loop: nodes.NodeNG) -> dict[str, list[nodes.AugAssign]]:
    """Where a loop changes names by += and its like, by the names."""
    found: dict[str, list[nodes.AugAssign]] = {}
    for one in loop.nodes_of_class(nodes.AugAssign, nodes.FunctionDef | nodes.Lambda):
        if isinstance(one.target, nodes.AssignName):
            found.setdefault(one.target.name, []).append(one)
    return found


def _of(owner: nodes.NodeNG, load: nodes.Name, name: str) -> bool:
    """The name that is read is the one of `owner`, and not one of a function or comprehension within it."""
    scope = load.scope()
    while scope is not owner:
        if name in scope.locals:
            return False
        scope = scope.parent.scope()
    return True


def _stored_before(load: nodes.NodeNG, name: str, limit: nodes.NodeNG, since: tuple[int, int]) -> bool:
    """On every way to `load` the name is bound anew, within `limit` and after the place `since`."""
    statement = load.statement()
    while statement is not None and statement is not limit:
        earlier = statement.previous_sibling()
        while earlier is not None:
            if (earlier.lineno or 0, earlier.col_offset or 0) < since:
                break
            if _binds(earlier, name):
                return True
            earlier = earlier.previous_sibling()
        above = statement.parent
        if above is not limit and _binds_for_its_body(above, name):
            return True
        statement = (
            above
            if isinstance(above, nodes.NodeNG) and not isinstance(above, nodes.FunctionDef | nodes.Module)
            else None
        )
    return statement is limit and isinstance(limit, nodes.For) and _binds_target(limit, name)


def _binds(statement: nodes.NodeNG, name: str) -> bool:
    match statement:
        case nodes.Assign():
            return any(_gives(target, name) for target in statement.targets)
        case nodes.AnnAssign(target=nodes.AssignName(name=bound)):
            return bool(bound == name) and statement.value is not None
        case nodes.FunctionDef(name=bound) | nodes.ClassDef(name=bound):
            return bool(bound == name)
        case nodes.With():
            return _binds_for_its_body(statement, name) or any(_binds(step, name) for step in statement.body)
        case nodes.If(body=body, orelse=[_, *_] as other):
            return all(any(_binds(step, name) for step in branch) for branch in (body, other))
        case nodes.Try(body=body, handlers=handlers):
            branches = [body, *(handler.body for handler in handlers)]
            return all(any(_binds(step, name) for step in branch) for branch in branches)
    return False


def _binds_for_its_body(statement: nodes.NodeNG | None, name: str) -> bool:
    match statement:
        case nodes.For():
            return _binds_target(statement, name)
        case nodes.With():
            return any(_gives(target, name) for _, target in statement.items if target is not None)
        case nodes.ExceptHandler(name=nodes.AssignName(name=bound)):
            return bool(bound == name)
    return False


def _binds_target(loop: nodes.For, name: str) -> bool:
    return _gives(loop.target, name)


def _gives(target: nodes.NodeNG, name: str) -> bool:
    """Assigning to a target of any form binds the name."""
    if type(target) is nodes.AssignName:  # as most are
        return bool(target.name == name)
    return any(one.name == name for one in target.nodes_of_class(nodes.AssignName))


def asked_whether_none(loop: nodes.NodeNG, name: str) -> bool:
    """The loop asks whether a variable is None, or takes it for a condition. In a graph it has a value from the start."""
    kinds = (nodes.Compare, nodes.UnaryOp, nodes.BoolOp, nodes.If, nodes.IfExp, nodes.While)
    asked = (one for node in loop.nodes_of_class(kinds) for one in _asked(node))
    return any(isinstance(one, nodes.Name) and one.name == name for one in asked)


def _asked(node: nodes.NodeNG) -> Sequence[nodes.NodeNG]:
    """What a condition takes for true or false, or compares with None."""
    match node:
        case nodes.Compare(left=left, ops=[("is" | "is not" | "==" | "!=", right)]):
            sides = (left, right)
            return sides if any(isinstance(one, nodes.Const) and one.value is None for one in sides) else ()
        case nodes.UnaryOp(op="not"):
            return (node.operand,)
        case nodes.BoolOp():
            return tuple(node.values)
        case nodes.If() | nodes.IfExp() | nodes.While():
            return (node.test,)
    return ()
