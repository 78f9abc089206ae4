"""Copies: copy.copy, copy.deepcopy, and those of dataclasses; and what looks like one, but shows the thing itself."""

from __future__ import annotations

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow import methods
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import copies, staleness
from hybnb.analyse.text import keys
from hybnb.analyse.values import ARRAYS, CONTAINERS, NONE, SCALARS, Container, Instance, Value, join_all

Keywords = dict[str, Value]
DEPTH = 6


def shallow(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """Another container or object with the same things in it."""
    value = args[0] if args else NONE
    if isinstance(value.ref, Container) and value.kind in CONTAINERS:
        return methods.copied(run, value.ref)
    if isinstance(value.ref, Instance) and value.kind == "instance":
        return replace(value, ref=copies.another(run, value.ref, value.ref.attributes), outer=False)
    if value.kind in ARRAYS:
        return replace(value, outer=False, passed=False)
    if value.is_tensor or value.kind in SCALARS:
        return value
    return run.unknown(node, f"what `{name}` makes of {value.spoken}")


def deep(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """A copy all the way down, which a tensor that is traced can't be in."""
    value = args[0] if args else NONE
    copied = _deep(run, value, DEPTH)
    if copied is None:
        run.effect("pickle", node, _holds_traced(value, DEPTH), call=name)
        return value
    return copied


def replaced(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """dataclasses.replace: another object of the class, some of its fields changed."""
    value = args[0] if args else NONE
    if not isinstance(value.ref, Instance) or value.ref.cls is None:
        return run.unknown(node, f"what `{name}` makes of {value.spoken}")
    made = copies.another(run, value.ref, value.ref.attributes)
    made.attributes.update(keywords)
    return replace(value, ref=made, outer=False, name="")


def chained(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """collections.ChainMap: no copy, but a dict that looks into others each time."""
    holders = [value.ref for value in args if isinstance(value.ref, Container) and value.kind == "dict"]
    if len(holders) < len(args):
        return run.unknown(node, f"`{name}` of {args[-1].spoken}")
    made = run.container("dict")
    for holder in reversed(holders):
        made.ref.entries.update(holder.entries)
    known = [element for holder in holders if (element := holder.any_element()) is not None]
    made.ref.element = join_all(known) if known else None
    made.ref.stands_for = tuple(holders)
    return made


def seen_through(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """types.MappingProxyType: the dict itself, to be read alone."""
    value = args[0] if args else NONE
    return value if isinstance(value.ref, Container) else run.unknown(node, f"`{name}` of {value.spoken}")


def as_dict(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """dataclasses.asdict: deep copies of the fields."""
    value = args[0] if args else NONE
    if not isinstance(value.ref, Instance) or not value.ref.complete:
        return run.unknown(node, f"what `{name}` makes of {value.spoken}")
    made = run.container("dict")
    made.ref.entries.update(_fields(run, node, name, value, keys.asked_alone(node)))
    return made


def as_tuple(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """dataclasses.astuple: the same, of which any may come first."""
    value = args[0] if args else NONE
    if not isinstance(value.ref, Instance) or not value.ref.complete:
        return run.unknown(node, f"what `{name}` makes of {value.spoken}")
    return run.container("tuple", element=join_all(list(_fields(run, node, name, value).values()) or [Value()]))


def _fields(
    run: Run, node: nodes.NodeNG, name: str, value: Value, only: frozenset[object] | None = None
) -> dict[str, Value]:
    """Copies of what the fields of an object hold; these alone, or all, are read."""
    at = node.args[0] if isinstance(node, nodes.Call) and node.args else node  # not where the dict is asked for a key
    staleness.whole_read(run, at, value, only=only)
    made: dict[str, Value] = {}
    for field, held in value.ref.attributes.items():
        copied = _deep(run, held, DEPTH)
        if copied is None:
            run.effect("pickle", node, _holds_traced(held, DEPTH), call=name)
        made[field] = copied or held
    return made


def _deep(run: Run, value: Value, depth: int) -> Value | None:
    """The copy; None where something in it can't be copied while tracing, or isn't known."""
    if value.kind in SCALARS or value.kind in ARRAYS:
        return replace(value, outer=False, passed=False)
    if not depth:
        return None
    if isinstance(value.ref, Container) and value.kind in CONTAINERS:
        made = methods.copied(run, value.ref)
        parts = [*(made.ref.items or ()), *made.ref.entries.values()]
        parts += [made.ref.element] if made.ref.element is not None else []
        copied = [_deep(run, part, depth - 1) for part in parts]
        if any(part is None for part in copied):
            return None
        count = len(made.ref.items or ())
        made.ref.items = copied[:count] if made.ref.items is not None else None
        made.ref.entries = dict(zip(made.ref.entries, copied[count:], strict=False))
        made.ref.element = copied[-1] if made.ref.element is not None else None
        return made
    if isinstance(value.ref, Instance) and value.kind == "instance" and value.ref.cls is not None:
        attributes = {name: _deep(run, part, depth - 1) for name, part in value.ref.attributes.items()}
        if not value.ref.complete or any(part is None for part in attributes.values()):
            return None
        made_of = copies.another(run, value.ref, {name: part for name, part in attributes.items() if part is not None})
        return replace(value, ref=made_of, outer=False)
    return None


def _holds_traced(value: Value, depth: int) -> bool:
    """There is certainly a tensor in it that is symbolic while tracing."""
    if isinstance(value.ref, Container) and depth:
        parts = [*(value.ref.items or ()), *value.ref.entries.values()]
        return any(_holds_traced(part, depth - 1) for part in parts)
    return value.is_tensor and value.sure and not (value.outer and value.kind == "tensor")
