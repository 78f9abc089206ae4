"""The few functions of TensorFlow and Keras whose meaning depends on what they are given."""

from __future__ import annotations

from collections.abc import Callable

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import shapes
from hybnb.analyse.constants import constant
from hybnb.analyse.follow.libraries import distributions, matching, older_names
from hybnb.analyse.follow.libraries.arrays import named as named_dtype
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import ARRAYS, NONE, Container, ShapeOf, Value, python_dtype, tensor

Keywords = dict[str, Value]
Special = Callable[[Run, nodes.NodeNG, str, list[Value], Keywords], Value]


def _shape(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """tf.shape(x): a tensor that stands for the shape of x."""
    run.op()
    shape = args[0].shape if args else None
    count = (len(shape),) if isinstance(shape, tuple) else (None,)
    dtype = named_dtype(keywords.get("out_type")) or "int32"
    known = bool(args) and args[0].is_tensor and not args[0].open and args[0].kind != "composite"
    return Value("tensor", dtype=dtype, shape=count, ref=ShapeOf(shape), folded=known)


def _size(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """tf.size(x): a number; of a vector, its length."""
    whole = _shape(run, node, name, args, keywords)
    shape = args[0].shape if args else None
    length = ShapeOf(shape, single=True) if isinstance(shape, tuple) and len(shape) == 1 else None
    return replace(whole, shape=(), ref=length)


def _spec(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """tf.TensorSpec(shape, dtype)."""
    shape, dtype = args[0] if args else keywords.get("shape"), args[1] if len(args) > 1 else keywords.get("dtype")
    return Value("object", dtype=named_dtype(dtype) or "float32", shape=shapes.literal(shape))


def _tensor_range(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """tf.range: a vector of the type of its bounds."""
    run.op()
    bounds = args[:3]
    dtypes = {python_dtype(a) for a in bounds}
    dtypes = {"float32"} if dtypes == {"int32", "float32"} else dtypes
    asked = named_dtype(args[3] if len(args) > 3 else keywords.get("dtype"))
    dtype = asked or (dtypes.pop() if len(dtypes) == 1 else None)
    return tensor(dtype, (shapes.counted([] if keywords.keys() - {"dtype", "name"} else bounds),))


def _ragged(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """tf.ragged.constant and its like."""
    run.op()
    return Value("composite", dtype=named_dtype(keywords.get("dtype")))


def _loop_options(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """set_loop_options(shape_invariants=[(variable, shape)]): these may change their shape."""
    return NONE


def _where(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """tf.where(condition, x, y), or the places where a condition holds."""
    run.op()
    values = [*args[1:], *(keywords[k] for k in ("x", "y") if k in keywords)]
    if len(values) < 2:
        return tensor("int64")
    a, b = values[:2]
    matching.pair(run, node, a, b)
    left, right = python_dtype(a), python_dtype(b)
    lead = a if a.is_tensor else b
    shape = shapes.broadcast(args[0].shape if args else None, shapes.broadcast(shapes.contents(a), shapes.contents(b)))
    return tensor(left if left == right else lead.dtype, shape)


def _singular_values(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """tf.linalg.svd: s, u and v, unless it is told to leave u and v out."""
    run.op(count=5)
    wanted = keywords.get("compute_uv") or (args[2] if len(args) > 2 else constant(True))
    one = tensor(args[0].dtype if args else None)
    if not isinstance(wanted.const, bool):
        return tensor(sure=False)
    return run.container("tuple", items=[one, one, one]) if wanted.const else one


def _moments(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """tf.nn.moments: mean and variance, of the type of the tensor."""
    run.op(count=3)
    given = args[0] if args else keywords.get("x", NONE)
    return run.container("tuple", items=[tensor(given.dtype), tensor(given.dtype)])


def _split_text(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """tf.strings.split: a vector for one text, ragged for several."""
    run.op()
    shape = args[0].shape if args and args[0].kind != "string" else ()
    if shape == ():
        return replace(tensor("string", (None,)), open="first")
    return Value("composite", dtype="string", sure=isinstance(shape, tuple), open="first")


def _made_callable(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """keras.activations.get(…), keras.losses.get(…): a function on tensors."""
    function = "keras.activations.relu" if "activations" in name else "keras.losses.mean_squared_error"
    return Value("module", ref=function)


def _clip_by_global_norm(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """A list like the one given, and the norm."""
    run.op(count=5)
    given = args[0] if args else keywords.get("t_list", NONE)
    clipped = given if isinstance(given.ref, Container) else run.container("list", element=tensor())
    return run.container(
        "tuple", items=[run.container("list", element=clipped.ref.any_element()), tensor("float32", ())]
    )


def _rearranged(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """einops: a tensor of tensors, an array of arrays."""
    run.op()
    given = args[0] if args else NONE
    first = (given.ref.any_element() or given) if isinstance(given.ref, Container) else given
    if first.kind in ARRAYS:
        return Value("ndarray", dtype=first.dtype)
    return Value("tensor", dtype=first.dtype, sure=first.sure, array=first.array)


def _unpacked(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """keras.utils.unpack_x_y_sample_weight: what is left out is None."""
    data = args[0] if args else keywords.get("data", NONE)
    given = data.ref.items if isinstance(data.ref, Container) and data.kind in ("tuple", "list") else None
    if given is None and not data.is_tensor:
        return run.container("tuple", items=[tensor(sure=False), tensor(sure=False), Value()])
    return run.container("tuple", items=[*([data] if given is None else given), NONE, NONE][:3])


SPECIAL: dict[str, Special] = {
    **older_names.SPECIAL,
    **distributions.SPECIAL,
    **dict.fromkeys(("keras.utils.unpack_x_y_sample_weight",), _unpacked),
    **dict.fromkeys(("einops.rearrange", "einops.reduce", "einops.repeat"), _rearranged),
    "tensorflow.shape": _shape,
    "tensorflow.size": _size,
    **dict.fromkeys(("tensorflow.range",), _tensor_range),
    **dict.fromkeys(("tensorflow.TensorSpec",), _spec),
    **dict.fromkeys(("tensorflow.ragged.constant", "tensorflow.ragged.stack", "tensorflow.ragged.range",), _ragged),
    **dict.fromkeys(("tensorflow.autograph.experimental.set_loop_options",), _loop_options),
    **dict.fromkeys(("tensorflow.where",), _where),
    **dict.fromkeys(("keras.activations.get", "keras.losses.get",), _made_callable),
    **dict.fromkeys(("tensorflow.clip_by_global_norm",), _clip_by_global_norm),
    **dict.fromkeys(("tensorflow.linalg.svd",), _singular_values),
    **dict.fromkeys(("tensorflow.strings.split",), _split_text),
    **dict.fromkeys(("tensorflow.nn.moments",), _moments),
}  # fmt: skip
