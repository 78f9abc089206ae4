"""owner[index]: read and written."""

from __future__ import annotations

from astroid import nodes
from msgspec import Struct
from msgspec.structs import replace

from hybnb.analyse import shapes
from hybnb.analyse.follow import members, methods, protocols, sizes
from hybnb.analyse.follow.dispatch import evaluate, expression
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import entries, missing, staleness
from hybnb.analyse.follow.state.objects import change_contents, holds_tensor, mutation, note_array
from hybnb.analyse.scope import Scope
from hybnb.analyse.shapes import openness
from hybnb.analyse.text import keys
from hybnb.analyse.values import NOTHING, UNKNOWN, Container, ShapeOf, Value


class Place(Struct):
    """owner[index], evaluated once, to be read or written."""

    node: nodes.NodeNG
    owner: Value
    index: Value

    @property
    def text(self) -> str:
        """As it is written."""
        return str(self.node.as_string())[:60]

    def load(self, run: Run) -> Value:
        return load_item(run, self.node, self)


def subscript_of(run: Run, node: nodes.Subscript, scope: Scope) -> Place:
    owner = evaluate(run, node.value, scope)
    index = evaluate(run, node.slice, scope)
    return Place(node, owner, index)


@expression(nodes.Subscript)
def _subscript(run: Run, node: nodes.Subscript, scope: Scope) -> Value:
    return subscript_of(run, node, scope).load(run)


def store_item(run: Run, node: nodes.NodeNG, place: Place, value: Value, how: str = "[...] =") -> None:
    """owner[index] = value."""
    owner, index = place.owner, place.index
    name = place.text
    if owner.is_tensor:
        if owner.array:
            run.effect("array-argument", node, owner.sure, parameter=owner.name, how="item assignment")
        elif not owner.sure:
            # either a tensor, which can't be assigned to eagerly either, or an argument's container
            mutation(run, node, name, "object", how, "argument", value)
        return
    if isinstance(owner.ref, Container):
        if index.is_tensor and index.kind != "variable":
            kind = "tensor-key" if owner.kind == "dict" else "tensor-index"
            details = {"construct": "dict key"} if owner.kind == "dict" else {"target": owner.name}
            run.effect(kind, node, index.sure, **details)  # type: ignore[arg-type]
        if owner.kind == "dict":
            protocols.hashed(run, node, index)
        key = index.const if index.constant else NOTHING
        change_contents(run, node, owner.named(name), how, value, key)
        return
    if members.call_special(run, node, owner, "__setitem__", index, value) is not None:
        return
    if owner.kind == "ndarray":
        _index_array(run, place)
        note_array(run, node, owner)
    if owner.kind == "ndarray" and not owner.outer:
        if holds_tensor(value):
            run.effect("numpy-call", node, value.sure, call=f"{name} = …", argument=value.name)
        return
    mutation(run, node, name, "array" if owner.kind == "ndarray" else "object", how, "outer", value)


def _index_array(run: Run, place: Place) -> None:
    """An array asks a tensor that it is indexed by for its values."""
    by = _tensor_in(place.index)
    if by is not None:
        run.effect("numpy-call", place.node, by.sure, call=place.text, argument=by.name)


def _tensor_in(index: Value) -> Value | None:
    """The tensor in an index: all of it, a bound of a slice, or one of several indices."""
    if index.is_tensor or (index.kind == "slice" and index.dtype == "tensor"):
        return index
    parts = index.ref.items if isinstance(index.ref, Container) else None
    return next((by for part in parts or () if (by := _tensor_in(part)) is not None), None)


def load_item(run: Run, node: nodes.NodeNG, place: Place) -> Value:
    """owner[index]."""
    owner, index = place.owner, place.index
    if owner.is_tensor:
        return _tensor_item(run, node, owner, index)
    holder = owner.ref
    if isinstance(holder, Container):
        return _container_item(run, node, owner, holder, index)
    if owner.kind in PLAIN:
        return _plain_item(run, node, place)
    if owner.kind == "table":
        return methods.call_method(run, node, members.Method(owner, "lookup"), [index], {})
    found = members.call_special(run, node, owner, "__getitem__", index)
    if found is not None:
        return found
    if owner.kind == "module" and isinstance(holder, str):
        return _library_item(run, place, holder)
    if owner.kind == "unknown":
        return Value(name=place.text)
    return run.unknown(node, f"`{place.text}`")


def _library_item(run: Run, place: Place, name: str) -> Value:
    """library.thing[...]"""
    if name == "os.environ":
        run.effect("environment", place.node, call="os.environ")
        return Value("string")
    if name.startswith("typing."):
        return Value("object")
    if name in ("numpy.s_", "numpy.index_exp"):
        return place.index
    if name in ARRAYS_BY_INDEX:
        _index_array(run, place)
        return Value("ndarray")
    return run.unknown(place.node, f"`{name}[…]`")


ARRAYS_BY_INDEX = frozenset({"numpy.r_", "numpy.c_", "numpy.mgrid"})  #: what makes an array of an index

PLAIN = frozenset({"ndarray", "string", "shape", "range", "list", "tuple", "dict"})


def _plain_item(run: Run, node: nodes.NodeNG, place: Place) -> Value:
    """An item of a Python value of which the items aren't known one by one."""
    owner, index = place.owner, place.index
    match owner.kind:
        case "ndarray":
            _index_array(run, place)
            copied = index.kind in ("ndarray", "list") or index.is_tensor
            return Value("ndarray", dtype=owner.dtype, outer=owner.outer, ref=None if copied else owner.ref)
        case "string":
            return Value("string")
        case "shape":
            sizes.read(run, node, owner, index)
            part = shapes.part(owner, index)
            if not sizes.open_at(owner, index):
                owner = replace(owner, open="")
            return (
                Value("shape", name=owner.name, ref=part, open=owner.open)
                if index.kind == "slice"
                else shapes.as_number(part)
            )
        case "range":
            return Value("range") if index.kind == "slice" else Value("number", dtype="int32")
    if index.is_tensor:
        run.effect("tensor-index", node, index.sure, target=owner.name)
    return owner.item or Value()


