"""Whether a function may still be called after a place in the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.follow.state import unused
from hybnb.analyse.follow.survey import attributes_of, loads_of
from hybnb.analyse.text.parse import Unit

if TYPE_CHECKING:
    from hybnb.analyse.packages import Namespace
    from hybnb.analyse.program import Program
    from hybnb.analyse.values import Function


def traced_at(program: Program, function: Function, unit: Unit) -> tuple[Unit, int]:
    """The place before which no trace of a function is made: its first use at the top level, or where it is defined if it
    is used elsewhere too.
    """
    made = unit, function.node.lineno or 1
    name = getattr(function.node, "name", "")
    method = function.cls is not None
    uses = [(other, use) for other in program.units() for use in _uses(other, name, method)]
    if not name or not uses or any(not isinstance(use.scope(), nodes.Module) for _, use in uses):
        return made
    first = min(((other, _started(use)) for other, use in uses), key=lambda one: (one[0].order, one[1]))
    place = first[0], first[1] - 1
    return place if (place[0].order, place[1]) > (unit.order, made[1]) else made


def _started(use: nodes.NodeNG) -> int:
    """The line of the top-level statement around a use: in a loop, what stands before the use comes after it too."""
    statement = use.statement()
    while not isinstance(statement.parent, nodes.Module):
        statement = statement.parent.statement()
    return statement.lineno or 1


def _uses(unit: Unit, name: str, method: bool) -> Sequence[nodes.NodeNG]:
    return attributes_of(unit, name) if method else loads_of(unit, name)


def may_run_after(program: Program, namespace: Namespace, function: str, unit: Unit, line: int) -> bool:
    """Whether a function that is known by its qualified name may be called after this place: always, unless it is a
    function of the top level, or a method, that only the top level uses, as a decorator or in a call, and only before.
    """
    name, _, inner = function.partition(".")
    place = unit.order, line
    if (
        name
        and inner
        and any(isinstance(one.tree.locals.get(name, [None])[-1], nodes.ClassDef) for one in namespace.units)
    ):
        method = inner.partition(".")[0]
        called = [(one, use) for one in program.units() for use in attributes_of(one, method)]
        if not called:
            return not unused.method(program, namespace, name, method)
        return any((one.order, use.lineno) > place or not _called_at_once(use) for one, use in called)
    bound = [unit.tree.locals[name][-1] for unit in namespace.units if name in unit.tree.locals]
    if not bound or any(isinstance(one, nodes.ClassDef) for one in bound):
        return True
    used = [(other, load) for other in namespace.units for load in loads_of(other, name)]
    if not used:
        return not unused.function(program, bound[-1])
    if any(f".{name}" in cell.source for cell in program.parsed):
        return True
    return any(
        (other.order, load.lineno) > place or not _called_at_once(load, nested=bool(inner)) for other, load in used
    )


def used_within(program: Program, name: str, function: nodes.NodeNG) -> bool:
    """Nothing but the body of `function` uses the name."""
    uses = [use for unit in program.units() for use in loads_of(unit, name)]
    return bool(uses) and all(function.parent_of(use) for use in uses)


def _called_at_once(load: nodes.NodeNG, *, nested: bool = False) -> bool:
    """The name is used as a decorator or called where it stands, once, at the top level; what it returns, where that is
    what counts, as a decorator.
    """
    if not isinstance(load.scope(), nodes.Module) or isinstance(load.statement().parent, nodes.For | nodes.While):
        return False
    call = load.parent if isinstance(load.parent, nodes.Call) and load.parent.func is load else None
    if isinstance((call or load).parent, nodes.Decorators):
        return True
    return call is not None and not nested
