"""How dtype and shape of a function's result follow from its arguments, found by trying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from making_tables.kinds import kind_of
from making_tables.running import Values, eagerly

#: Complex numbers are left out: many functions give the real dtype for them, and else follow their argument.
_DTYPES = ("float32", "float64", "int32", "int64", "float16", "bool", "uint8")
_SPECIAL = {"string", "complex64", "complex128"}
_SHAPES = ((5,), (2, 5), (2, 1, 5), (3, 2, 5), (2, 5, 1), (1,), (2, 8, 8, 3))
_DTYPE_PARAMETERS = ("dtype", "out_type", "output_type", "output_dtype")

#: Optional parameters that change no shape; with any other one nothing is said about the shape.
_HARMLESS = frozenset({
    "name", "dtype", "out_type", "output_type", "message", "summarize", "seed", "alpha", "rate", "negative_slope", "threshold",
    "max_value", "approximate", "epsilon", "exclusive", "reverse", "fill_value", "nan", "posinf", "neginf", "beta", "log_input",
    "compute_full_loss", "incompatible_shape_error", "bias", "depth_radius", "scale", "data_format", "clip_value_min", "clip_value_max",
    "num_bits", "narrow_range", "grad", "input", "overwrite_nan", "input_encoding", "optimize", "layout",
})  # fmt: skip


def dtype_rule(function: Callable[..., Any], samples: list[Values], parameters: tuple[str, ...]) -> str | None:
    """See `Entry.dtype`; None when the samples don't settle it."""
    numeric = [sample for sample in samples if not _SPECIAL & {_dtype_of(value) for value in sample.values()}]
    rules = {_without_request(function, sample) for sample in numeric or samples}
    default = rules.pop() if len(rules) == 1 else None
    for asked in (name for name in _DTYPE_PARAMETERS if name in parameters):
        if any(_obeys(function, sample, asked) for sample in samples):
            required = all(asked in sample for sample in samples)
            return f"kw:{asked}" if required or default is None else f"kw:{asked}={default}"
    return default


def _obeys(function: Callable[..., Any], sample: Values, asked: str) -> bool:
    wanted = [name for name in ("float64", "int64", "float16") if _dtype(function, {**sample, asked: name}) == name]
    return len(wanted) >= 2


def _without_request(function: Callable[..., Any], sample: Values) -> str | None:
    """The rule that holds around one sample: a fixed dtype, or that of one argument."""
    base = _dtype(function, sample)
    if base is None or any(name.startswith("*") for name in sample):
        return None  # a rule can't name an argument that has no name
    tensors = [name for name, value in sample.items() if _dtype_of(value) is not None]
    if not tensors:
        return (
            base
            if _dtype(function, {name: _as_floats(value) for name, value in sample.items()}) in (None, base)
            else None
        )
    results = {name: _varied(function, sample, (name,)) for name in tensors}
    for name, pairs in results.items():
        if len(pairs) >= 2 and all(given == result for given, result in pairs):
            return f"arg:{name}"
    alike = tuple(name for name in tensors if _dtype_of(sample[name]) == _dtype_of(sample[tensors[0]]))
    pairs = _varied(function, sample, alike)
    if len(pairs) >= 2 and all(given == result for given, result in pairs):
        return f"arg:{alike[0]}"
    seen = {result for each in [pairs, *results.values()] for _, result in each}
    return base if seen <= {base} else None


def _dtype_of(value: Any) -> str | None:
    """The dtype of a tensor or of a list of tensors that have one dtype."""
    items = value if kind_of(value) in ("list", "tuple") else [value]
    if not items or any(kind_of(item) != "tensor" for item in items):
        return None
    dtypes = {str(item.dtype.name) for item in items}
    return dtypes.pop() if len(dtypes) == 1 else None


def _as_floats(value: Any) -> Any:
    """Whole numbers as floats, to see whether the dtype of the result hangs on them."""
    if kind_of(value) in ("list", "tuple"):
        return [_as_floats(item) for item in value]
    return float(value) if kind_of(value) == "number" else value


def _varied(function: Callable[..., Any], sample: Values, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """(dtype given, dtype of the result) for all dtypes that the function takes for these arguments."""
    pairs = []
    for dtype in _DTYPES if names else ():
        try:
            changed = {name: _cast(sample[name], dtype) for name in names}
        except Exception:  # strings can't be cast
            return []
        result = _dtype(function, {**sample, **changed})
        if result is not None:
            pairs.append((dtype, result))
    return pairs


def _cast(value: Any, dtype: str) -> Any:
    return [tf.cast(item, dtype) for item in value] if isinstance(value, (list, tuple)) else tf.cast(value, dtype)


def _dtype(function: Callable[..., Any], arguments: Values) -> str | None:
    result = _tensor(function, arguments)
    return None if result is None else str(result.dtype.name)


def _tensor(function: Callable[..., Any], arguments: Values) -> Any:
    try:
        outcome = eagerly(function, arguments)
    except Exception:
        return None
    return outcome.leaves[0] if outcome.structure == "tensor" else None


def shape_rule(function: Callable[..., Any], samples: list[Values], parameters: tuple[str, ...]) -> str | None:
    """See `Entry.shape`; None when an optional parameter could change it or the samples don't settle it."""
    rules = {_around(function, sample) for sample in samples}
    if "broadcast" in rules:  # with a Python number beside a tensor it looks like the tensor's own shape
        rules = {rule for rule in rules if rule is None or not rule.startswith("arg:")}
    optional = set(parameters) - set(samples[0])
    return rules.pop() if len(rules) == 1 and optional <= _HARMLESS else None


def _around(function: Callable[..., Any], sample: Values) -> str | None:
    names = [name for name, value in sample.items() if kind_of(value) == "tensor"]
    if not names or any(kind_of(value) in ("list", "composite") for value in sample.values()):
        return None
    pairs = []
    for shape in _SHAPES:
        result = _tensor(function, {**sample, **{name: _shaped(sample[name], shape) for name in names}})
        if result is not None:
            pairs.append((shape, tuple(result.shape)))
    if len({len(given) for given, _ in pairs}) < 3:
        return None
    if all(result == () for _, result in pairs):
        return "scalar"
    if any(given != result for given, result in pairs):
        return None
    return _broadcast(function, sample, names)


def _broadcast(function: Callable[..., Any], sample: Values, names: list[str]) -> str | None:
    """The rule once result and tensor arguments are known to share one shape when these are alike."""
    if len(names) == 1:
        return f"arg:{names[0]}"
    if len(names) > 2:
        return None
    first, second = names
    mixed = [((2, 1), (1, 5), (2, 5)), ((5,), (2, 5), (2, 5)), ((), (5,), (5,)), ((2, 5), (), (2, 5))]
    for one, other, whole in mixed:
        result = _tensor(
            function, {**sample, first: _shaped(sample[first], one), second: _shaped(sample[second], other)}
        )
        if result is None or tuple(result.shape) != whole:
            return None
    return "broadcast"


def _shaped(value: Any, shape: tuple[int, ...]) -> Any:
    """The values of a tensor repeated or cut to another shape."""
    flat = tf.reshape(value, [-1])
    count = 1
    for size in shape:
        count *= size
    repeated = tf.tile(flat, [count // int(flat.shape[0]) + 1])
    return tf.reshape(repeated[:count], shape)