def _tensor_item(run: Run, node: nodes.NodeNG, owner: Value, index: Value) -> Value:
    if index.kind == "string":
        if not owner.sure:
            return Value("tensor", sure=False, name=f"{owner.name}[{index.const!r}]" if index.constant else owner.name)
        return run.unknown(node, f"a string index of `{owner.name}`")
    if owner.array and (index.kind == "list" or index.is_tensor):
        run.effect("array-argument", node, owner.sure and index.kind == "list", parameter=owner.name, how="list index")
    _guarded(run, node, owner, index)
    run.op(owner.sure and not owner.array)
    shape = shapes.item(owner.shape, index)
    if isinstance(owner.ref, ShapeOf):
        part, known = shapes.part(owner, index), owner.folded and openness.folds(index)
        return Value("tensor", dtype=owner.dtype, shape=shape, ref=part, sure=owner.sure, folded=known)
    return Value(
        "composite" if owner.kind == "composite" and _keeps_rows(index) else "tensor",
        shape=shape,
        sure=owner.sure,
        dtype=owner.dtype,
        array=owner.array,
        passed=owner.passed,
        name=f"{owner.name}[…]" if owner.name else "",
        open=openness.of_part(owner, index),
        folded=owner.folded and openness.folds(index),
    )


def _keeps_rows(index: Value) -> bool:
    """Cuts alone leave of a ragged tensor another one."""
    parts = index.ref.items if isinstance(index.ref, Container) and index.kind == "tuple" else [index]
    return all(part.kind in ("slice", "none") for part in parts or [index])


def _guarded(run: Run, node: nodes.NodeNG, owner: Value, index: Value) -> None:
    """One entry is taken under a condition that may ask whether it exists: the graph checks in any case, if it can."""
    by_size = any(c.by_size for frame in run.frames for c in frame.controls)
    first = owner.shape[0] if isinstance(owner.shape, tuple) and owner.shape else None
    if owner.open == "first" and first is None and not owner.folded:
        return  # how many there are is known only when it runs, and so it is checked only then
    if index.constant and isinstance(first, int) and isinstance(index.const, int) and -first <= index.const < first:
        return
    several = index.ref.items if isinstance(index.ref, Container) and index.kind == "tuple" else None
    if several is not None:
        _guarded_axes(run, node, owner, several, by_size=by_size)
        return
    one = index.kind == "number" or (index.is_tensor and index.shape == ())
    if (one and by_size) or (
        run.under() == "if" and index.kind == "number" and index.constant and index.const not in (0, -1)
    ):
        run.effect("guarded-op", node, False, target=owner.name)


def _guarded_axes(run: Run, node: nodes.NodeNG, owner: Value, indices: list[Value], *, by_size: bool) -> None:
    """The same for one entry of each of several axes: `rows[:, 2]`."""
    sizes = owner.shape if isinstance(owner.shape, tuple) else ()
    for axis, index in enumerate(indices):
        if index.kind == "none" or index.kind not in ("slice", "number"):
            return  # what follows a new axis or an ellipsis belongs to another one
        size = sizes[axis] if axis < len(sizes) else None
        within = (
            isinstance(size, int) and index.constant and isinstance(index.const, int) and -size <= index.const < size
        )
        open_size = size is None and owner.open >= ("first" if axis == 0 else "sizes") and not owner.folded
        if index.kind == "number" and by_size and not within and not open_size:
            run.effect("guarded-op", node, False, target=owner.name)
            return


def _container_item(run: Run, node: nodes.NodeNG, owner: Value, holder: Container, index: Value) -> Value:
    staleness.contents_read(run, node, owner, holder, asked=keys.asked_by(node))
    if holder.kind == "dict":
        protocols.hashed(run, node, index)
    if index.is_tensor and index.kind != "variable":
        if holder.kind == "dict":
            run.effect("tensor-key", node, index.sure, construct="dict key")
        else:
            run.effect("tensor-index", node, index.sure, target=owner.name)
    elif index.kind == "variable" and holder.kind != "dict":
        run.effect("tensor-index", node, index.sure, target=owner.name)
    name = f"{owner.name}[{index.const!r}]" if index.constant and owner.name else owner.name
    if index.kind == "slice":
        if index.dtype == "tensor":
            run.effect("tensor-index", node, target=owner.name)
        return run.container(holder.kind, element=holder.any_element())
    known = _by_key(run, node, owner, holder, index.const) if index.constant else None
    if known is not None:
        return known.named(name)
    element = run.kept(holder, holder.any_element() or Value())
    if element.is_known or not run.outlives(holder):
        return element.named(name)
    return run.known(node, element, f"`{owner.name or 'a container'}[…]`")


def _by_key(run: Run, node: nodes.NodeNG, owner: Value, holder: Container, key: object) -> Value | None:
    """What is kept under a key that is known; None where nothing is known of it alone."""
    if holder.kind == "dict" and key in holder.entries:
        return entries.fixed(run, owner, holder, key, run.kept(holder, holder.entries[key]))
    if holder.items is None or not isinstance(key, int):
        return missing.made(run, node, holder, key)
    inside = -len(holder.items) <= key < len(holder.items)
    return run.kept(holder, holder.items[key]) if inside else UNKNOWN
