"""What library names mean: TensorFlow, Keras, NumPy, the standard library and the methods of their objects.

The answers come from tables in the folder `tables`, which `scripts/make_tables.py` writes. TensorFlow's and Keras's part is
found by running TensorFlow itself, eagerly and traced; the rest is kept by hand in `scripts/making_tables`. Whatever could not be
established is "unknown" or isn't in the tables at all, and then `lookup` says None. Nothing here imports a library.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from hybnb.model import Kind

Category = Literal[
    # TensorFlow and Keras, fine in a graph
    "op",                   # the same result eagerly and in a graph, and nothing else happens
    "random-op",            # draws new numbers in every graph call too; the seeded stream differs
    "variable-op",          # reads or changes variables; kept in order by automatic control dependencies
    "state-op",             # another stateful op that each graph call runs again: tf.print, tf.debugging.assert_*, files, queues
    "dataset",              # makes a tf.data dataset, iterator or transformation, or asks one something
    "higher-order",         # like "op", and calls the Python functions named in `functions` while tracing
    "plain",                # makes a Python object that holds no state of TensorFlow's: specs, shapes, dtypes, initializers, tapes
    # TensorFlow and Keras, with a catch
    "summary",              # tf.summary.scalar and the like: graph-safe, but a Python `step` is frozen
    "creates",              # makes a variable, layer, model, optimizer, metric, table or generator that must outlive the call
    "host-callback",        # runs Python in the middle of a graph: tf.py_function, tf.numpy_function
    "eager-introspection",  # answers differently in a graph: tf.executing_eagerly, tf.get_static_value
    "eager-only",           # fails in a graph: as_numpy_iterator, get_weights, save
    "numpy-method",         # needs the concrete value of a tensor: .numpy(), .item(), .tolist()
    "keras-endpoint",       # fit, evaluate, predict and *_on_batch
    "seed",                 # sets TensorFlow's or Keras's global seed
    "config",               # changes or asks how TensorFlow or Keras works as a whole
    "function",             # tf.function and tf.autograph themselves
    # Python and other libraries
    "numpy",                # NumPy: work on the host; a tensor handed in must be concrete
    "host-call",            # pure Python or C that needs concrete numbers: math.sqrt, json.dumps
    "pure",                 # pure Python that doesn't look into tensors: isinstance, zip, functools.partial, str.join
    "constant",             # a value, not a callable: math.pi, tf.float32
    "mutates-receiver",     # changes the object it is called on: list.append
    "mutates-argument",     # changes its first argument: random.shuffle is host-random, heapq.heappush is this
    "host-random",          # Python's or NumPy's random numbers
    "clock",                # the time of day or a counter of time
    "sleep",                # waits
    "environment",          # asks the process, the user or the machine: os.environ, input, os.getcwd
    "output",               # leaves the function by the way named in `channel`
    "io-read",              # reads a file or the network
    "host-iterator",        # takes the next item of a Python iterator
    "pickle",               # copies or writes whole object graphs: pickle.dumps, copy.deepcopy
    "dynamic",              # code or names made at run time: exec, eval, setattr, globals
    "cache",                # keeps results between calls: functools.lru_cache
    "unknown",              # known to exist, and that is all
]  # fmt: skip

Channel = Literal["", "stdout", "log", "warning", "file", "plot", "display", "network", "database", "progress"]


class Entry(Struct, frozen=True, omit_defaults=True):
    """What is known of one library name or method.

    `dtype` and `shape` say how those of the tensor returned follow from the arguments, complex numbers and strings aside:
    dtype: "float32" = always that; "arg:x" = that of argument x, "arg:self" of the receiver; "kw:dtype=float32" = what argument `dtype` says, by
    default float32; "kw:dtype=arg:x" likewise with the default of argument x; "kw:dtype" = by default unknown.
    shape: "arg:x" = that of argument x; "broadcast" = of the tensor arguments broadcast; "scalar"; None = unknown.
    """

    category: Category = "unknown"
    returns: Kind | None = None  #: of a call; of the value for an attribute or a constant; "unknown" where it differs
    items: Kind | None = None  #: of the items of a list, tuple, dict or set that is returned
    dtype: str | None = None
    shape: str | None = None
    name_slot: int | None = None  #: positional index of the parameter `name` of a TensorFlow op
    parameters: tuple[str, ...] = ()  #: positional ones in order, then keyword-only ones; the receiver isn't counted
    concrete: tuple[
        str, ...
    ] = ()  #: parameters that take one tensor eagerly, but in a graph a Python value (or list) only
    functions: tuple[str, ...] = ()  #: parameters that take a Python function, which the call runs
    channel: Channel = ""
    attribute: bool = False  #: read, not called
    type: str | None = None  #: class of an "object" that is returned: `lookup(f"{type}.{method}")` knows its methods


class _Table(Struct, frozen=True, omit_defaults=True):
    """One file of the folder `tables`."""

    versions: dict[str, str] = {}
    entries: dict[Category, dict[str, msgspec.Raw]] = {}  #: rows leave their category out, the group gives it
    below: dict[str, Entry] = {}  #: what holds for every name below a root or module: "matplotlib"
    methods: dict[Kind, dict[Category, dict[str, Entry]]] = {}
    same: dict[str, str] = {}  #: another public name of the same object
    internal: dict[str, dict[str, str]] = {}  #: module → name in it → public name
    classes: dict[Kind, tuple[str, ...]] = {}
    looked_at: dict[Kind, frozenset[str]] = {}  #: attributes that Keras's own code reads of its objects


class _Rows(Mapping[str, Entry]):
    """Rows by name, each read when it is asked for: a program names some fifty of six thousand."""

    def __init__(self, groups: Iterable[tuple[Category, dict[str, msgspec.Raw]]]) -> None:
        self._rows = {name: (category, row) for category, rows in groups for name, row in rows.items()}

    def __getitem__(self, name: str) -> Entry:
        category, row = self._rows[name]
        return msgspec.structs.replace(msgspec.json.decode(row, type=Entry), category=category)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class _Lexicon(Struct, frozen=True):
    """All tables, ready for look-ups."""

    versions: dict[str, str]
    entries: _Rows
    below: dict[str, Entry]
    methods: dict[tuple[Kind, str], Entry]
    same: dict[str, str]
    internal: dict[str, str]
    classes: dict[str, Kind]
    looked_at: dict[Kind, frozenset[str]]
    roots: frozenset[str]


#: built-in names that are no functions
EXCEPTIONS = frozenset({
    "Exception", "ValueError", "TypeError", "RuntimeError", "KeyError", "IndexError", "AttributeError", "StopIteration",
    "NotImplementedError", "AssertionError", "ZeroDivisionError", "ArithmeticError", "OverflowError", "BaseException",
    "KeyboardInterrupt", "NotImplemented", "Ellipsis", "True", "False", "None", "Warning", "UserWarning", "OSError",
    "FileNotFoundError", "ImportError", "LookupError", "DeprecationWarning", "UnicodeError", "TimeoutError", "__debug__",
})  # fmt: skip

#: Keras layers that return integers or text
INTEGER_LAYERS = frozenset({
    "TextVectorization", "StringLookup", "IntegerLookup", "Hashing", "HashedCrossing", "Discretization", "CategoryEncoding",
})  # fmt: skip
#: what a notebook that computes in another float type than Keras's own has in its text
OTHER_FLOATS = ("dtype_policy", "DTypePolicy", "global_policy", "mixed_precision", "floatx", "float16", "Lambda(",
                "dtype=tf.float64", 'dtype="float64"', "dtype='float64'")  # fmt: skip

#: How a module of TensorFlow or Keras is spelled → its public spelling; longest first.
_SPELLINGS = (
    ("keras._tf_keras.keras.", "keras."),
    ("keras.api._tf_keras.keras.", "keras."),
    ("keras.api.", "keras."),
    ("keras.src.models.functional.Functional", "keras.Model"),  # what a Model of inputs and outputs is made into
    ("tensorflow._api.v2.", "tensorflow."),
    ("tensorflow.compat.v2.", "tensorflow."),
    ("tensorflow.keras.", "keras."),
    ("tensorflow.losses.", "keras.losses."),
    ("tensorflow.metrics.", "keras.metrics."),
    ("tensorflow.optimizers.", "keras.optimizers."),
    ("tensorflow.initializers.", "keras.initializers."),
)


@lru_cache(maxsize=4096)
def lookup(qualified: str) -> Entry | None:
    """What a dotted library name means, or None when the tables don't know it."""
    lexicon = _load()
    name = canonical(qualified)
    found = lexicon.entries.get(name) or lexicon.entries.get(lexicon.same.get(name, "")) or _member(name)
    found = found or lexicon.below.get(name)
    while found is None and "." in name:
        name = name.rpartition(".")[0]
        found = lexicon.below.get(name)
    return found


