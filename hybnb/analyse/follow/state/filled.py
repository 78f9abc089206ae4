"""What an object keeps from the first time that it is asked: made by the notebook's top level before any trace, or by a trace."""

from __future__ import annotations

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import moment
from hybnb.analyse.text.computed import ANY
from hybnb.analyse.values import Instance, Value


def note(run: Run, node: nodes.NodeNG, instance: Instance, name: str, value: Value | None = None) -> None:
    """The top level fills it here, whatever conditions come out."""
    if not run.records or run.undecided() or name in instance.filled:
        return
    run.stirs += 1
    at = run.outermost_call() or node
    instance.filled[name] = (run.frames[0].unit.order, at.lineno or 1, value)


def before(run: Run, instance: Instance, name: str) -> tuple[int, int, Value | None] | None:
    """Where the top level has filled it before the function judged is traced at the earliest, and with what."""
    found = instance.filled.get(name)
    if found is None or not moment.tracing(run):
        return None
    run.reads.add(f"~{name}")
    unit, line = moment.place(run)
    if any(each.changes.attributes.get(one) for each in run.program.namespaces.values() for one in (name, ANY)):
        return None  # as it is dropped somewhere, it may be made anew
    return found if found[:2] <= (unit.order, line) else None


def value(run: Run, instance: Instance, name: str) -> Value | None:
    """What is kept since before the first trace."""
    found = before(run, instance, name)
    return replace(found[2], outer=True) if found is not None and found[2] is not None else None
