"""What a library call returns, by its entry in the tables: kind, dtype and shape."""

from __future__ import annotations

from functools import lru_cache

from hybnb.analyse import lexicon, shapes
from hybnb.analyse.follow.libraries import arrays
from hybnb.analyse.follow.run import Run
from hybnb.analyse.shapes import ops
from hybnb.analyse.values import ARRAYS, CONTAINERS, Container, Instance, Shape, ShapeOf, Value, python_dtype, tensor
from hybnb.model import Kind

Keywords = dict[str, Value]
OPS = frozenset({"op", "variable-op", "state-op", "random-op", "summary", "higher-order"})


def result_of(
    run: Run,
    entry: lexicon.Entry,
    args: list[Value],
    keywords: Keywords,
    receiver: Value | None,
    default: Kind = "object",
    name: str = "",
    given: Keywords | None = None,
) -> Value:
    """What a call returns. `name` is qualified; without it, less is known of shapes. `given` is what `by_name` finds."""
    kind = entry.returns or default
    settled = entry.returns is not None or entry.category not in ("higher-order", "variable-op", "state-op")
    if entry.category in OPS and (kind == "unknown" or not settled):
        return tensor(sure=False)  # or a structure of tensors, depending on the arguments
    if kind in ("tensor", "variable", "ndarray", "composite"):
        dtype = _dtype(entry, args, keywords, receiver, name)
        if kind == "tensor" and (rows := _rows(name, [*args, *keywords.values()])) is not None:
            return Value("composite", dtype=dtype, sure=rows.sure)
        given = given if given is not None else by_name(entry, args, keywords, receiver)
        return Value(kind, dtype=dtype, shape=shape_of(entry, args, keywords, receiver, name, given.get))
    if kind == "tensor_array":
        return _tensor_array(entry, args, keywords, receiver)
    if kind == "shape" and receiver is not None and receiver.is_tensor:
        read = ShapeOf(receiver.shape)
        return Value(kind, name=f"{receiver.name}.shape", sure=receiver.sure, ref=read, open=receiver.open)
    if kind == "list" and receiver is not None and receiver.kind == "shape" and receiver.open:
        return receiver  # its sizes in a list are read as they are
    if kind == "tuple" and (fields := FIELDS.get(name)) is not None:
        asked = argument(entry, "index_type", args, keywords, None) or argument(entry, "out_idx", args, keywords, None)
        return _record(run, fields, tensor_dtype(args[0]) if args else None, asked)
    if kind == "tuple" and name in PAIRS:
        return _pair(run, tensor_dtype(args[0]) if args else None)
    if kind == "list" and entry.items == "tensor":
        return run.container(kind, element=_tensor_item(entry, args, keywords, receiver, name))
    if kind in CONTAINERS:
        return run.container(kind, element=_item(entry))
    if kind == "object" and entry.type is not None:
        return Value(kind, ref=Instance(run.epoch, None, entry.type))
    return Value(kind)


def _tensor_item(
    entry: lexicon.Entry, args: list[Value], keywords: Keywords, receiver: Value | None, name: str
) -> Value:  # fmt: skip
    """One of a list of tensors, as tf.split and tf.unstack give it."""
    value = argument(entry, "value", args, keywords, receiver)
    shape = ops.of_items(name, by_name(entry, args, keywords, receiver).get)
    return tensor(value.dtype if value is not None else None, shape)


def _rows(name: str, given: list[Value]) -> Value | None:
    """A ragged tensor among the arguments: all but what reduces it or counts its rows gives another one."""
    for value in given:
        part = value.ref.any_element() if isinstance(value.ref, Container) else value
        if part is not None and part.kind == "composite":
            return part if _keeps_rows(name) else None
    return None


@lru_cache(maxsize=4096)
def _keeps_rows(name: str) -> bool:
    last = name.rpartition(".")[2]
    return bool(name) and last not in DENSE and not any(word in name for word in DENSER)


