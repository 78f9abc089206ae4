"""Which sizes of an op's result a trace leaves open, where eager code has a number for each.

A trace knows the sizes of what it is given, and of all that follows from them and from numbers in the text. It leaves open
what depends on values: how many pass a mask, how long the longest row is, what a tensor says that is taken for a size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hybnb.analyse.shapes import numbers
from hybnb.analyse.values import NONE, Container, Openness, Shape, Value

Given = Callable[[str], Value | None]  #: an argument by its parameter's name

#: as long as the values of their arguments say, along the first axis
BY_VALUES = frozenset({
    "boolean_mask", "unique", "unique_with_counts", "dynamic_partition", "setdiff1d", "non_max_suppression",
    "non_max_suppression_with_scores", "string_split", "compress", "nonzero", "argwhere", "values", "flat_values", "indices",
    "value_rowids", "bytes_split", "unicode_split", "unicode_decode", "from_value_rowids", "from_nested_value_rowids",
    "from_sparse",
})  # fmt: skip
#: sizes that values say, along several axes
SIZES_BY_VALUES = frozenset({
    "to_tensor", "to_dense", "sparse_to_dense", "decode_png", "decode_jpeg", "decode_bmp", "decode_gif", "decode_raw",
    "decode_wav", "decode_and_crop_jpeg", "bincount", "segment_sum", "segment_mean", "segment_max", "segment_min",
    "segment_prod", "bounding_shape", "flat_map", "read_file_list", "matching_files",
})  # fmt: skip
#: likewise, where an argument doesn't tell them
UNTOLD = {"sequence_mask": "maxlen", "confusion_matrix": "num_classes"}
#: results of which not even the number of axes is known
UNRANKED = frozenset({"parse_tensor", "decode_image"})
#: sizes that an argument tells, which makes them open where it is a tensor that the trace doesn't know the value of
SIZING = frozenset({
    "shape", "dims", "size", "multiples", "paddings", "depth", "num_segments", "k", "maxlen", "repeats", "num",
    "start", "limit", "delta", "num_rows", "num_columns", "target_height", "target_width", "output_shape", "dense_shape",
    "fft_length", "frame_length", "frame_step", "num_or_size_splits", "num_samples", "batch_shape", "newshape", "stop",
    "num_classes", "block_shape", "crops", "strides", "crop_size", "minlength", "shift_size", "dynamic_size",
    "central_fraction", "pad_width", "n", "end",
})  # fmt: skip
#: they give each size of their result, so that those of their other arguments are of no account
SHAPED = frozenset({
    "zeros", "ones", "fill", "eye", "range", "linspace", "broadcast_to", "normal", "uniform", "truncated_normal", "gamma",
    "poisson", "stateless_normal", "stateless_uniform", "stateless_truncated_normal", "random_normal", "random_uniform",
    "random_crop", "stateless_random_crop", "unsorted_segment_sum", "TensorArray",
})  # fmt: skip
#: results with a size of their own, whatever that of their argument
OF_THEIR_OWN = frozenset({"shape", "size", "rank", "global_norm", "nrows"})
#: `_made` asks for these by name
TOLD_BY_VALUES = BY_VALUES | SIZES_BY_VALUES | UNTOLD.keys() | UNRANKED | {"where", "TensorArray", "slice"}
REDUCTIONS = frozenset(
    {"norm", "logsumexp", "count_nonzero", "euclidean_norm", "zero_fraction", "argmax", "argmin", "trace"}
)
#: axes change places
MOVED = frozenset({"transpose", "matrix_transpose", "roll_axis", "moveaxis", "swapaxes", "einsum", "tensordot"})


def of_op(last: str, by_name: Mapping[str, Value], args: list[Value]) -> Openness:
    """How open the sizes of a result are; `last` is the op's name without its module."""
    given = by_name.get
    made = _made(last, by_name, given) if last in TOLD_BY_VALUES or not SIZING.isdisjoint(by_name) else ""
    if not made and not any([value.open or value.kind == "composite" for value in args]):  # noqa: C419  quicker here
        return ""  # as most often
    if last in OF_THEIR_OWN:
        return ""
    if last == "reshape":
        return max(made, _reshaped(given))
    if last in SHAPED:
        return made
    return max(made, _inherited(last, given, args))


def _made(last: str, by_name: Mapping[str, Value], given: Given) -> Openness:
    """By the op itself, whatever sizes its arguments have."""
    if last in UNRANKED:
        kept = given("expand_animations")
        return "sizes" if kept is not None and kept.const is False else "unranked"
    if last in SIZES_BY_VALUES or (last in UNTOLD and (given(UNTOLD[last]) or NONE).kind == "none"):
        return "sizes"
    if last in BY_VALUES or (last == "where" and given("x") is None and given("y") is None):
        return "first"
    if last == "TensorArray" and (grows := given("dynamic_size")) is not None and grows.const is not False:
        return "first"
    if last == "slice" and (begin := given("begin")) is not None and not folds(begin) and _rest_taken(given("size")):
        return "sizes"
    if not SIZING.isdisjoint(by_name) and not all(folds(by_name[name]) for name in SIZING.intersection(by_name)):
        return "first" if last in ("range", "linspace", "top_k", "TensorArray") else "sizes"
    return ""