def _member(name: str) -> Entry | None:
    """A method spelled by its class, as tensorflow.data.Dataset.range."""
    owner, _, member = name.rpartition(".")
    kind = class_kind(owner) if owner else None
    return None if kind is None else method(kind, member)


@lru_cache(maxsize=4096)
def canonical(qualified: str) -> str:
    """The public name of a name that may be spelled by an inner module; unchanged when there is none."""
    name = qualified
    for spelled, public in _SPELLINGS:
        if name.startswith(spelled):
            name = public + name[len(spelled) :]
    if name.startswith("tensorflow.compat.v1."):
        name = _load().same.get(name, name)
    internal = _load().internal
    head, tail = name, ""
    while head:
        if head in internal:
            return internal[head] + tail
        head, dot, last = head.rpartition(".")
        tail = dot + last + tail
    return name


def is_library(qualified: str) -> bool:
    """Whether the name's root package is one the tables speak of, or part of Python."""
    root = qualified.partition(".")[0]
    return root in _load().roots or root in sys.stdlib_module_names


def method(kind: Kind, name: str) -> Entry | None:
    """What a method or attribute of a value of this kind means, or None when the tables don't know it."""
    return _load().methods.get((kind, name))


def looked_at(kind: Kind, attribute: str) -> bool:
    """Whether Keras's own code may look at this attribute of an object of such a kind, whoever has set it."""
    names = _load().looked_at.get(kind)
    return names is None or attribute in names


