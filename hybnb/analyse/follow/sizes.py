"""Tensors whose size only the run tells, because it depends on values: a trace has None where eager code reads a number."""

from __future__ import annotations

from collections.abc import Iterable

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Container, Openness, Value, tensor

#: ops whose results are as long as the values of their arguments say
BY_VALUES = frozenset({
    "boolean_mask", "unique", "unique_with_counts", "dynamic_partition", "setdiff1d", "non_max_suppression",
    "non_max_suppression_with_scores", "string_split", "sparse_to_dense", "compress", "nonzero", "argwhere",
})  # fmt: skip
#: ops whose results have a size of their own, whatever that of their argument
OF_THEIR_OWN = frozenset(
    {"shape", "size", "rank", "argmax", "argmin", "norm", "global_norm", "bincount", "segment_sum"}
)


def of_op(last: str, args: list[Value], given: Iterable[Value], result: Value) -> Value:
    """The result of an op, marked where its size is open; `last` is the op's name without its module."""
    if last in BY_VALUES or (last == "where" and len(args) == 1 and not [*given]):
        return _marked(result)
    if last == "range" and any(value.is_tensor for value in args):
        return _marked(result)
    if last.startswith("reduce_") or last in OF_THEIR_OWN:
        return result
    return _marked(result, max((value.open for value in args), default="")) if result.is_tensor else result


def _marked(result: Value, how: Openness = "values") -> Value:
    if result.is_tensor:
        return replace(result, open=how) if result.shape != () else result
    if isinstance(result.ref, Container):
        if result.ref.items is not None:
            result.ref.items = [_marked(item, how) for item in result.ref.items]
        if result.ref.element is not None:
            result.ref.element = _marked(result.ref.element, how)
    return result


def length(run: Run, value: Value) -> Value | None:
    """`len(value)` of a tensor whose size is open: AutoGraph makes a tensor of it."""
    if not (value.is_tensor and value.open):
        return None
    return replace(tensor("int32", ()), array=True, mixed=True, name=f"len({value.name})" if value.name else "len(…)")


def read_all(run: Run, node: nodes.NodeNG, shape: Value) -> None:
    """All sizes of a shape are taken one by one."""
    if shape.open:
        run.effect("static-shape", node, shape.sure, target=_owner(shape))


def read(run: Run, node: nodes.NodeNG, shape: Value, index: Value) -> None:
    """`shape[index]`: the first size of a tensor whose size is open is None while tracing, or any where it was padded."""
    if shape.open and (shape.open == "padded" or index.const == 0 or index.kind == "slice" or not index.constant):
        run.effect("static-shape", node, shape.sure, target=_owner(shape))


def _owner(shape: Value) -> str:
    return shape.name.removesuffix(".shape") or "a tensor"
