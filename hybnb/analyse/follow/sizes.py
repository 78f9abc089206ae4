"""Static sizes that Python reads: where only the run tells them, a trace has None for eager code's numbers."""

from __future__ import annotations

from collections.abc import Iterable

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import lexicon, shapes
from hybnb.analyse.follow.libraries import results
from hybnb.analyse.follow.libraries.compiled_ops import spoken_as
from hybnb.analyse.follow.run import Run
from hybnb.analyse.shapes import openness
from hybnb.analyse.values import Container, Openness, ShapeOf, Value, tensor

Keywords = dict[str, Value]
#: they take a shape as it is, also one of which sizes are open
TAKES_SHAPES = frozenset({
    "builtins.len", "builtins.isinstance", "builtins.type", "builtins.id", "builtins.print", "builtins.list", "builtins.tuple",
    "builtins.iter", "builtins.enumerate", "builtins.zip", "builtins.reversed", "tensorflow.TensorShape", "tensorflow.ensure_shape",
    "tensorflow.TensorSpec", "keras.Input", "keras.layers.Input", "builtins.hasattr", "builtins.getattr", "tensorflow.print",
})  # fmt: skip
#: what is asked of a shape, and fails or answers otherwise where sizes are open
ASKS_ALL = frozenset({"num_elements", "is_fully_defined", "assert_is_fully_defined", "assert_same_rank", "as_proto"})
ASKS_RANK = frozenset({"rank", "ndims", "ndim", "dims", "as_list", "assert_has_rank"})
#: they make as many tensors as there are
AS_MANY = frozenset({"unstack"})


def of_op(
    last: str, entry: lexicon.Entry | None, args: list[Value], keywords: Keywords, result: Value,
    receiver: Value | None = None, given: Keywords | None = None,
) -> Value:  # fmt: skip
    """The result of an op, marked where its sizes are open; `last` is the op's name without its module. `given` is what
    `results.by_name` finds.
    """
    if given is None:
        given = keywords if entry is None else results.by_name(entry, args, keywords, receiver)
    everything = [*([receiver] if receiver is not None else []), *args, *keywords.values()]
    how = openness.of_op(last, given, everything)
    pure = entry is not None and entry.category == "op"
    return marked(result, how, folded=pure and all(map(openness.folds, everything)))


def marked(result: Value, how: Openness, *, folded: bool = False) -> Value:
    """A tensor, or a structure of tensors, whose sizes are so open."""
    if result.is_tensor or result.kind == "tensor_array":
        still = "" if result.shape == () else max(how, result.open)
        same = still == result.open and (result.folded or not folded)
        return result if same else replace(result, open=still, folded=folded or result.folded)
    if (how or folded) and isinstance(result.ref, Container):
        if result.ref.items is not None:
            result.ref.items = [marked(item, how, folded=folded) for item in result.ref.items]
        if result.ref.element is not None:
            result.ref.element = marked(result.ref.element, how, folded=folded)
    return result


def length(run: Run, value: Value) -> Value | None:
    """`len(value)` of a tensor whose size is open: AutoGraph makes a tensor of it."""
    first = value.shape[0] if isinstance(value.shape, tuple) and value.shape else None
    if not (value.is_tensor and value.open) or first is not None:
        return None
    return replace(tensor("int32", ()), array=True, mixed=True, name=f"len({value.name})" if value.name else "len(…)")


#: the parameter that is a list of sizes, also where eager code takes one number for it
SHAPE_LISTS = {"tensorflow.reshape": "shape", "tensorflow.fill": "dims"}


