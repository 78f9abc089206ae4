"""Whether two values can come out of one tf.cond or tf.while_loop."""

from __future__ import annotations

from typing import Literal

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow.run import Run
from hybnb.analyse.holders import Chosen
from hybnb.analyse.shapes.marks import concrete
from hybnb.analyse.values import ARRAYS, NOTHING, Container, Openness, Shape, Value, join, python_dtype

Inconsistent = Literal["branch-inconsistent", "loop-inconsistent"]


def merged(run: Run, node: nodes.NodeNG, name: str, a: Value, b: Value, sure: bool, kind: Inconsistent | None) -> Value:
    """The value of a variable after graph control flow gave it `a` or `b`; notes why that can't be."""
    why, certain = inconsistency(a, b)
    if why and kind is not None:
        run.effect(kind, node, sure and certain, variable=name, why=why)
    scalars = {"number", "bool", "string"}
    if a.kind in scalars and b.kind in scalars and not why:
        if a.constant and b.constant and a.const == b.const:
            return a
        return Value("tensor", dtype=python_dtype(a), shape=(), name=name, array=True)  # a Python number, eagerly
    result = join(a, b)
    if result.is_tensor or {a.kind, b.kind} & {"tensor"}:
        dtype = python_dtype(a) if python_dtype(a) == python_dtype(b) else None
        host = [v.array or v.kind in scalars for v in (a, b)]  # Python's or NumPy's own, eagerly
        scalar = all(v.kind in scalars or v.shape == () for v in (a, b))
        mixed = a.mixed or b.mixed or (kind != "loop-inconsistent" and any(host))
        return replace(
            result, kind="tensor", name=name, dtype=dtype, sure=a.sure and b.sure, array=all(host), mixed=mixed,
            const=NOTHING, ref=Chosen() if "variable" in (a.kind, b.kind) else None, shape=() if scalar else result.shape, folded=False,
            open="" if scalar else max(result.open, _left_open(a.shape, b.shape)),
        )  # fmt: skip
    return result


def _left_open(a: Shape, b: Shape) -> Openness:
    """The sizes that two sides of a tf.cond don't have in common are open; of those that aren't known, the first may be."""
    if not isinstance(a, tuple) or not isinstance(b, tuple):
        return "" if a is not None and a == b else "batch"
    if len(a) != len(b):
        return "unranked"
    return (
        "sizes" if any(isinstance(x, int) and isinstance(y, int) and x != y for x, y in zip(a, b, strict=True)) else ""
    )


def inconsistency(a: Value, b: Value) -> tuple[str, bool]:
    """Why two values can't come out of one tf.cond or tf.while_loop, and whether that is certain."""
    if a.kind == b.kind == "none":
        return "", True
    if "none" in (a.kind, b.kind):
        return "none", a.sure and b.sure
    if "unknown" in (a.kind, b.kind):
        return "structure", False
    if isinstance(a.ref, Container) or isinstance(b.ref, Container):
        return _containers(a, b)
    numeric = {"number", "bool", "string", "tensor", "variable", "ndarray", "numpy_scalar", "symbolic"}
    if a.kind in numeric and b.kind in numeric:
        left, right = python_dtype(a), python_dtype(b)
        if left is not None and left == right:
            return "", True
        return "dtype", concrete(left) and concrete(right) and a.sure and b.sure
    if a.kind == b.kind and a.ref is b.ref:
        return "", True
    return "structure", a.kind != b.kind and a.sure and b.sure


def _containers(a: Value, b: Value) -> tuple[str, bool]:
    one, other = a.ref, b.ref
    if not (isinstance(one, Container) and isinstance(other, Container)):
        return "structure", a.sure and b.sure
    if one is other:
        return "", True
    if one.kind != other.kind:
        return "structure", True
    if one.items is not None and other.items is not None:
        if len(one.items) != len(other.items):
            return "structure", True
        for x, y in zip(one.items, other.items, strict=True):
            why, certain = inconsistency(x, y)
            if why:
                return why, certain
        return "", True
    if one.kind == "dict" and one.element is None and other.element is None:
        if one.entries.keys() != other.entries.keys():
            return "structure", True
        for key, value in one.entries.items():
            why, certain = inconsistency(value, other.entries[key])
            if why:
                return why, certain
        return "", True
    return "structure", False


def changes_shape(old: Value, new: Value) -> bool:
    """Also a Python number or an array that a tensor is added to."""
    numeric = old.is_tensor or old.kind in ARRAYS or old.kind == "number"
    return old is not new and numeric and new.is_tensor and not same_shape(old, new) and old.open != "unranked"


def of_no_shape(value: Value, *, may_stay: bool) -> Value:
    """`may_stay`: eagerly a number may still be Python's after the loop, which may have no round."""
    if value.is_tensor:
        return replace(value, shape=None, open="unranked", const=NOTHING, folded=False)
    start = Value("tensor", sure=value.sure, name=value.name, dtype=python_dtype(value), open="unranked")
    return replace(start, array=True, mixed=may_stay)


def differs(a: Shape, b: Shape) -> bool:
    """Two shapes certainly differ."""
    if not isinstance(a, tuple) or not isinstance(b, tuple):
        return False
    return len(a) != len(b) or any(
        isinstance(x, int) and isinstance(y, int) and x != y for x, y in zip(a, b, strict=True)
    )


def same_shape(old: Value, new: Value) -> bool:
    def scalar(value: Value) -> bool:
        return value.kind in ("number", "bool", "string") or value.shape == ()

    if scalar(old) and scalar(new):
        return True
    known = isinstance(old.shape, str) or (isinstance(old.shape, tuple) and None not in old.shape)
    return known and old.shape == new.shape
