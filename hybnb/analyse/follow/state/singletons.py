"""Objects that their class gives out again: what its constructor sets is set anew then."""

from __future__ import annotations

from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import moment, timing
from hybnb.analyse.follow.survey import attributes_of, loads_of
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.text.sites import Site
from hybnb.analyse.values import Instance

#: functions of Python's that are asked about a class, and make nothing of it
ABOUT = frozenset({"isinstance", "issubclass"})


def made_again(run: Run, instance: Instance) -> Site | None:
    """Where the class of an object is called when a trace may exist, if a `__new__` or a metaclass of the user's may answer
    with the same object.
    """
    if instance.cls is None or not any(map(_gives_out, (one.node for one in instance.cls.lineage()))):
        return None
    name, place = instance.cls.node.name, moment.place(run)
    run.reads.add(name)
    for unit in run.program.units():
        for use in (*_named(unit, name), *_of_objects(unit)):
            later = not isinstance(use.scope(), nodes.Module) or (unit.order, use.lineno) > (place[0].order, place[1])
            if later and not instance.cls.node.parent_of(use):
                return Site(unit, use.lineno or 1, False)
    return _by_method(run, instance.cls.node, name, place)


def _named(unit: Unit, name: str) -> Iterator[nodes.NodeNG]:
    """Where the class is called by its name, or gets another one."""
    for load in loads_of(unit, name):
        by = load.parent
        if (
            isinstance(by, nodes.Call) and (by.func is load or getattr(by.func, "name", "") not in ABOUT)
        ) or isinstance(by, nodes.Assign | nodes.Dict | nodes.List | nodes.Tuple | nodes.Keyword | nodes.Return):
            yield load


def _of_objects(unit: Unit) -> Iterator[nodes.NodeNG]:
    """Where the class of an object is called: `type(it)(…)`, `it.__class__(…)`."""
    asked = (one.parent for one in loads_of(unit, "type") if isinstance(one.parent, nodes.Call))
    for cls in (*asked, *attributes_of(unit, "__class__")):
        if isinstance(cls.parent, nodes.Call) and cls.parent.func is cls:
            yield cls


def _by_method(run: Run, cls: nodes.ClassDef, name: str, place: tuple[Unit, int]) -> Site | None:
    """Where a method of its own makes it, if that may run when a trace exists."""
    unit = next((one for one in run.program.units() if one.tree is cls.root()), None)
    for call in cls.nodes_of_class(nodes.Call) if unit is not None else ():
        method, makes = call.scope(), isinstance(call.func, nodes.Name) and call.func.name in {"cls", name}
        if not makes or not isinstance(method, nodes.FunctionDef) or unit is None:
            continue
        if timing.may_run_after(run.program, run.program.namespace_of(unit), f"{name}.{method.name}", *place):
            return Site(unit, call.lineno or 1, False)
    return None


def _gives_out(cls: nodes.ClassDef) -> bool:
    metaclass = cls._metaclass
    own = metaclass is not None and not metaclass.as_string().endswith(("ABCMeta", "EnumMeta", "EnumType"))
    return own or "__new__" in cls.locals