def _rest_taken(size: Value | None) -> bool:
    """tf.slice takes all that is left along some axis."""
    known = numbers(size) if size is not None else None
    return known is None or -1 in known


def _reshaped(given: Given) -> Openness:
    """Where one size is left to be found out, it is as open as what is reshaped."""
    source, wanted = given("tensor") or given("x"), given("shape") or given("newshape")
    if source is None or not source.open or wanted is None:
        return ""
    sizes = numbers(wanted) or _items(wanted)
    if sizes is None:
        return "sizes"
    places = [place for place, size in enumerate(sizes) if size == -1]
    return "" if not places else source.open if places == [0] and source.open < "sizes" else "sizes"


def _items(wanted: Value) -> list[object] | None:
    items = wanted.ref.items if isinstance(wanted.ref, Container) else None
    return [item.const for item in items] if items is not None else None


def _inherited(last: str, given: Given, values: list[Value]) -> Openness:
    """From the arguments."""
    most: Openness = max([value.open for value in values], default="")
    if not most and not (values and values[0].kind == "composite"):
        return ""
    source = values[0]
    if source.kind == "tensor_array" and last in ("read", "gather", "split"):
        return ""
    if last == "ensure_shape":
        return min(most, "sizes")
    flat = isinstance(source.shape, tuple) and len(source.shape) == 1
    if last.startswith("reduce_") or last in REDUCTIONS:
        return _reduced(source, given, last)
    if last in MOVED:
        return most if flat or most == "unranked" else "sizes"
    if last in ("matmul", "matvec") and len(values) > 1:
        turned = any(flag is not None and flag.const is not False for flag in map(given, TURNS))
        right = values[1].open if values[1].open >= "sizes" else ""
        return max("sizes" if turned else source.open, right)
    if last in ("expand_dims", "stack"):
        axis = given("axis")
        later = axis is not None and isinstance(axis.const, int) and axis.const > 0
        return most if later or most == "unranked" else "sizes"
    if last in ("gather", "embedding_lookup") and len(values) > 1 and given("axis") is None:
        return max(values[1].open, source.open if source.open >= "sizes" else "")
    return most


TURNS = ("transpose_a", "transpose_b", "adjoint_a", "adjoint_b")


def _reduced(source: Value, given: Given, last: str) -> Openness:
    """What a reduction leaves: without the first axis, the others are known as before."""
    axis = given("axis")
    axes = numbers(axis) if axis is not None and axis.kind != "none" else (0,) if last.startswith("arg") else None
    if axis is None and axes is None:
        return ""
    if source.kind == "composite":
        return "sizes"  # as wide as the longest row
    gone = axes is not None and (0 in axes or (source.shape is not None and -len(source.shape) in axes))
    return "" if gone and source.open < "sizes" else source.open


def of_variable(shape: Shape) -> Openness:
    """A variable that is told to take values of several sizes: what is read of it has those that it holds, eagerly."""
    if not isinstance(shape, tuple):
        return "sizes"
    return "sizes" if None in shape[1:] else "first" if None in shape else ""


def folds(value: Value) -> bool:
    """A trace knows its value: a Python value, or a tensor that follows from sizes and constants alone."""
    if isinstance(value.ref, Container):
        parts = [*(value.ref.items or ()), *value.ref.entries.values()]
        parts += [value.ref.element] if value.ref.element is not None else []
        return all(folds(part) for part in parts)
    if value.kind == "slice":
        return value.dtype != "tensor" or value.folded
    if not value.is_tensor:
        return True
    return value.folded or (value.outer and value.kind == "tensor")


def of_part(owner: Value, index: Value) -> Openness:
    """owner[index]: a mask, or a cut by a tensor, leaves what only the run tells; so does a cut along an open size."""
    if owner.kind == "composite":
        return max(owner.open, "first")  # a row is as long as the values say
    if index.is_tensor and index.dtype == "bool":
        return max(owner.open, "first")
    parts = index.ref.items if isinstance(index.ref, Container) and index.kind == "tuple" else [index]
    first, *others = parts or [index]
    cut: Openness = "sizes" if any(not folds(part) for part in others if part.kind == "slice") else ""
    if first.kind == "slice" and not folds(first):
        cut = max(cut, "first")
    if first.kind == "none":
        return max(cut, "sizes") if owner.open else cut
    if owner.open >= "sizes" or first.const in (slice(None), ..., ":"):
        return max(cut, owner.open)
    return max(cut, "first") if owner.open and first.kind == "slice" else cut