DENSER = ("reduce_", "sparse", "segment", "ctc_", ".arg")  #: parts of names of functions that do as well
DENSE = frozenset({"rank", "size", "shape", "shape_n", "edit_distance", "bincount"})


def _dtype(
    entry: lexicon.Entry, args: list[Value], keywords: Keywords, receiver: Value | None, name: str
) -> str | None:
    """As `dtype_of`, for functions of this name."""
    if name == "tensorflow.einsum" and len(args) > 1:
        return tensor_dtype(args[1])
    dtype = dtype_of(entry, args, keywords, receiver)
    if name.endswith("random.uniform") and dtype is None and "dtype" not in keywords and len(args) < 4:
        return "float32"
    return dtype


def _tensor_array(entry: lexicon.Entry, args: list[Value], keywords: Keywords, receiver: Value | None) -> Value:
    """A tf.TensorArray, whose shape is that of each element: all have the one that was written first."""

    def given(parameter: str) -> Value | None:
        return argument(entry, parameter, args, keywords, None)

    if receiver is None or receiver.kind != "tensor_array":
        told = "each its own" if given("infer_shape") is not None else shapes.literal(given("element_shape"))
        return Value("tensor_array", dtype=arrays.named(given("dtype")), shape=told)
    written, shape = given("value"), receiver.shape
    if shape is None and written is not None and "lengths" not in entry.parameters:
        whole = shapes.contents(written)
        shape = whole if "index" in entry.parameters else whole[1:] if isinstance(whole, tuple) else None
    return Value("tensor_array", dtype=receiver.dtype, shape=shape)


#: ops that return a named tuple, with its parts' names and types: "" is that of the first argument
FIELDS = {
    **{key: {"values": "", "indices": "int32"} for key in ("tensorflow.math.top_k", "tensorflow.nn.top_k")},
    "tensorflow.unique": {"y": "", "idx": "int32"},
    "tensorflow.unique_with_counts": {"y": "", "idx": "int32", "count": "int32"},
    "tensorflow.linalg.qr": {"q": "", "r": ""},
}


def _record(run: Run, fields: dict[str, str], first: str | None, asked: Value | None) -> Value:
    counted = "int32" if asked is None else arrays.named(asked)
    dtypes = [first if dtype == "" else counted for dtype in fields.values()]
    made = run.container("tuple", items=[tensor(dtype) for dtype in dtypes])
    made.ref.fields = tuple(fields)
    return made


#: ops that return two tensors of the type of the first argument, where that isn't complex
PAIRS = frozenset({
    "tensorflow.linalg.normalize", "keras.ops.moments", "tensorflow.linalg.eigh", "keras.ops.eigh", "keras.ops.qr",
    "tensorflow.image.image_gradients",
})  # fmt: skip


def _pair(run: Run, dtype: str | None) -> Value:
    known = None if dtype is not None and dtype.startswith("complex") else dtype
    return run.container("tuple", items=[tensor(known), tensor(known)])


def _item(entry: lexicon.Entry) -> Value:
    """What a returned container holds."""
    if entry.items is not None:
        return Value(entry.items)
    if entry.category in OPS:
        return tensor(sure=False)  # or a nested structure of tensors
    return Value("number") if entry.category == "pure" else Value()


def by_name(
    entry: lexicon.Entry, args: list[Value], keywords: Keywords, receiver: Value | None
) -> dict[str, Value]:  # fmt: skip
    """All arguments by their parameters, as a library's own rules ask for one after the other; by their position those that
    have none. `argument` finds one of them.
    """
    found = dict(zip(entry.parameters, args, strict=False))
    if len(args) > len(entry.parameters):
        found.update({str(position): args[position] for position in range(len(entry.parameters), len(args))})
    if receiver is not None:
        found["self"] = receiver
    if keywords:
        found.update(keywords)
    return found