def as_shape(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> None:  # fmt: skip
    """Note one number where a trace wants a list of sizes."""
    parameter = SHAPE_LISTS.get(name)
    given = results.argument(entry, parameter, args, keywords, receiver) if parameter is not None else None
    if given is not None and (given.kind in ("number", "numpy_scalar") or (given.is_tensor and given.shape == ())):
        run.effect("scalar-shape", node, given.sure, call=spoken_as(name))


def noted(run: Run, node: nodes.NodeNG, owner: Value) -> None:
    """Python reads the static shape of `owner`: all of it, or one size, which may be the same in all calls."""
    run.shape_reads.add(owner.name)
    subscript = node.parent
    one = isinstance(subscript, nodes.Subscript) and subscript.value is node
    index = _number(subscript.slice) if one else None
    sizes = owner.shape if isinstance(owner.shape, tuple) else ()
    if index is None or not -len(sizes) <= index < len(sizes) or not isinstance(sizes[index], int):
        run.varying_reads.add(owner.name.partition("[")[0] if owner.outer else "")


def _number(index: nodes.NodeNG) -> int | None:
    negative = isinstance(index, nodes.UnaryOp) and index.op == "-"
    value = (
        index.operand.value if negative and isinstance(index.operand, nodes.Const) else getattr(index, "value", None)
    )
    return (-value if negative else value) if isinstance(value, int) else None


# ---- shapes -------------------------------------------------------------------------------------------------------


def read_all(run: Run, node: nodes.NodeNG, shape: Value) -> None:
    """All sizes of a shape are taken one by one."""
    if shape.open and not _known(shape, slice(None)):
        run.effect("static-shape", node, shape.sure, target=_owner(shape))


def read(run: Run, node: nodes.NodeNG, shape: Value, index: Value) -> None:
    """`shape[index]`."""
    if open_at(shape, index) and index.kind != "slice":
        run.effect("static-shape", node, shape.sure, target=_owner(shape))


def open_at(shape: Value, index: Value) -> bool:
    """Is one of shape[index] open? Of a shape with an open first size, -1 is taken for another one."""
    if not shape.open or _known(shape, index.const):
        return False
    if shape.open >= "sizes" or not index.constant:
        return True
    if isinstance(index.const, slice):
        return index.const.start in (None, 0)
    sizes = shape.ref.shape if isinstance(shape.ref, ShapeOf) else None
    return (
        index.const == 0
        or (isinstance(sizes, tuple) and index.const == -len(sizes))
        or not isinstance(index.const, int)
    )


def _known(shape: Value, index: object) -> bool:
    """The text tells these sizes."""
    sizes = shape.ref.shape if isinstance(shape.ref, ShapeOf) else None
    if not isinstance(sizes, tuple) or not isinstance(index, int | slice):
        return False
    wanted = sizes[index] if isinstance(index, slice) else sizes[index : index + 1 or None]
    return bool(wanted) and None not in wanted


def asked(run: Run, node: nodes.NodeNG, owner: Value, name: str) -> None:
    """An attribute or method of a shape, or of a tensor, that tells of sizes or of how many there are."""
    shape = owner.kind == "shape"
    if shape and name in ASKS_ALL:
        read_all(run, node, owner)
    elif name in ASKS_RANK and (shape or owner.is_tensor) and owner.open == "unranked":
        run.effect("static-shape", node, False, target=_owner(owner))


def passed(run: Run, node: nodes.NodeNG, name: str, shape: Value) -> None:
    """A shape that is handed to a function is read there, an open one with None in it."""
    if name not in TAKES_SHAPES:
        read_all(run, node, shape)


def set_by_hand(run: Run, node: nodes.NodeNG, tensor: Value, shape: Value | None) -> None:
    """`x.set_shape(...)`: the name holds a tensor of which these sizes are known."""
    called = node.func if isinstance(node, nodes.Call) else None
    if isinstance(called, nodes.Attribute) and isinstance(called.expr, nodes.Name):
        names, told = run.frame.scope.names, shapes.literal(shape)
        if called.expr.name in names and isinstance(told, tuple):
            names[called.expr.name] = replace(tensor, shape=told, open=tensor.open and "sizes")


def compared(run: Run, node: nodes.NodeNG, *values: Value) -> None:
    """A shape that is compared, joined or written as text is read as a whole."""
    for value in values:
        if value.kind == "shape":
            read_all(run, node, value)


def _owner(shape: Value) -> str:
    return shape.name.removesuffix(".shape")


def met_again(run: Run, node: nodes.NodeNG, function: nodes.NodeNG, args: Iterable[Value]) -> None:
    """A function that reads sizes calls itself, which isn't followed, with a tensor of open sizes."""
    reads = (one.attrname in ("shape", "get_shape") for one in function.nodes_of_class(nodes.Attribute))
    still = next((value for value in args if value.is_tensor and value.open), None)
    if still is not None and any(reads):
        run.effect("static-shape", node, False, target=still.name)


# ---- what libraries read of their own -----------------------------------------------------------------------------


def needed(run: Run, node: nodes.NodeNG, name: str, value: Value) -> None:
    """Keras, and TensorFlow's functions for images, ask their input for its number of axes; tf.unstack for its length."""
    if not value.open or not value.is_tensor:
        return
    last = name.rpartition(".")[2]
    ranked = name.startswith(("keras.", "tensorflow.image.", "tensorflow.nn.conv", "tensorflow.nn.max_pool"))
    unknown = not isinstance(value.shape, tuple) or None in value.shape
    if (ranked and value.open == "unranked") or (last in AS_MANY and unknown):
        run.effect("static-shape", node, False, target=value.name)


def met_layer(run: Run, node: nodes.NodeNG, args: Iterable[Value]) -> None:
    """A layer makes its weights for the last size of its input; integers and texts are looked up one by one."""
    for value in args:
        unsized = isinstance(value.shape, tuple) and bool(value.shape) and value.shape[-1] is None
        by_size = value.open == "sizes" and unsized and (value.dtype or "").startswith("float")
        if value.is_tensor and (value.open == "unranked" or by_size):
            run.effect("static-shape", node, False, target=value.name)
