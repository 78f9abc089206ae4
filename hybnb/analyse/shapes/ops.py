"""The static shapes of what TensorFlow ops return, by the op's name and arguments."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from hybnb.analyse.shapes import at, broadcast, contents, literal, matmul, matvec, numbers, windows
from hybnb.analyse.values import Container, Dimension, Shape, Value

Given = Callable[[str], Value | None]  #: an argument by its parameter's name
Rule = Callable[[Given], Shape]


def of_op(name: str, given: Given) -> Shape:
    """The shape of the op's only result; None when it isn't known. `name` is qualified, as tensorflow.linalg.matmul."""
    rule = _rule(name)
    return rule(given) if rule is not None else None


@lru_cache(maxsize=4096)
def _rule(name: str) -> Rule | None:
    if not name.startswith(("tensorflow.", "keras.ops.")):
        return None
    last = name.rpartition(".")[2]
    if last.startswith(("segment_", "unsorted_segment_")):
        return _segments
    if last.startswith("reduce_") or last in REDUCTIONS:
        return _reduced
    return RULES.get(last) or windows.RULES.get(last)


def of_items(name: str, given: Given) -> Shape:
    """The shape of each tensor in the list that the op returns."""
    last, value = name.rpartition(".")[2], given("value")
    shape, axis = value.shape if value is not None else None, _number(given("axis"), 0)
    if last == "unstack":
        return _without(shape, axis)
    if last == "split" and isinstance(shape, tuple) and axis is not None:
        parts = given("num_or_size_splits")
        whole, count = at(shape, axis), parts.const if parts is not None else None
        even = isinstance(whole, int) and isinstance(count, int) and count > 0 and whole % count == 0
        return _with(shape, axis, whole // count if even else None)  # type: ignore[operator]
    return None


def shape_at(given: Given, *parameters: str) -> Shape:
    """The shape of the first of these arguments that is given."""
    value = next((value for one in parameters if (value := given(one)) is not None), None)
    return contents(value) if value is not None else None


def _number(value: Value | None, otherwise: int | None) -> int | None:
    """An integer argument; `otherwise` when it is left out, None when its value isn't known."""
    if value is None or value.kind == "none":
        return otherwise
    return value.const if isinstance(value.const, int) else None


# ---- axes ---------------------------------------------------------------------------------------------------------


def _with(shape: Shape, axis: int | None, size: Dimension) -> Shape:
    if not isinstance(shape, tuple) or axis is None or not -len(shape) <= axis < len(shape):
        return None
    axis %= len(shape)
    return (*shape[:axis], size, *shape[axis + 1 :])


def _without(shape: Shape, *axes: int | None) -> Shape:
    if not isinstance(shape, tuple) or any(axis is None or not -len(shape) <= axis < len(shape) for axis in axes):
        return None
    gone = {axis % len(shape) for axis in axes if axis is not None}
    return tuple(size for i, size in enumerate(shape) if i not in gone)


def _reduced(given: Given) -> Shape:
    shape = shape_at(given, "input_tensor", "input", "tensor", "logits", "x")
    axis, keep = given("axis"), given("keepdims")
    kept = keep is not None and keep.const is True
    if (axis is None or axis.kind == "none") and not kept:
        return ()
    axes = numbers(axis) if axis is not None and axis.kind != "none" else None
    if not isinstance(shape, tuple) or axes is None or (keep is not None and not isinstance(keep.const, bool)):
        return None
    if not kept:
        return _without(shape, *axes)
    return tuple(1 if i in {axis % len(shape) for axis in axes} else size for i, size in enumerate(shape))


def _best(given: Given) -> Shape:
    axis = given("axis")
    return _without(shape_at(given, "input", "x"), _number(axis, 0))


def _expanded(given: Given) -> Shape:
    shape, axis = shape_at(given, "input", "x"), _number(given("axis"), 0)
    if not isinstance(shape, tuple) or axis is None:
        return None
    place = axis if axis >= 0 else len(shape) + 1 + axis
    return (*shape[:place], 1, *shape[place:])


def _squeezed(given: Given) -> Shape:
    shape, axis = shape_at(given, "input", "x"), given("axis")
    if not isinstance(shape, tuple):
        return None
    if axis is None:
        return tuple(size for size in shape if size != 1) if all(isinstance(size, int) for size in shape) else None
    axes = numbers(axis)
    return _without(shape, *axes) if axes is not None else None


def _transposed(given: Given) -> Shape:
    shape, order = shape_at(given, "a", "x"), given("perm") or given("axes")
    if not isinstance(shape, tuple):
        return None
    if order is None:
        return shape[::-1]
    axes = numbers(order)
    fits = axes is not None and sorted(axes) == list(range(len(shape)))
    return tuple(shape[axis] for axis in axes or ()) if fits else None


# ---- sizes --------------------------------------------------------------------------------------------------------


def _written(*parameters: str) -> Rule:
    def rule(given: Given) -> Shape:
        return literal(next((value for one in parameters if (value := given(one)) is not None), None))

    return rule


def _same_as(*parameters: str) -> Rule:
    return lambda given: shape_at(given, *parameters)


