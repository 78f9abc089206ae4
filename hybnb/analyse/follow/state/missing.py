"""What a defaultdict gives for a key that it doesn't have yet."""

from __future__ import annotations

from typing import Any

from astroid import nodes

from hybnb.analyse.follow import calls
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Container, Value


def made(run: Run, node: nodes.NodeNG, holder: Container, key: Any) -> Value | None:
    """Its factory makes a value, which it keeps under the key; None where it may have the key, as others are computed."""
    if holder.missing is None or holder.kind != "dict":
        return None
    factory, known = holder.missing
    if holder.element is not known and holder.element is not None:
        return None
    if isinstance(known.ref, Container) and known.ref.any_element() is not None:
        return None  # something was put into what is kept under a key that is computed
    value = calls.call_value(run, node, factory, [], {})
    if isinstance(value.ref, Container):
        value.ref.epoch, value.ref.origin = holder.epoch, holder.origin
    run.about_to_change(holder)
    holder.entries[key] = value
    return value
