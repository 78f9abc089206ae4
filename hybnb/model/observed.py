"""What was seen in the kernel or in a file: cells, values, names and calls."""

from __future__ import annotations

from statistics import median
from typing import Literal

from msgspec import Struct

from hybnb.model.measured import Retraces

Kind = Literal[
    # what a traced function would see as a symbolic tensor, or turn into one
    "tensor", "symbolic", "composite", "variable", "ndarray", "numpy_scalar",
    # plain Python values
    "number", "bool", "string", "bytes", "none", "list", "tuple", "dict", "set", "range", "slice",
    # TensorFlow and Keras objects
    "shape", "dtype", "dataset", "dataset_iterator", "random_generator", "tensor_array", "tape", "table",
    "layer", "model", "optimizer", "metric", "loss", "strategy",
    # code
    "module", "function", "tf_function", "partial", "builtin", "class", "method", "generator",
    # everything else: an instance of a class written by the user, an object of a library, no idea
    "instance", "object", "unknown",
]  # fmt: skip


class Cell(Struct, frozen=True):
    """One piece of source that runs in one go: a notebook's code cell, or a whole module."""

    index: int  #: 1-based: position among the code cells of a file, order of first execution in a kernel
    source: str  #: Python only; magics are blanked out, so that lines and columns are those of the cell
    id: str | None = None  #: the front end's cell id, where there is one
    path: str | None = None  #: a module's file; None for cells of the notebook
    module: str | None = None  #: a module's import name; None for cells of the notebook
    file_line: int = 1  #: line in the file where line 1 of the cell stands
    succeeded: bool = True  #: False when the cell raised or was interrupted
    timed_magic: bool = False  #: the body of %%time or %%timeit, whose functions have no source at run time


class ValueSketch(Struct, frozen=True, omit_defaults=True):
    """What hybnb keeps of a value: never the value itself, except for a small scalar."""

    kind: Kind
    type: str = ""  #: qualified name of the class, as "keras.src.layers.core.dense.Dense"
    dtype: str | None = None
    shape: tuple[int | None, ...] | None = None  #: None where the rank is unknown
    value: int | float | bool | str | None = None  #: small Python scalars and short strings only
    qualified: str | None = None  #: public dotted name of a module, function or class, as "tensorflow.reduce_mean"
    items: tuple[ValueSketch, ...] = ()  #: the first items of a tuple or list
    keys: tuple[str, ...] = ()  #: a dict's first string keys; `items` then holds their values
    length: int | None = (
        None  #: of a built-in container; of a Keras layer, model or loss, how many results a call gives
    )
    attributes: dict[str, ValueSketch] = {}  #: of an instance of a class written by the user
    definition: tuple[str, int] | None = (
        None  #: (file name of the code object, first line) of a Python function, or of a method of an object's class
    )
    identity: int = 0  #: id() of a callable, container or object, to tell two apart while both live; 0 where useless


class NameFact(Struct, frozen=True):
    """What a global name is right now."""

    name: str
    sketch: ValueSketch


class Call(Struct, frozen=True):
    """One observed call, or several with the same signature, of a watched function."""

    arguments: tuple[
        tuple[str, ValueSketch], ...
    ]  #: by parameter name, `*args` and `**kwargs` unpacked as tuple and dict
    count: int = 1  #: how many calls had this signature
    seconds: float = 0.0  #: total of the finished calls, in seconds
    in_graph: int = 0  #: how many ran while TensorFlow was tracing
    raised: int = 0  #: how many ended with an exception
    callers: tuple[str, ...] = ()  #: qualified names of the first few callers, "<cell>" for top-level code


class Stale(Struct, frozen=True):
    """A name, or an object's attribute, that a tf.function's traces keep as it was."""

    name: str  #: "rate", "scaler.scale"
    cell: int  #: number of the cell since which it is another one
    mixed: bool = False  #: traces made since then use the new one: two versions are alive


class Leak(Struct, frozen=True):
    """A symbolic tensor of some trace that the notebook can still reach."""

    path: str  #: "last", "probe.last", "losses[…]"
    owner: str = ""  #: class of the object that holds it as an attribute


class CallHistory(Struct, frozen=True):
    """All that the probe saw of one function, within its memory bound."""

    function: str  #: its FunctionId.key: "Trainer.step", or "helpers:scale" for a module's function
    count: int = 0  #: all calls outside a graph, including those that were no longer recorded one by one
    seconds: float = 0.0  #: total of all calls outside a graph, in seconds
    recent_seconds: tuple[float, ...] = ()  #: of the last calls, at most 64, oldest first, the first call left out
    in_graph: int = 0  #: calls made while TensorFlow was tracing
    raised: int = 0
    calls: tuple[Call, ...] = ()  #: distinct signatures in order of appearance
    overflowed: bool = False  #: more distinct signatures came than the bound allows
    order: tuple[int, ...] = ()  #: index into `calls` for the first calls, at most 256, in order
    traces: int | None = None  #: live tracing count of an already decorated function
    stale: tuple[Stale, ...] = ()  #: what its traces keep as it was
    retraces: Retraces | None = None  #: what TensorFlow's own matching says; None when some call couldn't be matched

    @property
    def eager_seconds(self) -> float | None:
        """Median of the recent calls outside a graph; their mean where none was kept; None when there was no call."""
        if not self.count:
            return None
        return median(self.recent_seconds) if self.recent_seconds else self.seconds / self.count


class Environment(Struct, frozen=True):
    """Versions and devices."""

    python: str
    tensorflow: str | None = None
    devices: tuple[str, ...] = ()
    keras: str | None = None
    eager: bool = True  #: False when the user turned eager execution off or runs functions eagerly

    @property
    def accelerator(self) -> str:
        """The kind of device, other than a CPU, that TensorFlow has here: "GPU"; empty for none."""
        kinds = (device.partition(":")[0] for device in self.devices)
        return next((kind for kind in kinds if kind != "CPU"), "")
