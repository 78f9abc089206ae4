"""hybnb's kinds of real values and of classes."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.data.ops.iterator_ops import IteratorBase
from tensorflow.python.framework.composite_tensor import CompositeTensor
from tensorflow.python.ops.lookup_ops import LookupInterface

#: Classes by the kind of their instances; the first that fits counts.
_CLASSES: tuple[tuple[type[Any] | tuple[type[Any], ...], str], ...] = (
    ((tf.Variable, keras.Variable), "variable"),
    (tf.TensorShape, "shape"),
    (tf.DType, "dtype"),
    (tf.data.Dataset, "dataset"),
    (IteratorBase, "dataset_iterator"),
    ((tf.random.Generator, keras.random.SeedGenerator), "random_generator"),
    (tf.TensorArray, "tensor_array"),
    (tf.GradientTape, "tape"),
    ((LookupInterface, tf.lookup.experimental.DenseHashTable), "table"),
    (keras.Model, "model"),
    (keras.layers.Layer, "layer"),
    (keras.optimizers.Optimizer, "optimizer"),
    (keras.metrics.Metric, "metric"),
    (keras.losses.Loss, "loss"),
    (tf.distribute.Strategy, "strategy"),
    (keras.KerasTensor, "symbolic"),
    (tf.Tensor, "tensor"),
    (CompositeTensor, "composite"),
    (np.ndarray, "ndarray"),
    (np.generic, "numpy_scalar"),
    (tf.Module, "instance"),
)

_PYTHON: dict[type, str] = {
    int: "number",
    float: "number",
    complex: "number",
    bool: "bool",
    str: "string",
    bytes: "bytes",
    type(None): "none",
    list: "list",
    tuple: "tuple",
    dict: "dict",
    set: "set",
    range: "range",
    slice: "slice",
}


def kind_of(value: Any) -> str:
    """The kind of a value as hybnb's model names it; "object" for whatever has no name there."""
    found = kind_of_class(type(value))
    if found is not None:
        return found
    for python, kind in _PYTHON.items():
        if isinstance(value, python) and (python is not int or not isinstance(value, bool)):
            return kind
    return "function" if callable(value) else "object"


def kind_of_class(cls: type[Any]) -> str | None:
    """The kind of instances of a library class, when it is one of those hybnb tells apart."""
    return next((kind for classes, kind in _CLASSES if issubclass(cls, classes)), None)
