"""Packs a function with all it uses, to be run in another process: cloudpickle, with TensorFlow's and Keras's objects taken
by their instance dict. No code of the user's runs for it, and nothing is changed.

What can't be carried is named: dataset iterators, open files, generators, threads, tensors that hold no numbers.
Tensors go out of band, without a copy: an eager tensor never changes, and a variable's value is read as one. Arrays that
may still change are copied.
"""

from __future__ import annotations

import linecache
import marshal
import pickle
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import _lru_cache_wrapper
from types import CodeType, FunctionType
from typing import Any, Final

from msgspec import Struct

from hybnb.classes import asks_its_metaclass, built_in, has_base, own_of
from hybnb.measure.picture import closure_of
from hybnb.measure.refused import RefusedError
from hybnb.measure.worker import carried
from hybnb.measure.worker.annotated import annotated
from hybnb.measure.worker.deep import deeply
from hybnb.measure.worker.functions import FunctionPickler
from hybnb.measure.worker.instances import SLOT_NAMES, attributes, forget_slot_names, slots

LIMIT: Final = 50 << 20  #: bytes, by default
SECONDS: Final = 0.5  #: for packing, during which the kernel does nothing else
LIBRARIES: Final = frozenset({"tensorflow", "keras", "tf_keras"})
LOCK, RLOCK = type(threading.Lock()), type(threading.RLock())
WEAK: Final = (weakref.WeakSet, weakref.WeakKeyDictionary, weakref.WeakValueDictionary)

Roots = Mapping[str, Any]  #: what is packed, by the names the user knows it by


class NotCarriedError(RefusedError):
    """Something can't be taken to another process; the text is half a sentence that names it."""

    def __init__(self, message: str) -> None:
        super().__init__("not-carried", message)


class TooLargeError(RefusedError):
    """More bytes than allowed, or it takes too long."""

    def __init__(self, message: str) -> None:
        super().__init__("too-large", message)


class Call(Struct, frozen=True):
    """A function and the arguments of one call, still alive."""

    function: Any
    positional: tuple[Any, ...] = ()
    keywords: dict[str, Any] = {}
    names: tuple[str, ...] = ()  #: of the positional ones


class Parcel(Struct, frozen=True):
    """A call that is ready to be sent; the parts may share memory with tensors that live here."""

    parts: tuple[Any, ...]  #: a pickle and its buffers
    sources: dict[str, str]  #: file name → text, of code that no file holds
    names: frozenset[str]  #: all that its code, and the code it uses, refers to
    bytes: int


def pack(call: Call, clock: Callable[[], float], limit: int = LIMIT, seconds: float = SECONDS) -> Parcel:
    """Pack a call; NotCarriedError, TooLargeError. The kernel waits for it: measured, 1 to 60 ms below 50 MB."""
    packer = _Packer(clock, limit, seconds)
    content = (call.function, call.positional, call.keywords, call.names)
    try:
        deeply(lambda: packer.pack(content))
    except TooLargeError:
        raise
    except Exception as trouble:
        raise NotCarriedError(_culprit(call, trouble, clock, limit)) from trouble
    return Parcel((packer.head(), *packer.buffers), dict(packer.sources()), frozenset(packer.names), packer.size)


def _culprit(call: Call, trouble: Exception, clock: Callable[[], float], limit: int) -> str:
    """Which of the things that the call uses can't be carried, and why."""
    for name, value in _roots(call):
        try:
            packer = _Packer(clock, limit, SECONDS)
            deeply(lambda value=value, packer=packer: packer.pack(value))  # type: ignore[misc]
        except TooLargeError:
            break
        except Exception as reason:
            return f"`{name}` {_why(reason)}"
    return f"`{call.function.__qualname__}` {_why(trouble)}"


def _why(trouble: Exception) -> str:
    if isinstance(trouble, NotCarriedError):
        return str(trouble)
    return f"can't be taken to another process ({type(trouble).__name__})"


def _roots(call: Call) -> Iterator[tuple[str, Any]]:
    yield from zip(call.names, call.positional, strict=False)
    yield from call.keywords.items()
    function: Any = call.function
    yield from closure_of(function)
    for name in sorted(_names(function.__code__)):
        if name in function.__globals__:
            yield name, function.__globals__[name]


def _names(code: CodeType) -> set[str]:
    inner = (each for each in code.co_consts if type(each) is CodeType)
    return set(code.co_names).union(*map(_names, inner))


