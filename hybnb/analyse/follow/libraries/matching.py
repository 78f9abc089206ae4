"""Ops that take several values of one dtype: what is converted to it eagerly isn't always in a graph."""

from __future__ import annotations

from itertools import zip_longest

from astroid import nodes

from hybnb.analyse import lexicon
from hybnb.analyse.follow.libraries import results
from hybnb.analyse.follow.run import Run
from hybnb.analyse.shapes.marks import concrete
from hybnb.analyse.values import ARRAYS, Container, Value, python_dtype

#: parameters whose dtype isn't that of the tensors beside them
INDICES = frozenset({
    "indices", "ids", "segment_ids", "axis", "shape", "multiples", "begin", "size", "paddings", "perm", "depth", "mask",
    "condition", "partitions", "repeats", "shift", "seq_lens", "seq_lengths", "lengths", "labels", "k",
})  # fmt: skip
#: ops whose first value sets the dtype in a graph, whatever it is; eagerly that of the first tensor among them does
BY_FIRST = frozenset({
    "equal", "not_equal", "greater", "greater_equal", "less", "less_equal", "maximum", "minimum", "multiply", "subtract", "pow",
    "realdiv", "truncatediv", "truncatemod", "atan2", "floordiv", "mod", "floormod", "squared_difference", "xdivy", "xlogy",
    "xlog1py", "igamma", "igammac", "polygamma", "zeta", "nextafter", "betainc", "bitwise_and", "bitwise_or",
    "bitwise_xor", "left_shift", "right_shift",
})  # fmt: skip


def arrays(run: Run, node: nodes.NodeNG, entry: lexicon.Entry, args: list[Value]) -> None:
    """An op that takes values of one dtype may be given a NumPy array beside tensors of another."""
    if entry.dtype is None or not entry.dtype.startswith("arg:") or not any(value.array for value in args):
        return
    from_numpy = [
        a for a, parameter in zip_longest(args, entry.parameters[: len(args)]) if a.array and parameter not in INDICES
    ]
    others = [a for a in args if a.is_tensor and not a.array]
    if any(not concrete(a.dtype) or a.dtype != b.dtype for a in from_numpy for b in others):
        run.effect("array-argument", node, False, parameter=from_numpy[0].name, how="dtype")


def first(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: dict[str, Value]
) -> None:
    """A Python number before a tensor of another dtype, as in tf.maximum(0, x): a graph makes it a tensor by itself."""
    module, _, last = name.rpartition(".")
    if last not in BY_FIRST or module not in ("tensorflow", "tensorflow.math", "tensorflow.bitwise"):
        return
    both = [results.argument(entry, one, args, keywords, None) for one in entry.parameters[:2]]
    if len(both) == 2 and both[0] is not None and both[1] is not None:
        pair(run, node, both[0], both[1])


def pair(run: Run, node: nodes.NodeNG, number: Value, other: Value) -> None:
    """The first two values that an op takes as of one dtype."""
    own = _dtype(number) if other.is_tensor else ""
    if own != "" and _may_differ(own, other):
        sure = own is not None and concrete(other.dtype) and number.sure and other.sure and not other.array
        run.effect("array-argument", node, sure, parameter=number.name, how="first")


def _dtype(value: Value) -> str | None:
    """That of a number, or of numbers in a list or an array, made a tensor by itself; "" where it is something else."""
    if isinstance(value.ref, Container):
        found = {_dtype(one) for one in value.ref.items or ()} - {"bool"}
        return (
            "" if not found or "" in found else None if None in found else "float32" if "float32" in found else "int32"
        )
    if value.kind in ARRAYS and concrete(value.dtype):
        return value.dtype
    return python_dtype(value) if value.kind in ("number", "bool") else ""


def _may_differ(own: str | None, other: Value) -> bool:
    """Of a tensor whose dtype isn't known, one may expect the floats that most are."""
    if concrete(other.dtype):
        return own != other.dtype if own is not None else other.dtype not in ("int32", "bool")
    return own == "int32"
