"""Rebuilds, in the worker, what `carry` has packed. Pickles name these functions, so this module is imported on both sides.

Keras's and TensorFlow's objects come as a new object with its instance dict, so that what they share stays shared. What they
keep by `id` is worked out anew when all is loaded, by `finish`.
"""

from __future__ import annotations

import marshal
import sys
import threading
import weakref
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from types import CodeType
from typing import Any

from msgspec import Struct


class _Loading(threading.local):
    """What one load is about."""

    moved = False  #: floats are moved in their last digits
    unfinished: list[Any] = []
    alive: list[Any] = []  #: what only weak references lead to


_loading = _Loading()


@contextmanager
def loading(moved: bool = False) -> Any:
    """Around one load; gives the list that has to live as long as what was loaded."""
    _loading.moved, _loading.unfinished, _loading.alive = moved, [], []
    try:
        yield _loading.alive
        for each in _loading.unfinished:
            finish(each)
    finally:
        _loading.moved, _loading.unfinished, _loading.alive = False, [], []


def nudged(array: Any) -> Any:
    """The array, or for a witness one that differs in its last digits."""
    if not _loading.moved or getattr(getattr(array, "dtype", None), "kind", "") != "f":
        return array
    import numpy

    signs = numpy.random.Generator(numpy.random.PCG64(array.size)).choice((-2.0, -1.0, 1.0, 2.0), array.shape)
    return (array * (1.0 + signs * numpy.finfo(array.dtype).eps)).astype(array.dtype)


# ---- TensorFlow's values -------------------------------------------------------------------------------------------


def tensor(array: Any, dtype: str) -> Any:
    """An eager tensor."""
    return _tensorflow().constant(nudged(array), dtype)


def array(values: Any) -> Any:
    """A NumPy array of one's own: what comes in a buffer can't be written to."""
    return nudged(values.copy())


class VariableOptions(Struct, frozen=True):
    """What makes a variable beside its value."""

    name: str
    trainable: bool
    shape: tuple[int | None, ...] | None
    synchronization: int
    aggregation: int


def variable(value: Any, dtype: str, options: VariableOptions) -> Any:
    """A variable that nothing shares yet."""
    tensorflow = _tensorflow()
    return tensorflow.Variable(
        nudged(value),
        dtype=dtype,
        name=options.name,
        trainable=options.trainable,
        shape=tensorflow.TensorShape(options.shape),
        synchronization=tensorflow.VariableSynchronization(options.synchronization),
        aggregation=tensorflow.VariableAggregation(options.aggregation),
    )


def composite(spec: Any, flat: list[Any]) -> Any:
    """A ragged or sparse tensor."""
    return _tensorflow().nest.pack_sequence_as(spec, flat, expand_composites=True)


def graph_function(python_function: Any, options: Mapping[str, Any]) -> Any:
    """A tf.function that hasn't been traced."""
    return _tensorflow().function(python_function, **options)


def dataset(graph: bytes, spec: Any) -> Any:
    """A dataset from its serialized graph."""
    variant = _tensorflow().raw_ops.DatasetFromGraph(graph_def=graph)
    return sys.modules["tensorflow.python.data.ops.dataset_ops"]._VariantDataset(variant, spec)


def static_table(keys: Any, values: Any, default: Any) -> Any:
    """A tf.lookup.StaticHashTable."""
    lookup = _tensorflow().lookup
    return lookup.StaticHashTable(lookup.KeyValueTensorInitializer(keys, values), default)


def mutable_table(keys: Any, values: Any, default: Any) -> Any:
    """A MutableHashTable, which has no public name in TensorFlow 2."""
    cls = sys.modules["tensorflow.python.ops.lookup_ops"].MutableHashTable
    table = cls(keys.dtype, values.dtype, default)
    table.insert(keys, values)
    return table


def code(text: bytes) -> CodeType:
    """Code of the same Python, with the file it came from."""
    made: CodeType = marshal.loads(text)
    return made


# ---- objects ---------------------------------------------------------------------------------------------------------


def instance(cls: type) -> Any:
    """A new object of which nothing is set."""
    base: Any = next((base for base in (list, dict, set) if issubclass(cls, base)), object)
    return base.__new__(cls)


def set_state(value: Any, state: tuple[Mapping[str, Any], Mapping[str, Any], Iterable[Any] | None]) -> None:
    """Set attributes, slots and, for a container, items, without running any code of the class."""
    attributes, slots, items = state
    if attributes:
        object.__getattribute__(value, "__dict__").update(attributes)
    for name, held in slots.items():
        object.__setattr__(value, name, held)
    if items is not None:
        add: Any = list.extend if isinstance(value, list) else dict.update if isinstance(value, dict) else set.update
        add(value, items)
    if type(value).__name__ == "Tracker" or "_trainable_variables_indices" in (attributes or {}):
        _loading.unfinished.append(value)


def finish(value: Any) -> None:
    """Work out what is kept by `id`: a tracker's stores, the place of each variable in an optimizer."""
    held = vars(value)
    if "stored_ids" in held:
        held["stored_ids"] = {name: {id(one) for one in store} for name, (_, store) in held["config"].items()}
    if "_trainable_variables_indices" in held:
        variables = held.get("_trainable_variables", ())
        held["_trainable_variables_indices"] = {value._var_key(one): at for at, one in enumerate(variables)}


def wrapper(name: str, held: Any) -> Any:
    """TensorFlow's wrapper of this name around a dict or tuple that is an attribute of a module."""
    return getattr(sys.modules["tensorflow.python.trackable.data_structures"], name)(held)


def weak_reference(target: Any) -> Any:
    """A weak reference; what it leads to lives as long as everything that was loaded."""
    if target is None:
        target = set()  # gone already: so is this set, when the reference has been made
        return weakref.ref(target)
    _loading.alive.append(target)
    return weakref.ref(target)


def weak_container(cls: type, items: Any) -> Any:
    """A WeakSet or one of the weak dictionaries."""
    _loading.alive.append(items)
    return cls(items)


def lock(recursive: bool) -> Any:
    """A lock that nobody holds."""
    return threading.RLock() if recursive else threading.Lock()


def thread_local(cls: type, attributes: Mapping[str, Any]) -> Any:
    """Thread-local storage, with what it held for the thread that packed it."""
    made = cls()
    vars(made).update(attributes)
    return made


def cached(function: Any, maxsize: int | None, typed: bool) -> Any:
    """A function under lru_cache, whose cache is empty."""
    from functools import lru_cache

    return lru_cache(maxsize, typed)(function)


def _tensorflow() -> Any:
    return sys.modules["tensorflow"]
