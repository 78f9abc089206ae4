"""Whether a function may still be called after a place in the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.follow.state import unused
from hybnb.analyse.follow.survey import loads_of
from hybnb.analyse.text.collecting import CONSTRUCTORS
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.text.rebuilding import survey
from hybnb.analyse.text.remembered import remembered

if TYPE_CHECKING:
    from hybnb.analyse.classes import Class
    from hybnb.analyse.packages import Namespace
    from hybnb.analyse.program import Program
    from hybnb.analyse.values import Function


#: functions of Python's that don't call the object that they are given
LOOKS = frozenset({"type", "super", "isinstance", "id", "vars", "hasattr", "getattr", "setattr", "asdict", "fields"})
CALLED = ("__call__", "call")  #: methods that run when their object is called


def traced_at(program: Program, function: Function, unit: Unit) -> tuple[Unit, int]:
    """The place before which no trace of a function is made: its first use at the top level, or where it is defined if it
    is used elsewhere too.
    """
    made = unit, function.node.lineno or 1
    name = getattr(function.node, "name", "")
    if function.cls is not None and name in CALLED:
        uses = _object_uses(program, function.cls)
    else:
        uses = _uses(program, name, method=function.cls is not None)
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


Uses = list[tuple["Unit", nodes.NodeNG]]


def _uses(program: Program, name: str, *, method: bool) -> Uses:
    return [*(program.uses.attributes if method else program.uses.loads)(name)]


def _object_uses(program: Program, cls: Class) -> Uses:
    """Where the objects of a class may be called: wherever their names stand but to get or set what they hold. Nowhere that is
    known, where an object is made without a name of the top level.
    """
    names: set[str] = set()
    if any(map(_hands_out, (one.node for one in cls.lineage()))):
        return []
    for _, load in _uses(program, cls.node.name, method=False):
        made = load.parent
        match made.parent:
            case nodes.Assign(targets=[nodes.AssignName(name=name)], value=value) if value is made and _called_at_once(
                load
            ):
                names.add(name)
            case _:
                return []
    everything = [use for name in sorted(names) for use in _uses(program, name, method=False)]
    return [(unit, use) for unit, use in everything if not _only_holds(cls, use)]


def _only_holds(cls: Class, use: nodes.NodeNG) -> bool:
    """`use.name` is set; or asked for, and is no method or property, nor called."""
    part = use.parent
    if isinstance(part, nodes.AssignAttr) and part.expr is use:
        return True
    if not isinstance(part, nodes.Attribute) or part.expr is not use:
        return False
    called = isinstance(part.parent, nodes.Call) and part.parent.func is part
    answers = (one for each in cls.lineage() for one in each.node.locals.get(part.attrname, ()))
    return not called and not any(map(_runs, answers))


def _runs(answer: nodes.NodeNG) -> bool:
    """Code answers for an attribute of a class: a method, a property, another name of one, what may be a descriptor."""
    given = answer.parent.value if isinstance(answer.parent, nodes.Assign) else answer
    return isinstance(given, nodes.FunctionDef | nodes.Lambda | nodes.Name) or (
        isinstance(given, nodes.Call) and isinstance(given.func, nodes.Name)
    )


KEPT = (nodes.Attribute, nodes.AssignAttr, nodes.DelAttr, nodes.Return)


def _reads_of_self(cls: nodes.ClassDef) -> Iterator[nodes.Name]:
    for step in cls.body:
        if isinstance(step, nodes.FunctionDef):
            yield from survey(step).loads.get("self", ())
        else:
            yield from (use for use in step.nodes_of_class(nodes.Name) if use.name == "self")


@remembered
def _hands_out(cls: nodes.ClassDef) -> bool:
    """A method calls the object itself, or hands it on, so that others may: to more than a look at it or a constructor."""
    for use in _reads_of_self(cls):
        by = use.parent
        if isinstance(by, KEPT):
            continue
        asked = by.func if isinstance(by, nodes.Call) and by.func is not use else None
        if getattr(asked, "name", "") not in LOOKS and getattr(asked, "attrname", "") not in CONSTRUCTORS:
            return True
    return False


def may_run_after(program: Program, namespace: Namespace, function: str, unit: Unit, line: int) -> bool:
    """Whether a function that is known by its qualified name may be called after this place: always, unless it is a
    function of the top level, or a method, that only the top level uses, as a decorator or in a call, and only before.
    """
    place = unit.order, line
    return program.uses.answer(
        ("runs after", namespace.module, function, place), lambda: _runs_after(program, namespace, function, place)
    )


def _runs_after(program: Program, namespace: Namespace, function: str, place: tuple[int, int]) -> bool:
    name, _, inner = function.partition(".")
    if (
        name
        and inner
        and any(isinstance(one.tree.locals.get(name, [None])[-1], nodes.ClassDef) for one in namespace.units)
    ):
        method = inner.partition(".")[0]
        called = program.uses.attributes(method)
        if not called:
            return not unused.method(program, namespace, name, method)
        depth = inner.count(".")
        return any((one.order, use.lineno) > place or not _called_at_once(use, depth) for one, use in called)
    bound = [unit.tree.locals[name][-1] for unit in namespace.units if name in unit.tree.locals]
    if not bound or any(isinstance(one, nodes.ClassDef) for one in bound):
        return True
    used = [(other, load) for other in namespace.units for load in loads_of(other, name)]
    if not used:
        return not unused.function(program, bound[-1])
    if any(f".{name}" in cell.source for cell in program.parsed):
        return True
    depth = inner.count(".") + 1 if inner else 0
    return any((other.order, load.lineno) > place or not _called_at_once(load, depth) for other, load in used)


def used_within(program: Program, name: str, function: nodes.NodeNG) -> bool:
    """Nothing but the body of `function` uses the name."""
    uses = program.uses.loads(name)
    return bool(uses) and all(function.parent_of(use) for _, use in uses)


def _called_at_once(load: nodes.NodeNG, depth: int = 0) -> bool:
    """The name is used as a decorator or called where it stands, once, at the top level. Where a function within it is what
    counts, at some depth, that is called there as well: by `@name(…)` what it returns is.
    """
    if not isinstance(load.scope(), nodes.Module) or isinstance(load.statement().parent, nodes.For | nodes.While):
        return False
    call = load.parent if isinstance(load.parent, nodes.Call) and load.parent.func is load else None
    if isinstance((call or load).parent, nodes.Decorators):
        return depth <= (call is not None)
    return call is not None and not depth
