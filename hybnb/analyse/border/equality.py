"""Arguments that are equal without being alike: tf.function takes the trace of the first for all of them."""

from __future__ import annotations

from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.classes import Class
from hybnb.analyse.follow.classes import field_names
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Container, Instance, Value

EQUAL = "object whose class decides which objects are equal, so that one trace may serve several"
NESTED = 4  #: how deep numbers are looked for in an argument
NUMBERS = frozenset({"enum.IntEnum", "enum.IntFlag", "builtins.int", "builtins.float"})
Place = tuple[object, ...]


def check(run: Run, node: nodes.NodeNG, name: str, value: Value) -> None:
    """Note an argument of a dataclass of which something was read that its objects are equal without. After following."""
    instance = value.ref
    if isinstance(instance, Container) and value.kind in ("list", "tuple", "dict"):
        for item in [*(instance.items or ()), *instance.entries.values()]:
            check(run, node, name, item)
    if not isinstance(instance, Instance) or instance.cls is None or value.kind != "instance":
        return
    cls = instance.cls
    loose = _left_out(cls) | (_set_elsewhere(run, instance) if by_fields(cls) else set())
    if any(f"{cls.node.name}.{one}" in run.reads for one in loose):
        run.effect("argument-type", node, False, parameter=name, what=EQUAL)


def by_fields(cls: Class) -> bool:
    """A dataclass that makes its hash of its fields, as equality does."""
    if "__hash__" in {name for one in cls.lineage() for name in one.node.locals}:
        return False
    texts = [one.as_string().replace(" ", "") for one in (cls.node.decorators.nodes if cls.node.decorators else [])]
    hashed = any("dataclass" in text and ("frozen=True" in text or "unsafe_hash=True" in text) for text in texts)
    return hashed and not any("eq=False" in text for text in texts)


def _left_out(cls: Class) -> set[str]:
    """Fields of a dataclass that its objects are, or may be, equal without."""
    found = set()
    for one in cls.lineage():
        for statement in one.node.body:
            match statement:
                case nodes.AnnAssign(target=nodes.AssignName(name=name), value=nodes.Call() as made) if _may_leave_out(
                    made
                ):
                    found.add(name)
    return found


def _may_leave_out(made: nodes.Call) -> bool:
    """`field(compare=False)`, or what may say so by another name: by a partial of `field`, or by options from elsewhere."""
    given = {word.arg: word.value for word in made.keywords}
    compares = given.get("compare")
    itself = made.func.as_string().rpartition(".")[2] == "field"
    if compares is not None:
        return not (isinstance(compares, nodes.Const) and compares.value is True)
    return None in given if itself else not given.keys().isdisjoint(("default", "default_factory"))


def _set_elsewhere(run: Run, instance: Instance) -> set[str]:
    """What such an object has beside its fields, and what isn't set by its own class."""
    cls = instance.cls
    names = {one.node.name for one in cls.lineage()} if cls is not None else set()
    fields = {name for one in cls.lineage() for name in field_names(one)} if cls is not None else set()
    return {
        name
        for name in instance.attributes.keys() - fields
        for namespace in run.program.changing.setting(name)
        if any(owner not in names for owner, _ in namespace.changes.attributes.get(name, ()))
    }


def numbers(value: Value, at: Place = ()) -> Iterator[tuple[Place, int | float, str]]:
    """Python numbers in an argument, with where they stand in it and what they are called."""
    holder = value.ref
    if isinstance(value.const, int | float):
        yield at, value.const, type(value.const).__name__
    elif isinstance(holder, Container) and value.kind in ("tuple", "list", "dict") and len(at) < NESTED:
        for key, item in (*enumerate(holder.items or ()), *holder.entries.items()):
            yield from numbers(item, (*at, key))
    elif isinstance(holder, Instance) and holder.cls is not None and len(at) < NESTED:
        yield from _of_instance(holder, holder.cls, at)


def _of_instance(holder: Instance, cls: Class, at: Place) -> Iterator[tuple[Place, int | float, str]]:
    if not NUMBERS.isdisjoint(cls.library_bases()):  # a member of an enumeration is one
        held = holder.attributes.get("value", Value()).const
        if isinstance(held, int | float):
            yield at, held, cls.node.name
    elif by_fields(cls):
        for name in holder.attributes.keys() - _left_out(cls):
            yield from numbers(holder.attributes[name], (*at, name))
