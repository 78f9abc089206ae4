"""Change one argument of a call that works, to see what a function makes of its other parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from making_tables.kinds import kind_of
from making_tables.running import Values, both_ways, eagerly

#: Parameters that say something about the graph or the machine rather than about the result.
_LEFT_ALONE = frozenset({
    "name", "dtype", "out_type", "output_type", "output_dtype", "seed", "parallel_iterations", "swap_memory", "back_prop", "validate_args",
    "validate_indices", "message", "summarize", "use_locking", "use_cudnn_on_gpu", "a_is_sparse", "b_is_sparse",
})  # fmt: skip

_AXES = ("axis", "dim")


def other_choices(function: Callable[..., Any], sample: Values) -> Iterator[Values]:
    """The call with one flag turned round, or along one axis, for every such parameter that the call leaves alone."""
    for name, default in _optional(function, sample):
        if isinstance(default, bool):
            yield {**sample, name: not default}
        elif default is None and name in _AXES:
            yield {**sample, name: 0}


def needing_values(function: Callable[..., Any], samples: list[Values]) -> tuple[str, ...]:
    """Parameters that take a tensor eagerly, but in a graph fail with one. The calls themselves must be traceable."""
    found: list[str] = []
    for sample in samples:
        for name, value in [*sample.items(), *_optional(function, sample)]:
            if name in {*found, *_LEFT_ALONE} or name.startswith("*"):
                continue
            if any(_only_eagerly(function, {**sample, name: tensor}) for tensor in _tensors_of(name, value)):
                found.append(name)
    return tuple(sorted(found))


def _optional(function: Callable[..., Any], sample: Values) -> list[tuple[str, Any]]:
    """Parameters with a default that the call doesn't give; none where a positional argument might be one of them."""
    if any(name.startswith("*") for name in sample):
        return []
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [
        (p.name, p.default) for p in parameters if p.default is not p.empty and p.name not in {*sample, *_LEFT_ALONE}
    ]


def _tensors_of(name: str, value: Any) -> list[Any]:
    """What the value is as one tensor, whole numbers also as floats; nothing for what nobody would give as a tensor."""
    if value is None and name in _AXES:
        value = 0
    if kind_of(value) not in ("number", "bool", "list", "tuple", "ndarray"):
        return []
    try:
        tensor = tf.convert_to_tensor(value)
    except (TypeError, ValueError, tf.errors.OpError):
        return []
    return [tensor, tf.cast(tensor, tf.float32)] if tensor.dtype == tf.int32 else [tensor]


def _only_eagerly(function: Callable[..., Any], arguments: Values) -> bool:
    try:
        eagerly(function, arguments)
    except Exception:
        return False
    try:
        both_ways(function, arguments)
    except Exception:
        return True
    return False