@lru_cache(maxsize=4096)
def class_kind(qualified: str) -> Kind | None:
    """The kind of an instance of a library class, or of a class derived from it."""
    lexicon = _load()
    name = canonical(qualified)
    return lexicon.classes.get(name) or lexicon.classes.get(lexicon.same.get(name, ""))


@lru_cache(maxsize=4096)
def known_type(qualified: str) -> bool:
    """Whether the tables speak of the methods of this class."""
    start = f"{canonical(qualified)}."
    return class_kind(qualified) is not None or any(name.startswith(start) for name in _load().entries)


def versions() -> dict[str, str]:
    """Versions of the libraries the tables were made from."""
    return dict(_load().versions)


@cache
def _load() -> _Lexicon:
    """Read every table once."""
    files = sorted((Path(__file__).parent / "tables").glob("*.json"))  # importlib.resources takes long to import
    tables = [msgspec.json.decode(file.read_bytes(), type=_Table) for file in files]
    entries = _Rows(group for table in tables for group in table.entries.items())
    below = {name: entry for table in tables for name, entry in table.below.items()}
    return _Lexicon(
        versions={name: version for table in tables for name, version in table.versions.items()},
        entries=entries,
        below=below,
        methods={
            (kind, name): entry
            for table in tables
            for kind, groups in table.methods.items()
            for name, entry in _flat(groups).items()
        },
        same={name: other for table in tables for name, other in table.same.items()},
        internal={
            f"{module}.{name}".lstrip("."): public
            for table in tables
            for module, names in table.internal.items()
            for name, public in names.items()
        },
        classes={name: kind for table in tables for kind, names in table.classes.items() for name in names},
        looked_at={kind: names for table in tables for kind, names in table.looked_at.items()},
        roots=frozenset(name.partition(".")[0] for name in (*entries, *below)),
    )


def _flat(groups: dict[Category, dict[str, Entry]]) -> dict[str, Entry]:
    """Rows by name, each with the category of its group."""
    return {
        name: msgspec.structs.replace(row, category=category)
        for category, rows in groups.items()
        for name, row in rows.items()
    }
