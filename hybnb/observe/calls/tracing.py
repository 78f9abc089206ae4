"""What the running TensorFlow says about tracing; it is looked up, never imported."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any, Final
from weakref import WeakKeyDictionary, ref

from hybnb.classes import own_of
from hybnb.observe.calls.callers import plain_qualname
from hybnb.observe.kinds import PLAIN, Made, from_library, module_dict
from hybnb.observe.values import Sketcher, python_function

_classes: Final = Sketcher()  #: for what it remembers of classes
_counters: Final[dict[int, tuple[ref[type], FunctionType]]] = {}  #: by a class's id, what counts its objects' traces
_HOLDERS: Final = frozenset({"tf_function", "class"})


def is_tf_function(cls: type) -> bool:
    """True for the class of what tf.function returns."""
    return _makes_graphs(_classes.made(cls))


def _makes_graphs(made: Made) -> bool:
    return made.kind == "tf_function" and made.name.startswith("tensorflow.")


def traces_of(value: object) -> int | None:
    """How many times a tf.function has traced so far; None for anything else, or when TensorFlow doesn't tell."""
    cls = type(value)
    known = _counters.get(id(cls))
    if known is None or known[0]() is not cls:
        count = from_library(cls, "experimental_get_tracing_count") if is_tf_function(cls) else None
        if type(count) is not FunctionType:
            return None
        known = _counters[id(cls)] = ref(cls), count
    count = known[1]
    try:
        number = count(value)
    except Exception:  # a function that was never called may lack what is counted
        return None
    return number if type(number) is int else None


def tf_functions(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The tf.function objects of a notebook, with the key of the function inside.

    Also methods, once for each object they were called on, and those that objects keep as attributes. Of a tf.function made of
    a tf.function, as `step = tf.function(step)` does in a cell that is run again, the one inside: its traces are what runs.
    """
    seen, without = set[int](), set(PLAIN)
    for name, value in list(namespace.items()):
        cls = type(value)
        if id(cls) in without:
            continue
        made = _classes.made(cls)
        if made.kind not in _HOLDERS and not made.written:
            without.add(id(cls))
            continue
        for found in _held(value, made):
            if id(found) in seen:
                continue
            seen.add(id(found))
            function = python_function(found)
            while type(function) is not FunctionType and is_tf_function(type(function)):
                found, function = function, python_function(function)
            if type(function) is FunctionType:
                code = function.__code__
                yield (name if code.co_name == "<lambda>" else plain_qualname(code)), found


def _held(value: Any, made: Made) -> Iterator[Any]:
    if _makes_graphs(made):
        yield value
    elif made.kind == "class":
        yield from _methods(value)
    elif made.written:
        own: Any = made.attributes(value) if made.attributes is not None else {}
        yield from (each for each in list(own.values()) if id(type(each)) not in PLAIN and is_tf_function(type(each)))


def _methods(cls: type) -> Iterator[Any]:
    """Of the methods of a class that are tf.functions, the ones bound to its objects."""
    members = list(own_of(cls).values())
    for member in members if not PLAIN.issuperset(map(id, map(type, members))) else ():
        if id(type(member)) not in PLAIN and is_tf_function(type(member)):
            bound = object.__getattribute__(member, "__dict__").get("_descriptor_cache")
            yield from list(bound.values()) if type(bound) is WeakKeyDictionary else ()


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
