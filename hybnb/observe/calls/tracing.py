"""What the running TensorFlow says about tracing; it is looked up, never imported."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from hybnb.observe.kinds import class_name, from_library, made_by, module_dict


def is_tf_function(cls: type) -> bool:
    """True for the class of what tf.function returns."""
    return class_name(cls).startswith("tensorflow.") and made_by(cls).kind == "tf_function"


def traces_of(value: object) -> int | None:
    """How many times a tf.function has traced so far; None for anything else, or when TensorFlow doesn't tell."""
    cls = type(value)
    count = from_library(cls, "experimental_get_tracing_count") if is_tf_function(cls) else None
    if type(count) is not FunctionType:
        return None
    try:
        number = count(value)
    except Exception:  # a function that was never called may lack what is counted
        return None
    return number if type(number) is int else None


def eager_check() -> Callable[[], bool] | None:
    """tf.executing_eagerly once the user has imported TensorFlow, else None."""
    tensorflow = sys.modules.get("tensorflow")
    if type(tensorflow) is not ModuleType:
        return None
    check = module_dict(tensorflow).get("executing_eagerly")
    return check if type(check) is FunctionType else None


def quick_eager_check(ask: Callable[[], bool]) -> Callable[[], bool] | None:
    """The same answer as `ask` gives, for a quarter of the price in the usual case that this thread builds no graph.

    A thread that traces has a graph on TensorFlow's stack of default graphs. That stack is no public name (it has been
    there since TensorFlow 2.0): None where it isn't found or doesn't agree with `ask`; who uses the check compares it
    with `ask` now and then.
    """
    graphs: Any = module_dict(sys.modules.get("tensorflow.python.framework.ops")).get("_default_graph_stack")
    if not isinstance(graphs, threading.local) or type(getattr(graphs, "stack", None)) is not list:
        return None

    def check() -> bool:
        return not graphs.stack or ask()

    return check if check() == ask() else None
