"""Other values for a call with the same signature: rows in another order, and values that may take another branch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from hybnb.classes import has_base

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
Change = Callable[[Any], Any]

STEP: Final = 0.75  #: a lone number becomes this part of itself, which keeps its sign and its size


def reordered(positional: Sequence[Any], keywords: Mapping[str, Any]) -> Arguments:
    """Rows of each array in another order, the same for all arrays with as many rows: labels stay with their images,
    indices stay valid, probabilities stay probabilities. A lone float shrinks by a quarter."""
    return _changed(positional, keywords, _reorder)


def branching(positional: Sequence[Any], keywords: Mapping[str, Any]) -> Iterator[Arguments]:
    """Values that may take another way through the function; some of them may be outside of what it accepts."""
    yield _changed(positional, keywords, _floats(lambda array: -array))
    yield _changed(positional, keywords, _floats(lambda array: array * 0.0))
    yield _changed(positional, keywords, _floats(lambda array: array * 1e3))
    yield _changed(positional, keywords, _flags)


def _changed(positional: Sequence[Any], keywords: Mapping[str, Any], change: Change) -> Arguments:
    each = {name: _within(value, change) for name, value in keywords.items()}
    return tuple(_within(value, change) for value in positional), each


def _within(value: Any, change: Change) -> Any:
    """Apply `change` to arrays and tensors, those in built-in containers included; all else is passed on."""
    cls = type(value)
    if cls is list or cls is tuple:
        return cls(_within(item, change) for item in value)
    if cls is dict:
        return {key: _within(item, change) for key, item in value.items()}
    numpy, tensorflow = sys.modules["numpy"], sys.modules["tensorflow"]
    if cls is numpy.ndarray:
        return change(value)
    if has_base(cls, tensorflow.Tensor) and value.dtype.is_numpy_compatible:
        return tensorflow.constant(change(value.numpy()), value.dtype) if value.dtype != tensorflow.string else value
    return value


def _reorder(array: Any) -> Any:
    numpy = sys.modules["numpy"]
    array = numpy.asarray(array)
    if array.ndim and array.shape[0] > 1:
        return array[numpy.random.Generator(numpy.random.PCG64(array.shape[0])).permutation(array.shape[0])]
    return (array * STEP).astype(array.dtype) if array.dtype.kind == "f" else array


def _floats(change: Change) -> Change:
    def changed(array: Any) -> Any:
        array = sys.modules["numpy"].asarray(array)
        return change(array).astype(array.dtype) if array.dtype.kind == "f" else array

    return changed


def _flags(array: Any) -> Any:
    array = sys.modules["numpy"].asarray(array)
    return ~array if array.dtype.kind == "b" else array
