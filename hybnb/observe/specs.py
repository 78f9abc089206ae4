"""What a dataset of TensorFlow's says of its elements, as the values that a trace would see."""

from __future__ import annotations

from typing import Any

from hybnb.model import ValueSketch


def element(dataset: Any) -> ValueSketch:
    """One element: tensors with None for each size that the dataset leaves open, in tuples and dicts. Runs no op."""
    return _sketch(dataset.element_spec)


def _sketch(spec: Any) -> ValueSketch:
    cls = type(spec)
    if issubclass(cls, tuple):
        return ValueSketch("tuple", items=tuple(map(_sketch, spec)), length=len(spec))
    if issubclass(cls, dict):
        names = tuple(name for name in spec if type(name) is str)
        return ValueSketch("dict", keys=names, items=tuple(_sketch(spec[name]) for name in names), length=len(spec))
    if cls.__name__ == "TensorSpec":
        shape = None if spec.shape.rank is None else tuple(spec.shape.as_list())
        return ValueSketch("tensor", dtype=spec.dtype.name, shape=shape)
    return ValueSketch("composite")
