"""Versions, devices and eager mode, from what is already imported; nothing is imported or started."""

from __future__ import annotations

import platform
import sys
from types import ModuleType
from typing import Any

from hybnb.model import Environment


def environment() -> Environment:
    """What runs here. Devices are known only once TensorFlow has started them for the user's own code."""
    tensorflow = _loaded("tensorflow")
    return Environment(
        python=platform.python_version(),
        tensorflow=_version(tensorflow),
        devices=_devices() if tensorflow else (),
        keras=_version(_loaded("keras")),
        eager=_eager(tensorflow) if tensorflow else True,
    )


def _loaded(name: str) -> Any:
    """An imported module; None while it isn't, or is only half imported."""
    module = sys.modules.get(name)
    return module if isinstance(module, ModuleType) and "__version__" in vars(module) else None


def _version(module: Any) -> str | None:
    return str(module.__version__) if module else None


def _devices() -> tuple[str, ...]:
    """Names as "GPU:0". `tf.config.list_logical_devices` would start the devices, so the context is asked first.

    `_context` and `_initialized` are private to TensorFlow; where they are missing, no device is reported.
    """
    module = sys.modules.get("tensorflow.python.eager.context")
    context = getattr(module, "_context", None)
    if context is None or not getattr(context, "_initialized", False):
        return ()
    try:
        names = [str(device.name) for device in context.list_logical_devices()]
    except Exception:  # only a report's header hangs on it
        return ()
    return tuple(name.removeprefix("/device:") for name in names)


def _eager(tensorflow: Any) -> bool:
    try:
        return bool(tensorflow.executing_eagerly()) and not tensorflow.config.functions_run_eagerly()
    except Exception:  # a broken or exotic TensorFlow; eager is what almost everybody runs
        return True
