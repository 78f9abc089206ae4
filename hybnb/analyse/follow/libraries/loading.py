"""Models that are read from a file: which layers of the user's own may be in them."""

from __future__ import annotations

from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.classes import Class
from hybnb.analyse.follow import classes
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import KERAS, Container, Value

LOADERS = frozenset({"load_model", "model_from_json", "from_config"})
REGISTERS, OBJECTS = "register_keras_serializable", "custom_object"


def layers(run: Run, given: Value | None) -> Value:
    """Objects of each class that the notebook tells Keras about, by a decorator or as `given`."""
    named = given.ref if given is not None and isinstance(given.ref, Container) else None
    told = [value for value in named.entries.values() if isinstance(value.ref, Class)] if named is not None else []
    found = {one.ref.node: one for one in (*told, *_registered(run))}
    return run.container("list", items=[_made(run, one) for one in found.values()])


def _registered(run: Run) -> Iterator[Value]:
    scope = run.program.namespace_of(run.unit).scope
    for value in scope.names.values() if scope is not None else ():
        cls = value.ref
        if isinstance(cls, Class) and (_decorated(cls.node) or OBJECTS in run.unit.cell.source):
            yield value


def _decorated(cls: nodes.ClassDef) -> bool:
    return cls.decorators is not None and any(REGISTERS in one.as_string() for one in cls.decorators.nodes)


def _made(run: Run, cls: Value) -> Value:
    """An object of a class, as the notebook makes it elsewhere, or with arguments that nobody knows."""
    known = run.program.instances.get(cls.ref.node)
    if known is not None:
        kind = classes.instance_of(run, cls.ref).kind
        return Value(kind, ref=known) if kind in KERAS else Value("object")
    quiet = run.program.at_the_top(cls.ref.unit)
    quiet.made_up = True
    made = classes.construct(quiet, cls.ref.node, cls, [], {})
    return made if made.kind in KERAS else Value("object")