class _Sink:
    """A file that is full at a number of bytes or after a while."""

    def __init__(self, packer: _Packer) -> None:
        self.parts: list[bytes] = []
        self._packer = packer

    def write(self, part: Any) -> int:
        self.parts.append(bytes(part))
        self._packer.grow(len(part))
        return len(part)


class _Packer(FunctionPickler):
    """One packing."""

    def __init__(self, clock: Callable[[], float], limit: int, seconds: float) -> None:
        self._sink = _Sink(self)
        self.buffers: list[memoryview] = []
        self.size = 0
        self._limit = limit
        self._clock, self._until = clock, clock() + seconds
        self._files: set[str] = set()
        self.names: set[str] = set()
        self._unslotted: list[type] = []  #: classes that Python's own pickling may note something on
        self._tensorflow = sys.modules["tensorflow"]
        self._keras = sys.modules.get("keras")
        super().__init__(self._sink, protocol=5, buffer_callback=self._take)

    def pack(self, content: Any) -> None:
        try:
            self.dump(content)
        finally:
            forget_slot_names(self._unslotted)

    def head(self) -> bytes:
        return b"".join(self._sink.parts)

    def sources(self) -> Iterator[tuple[str, str]]:
        """Texts of the cells whose code was packed."""
        for file in sorted(self._files):
            lines = linecache.cache.get(file)
            if lines is not None and len(lines) == 4:
                yield file, "".join(lines[2])

    def grow(self, size: int) -> None:
        self.size += size
        if self.size > self._limit:
            raise TooLargeError(f"more than {self._limit >> 20} MB would have to be carried")
        if self._clock() > self._until:
            raise TooLargeError("it takes too long to pack all that it uses")

    def _take(self, buffer: pickle.PickleBuffer) -> None:
        view = buffer.raw()
        self.grow(len(view))
        self.buffers.append(view if view.readonly else memoryview(bytes(view)))

    # ---- what is taken how -----------------------------------------------------------------------------------------

    def reducer_override(self, obj: Any) -> Any:
        cls = type(obj)
        if cls is CodeType:  # cloudpickle would drop the file name, without which AutoGraph finds no source
            self._files.add(obj.co_filename)
            self.names |= _names(obj)
            return carried.code, (marshal.dumps(obj),)
        is_class = has_base(cls, type)
        if asks_its_metaclass(obj if is_class else cls, LIBRARIES):  # pickling looks classes up in dicts
            raise NotCarriedError("is of a class whose metaclass says how it is compared or hashed")
        if cls is FunctionType or is_class:
            found = super().reducer_override(obj)
            if cls is FunctionType and found is not NotImplemented:
                found[2][1]["__globals__"].update(annotated(obj))
            return found
        for take in (self._plain, self._of_tensorflow, self._by_dict):
            found = take(obj, cls)
            if found is not NotImplemented:
                return found
        if SLOT_NAMES not in own_of(cls):
            self._unslotted.append(cls)
        return super().reducer_override(obj)

    def _plain(self, obj: Any, cls: type) -> Any:
        if cls is LOCK or cls is RLOCK:
            return carried.lock, (cls is RLOCK,)
        if cls is weakref.ReferenceType or issubclass(cls, weakref.ref):
            return carried.weak_reference, (obj(),)
        if cls in WEAK:
            return carried.weak_container, (cls, dict(obj) if cls is not weakref.WeakSet else list(obj))
        if issubclass(cls, threading.local):
            return carried.thread_local, (cls, dict(object.__getattribute__(obj, "__dict__")))
        if cls is _lru_cache_wrapper:
            options = obj.cache_parameters()
            return carried.cached, (obj.__wrapped__, options["maxsize"], options["typed"])
        return NotImplemented

    def _of_tensorflow(self, obj: Any, cls: type) -> Any:
        tensorflow, root = self._tensorflow, str(cls.__module__).partition(".")[0]
        if root not in LIBRARIES and not has_base(cls, tensorflow.Module):
            return NotImplemented
        if issubclass(cls, tensorflow.Tensor):
            return self._tensor(obj)
        if issubclass(cls, tensorflow.Variable):
            return self._variable(obj)
        if cls.__name__ in ("_DictWrapper", "_TupleWrapper"):
            return carried.wrapper, (cls.__name__, obj.__wrapped__)
        if issubclass(cls, tensorflow.data.Dataset):
            return carried.dataset, (_bytes(obj._as_serialized_graph()), obj.element_spec)
        if issubclass(cls, tensorflow.data.Iterator):
            raise NotCarriedError("is a dataset iterator, which only exists in its own process")
        if issubclass(cls, tensorflow.types.experimental.PolymorphicFunction):
            return _function(obj)
        if issubclass(cls, tensorflow.types.experimental.ConcreteFunction):
            raise NotCarriedError("is a concrete function, which only exists in its own process")
        if issubclass(cls, tensorflow.__internal__.CompositeTensor) and not has_base(cls, tensorflow.Module):
            return self._composite(obj)
        if obj is tensorflow.distribute.get_strategy():  # the one that is there when no other is; optimizers hold it
            return tensorflow.distribute.get_strategy, ()
        return _table(obj, cls)

    def _tensor(self, obj: Any) -> Any:
        if not hasattr(obj, "numpy"):
            raise NotCarriedError("is a tensor of a graph, without a value")
        if obj.dtype in (self._tensorflow.variant, self._tensorflow.resource):
            raise NotCarriedError("is a tensor without numbers, which only exists in its own process")
        return carried.tensor, (_readonly(obj), obj.dtype.name)

    def _variable(self, obj: Any) -> Any:
        options = carried.VariableOptions(
            obj.name.partition(":")[0].rpartition("/")[2] or "Variable",
            bool(obj.trainable),
            tuple(obj.shape.as_list()) if obj.shape.rank is not None else None,
            obj.synchronization.value,
            obj.aggregation.value,
        )
        return carried.variable, (_readonly(obj.read_value()), obj.dtype.name, options)

    def _composite(self, obj: Any) -> Any:
        nest = self._tensorflow.nest
        flat = nest.flatten(obj, expand_composites=True)
        if not all(isinstance(one, self._tensorflow.Tensor) for one in flat):
            return NotImplemented
        return carried.composite, (self._tensorflow.type_spec_from_value(obj), flat)

    def _by_dict(self, obj: Any, cls: type) -> Any:
        """Objects of classes written in Python, of the user's or of TensorFlow and Keras: a new object, then its state."""
        root = str(cls.__module__).partition(".")[0]
        own = root not in LIBRARIES and not _installed(root)
        if not (own or root in LIBRARIES) or _has_a_rule(cls):
            return NotImplemented
        base: Any = next((one for one in cls.__mro__ if built_in(one)), object)
        if base not in (object, list, dict, set):
            return NotImplemented
        items = None if base is object else (list(dict.items(obj)) if base is dict else list(base.__iter__(obj)))
        return carried.instance, (cls,), (attributes(obj), slots(obj, cls), items), None, None, carried.set_state