def _reshaped(given: Given) -> Shape:
    wanted, before = literal(given("shape") or given("newshape")), shape_at(given, "tensor", "x")
    if not isinstance(wanted, tuple):
        return wanted if wanted is not None and wanted == before else None
    if -1 not in wanted:
        return wanted
    total, rest = _product(before), _product(tuple(size for size in wanted if size != -1))
    fits = total is not None and rest is not None and rest > 0 and wanted.count(-1) == 1
    free = total // rest if fits else None  # type: ignore[operator]
    if free is None and isinstance(before, tuple) and len(before) == 1 and len(wanted) == 1:
        free = before[0]
    return tuple(free if size == -1 else size for size in wanted)


def _product(shape: Shape) -> int | None:
    total = 1
    for size in shape if isinstance(shape, tuple) else (None,):
        if not isinstance(size, int):
            return None
        total *= size
    return total


def _list(value: Value | None) -> list[Value] | None:
    return value.ref.items if value is not None and isinstance(value.ref, Container) else None


def _concatenated(given: Given) -> Shape:
    parts, axis = _list(given("values") or given("xs")), _number(given("axis"), 0)
    if not parts or axis is None:
        return None
    shapes = [part.shape for part in parts]
    if any(not isinstance(shape, tuple) or len(shape) != len(shapes[0] or ()) for shape in shapes):
        return None
    sizes = [at(shape, axis) for shape in shapes]
    if all(isinstance(size, int) for size in sizes):
        return _with(shapes[0], axis, sum(sizes))  # type: ignore[arg-type]
    return _with(shapes[0], axis, None)


def _stacked(given: Given) -> Shape:
    parts, axis = _list(given("values") or given("x")), _number(given("axis"), 0)
    if not parts or axis is None:
        return None
    shape = () if parts[0].kind in ("number", "bool") else parts[0].shape
    if not isinstance(shape, tuple):
        return None
    place = axis if axis >= 0 else len(shape) + 1 + axis
    return (*shape[:place], len(parts), *shape[place:])


def _tiled(given: Given) -> Shape:
    shape, times = shape_at(given, "input"), literal(given("multiples"))
    if not isinstance(shape, tuple) or not isinstance(times, tuple) or len(times) != len(shape):
        return None
    known = [a * b if isinstance(a, int) and isinstance(b, int) else None for a, b in zip(shape, times, strict=True)]
    return tuple(a if b == 1 else c for a, b, c in zip(shape, times, known, strict=True))


def _gathered(given: Given) -> Shape:
    table, places = shape_at(given, "params"), shape_at(given, "indices", "ids")
    batched = _number(given("batch_dims"), 0)
    axis = _number(given("axis"), batched)
    if not isinstance(table, tuple) or not isinstance(places, tuple) or axis is None or batched is None:
        return None
    return (*table[:axis], *places[batched:], *table[axis + 1 :]) if 0 <= batched <= axis < len(table) else None


def _one_hot(given: Given) -> Shape:
    places, depth = shape_at(given, "indices", "x"), _number(given("depth") or given("num_classes"), None)
    return (*places, depth) if isinstance(places, tuple) and given("axis") is None else None


def _square(given: Given) -> Shape:
    rows = _number(given("num_rows"), None)
    return (rows, _number(given("num_columns"), rows)) if given("batch_shape") is None else None


def _product_of_matrices(given: Given) -> Shape:
    flags = {one: given(one) for one in ("transpose_a", "transpose_b", "adjoint_a", "adjoint_b")}
    if any(flag is not None and not isinstance(flag.const, bool) for flag in flags.values()):
        return None
    turned = {name[-1] for name, flag in flags.items() if flag is not None and flag.const}
    a, b = (
        (*shape[:-2], shape[-1], shape[-2])
        if which in turned and isinstance(shape, tuple) and len(shape) > 1
        else shape
        for which, shape in (("a", shape_at(given, "a", "x1")), ("b", shape_at(given, "b", "x2")))
    )
    return matmul(a, b)


def _matrix_by_vector(given: Given) -> Shape:
    flags = [flag for flag in (given("transpose_a"), given("adjoint_a")) if flag is not None]
    a, b = shape_at(given, "a"), shape_at(given, "b")
    if not isinstance(a, tuple) or len(a) < 2 or any(not isinstance(flag.const, bool) for flag in flags):
        return None
    return matvec((*a[:-2], a[-1], a[-2]) if any(flag.const for flag in flags) else a, b)


def _dotted(given: Given) -> Shape:
    a, b, axes = shape_at(given, "a"), shape_at(given, "b"), _number(given("axes"), None)
    if not isinstance(a, tuple) or not isinstance(b, tuple) or axes is None:
        return None
    return (*a[: len(a) - axes], *b[axes:])


def _summed(given: Given) -> Shape:
    """tf.einsum("ij,jk->ik", a, b): the operands come by position."""
    equation = given("equation")
    text = equation.const.replace(" ", "") if equation is not None and isinstance(equation.const, str) else ""
    left, arrow, right = text.partition("->")
    if not arrow or "." in text:
        return None
    sizes: dict[str, Dimension] = {}
    for position, letters in enumerate(left.split(",")):
        shape = shape_at(given, str(position + 1))
        if isinstance(shape, tuple) and len(shape) == len(letters):
            sizes |= {letter: size for letter, size in zip(letters, shape, strict=True) if size is not None}
    return tuple(sizes.get(letter) for letter in right)


