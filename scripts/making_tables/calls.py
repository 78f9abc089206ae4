"""Calls written by hand for functions whose arguments can't be guessed: calls.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from making_tables.running import Values


def given_calls() -> dict[str, tuple[Values, ...]]:
    """Function → arguments by name; positional ones that have no name are "*0", "*1", …"""
    written = tomllib.loads((Path(__file__).parent / "calls.toml").read_text(encoding="utf-8"))
    return {
        f"{module}.{name}": tuple(_arguments(each) for each in ([call] if isinstance(call, str) else call))
        for module, calls in written.items()
        for name, call in calls.items()
    }


def _arguments(call: str) -> Values:
    """The arguments of a call such as `tf.ones([2, 3]), axis=0`."""

    def collect(*positional: Any, **named: Any) -> Values:
        return {**{f"*{index}": value for index, value in enumerate(positional)}, **named}

    names: dict[str, Any] = {"collect": collect, "tf": tf, "np": np, "keras": keras, **_VALUES}
    return dict(eval(f"collect({call})", names))


def _ramp(*shape: int) -> Any:
    return tf.reshape(tf.range(1.0, 1.0 + int(np.prod(shape))), shape) / 10


#: Names that calls.toml may use beside tf, np and keras.
_VALUES: dict[str, Callable[..., Any]] = {"ramp": _ramp}
