"""Objects that their class gives out again: what its constructor sets is set anew then."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import moment
from hybnb.analyse.follow.survey import loads_of
from hybnb.analyse.text.sites import Site
from hybnb.analyse.values import Instance


def made_again(run: Run, instance: Instance) -> Site | None:
    """Where the class of an object is called when a trace may exist, if a `__new__` or a metaclass of the user's may answer
    with the same object.
    """
    if instance.cls is None or not any(map(_gives_out, (one.node for one in instance.cls.lineage()))):
        return None
    name, place = instance.cls.node.name, moment.place(run)
    run.reads.add(name)
    for unit in run.program.units():
        for load in loads_of(unit, name):
            called = isinstance(load.parent, nodes.Call) and load.parent.func is load
            later = not isinstance(load.scope(), nodes.Module) or (unit.order, load.lineno) > (place[0].order, place[1])
            if called and later and not instance.cls.node.parent_of(load):
                return Site(unit, load.lineno or 1, False)
    return None


def _gives_out(cls: nodes.ClassDef) -> bool:
    metaclass = cls._metaclass
    own = metaclass is not None and not metaclass.as_string().endswith(("ABCMeta", "EnumMeta", "EnumType"))
    return own or "__new__" in cls.locals