def _diagonal(given: Given) -> Shape:
    shape = shape_at(given, "input")
    return shape[:-1] if isinstance(shape, tuple) and len(shape) > 1 and shape[-1] == shape[-2] else None


def _counted(given: Given) -> Shape:
    """tf.shape: as many numbers as there are axes."""
    shape = shape_at(given, "input")
    return (len(shape),) if isinstance(shape, tuple) else None


def _masked(given: Given) -> Shape:
    tensor, mask = shape_at(given, "tensor"), shape_at(given, "mask")
    return (None, *tensor[len(mask) :]) if isinstance(tensor, tuple) and isinstance(mask, tuple) else None


def _segments(given: Given) -> Shape:
    data, count = shape_at(given, "data"), _number(given("num_segments"), None)
    return (count, *data[1:]) if isinstance(data, tuple) and data else None


def _drawn(given: Given) -> Shape:
    """tf.random.categorical: so many draws for each row."""
    logits = shape_at(given, "logits")
    return (logits[0], _number(given("num_samples"), None)) if isinstance(logits, tuple) and logits else None


def _decoded(given: Given) -> Shape:
    """An image from a file: as many channels as are asked for."""
    return (None, None, _number(given("channels"), None) or None)


def _resized(given: Given) -> Shape:
    """One image or a batch of them, in the height and width that are given."""
    image, wanted = shape_at(given, "images", "image"), literal(given("size"))
    if not isinstance(wanted, tuple):
        wanted = (_number(given("target_height"), None), _number(given("target_width"), None))
    if not isinstance(image, tuple) or len(image) < 3 or len(wanted) != 2:
        return None
    return (*image[:-3], *wanted, image[-1])


def _one(_: Given) -> Shape:
    return ()


def _determinant(given: Given) -> Shape:
    return _without(shape_at(given, "input"), -1, -2)


def _broadcast_all(given: Given) -> Shape:
    return broadcast(shape_at(given, "x", "x1"), shape_at(given, "y", "x2"))


REDUCTIONS = frozenset({"norm", "logsumexp", "count_nonzero", "euclidean_norm", "zero_fraction"})


def _spaced(given: Given) -> Shape:
    """tf.linspace between two numbers."""
    one_axis = shape_at(given, "start") == shape_at(given, "stop") == ()
    return (_number(given("num"), None),) if one_axis else None


RULES: dict[str, Rule] = {
    **dict.fromkeys(("argmax", "argmin"), _best),
    **dict.fromkeys(("zeros", "ones", "normal", "uniform", "truncated_normal", "gamma", "poisson", "stateless_normal",
                     "stateless_uniform", "stateless_truncated_normal", "broadcast_to"), _written("shape")),
    **dict.fromkeys(("maximum", "minimum", "add", "subtract", "multiply", "squared_difference", "divide_no_nan", "atan2",
                     "logical_and", "logical_or", "floormod", "mod", "pow", "xlogy"), _broadcast_all),
    **dict.fromkeys(("sort", "argsort", "searchsorted"), _same_as("values")),
    **dict.fromkeys(("softmax", "log_softmax"), _same_as("logits", "x")),
    **dict.fromkeys(("inv", "cholesky", "band_part", "expm", "set_diag"), _same_as("input")),
    **dict.fromkeys(("solve", "lstsq", "triangular_solve"), _same_as("rhs")),
    **dict.fromkeys(("tensor_scatter_nd_update", "tensor_scatter_nd_add", "reverse", "check_numerics"), _same_as("tensor")),
    **dict.fromkeys(("gather", "embedding_lookup"), _gathered),
    "l2_normalize": _same_as("x"), "dropout": _same_as("x"), "cumsum": _same_as("x"), "cumprod": _same_as("x"),
    "stateless_shuffle": _same_as("value"), "shuffle": _same_as("value"), "clip_by_norm": _same_as("t"),
    "expand_dims": _expanded, "squeeze": _squeezed, "transpose": _transposed, "reshape": _reshaped, "ensure_shape": _written("shape"),
    "concat": _concatenated, "stack": _stacked, "tile": _tiled, "one_hot": _one_hot, "eye": _square, "categorical": _drawn, "fill": _written("dims"),
    "matmul": _product_of_matrices, "matvec": _matrix_by_vector, "tensordot": _dotted, "einsum": _summed,
    **dict.fromkeys(("decode_png", "decode_jpeg", "decode_bmp"), _decoded),
    **dict.fromkeys(("resize", "resize_with_pad", "resize_with_crop_or_pad", "crop_to_bounding_box"), _resized),
    "random_crop": _written("size"), "diag_part": _diagonal, "boolean_mask": _masked, "shape": _counted, "bias_add": _same_as("value"),
    **dict.fromkeys(("trace", "size", "rank"), _one), "det": _determinant,
    "linspace": _spaced,
}  # fmt: skip
