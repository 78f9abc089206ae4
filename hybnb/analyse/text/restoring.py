"""State that a function changes and puts back, so that nobody sees the change once the call is over."""

from __future__ import annotations

from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.text.remembered import remembered

PAIRS = {"append": "pop", "appendleft": "popleft"}
HOLDERS = (
    nodes.If, nodes.For, nodes.While, nodes.With, nodes.Try, nodes.TryStar, nodes.ExceptHandler, nodes.Match, nodes.MatchCase,
    nodes.ClassDef,
)  # fmt: skip
LEAVING = (nodes.Return, nodes.Raise, nodes.Break, nodes.Continue, nodes.Yield, nodes.YieldFrom)


def put_back(node: nodes.NodeNG) -> bool:
    """The attribute or global that is set here gets its old value in a `finally` of the same function:

    old = mode.training; mode.training = True; try: ... finally: mode.training = old
    """
    statement = node.statement()
    if not isinstance(statement, nodes.Assign) or len(statement.targets) != 1:
        return False
    closing = _finally(statement.scope())
    target = statement.targets[0].as_string() if closing else ""
    for finish in closing:
        match finish:
            case nodes.Assign(targets=[place], value=nodes.Name(name=name)) if place.as_string() == target:
                return _saved(statement, finish, name, target)
    return False


def taken_out(node: nodes.NodeNG) -> bool:
    """What `append` puts in, or `pop` takes out, by the other of the two in the same block:

    depth.append(1); ...; depth.pop()
    """
    statement = node.statement()
    call = _call(statement)
    if call is None:
        return False
    block = _block(statement)
    here = block.index(statement)
    if call.func.attrname in PAIRS:
        return _balanced(block[here:])
    return any(_balanced(block[start : here + 1]) for start in range(here))


def _balanced(block: list[nodes.NodeNG]) -> bool:
    """It begins by putting something into a container and ends by taking it out, and nothing between leaves earlier."""
    first, depth = _call(block[0]), 0
    if first is None or first.func.attrname not in PAIRS:
        return False
    holder, closing = first.func.expr.as_string(), PAIRS[first.func.attrname]
    if not any(_closing_call(step, holder, closing) for step in block[1:]):  # as most
        return False
    for step in block:
        call = _closing_call(step, holder, closing) if depth else _call(step)
        name = call.func.attrname if call is not None and call.func.expr.as_string() == holder else ""
        depth += (name == first.func.attrname) - (name == closing)
        if depth == 0:
            return True
        if step is not block[0] and any(True for _ in step.nodes_of_class(LEAVING)) and not _ends_in(step):
            return False
    return False


def _closing_call(step: nodes.NodeNG, holder: str, closing: str) -> nodes.Call | None:
    """The call in a statement, or in the `finally` of one, that takes out again."""
    if isinstance(step, nodes.Try):
        found = (_call(one) for one in step.finalbody)
        return next((c for c in found if c and c.func.attrname == closing and c.func.expr.as_string() == holder), None)
    return _call(step)


def _ends_in(step: nodes.NodeNG) -> bool:
    return isinstance(step, nodes.Try) and any(_call(one) is not None for one in step.finalbody)


def _call(statement: nodes.NodeNG) -> nodes.Call | None:
    """container.method(...) as a statement of its own; a `pop` only of what is last."""
    match statement:
        case nodes.Expr(value=nodes.Call(func=nodes.Attribute(attrname=name)) as call):
            if name in PAIRS or (name in PAIRS.values() and not call.args):
                return call
    return None


def _block(statement: nodes.NodeNG) -> list[nodes.NodeNG]:
    parent = statement.parent
    for part in ("body", "orelse", "finalbody"):
        if statement in (getattr(parent, part, None) or ()):
            return list(getattr(parent, part))
    return [statement]


@remembered
def _finally(function: nodes.NodeNG) -> tuple[nodes.NodeNG, ...]:
    """The statements of every `finally` in a function, but not of those in functions within it."""
    return tuple(step for guard in _guards(function) for step in guard.finalbody)


def _guards(holder: nodes.NodeNG) -> Iterator[nodes.Try]:
    """Every `try` below a statement: only what holds statements is looked into."""
    for part in ("body", "handlers", "orelse", "finalbody", "cases"):
        for step in getattr(holder, part, None) or ():
            if isinstance(step, nodes.Try):
                yield step
            if isinstance(step, HOLDERS):
                yield from _guards(step)


def _saved(statement: nodes.NodeNG, finish: nodes.NodeNG, name: str, target: str) -> bool:
    """The local `name` holds what `target` held before the function changed it first."""
    function = statement.scope()
    bound = [one for one in function.locals.get(name, ()) if isinstance(one, nodes.AssignName)]
    if len(bound) != 1 or not isinstance(bound[0].statement(), nodes.Assign):
        return False
    saved = bound[0].statement()
    first = saved.lineno <= min(statement.lineno, finish.lineno)
    return first and isinstance(saved.value, nodes.Name | nodes.Attribute) and saved.value.as_string() == target
