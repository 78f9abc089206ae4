"""`if`: what AutoGraph would make of it, and whether it could."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow.dispatch import evaluate, execute, statement
from hybnb.analyse.follow.flow import conditions, consistency, liveness
from hybnb.analyse.follow.run import Control, Ended, Run
from hybnb.analyse.scope import Scope, joined
from hybnb.analyse.values import Value


@statement(nodes.If)
def follow_if(run: Run, node: nodes.If, scope: Scope) -> None:
    test = evaluate(run, node.test, scope)
    answer = conditions.decided(node.test, test, scope)
    if answer is not None:
        execute(run, node.body if answer else node.orelse, scope)
        return
    by_tensor = conditions.condition(run, node.test, test)
    before = scope.names
    sides: list[tuple[dict[str, Value], Ended]] = []
    for body in (node.body, node.orelse):
        scope.names = dict(before)
        scope.names |= conditions.narrowed(run, node.test, scope, body is node.body)
        run.frame.ended = ""
        if by_tensor:
            with run.control("if", test.sure, by_size=conditions.asks_size(node.test), node=node):
                execute(run, body, scope)
        else:
            run.frame.undecided += 1
            execute(run, body, scope)
            run.frame.undecided -= 1
        sides.append((scope.names, run.frame.ended))
    (body_names, body_ended), (else_names, else_ended) = sides
    run.frame.ended = body_ended and else_ended
    if by_tensor and bool(body_ended) != bool(else_ended):
        _rest_becomes_branch(run, node, test, body_ended or else_ended)
    if body_ended or else_ended:
        scope.names = else_names if body_ended else body_names
    elif by_tensor:
        scope.names = after_tensor_if(run, node, before, body_names, else_names, test.sure)
        for name in scope.names:
            if scope.names[name] is not before.get(name) and not liveness.used_after(run, node, name):
                run.out_of_sight(scope, name)
    else:
        scope.names = joined(body_names, else_names)


def _rest_becomes_branch(run: Run, node: nodes.If, test: Value, ended: Ended) -> None:
    """One branch has left: AutoGraph makes the other one of all that follows."""
    if ended == "return" and not _returned_later(node):
        run.effect("branch-inconsistent", node, test.sure, variable="the result", why="return")
    rest, by_size = ended != "loop", conditions.asks_size(node.test)
    run.frame.controls.append(Control("if", test.sure, by_size, rest=rest, undecided=run.undecided()))


def _returned_later(node: nodes.If) -> bool:
    """AutoGraph puts what follows an `if` with a return into its other branch; that must then return too."""
    return _definitely_returns(_following(node))


def _following(node: nodes.NodeNG) -> list[nodes.NodeNG]:
    rest: list[nodes.NodeNG] = []
    following = node.next_sibling()
    while following is not None:
        rest.append(following)
        following = following.next_sibling()
    return rest


def _definitely_returns(block: list[nodes.NodeNG]) -> bool:
    for step in block:
        match step:
            case nodes.Return() | nodes.Raise():
                return True
            case nodes.If() if _definitely_returns(step.body) and _definitely_returns(step.orelse):
                return True
            case nodes.With() if _definitely_returns(step.body):
                return True
            case nodes.If() if any(True for _ in step.nodes_of_class(nodes.Return)):
                # one of its branches returns: the rest is put into the other one
                return _definitely_returns(_following(step))
    return False


def after_tensor_if(
    run: Run, node: nodes.If, before: dict[str, Value], body: dict[str, Value], orelse: dict[str, Value], sure: bool
) -> dict[str, Value]:
    """What names hold behind it, joined from both branches."""
    result: dict[str, Value] = {}
    for name in {**body, **orelse}:  # in the order of the text
        a, b = body.get(name), orelse.get(name)
        if a is not None and b is not None and a is b:
            result[name] = a
        elif a is None or b is None:
            if liveness.used_after(run, node, name):
                run.effect("branch-inconsistent", node, sure, variable=name, why="undefined")
            result[name] = (a or b or Value()).unsure()
        elif a is not before.get(name) or b is not before.get(name):
            live = liveness.used_after(run, node, name)
            result[name] = consistency.merged(run, node, name, a, b, sure, "branch-inconsistent" if live else None)
    return result
