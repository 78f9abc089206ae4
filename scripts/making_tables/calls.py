"""Calls written by hand for functions whose arguments can't be guessed: calls.toml."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from making_tables.notation import read
from making_tables.public_names import find
from making_tables.running import Values, split

#: What the name of a row for a callable object ends with.
CALLED = ".__call__"


class Calls(NamedTuple):
    """What calls.toml says, by full name of the function or class."""

    functions: dict[str, tuple[str, ...]]
    objects: dict[str, tuple[str, str]]  #: arguments for making one and for calling it

    def subject(self, name: str) -> tuple[Callable[..., Any], tuple[Values, ...]]:
        """The callable of a row and the arguments it is known to take."""
        if not name.endswith(CALLED):
            return find(name), tuple(arguments(call) for call in self.functions.get(name, ()))
        owner = name.removesuffix(CALLED)
        making, calling = self.objects[owner]
        positional, named = split(arguments(making))
        return find(owner)(*positional, **named), (arguments(calling),)


def written_calls() -> Calls:
    """All of calls.toml."""
    written = read("calls.toml")
    objects = {name: (making, calling) for name, (making, calling) in written.pop("objects").items()}
    functions = {
        f"{module}.{name}": (calls,) if isinstance(calls, str) else tuple(calls)
        for module, section in written.items()
        for name, calls in section.items()
    }
    return Calls(functions, objects)


def arguments(call: str) -> Values:
    """The arguments of a call such as `tf.ones([2, 3]), axis=0`; positional ones are "*0", "*1", …"""

    def collect(*positional: Any, **named: Any) -> Values:
        return {**{f"*{index}": value for index, value in enumerate(positional)}, **named}

    names: dict[str, Any] = {"collect": collect, "tf": tf, "np": np, "keras": keras, **_VALUES}
    return dict(eval(f"collect({call})", names))


def _ramp(*shape: int) -> Any:
    return tf.reshape(tf.range(1.0, 1.0 + int(np.prod(shape))), shape) / 10


def _whole(*shape: int) -> Any:
    return tf.reshape(tf.range(1, 1 + int(np.prod(shape))), shape) % 7


def _example() -> bytes:
    number = tf.train.Feature(float_list=tf.train.FloatList(value=[1.5]))
    return bytes(tf.train.Example(features=tf.train.Features(feature={"a": number})).SerializeToString())


#: Names that calls.toml may use beside tf, np and keras.
_VALUES: dict[str, Callable[..., Any]] = {"ramp": _ramp, "whole": _whole, "example": _example}
