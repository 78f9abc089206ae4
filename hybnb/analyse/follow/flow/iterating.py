"""One element of anything that Python can walk over."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow import members, sizes
from hybnb.analyse.follow.libraries import elements
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import objects, staleness
from hybnb.analyse.values import Choice, Container, Instance, Openness, Value, join_all
from hybnb.model import Kind


def iterate(run: Run, value: Value, node: nodes.NodeNG, *, construct: str = "", quiet: bool = False) -> Value:
    """One element of `value`; `construct` names what walks over it outside a for statement."""
    if isinstance(value.ref, Choice):
        return join_all([iterate(run, one, node, construct=construct, quiet=quiet) for one in value.ref.likely()])
    if value.is_tensor:
        if not quiet:
            run.effect("tensor-iteration", node, value.sure, construct=construct, target=value.name)
        return _row(run, value, node, by_for=not construct)
    if value.kind == "dataset":
        if not quiet:
            run.effect("dataset-consumed", node, value.sure, construct=construct)
        return elements.taken(run, value)
    if value.kind == "generator" and value.outer:
        run.effect("host-iterator", node, value.sure, call=construct or "for", target=value.name)
    if value.kind == "shape":
        sizes.read_all(run, node, value)
    if isinstance(value.ref, Container):
        return _element_of(run, value, value.ref, node)
    if isinstance(value.ref, Instance) and value.ref.cls is not None:
        return _by_iterator(run, node, value, members.call_special(run, node, value, "__iter__"))
    if value.kind not in ITERABLE and value.is_known and not quiet:
        return run.unknown(node, f"a walk over {value.spoken}")
    if value.kind == "ndarray":
        return Value("ndarray", dtype=value.dtype, outer=value.outer, ref=value.ref)
    return ITERABLE.get(value.kind, Value()) if value.item is None else value.item


def _by_iterator(run: Run, node: nodes.NodeNG, value: Value, iterator: Value | None) -> Value:
    """What the object's iterator gives, which may be the object itself; without one its numbered items."""
    if iterator is None:
        return members.call_special(run, node, value, "__getitem__", Value("number", dtype="int32")) or Value()
    if isinstance(iterator.ref, Instance):
        return members.call_special(run, node, iterator, "__next__") or Value()
    return iterate(run, iterator, node)


def _row(run: Run, value: Value, node: nodes.NodeNG, *, by_for: bool) -> Value:
    """A part of a tensor along its first axis, whose size is gone; the rows of a ragged one have each their own length."""
    shape = value.shape[1:] if isinstance(value.shape, tuple) else None
    still: Openness = value.open if value.open >= "sizes" else ""
    if value.kind == "composite":
        still = max(still, "first")
        if value.open and by_for:  # AutoGraph reads how many rows there are
            run.effect("static-shape", node, value.sure, target=value.name)
    return Value("tensor", dtype=value.dtype, shape=shape, sure=value.sure, array=value.array, open=still)


def _element_of(run: Run, value: Value, holder: Container, node: nodes.NodeNG) -> Value:
    staleness.contents_read(run, node, value, holder)
    if value.kind == "dict":
        objects.note_order(run, node, holder)
        return Value("string")
    element = holder.any_element()
    if element is None:
        return Value("none", sure=False)
    if not run.outlives(holder):
        return element
    return run.known(node, run.kept(holder, element), f"an element of `{value.name}`")


COUNTER = Value("number", dtype="int32", counted=True)

#: what an element is, where the value itself doesn't know
ITERABLE: dict[Kind, Value] = {
    "range": COUNTER,
    "shape": Value("number", dtype="int32"),
    "string": Value("string"),
    "dict": Value("string"),
    "ndarray": Value("ndarray"),
    **dict.fromkeys(("generator", "dataset_iterator", "list", "tuple", "set"), Value()),
}