def argument(
    entry: lexicon.Entry, which: str, args: list[Value], keywords: Keywords, receiver: Value | None
) -> Value | None:
    if which in keywords:
        return keywords[which]
    if which == "self":
        return receiver
    if which in entry.parameters:
        position = entry.parameters.index(which)
        if position < len(args):
            return args[position]
    return None


def dtype_of(entry: lexicon.Entry, args: list[Value], keywords: Keywords, receiver: Value | None) -> str | None:
    rule = entry.dtype
    for parameter in ("output_type", "out_type") if keywords else ():
        if parameter in keywords:
            return arrays.named(keywords[parameter])
    if rule is None and entry.parameters[:2] == ("data", "segment_ids"):
        rule = "arg:data"
    if rule is None:
        return None
    if rule.startswith("kw:"):
        wanted = rule[3:]
        parameter, _, fallback = wanted.partition("=")
        given = argument(entry, parameter, args, keywords, receiver)
        if given is not None and given.kind != "none":
            if given.kind == "string" and given.constant:
                return str(given.const)
            return given.dtype
        rule = fallback
    if rule.startswith("arg:"):
        source = argument(entry, rule[4:], args, keywords, receiver)
        if (
            source is not None and source.kind in ("number", "bool") and entry.shape == "broadcast"
        ):  # a tensor among them decides
            source = next((value for value in args if value.is_tensor), source)
        return tensor_dtype(source)
    return rule or None


def tensor_dtype(source: Value | None) -> str | None:
    """The dtype a tensor made from this value has."""
    if source is None:
        return None
    if isinstance(source.ref, Container):
        parts = source.ref.items or ([source.ref.element] if source.ref.element is not None else [])
        found = {tensor_dtype(part) for part in parts if part.is_tensor} or {tensor_dtype(part) for part in parts}
        return found.pop() if len(found) == 1 else None
    return python_dtype(source) or source.dtype


def shape_of(
    entry: lexicon.Entry, args: list[Value], keywords: Keywords, receiver: Value | None, name: str, given: ops.Given
) -> Shape:  # fmt: skip
    """By the op's name, else by its entry in the tables."""
    if receiver is not None and receiver.kind == "tensor_array":
        return _of_elements(entry, receiver.shape)
    by_rule = ops.of_op(name, given)
    if by_rule is not None:
        return by_rule
    if entry.parameters[1:2] in (("axis",), ("ord",)) and _reduces_all(entry, args, keywords):
        return ()
    if entry.shape is not None:
        return _by_table(entry.shape, given, args)
    for parameter in ("shape", "dims"):
        if parameter in entry.parameters and given(parameter) is not None:
            return shapes.literal(given(parameter))
    if entry.parameters[:2] == ("a", "b") and len(args) > 1:
        return shapes.matmul(args[0].shape, args[1].shape) if not keywords else None
    made_of = given("value") or given("initial_value")
    return shapes.contents(made_of) if made_of is not None else None


def _of_elements(entry: lexicon.Entry, shape: Shape) -> Shape:
    """What is read of a tf.TensorArray: one element, or many on top of each other."""
    if "index" in entry.parameters:
        return shape
    many = "indices" in entry.parameters or entry.parameters == ("name",)
    return (None, *shape) if many and isinstance(shape, tuple) else None


def _by_table(rule: str, given: ops.Given, args: list[Value]) -> Shape:
    found: Shape = ()
    if rule.startswith("arg:"):
        source = given(rule[4:])
        return shapes.contents(source) if source is not None else None
    for value in args if rule == "broadcast" else ():
        if value.is_tensor or value.kind in ARRAYS:
            found = shapes.broadcast(found, value.shape)
    return found


def _reduces_all(entry: lexicon.Entry, args: list[Value], keywords: Keywords) -> bool:
    """A reduction without an axis: tf.reduce_sum(x), tf.norm(x)."""
    kept = {"keepdims", "axis"} & keywords.keys()
    return "keepdims" in entry.parameters and not kept and len(args) < 2
