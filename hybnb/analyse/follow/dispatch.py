"""Which function follows which kind of syntax node. The other modules register theirs here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.scope import Scope
from hybnb.analyse.values import NONE, Value

Expression = Callable[[Run, nodes.NodeNG, Scope], Value]
Statement = Callable[[Run, nodes.NodeNG, Scope], None]

EXPRESSIONS: dict[type[nodes.NodeNG], Expression] = {}
STATEMENTS: dict[type[nodes.NodeNG], Statement] = {}


def expression(*kinds: type[nodes.NodeNG]) -> Callable[[Expression], Expression]:
    """The decorated function gives the value of these expressions."""

    def register(handler: Expression) -> Expression:
        EXPRESSIONS.update(dict.fromkeys(kinds, handler))
        return handler

    return register


def statement(*kinds: type[nodes.NodeNG]) -> Callable[[Statement], Statement]:
    """The decorated function follows these statements."""

    def register(handler: Statement) -> Statement:
        STATEMENTS.update(dict.fromkeys(kinds, handler))
        return handler

    return register


_handler = EXPRESSIONS.get


def evaluate(run: Run, node: nodes.NodeNG | None, scope: Scope) -> Value:
    """The abstract value of an expression; effects on the way are noted in `run`."""
    run.budget = left = run.budget - 1  # here and below without one more call for every node
    if left < 0:
        run.spent = True
        return Value()
    handler = _handler(type(node))
    if handler is not None:
        return handler(run, node, scope)
    return NONE if node is None else run.unknown(node, type(node).__name__)


def execute(run: Run, body: Sequence[nodes.NodeNG], scope: Scope) -> None:
    """Follow statements in order, until one that nothing can come past."""
    frame = run.frames[-1]
    for node in body:
        if frame.ended:
            return
        run.budget = left = run.budget - 1
        if left < 0:
            run.spent = True
            return
        handler = STATEMENTS.get(type(node))
        if handler is None:
            run.unknown(node, type(node).__name__)
        else:
            handler(run, node, scope)
