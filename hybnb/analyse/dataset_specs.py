"""The specification of a dataset's elements, as it was sketched → an abstract element."""

from __future__ import annotations

from hybnb.analyse.values import LIVE_EPOCH, Container, Openness, Value
from hybnb.model import ValueSketch


def element(spec: ValueSketch) -> Value:
    """What a dataset's specification says of its elements; a size that it leaves open is that of a batch."""
    if spec.kind in ("tuple", "dict"):
        inner = [element(item) for item in spec.items]
        holder = Container(spec.kind, LIVE_EPOCH, items=inner if spec.kind == "tuple" else None)
        holder.entries = dict(zip(spec.keys, inner, strict=False))
        return Value(spec.kind, ref=holder)
    if spec.kind != "tensor":
        return Value("tensor", sure=False, open="sizes")
    if spec.shape is None:
        return Value("tensor", dtype=spec.dtype, open="unranked")
    still: Openness = "sizes" if None in spec.shape[1:] else "batch" if None in spec.shape else ""
    return Value("tensor", dtype=spec.dtype, shape=spec.shape, open=still)
