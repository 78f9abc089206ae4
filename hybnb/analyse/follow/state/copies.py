"""Copies of objects: what is read of one was read of the object that it is made of."""

from __future__ import annotations

from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Instance, Value


def another(run: Run, of: Instance, attributes: dict[str, Value]) -> Instance:
    """A copy of an object, which holds these."""
    made = Instance(run.epoch, of.cls, of.library, attributes=dict(attributes), complete=of.complete)
    made.made_in, made.copied = run.around(), (of, dict(attributes))
    return made


def original(run: Run, instance: Instance, name: str) -> Instance:
    """The object that a copy has this attribute from: the copy itself, where that was given another one since."""
    while instance.copied is not None and not run.outlives(instance):
        source, at_first = instance.copied
        if instance.attributes.get(name) is not at_first.get(name):
            break
        instance = source
    return instance
