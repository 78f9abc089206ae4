"""Enumerations: their members, by name and by value."""

from __future__ import annotations

from typing import Final

from astroid import nodes

from hybnb.analyse.classes import Class
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Instance, Value, join_all

PARTS: Final = {"value": "_value_", "name": "_name_"}  #: where a member of the kernel's keeps what it is asked for


def is_one(cls: Class) -> bool:
    return any(base.startswith("enum.") for base in cls.library_bases())


def member(run: Run, cls: Class, name: str) -> Value:
    """A member of an enumeration: an instance of the class, the same one each time."""
    known = run.program.members
    if (cls.node, name) not in known:
        held = {"value": run.program.class_value(run, cls, name), "name": Value("string", const=name)}
        made = Instance(0, cls, "", "outer", f"{cls.node.name}.{name}", held, complete=True)
        known[cls.node, name] = Value("instance", ref=made, outer=True)
    return known[cls.node, name]


def by_value(run: Run, node: nodes.NodeNG, cls: Class, value: Value) -> Value:
    """The member that has this value; any of them, where that isn't known. Each is compared with the value."""
    if value.is_tensor:
        run.effect("tensor-bool", node, value.sure, construct=f"{cls.node.name}()", target=value.name)
    targets = [target for one in cls.node.body if isinstance(one, nodes.Assign) for target in one.targets]
    found = [member(run, cls, target.name) for target in targets if isinstance(target, nodes.AssignName)]
    if "_missing_" in cls.node.locals or not found:
        return run.unknown(node, f"a member of `{cls.node.name}`")
    same = [one for one in found if value.constant and one.ref.attributes["value"].const == value.const]
    return join_all(same or found)
