"""The dtype of NumPy results, as far as names and constants tell."""

from __future__ import annotations

from hybnb.analyse.values import ARRAYS, Container, Value

DOUBLES = frozenset({
    "zeros", "ones", "empty", "linspace", "logspace", "eye", "identity", "rand", "randn", "random", "random_sample",
    "uniform", "normal", "standard_normal", "exponential", "gamma", "beta",
})  # fmt: skip
INTEGERS = frozenset({"randint", "argmax", "argmin", "argsort", "permutation", "integers"})
KEEP = frozenset({
    "reshape", "copy", "transpose", "squeeze", "flatten", "ravel", "sum", "max", "min", "clip", "concatenate", "stack",
    "vstack", "hstack", "abs", "expand_dims", "repeat", "tile", "roll", "flip", "sort", "zeros_like", "ones_like",
    "ascontiguousarray", "take",
})  # fmt: skip
MEANS = frozenset({"mean", "std", "var", "sin", "cos", "exp", "log", "sqrt", "tanh", "median"})


VIEWS = frozenset({
    "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "reshape", "ravel", "transpose", "squeeze", "swapaxes",
    "moveaxis", "rollaxis", "expand_dims", "atleast_1d", "atleast_2d", "atleast_3d", "view", "flip", "fliplr", "flipud",
    "rot90", "diagonal", "diag", "broadcast_to", "real", "imag", "matrix_transpose", "permute_dims",
})  # fmt: skip


def may_share(name: str) -> bool:
    """Whether the result of a NumPy function or an array's method may be the array itself, seen in another way."""
    return name.rpartition(".")[2] in VIEWS


def named(value: Value | None) -> str | None:
    """The dtype a dtype argument stands for: "float32", np.float32, float."""
    if value is None:
        return None
    if value.kind == "string" and value.constant:
        return str(value.const)
    if isinstance(value.ref, str):
        last = value.ref.rpartition(".")[2]
        return {"float": "float64", "int": "int64", "bool": "bool"}.get(last, last)
    return value.dtype


def of_call(name: str, args: list[Value], keywords: dict[str, Value], receiver: Value | None) -> str | None:
    """The dtype of what a NumPy function or an array's method returns; None when it isn't known."""
    last = name.rpartition(".")[2]
    if "dtype" in keywords:
        return named(keywords["dtype"])
    if last == "astype":
        return named(args[0] if args else None)
    if last in ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8"):
        return last
    if last in ("zeros", "ones", "empty", "array", "asarray") and len(args) > 1:
        return named(args[1])
    if last in DOUBLES:
        return "float64"
    if last in INTEGERS:
        return "int64"
    source = receiver if receiver is not None else (args[0] if args else None)
    if last in ("array", "asarray", "full", "arange"):
        return _of_numbers([args[1]] if last == "full" and len(args) > 1 else args)
    if source is not None and (last in KEEP or last in MEANS):
        kept = source.dtype if source.kind in ARRAYS else _of_numbers([source])
        return "float64" if last in MEANS and kept is not None and kept.startswith("int") else kept
    return None


def of_operator(operator: str, left: Value, right: Value) -> str | None:
    """The dtype of an operator's result with an array on one side, or both."""
    a, b = _side(left), _side(right)
    if a is None or b is None:
        return None
    if "weak" in (a, b):
        strong = b if a == "weak" else a
        return "float64" if operator == "/" and strong.startswith("int") else strong
    if "weak float" in (a, b):
        strong = b if a == "weak float" else a
        return strong if strong.startswith("float") else "float64"
    return a if a == b else "float64" if "float64" in (a, b) else None


def _side(value: Value) -> str | None:
    if value.kind in ("number", "bool"):
        fractional = isinstance(value.const, float) or value.dtype == "float32"
        return "weak float" if fractional else "weak" if value.constant or value.dtype == "int32" else None
    return value.dtype


def _of_numbers(values: list[Value]) -> str | None:
    """What NumPy makes of Python numbers, or of nested lists of them."""
    found: set[str | None] = set()
    for value in values:
        if isinstance(value.ref, Container):
            element = value.ref.any_element()
            found.add(_of_numbers([element]) if element is not None and element is not value else None)
        elif value.kind == "number":
            fractional = isinstance(value.const, float) or value.dtype == "float32"
            found.add("float64" if fractional else "int64" if value.constant or value.dtype == "int32" else None)
        else:
            found.add(value.dtype if value.kind in ARRAYS or value.kind == "tensor" else None)
    if None in found or not found:
        return None
    return "float64" if "float64" in found else found.pop() if len(found) == 1 else None