def _has_a_rule(cls: type) -> bool:
    """A library's class that says itself how to be pickled, as TensorFlow's shapes and types do."""
    if any(one.__name__ in ("KerasSaveable", "Module", "AutoTrackable", "Trackable") for one in cls.__mro__):
        return False
    root = str(cls.__module__).partition(".")[0]
    if root not in LIBRARIES:
        return False
    return any(
        hook in vars(one) for one in cls.__mro__ if not built_in(one) for hook in ("__reduce__", "__reduce_ex__")
    )


def _installed(root: str) -> bool:
    """A package from site-packages or the standard library, whose own pickling is trusted."""
    if root == "__main__":  # a notebook's, whatever file the process was started with
        return False
    if root in sys.stdlib_module_names:
        return True
    module = sys.modules.get(root)
    file = getattr(module, "__file__", None) or ""
    return "site-packages" in file or "dist-packages" in file


def _readonly(tensor: Any) -> Any:
    """The tensor's memory as an array that can't be written to; a copy where TensorFlow gives none."""
    import numpy

    held = numpy.asarray(tensor)
    if held.dtype.kind != "O":
        held.flags.writeable = False
    return held


def _bytes(tensor: Any) -> bytes:
    return bytes(tensor.numpy())


def _function(obj: Any) -> Any:
    options = {"input_signature": obj.input_signature, "autograph": getattr(obj, "_autograph", True)}
    for name in ("jit_compile", "reduce_retracing"):
        options[name] = getattr(obj, f"_{name}", None)
    return carried.graph_function, (obj.python_function, {key: one for key, one in options.items() if one is not None})


def _table(obj: Any, cls: type) -> Any:
    if cls.__name__ == "StaticHashTable":
        keys, values = obj.export()
        return carried.static_table, (keys, values, obj.default_value)
    if cls.__name__ == "MutableHashTable":
        keys, values = obj.export()
        return carried.mutable_table, (keys, values, obj._default_value)
    if any(one.__name__ in ("LookupInterface", "TensorArray", "QueueBase") for one in cls.__mro__):
        raise NotCarriedError(f"is a {cls.__name__}, which only exists in its own process")
    return NotImplemented
