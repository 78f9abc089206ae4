"""Sample arguments, so that TensorFlow's own functions can be called and watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
import tensorflow as tf

Values = dict[str, Any]


def _ramp(*shape: int, dtype: str = "float32") -> Any:
    size = int(np.prod(shape))
    return tf.constant((np.arange(size).reshape(shape) % 7 + 1) / (8 if "float" in dtype else 1), dtype)


#: What a required parameter may be given, most telling first.
GUESSES: tuple[Callable[[], Any], ...] = (
    lambda: _ramp(2, 5),
    lambda: _ramp(2, 5, dtype="int32"),
    lambda: tf.constant([[True, False, True, True, False], [False, True, True, False, True]]),
    lambda: tf.constant(["1", "2", "3"]),
    lambda: tf.constant([1.5 + 1j, 2 - 1j, -0.5 + 2j]),
    lambda: tf.constant([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]]),
    lambda: _ramp(2, 8, 8, 3),
    lambda: tf.constant(_ramp(8, 8, 3).numpy() * 200, tf.uint8),
    lambda: _ramp(5),
    lambda: tf.constant([0, 1, 1, 2, 2]),
    lambda: _ramp(4, 4, dtype="complex64"),
    lambda: tf.constant("1.5"),
    lambda: tf.constant(0.5),
    lambda: tf.constant(2),
    lambda: 2,
    lambda: 0.5,
    lambda: [2, 3],
    lambda: [_ramp(2, 5), _ramp(2, 5)],
    lambda: tf.ragged.constant([[1.0, 2.0], [3.0]]),
    lambda: tf.sparse.from_dense([[0.0, 1.0, 0.0], [2.0, 0.0, 3.0], [0.0, 4.0, 0.0]]),
    lambda: tf.float32,
    lambda: "float32",
)

#: Parameters whose name says what they take.
NAMED: dict[str, Callable[[], Any]] = {
    "axis": lambda: 0,
    "dim": lambda: 0,
    "batch_dims": lambda: 0,
    "shape": lambda: [2, 5],
    "new_shape": lambda: [5, 2],
    "newshape": lambda: [5, 2],
    "dense_shape": lambda: [2, 5],
    "dtype": lambda: tf.float32,
    "out_type": lambda: tf.float32,
    "output_dtype": lambda: tf.float32,
    "depth": lambda: 4,
    "num": lambda: 2,
    "num_classes": lambda: 8,
    "num_segments": lambda: 8,
    "n": lambda: 2,
    "k": lambda: 2,
    "seed": lambda: [1, 2],
    "repeats": lambda: 2,
    "shift": lambda: 1,
    "shifts": lambda: 1,
    "padding": lambda: "SAME",
    "paddings": lambda: [[1, 1], [0, 2]],
    "pad_width": lambda: [[1, 1], [0, 2]],
    "multiples": lambda: [2, 1],
    "reps": lambda: [2, 1],
    "perm": lambda: [1, 0],
    "size": lambda: [4, 4],
    "target_shape": lambda: [5, 2],
    "num_or_size_splits": lambda: 1,
    "indices_or_sections": lambda: 1,
    "minval": lambda: 0,
    "rate": lambda: 0.4,
    "delta": lambda: 0.3,
    "gamma": lambda: 2.0,
    "equation": lambda: "ij,ij->ij",
    "subscripts": lambda: "ij,ij->ij",
    "clip_value_min": lambda: 0.2,
    "clip_value_max": lambda: 0.6,
    "x_min": lambda: 0.2,
    "x_max": lambda: 0.6,
    "clip_norm": lambda: 1.0,
    "segment_ids": lambda: tf.constant([0, 1]),
    "partitions": lambda: tf.constant([0, 1]),
    "num_partitions": lambda: 2,
    "ksize": lambda: 2,
    "strides": lambda: 1,
    "rtol": lambda: 1e-3,
    "name": lambda: "sample",
    "message": lambda: "sample",
    "bits": lambda: 1,
    "block_size": lambda: 2,
    "crop_height": lambda: 4,
    "crop_width": lambda: 4,
    "target_height": lambda: 6,
    "target_width": lambda: 6,
    "offset_height": lambda: 1,
    "offset_width": lambda: 1,
    "frame_length": lambda: 4,
    "frame_step": lambda: 2,
}

#: At most so many combinations are tried.
_LIMIT = 500


def candidates(required: tuple[str, ...]) -> Iterator[Values]:
    """Arguments for the required parameters, by name; the same order in every run."""
    choices = [(NAMED[name],) if name in NAMED else GUESSES for name in required]
    free = sum(len(choice) > 1 for choice in choices)
    if free > 2:
        for guess in GUESSES:
            yield {name: NAMED.get(name, guess)() for name in required}
        return
    for count, chosen in enumerate(product(*choices)):
        if count == _LIMIT:
            return
        yield {name: make() for name, make in zip(required, chosen, strict=True)}
