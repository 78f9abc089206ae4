"""What of the user's answers when an attribute is read or set: objects in the class's body, or its `__getattribute__`."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.classes import Class
from hybnb.analyse.follow import calls, members
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import filled, objects, staleness
from hybnb.analyse.values import Instance, Value


def load(run: Run, node: nodes.NodeNG, owner: Value, name: str) -> Value | None:
    """owner.name as a descriptor of its class gives it; None when it has none that answers."""
    found = _of(run, owner, name, "__get__")
    if found is None:
        return None
    staleness.attribute_read(run, node, owner, owner.ref, name, computed=False)
    return members.call_special(run, node, found, "__get__", owner, Value("class", ref=owner.ref.cls))


def answered(run: Run, node: nodes.NodeNG, owner: Value, name: str) -> Value | None:
    """owner.name as `__getattribute__` of its class answers; None where Python looks it up itself, or for that very method."""
    cls = owner.ref.cls if isinstance(owner.ref, Instance) else None
    found = members.find_in_class(cls, ASKED_FIRST) if cls is not None else None
    asking = found is not None and any(f.function is not None and f.function.node is found[0] for f in run.frames)
    if found is None or asking:
        return None
    return members.call_special(run, node, owner, ASKED_FIRST, Value("string", const=name))


ASKED_FIRST = "__getattribute__"


def store(run: Run, node: nodes.NodeNG, owner: Value, name: str, value: Value) -> bool:
    """owner.name = value, where a descriptor of its class takes it."""
    found = _of(run, owner, name, "__set__")
    return found is not None and members.call_special(run, node, found, "__set__", owner, value) is not None


def named(run: Run, node: nodes.NodeNG, cls: Class, name: str, value: Value) -> None:
    """Tell a descriptor its name, as Python does once the class is made."""
    members.call_special(run, node, value, "__set_name__", Value("class", ref=cls), Value("string", const=name))


def _of(run: Run, owner: Value, name: str, method: str) -> Value | None:
    """The object in the class's body that has this special method."""
    instance = owner.ref
    if not isinstance(instance, Instance) or instance.cls is None:
        return None
    definition = members.find_in_class(instance.cls, name)
    if definition is None or not isinstance(definition[0], nodes.AssignName):
        return None
    found = run.program.class_value(run, definition[1], name)
    cls = found.ref.cls if isinstance(found.ref, Instance) else None
    return found if cls is not None and members.find_in_class(cls, method) is not None else None


def cached(run: Run, node: nodes.NodeNG, owner: Value, name: str, method: Value) -> Value:
    """What functools.cached_property keeps in the object, which may outlive this call."""
    instance = owner.ref if isinstance(owner.ref, Instance) else None
    kept = filled.value(run, instance, name) if instance is not None else None
    if kept is not None:
        return kept
    found = calls.call_function(run, node, method, [], {}, converted=False)
    if instance is not None:
        filled.note(run, node, instance, name, found)
    if objects.holds_tensor(found) and (instance is None or run.outlives(instance)):
        run.effect("cache", node, found.sure, call="cached_property", target=name)
    return found
