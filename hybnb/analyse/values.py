"""Abstract values: what the interpreter knows of a value without having it."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from hybnb.analyse.holders import Array, Wired, either
from hybnb.model import Kind

if TYPE_CHECKING:
    from astroid import nodes

    from hybnb.analyse.classes import Class
    from hybnb.analyse.scope import Scope
    from hybnb.analyse.text.parse import Unit

Origin = Literal["fresh", "argument", "outer", "self", "default"]
#: Sizes that only the run tells, more and more of them: how long a batch is, which is never empty; the first, by values;
#: any of them; even how many there are. (The alphabet has the same order.)
Openness = Literal["", "batch", "first", "sizes", "unranked"]
Dimension = int | str | None
Shape = tuple[Dimension, ...] | str | None  #: a str stands for "the shape of that value", None for no idea


class _Nothing:
    """No constant is known."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = _Nothing()
LIVE_EPOCH: Final = -1  #: of what lives in the kernel: older than anything that is followed

TENSORS: Final = frozenset({"tensor", "symbolic", "composite", "variable"})
ARRAYS: Final = frozenset({"ndarray", "numpy_scalar"})
SCALARS: Final = frozenset({"number", "bool", "string", "bytes", "none"})
SEQUENCES: Final = frozenset({"list", "tuple", "set", "range"})
CONTAINERS: Final = frozenset({"list", "tuple", "dict", "set"})
CALLABLES: Final = frozenset({"function", "tf_function", "partial", "builtin", "class", "method"})
KERAS: Final = frozenset({"layer", "model", "optimizer", "metric", "loss"})


class Container(Struct, eq=False):
    """A Python list, tuple, dict or set. Shared by identity, so that aliases see each other's changes."""

    kind: Kind
    epoch: int  #: the run that made it; another run's container outlives the call
    origin: Origin = "fresh"
    name: str = ""
    items: list[Value] | None = None  #: in order, while they are known one by one
    entries: dict[Any, Value] = field(default_factory=dict)  #: a dict's values by constant key
    element: Value | None = None  #: what any further element may be
    missing: tuple[Value, Value] | None = None  #: a defaultdict's factory, and one value that it made
    fields: tuple[str, ...] = ()  #: names of a named tuple's items
    made_in: tuple[Any, ...] = ()  #: the tensor conditions and loops around the place that made it
    sometimes_empty: bool = False  #: one of the values that it stands for holds nothing
    undecided: int = 0  #: conditions of Python around the place that made it
    stands_for: tuple[Container, ...] = ()  #: of which any may be meant, or which are seen through it
    made_by: nodes.NodeNG | None = None  #: the call of the top level in the course of which it was made
    exact: bool = True  #: not of a class that derives from Python's, and may keep and find things in another way

    def any_element(self) -> Value | None:
        """The join of everything it may hold; None when it is known to be empty."""
        known = [*(self.items or ()), *self.entries.values()]
        if self.element is not None:
            known.append(self.element)
        return join_all(known) if known else None


class Instance(Struct, eq=False):
    """An object with attributes: of a class written by the user, or of a library's class."""

    epoch: int
    cls: Class | None = None
    library: str = ""  #: public name of the library's class it is, or derives from
    origin: Origin = "fresh"
    name: str = ""
    attributes: dict[str, Value] = field(default_factory=dict)
    complete: bool = False  #: `attributes` holds all of them
    called: bool = False  #: a layer or model that has been called, so that its variables exist
    results: int | None = None  #: a layer's, model's or loss's, for each call
    made_in: tuple[Any, ...] = ()  #: the tensor conditions and loops around the place that made it
    filled: dict[str, tuple[int, int, Value | None]] = field(default_factory=dict)  #: by `state/filled.py`
    copied: tuple[Instance, dict[str, Value]] | None = None  #: what it is a copy of, and what the copy held at first
    former: str = ""  #: the name of its class, where that was defined anew since and its own text is gone


class Function(Struct, eq=False):
    """A function written by the user, with what it closes over."""

    node: nodes.FunctionDef | nodes.Lambda
    unit: Unit
    scope: Scope | None = None  #: the enclosing function's names; None at the top level
    cls: Class | None = None  #: the class whose body holds it
    bound: Value | None = None  #: `self` or `cls` of a bound method
    hybrid: dict[str, str] | None = None  #: already a tf.function: its options, as source text
    unconverted: bool = False  #: AutoGraph was told not to convert it
    cached: bool = False  #: functools.lru_cache or cache keeps its results
    others: list[tuple[Any, Value]] | None = None  #: functools.singledispatch: for which class, which function
    paired: bool = False  #: tf.custom_gradient: what it returns is a result and the function of its gradient
    born: int = 0  #: the run's merges so far when it was made
    defaults: dict[str, Value] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name as people say it."""
        name = str(getattr(self.node, "name", "") or "lambda")
        name = "lambda" if name == "<lambda>" else name
        return f"{self.cls.node.name}.{name}" if self.cls else name


class Partial(Struct, frozen=True):
    """A callable with arguments already given."""

    function: Value
    args: tuple[Value, ...]
    keywords: dict[str, Value]


class ShapeOf(Struct, frozen=True):
    """The shape of a tensor, as a value: x.shape or tf.shape(x)."""

    shape: Shape
    single: bool = False  #: one size of it, as x.shape[0]; `shape` has that size alone


class Record(Struct, frozen=True):
    """A named tuple's class."""

    fields: tuple[str, ...]


class Choice(Struct, frozen=True):
    """One of several callables, objects or values of different kinds; which one is decided at run time."""

    options: tuple[Value, ...]

    def likely(self) -> list[Value]:
        """Each as something that is possible, but for what was only assumed to be a tensor."""
        seen = [option for option in self.options if option.sure or not option.is_tensor] or self.options
        return [option.unsure() for option in seen]


class Value(Struct, frozen=True):
    """What is known of one value. It is not sure where its kind is assumed or one of several: what follows is then possible."""

    kind: Kind = "unknown"
    sure: bool = True
    name: str = ""
    dtype: str | None = None
    shape: Shape = None
    const: Any = NOTHING
    ref: Any = None
    array: bool = False  #: a NumPy value in eager mode that is a tensor while tracing
    mixed: bool = False  #: a tensor in the graph, eagerly sometimes a Python number
    outer: bool = False  #: was there before the call
    passed: bool = False  #: a NumPy array of the caller's, or a part of it: changes in place reach the caller
    fixed: bool = False  #: a constant from outside that nothing in the notebook changes: a condition of it is decided
    open: Openness = ""  #: a tensor of which only the run tells some sizes, its shape, or a dataset of such
    folded: bool = False  #: a tensor of which a trace knows the value
    empty: bool = False  #: a generator that may yield nothing
    zero: bool = False  #: a Python number that has been 0
    counted: bool = False  #: a Python number that is another in each round of a loop
    item: Value | None = None  #: of a dataset, generator or iterator: one element

    @property
    def is_tensor(self) -> bool:
        """It is symbolic while tracing, or becomes so with the first op on it."""
        return self.kind in TENSORS

    @property
    def is_known(self) -> bool:
        return self.kind != "unknown"

    @property
    def constant(self) -> bool:
        """Its Python value is known."""
        return self.const is not NOTHING

    @property
    def spoken(self) -> str:
        """As a message calls it: by its name, else by what it is."""
        return f"`{self.name}`" if self.name else "None" if self.kind == "none" else f"a value of kind {self.kind}"

    def named(self, name: str) -> Value:
        return self if self.name else replace(self, name=name)

    def unsure(self) -> Value:
        return replace(self, sure=False) if self.sure else self


UNKNOWN: Final = Value()
NONE: Final = Value("none", const=None)
NEVER: Final = Value(name="never")  #: what a recursive call returns as far as is known: joined with anything it is that


def tensor(dtype: str | None = None, shape: Shape = None, name: str = "", sure: bool = True) -> Value:
    """A tensor made by an op."""
    return Value("tensor", sure=sure, dtype=dtype, shape=shape, name=name)


def python_dtype(value: Value) -> str | None:
    """The dtype TensorFlow gives a Python scalar; None when it isn't one or its type isn't known."""
    if value.kind in ("bool", "string"):
        return value.kind
    if value.kind == "number" and value.constant:
        return "float32" if isinstance(value.const, float) else "int32"
    return value.dtype if value.kind == "number" or value.kind in TENSORS or value.kind in ARRAYS else None


def join(a: Value, b: Value) -> Value:
    """A value that may be either."""
    if a is NEVER or b is NEVER:
        return b if a is NEVER else a
    if a is b or (a == b and type(a.const) is type(b.const)):  # 1 == 1.0 == True, and their dtypes differ
        return a
    if a.kind == b.kind:
        return _same_kind(a, b)
    if a.kind == "none" or b.kind == "none":
        other = b if a.kind == "none" else a
        return replace(other, sure=False, const=NOTHING)
    pair = {a.kind, b.kind}
    if pair & TENSORS and pair <= TENSORS | ARRAYS | {"number", "bool"}:
        mixed, dtype = bool(pair & {"number", "bool"}), _same(python_dtype(a), python_dtype(b))
        array = next((one.ref for one in (a, b) if isinstance(one.ref, Array)), None)
        shape, still = _joined_shape(a.shape, b.shape), max(a.open, b.open)
        return Value("tensor", sure=False, dtype=dtype, shape=shape, name=a.name, mixed=mixed, open=still, ref=array)
    if pair <= {"number", "bool"}:
        return Value("number", sure=a.sure and b.sure, name=a.name, counted=a.counted or b.counted)
    if pair <= CALLABLES | {"module"}:
        return _either(a, b)
    if pair <= KERAS:
        return Value("layer", sure=False, name=a.name) if pair <= {"layer", "model"} else Value("unknown", sure=False)
    return _one_of(a, b)


def join_all(values: list[Value]) -> Value:
    """The join of one or more values."""
    return reduce(join, values)


def _same_kind(a: Value, b: Value) -> Value:
    same_ref = a.ref is b.ref or a.ref == b.ref
    ref = a.ref if same_ref else _merged(a.ref, b.ref)
    if ref is None and not same_ref and a.kind in CALLABLES | {"module", "instance"}:
        return _either(a, b)
    if ref is None and not same_ref and a.kind in ("object", "unknown"):
        return _one_of(a, b)
    return Value(
        a.kind,
        sure=a.sure and b.sure,
        name=a.name or b.name,
        dtype=_same(a.dtype, b.dtype) if a.dtype or b.dtype else _same(python_dtype(a), python_dtype(b)),
        shape=_joined_shape(a.shape, b.shape) if a.kind != "tensor_array" else b.shape if a.shape is None else a.shape,
        const=a.const if type(a.const) is type(b.const) and a.const == b.const else NOTHING,
        ref=ref,
        array=(a.array or b.array) if a.mixed == b.mixed else a.array and b.array,
        mixed=a.mixed or b.mixed,
        outer=a.outer or b.outer,
        open=max(a.open, b.open),
        folded=a.folded and b.folded,
        empty=a.empty or b.empty,
        zero=a.zero or b.zero,
        counted=a.counted or b.counted,
        item=join(a.item, b.item) if a.item and b.item else a.item or b.item,
    )


def _either(a: Value, b: Value) -> Value:
    kind: Kind = "instance" if a.kind == "instance" else "function"
    return Value(kind, name=a.name or b.name, ref=Choice(_options(a, b)), outer=a.outer or b.outer)


def _one_of(a: Value, b: Value) -> Value:
    """Of different kinds: no operation is known to work on it, but each of the two is still known."""
    by_kind: dict[object, Value] = {}
    for option in _options(a, b):
        sort = (option.kind, option.ref) if option.kind in ("object", "instance") else option.kind
        by_kind[sort] = join(by_kind[sort], option) if sort in by_kind else option
    options = tuple(by_kind.values())
    known = len(options) <= MANY and all(option.is_known for option in options)
    return Value("unknown", sure=False, name=a.name or b.name, ref=Choice(options) if known else None)


def _options(a: Value, b: Value) -> tuple[Value, ...]:
    options: list[Value] = []
    for value in (a, b):
        for option in value.ref.options if isinstance(value.ref, Choice) else (value,):
            if option not in options:
                options.append(option)
    return tuple(options)


MANY = 6  #: values of different kinds that are kept apart


def _merged(a: Any, b: Any) -> Any:
    """One object that stands for two of the same class, written to by changes of either; None if they differ."""
    if isinstance(a, Container) and isinstance(b, Container) and a.kind == b.kind:
        empty = any(one.sometimes_empty or one.any_element() is None for one in (a, b))
        older, newer = (a, b) if a.epoch <= b.epoch else (b, a)
        if older.items is not None and newer.items is not None and len(older.items) == len(newer.items):
            items = [join(x, y) for x, y in zip(older.items, newer.items, strict=True)]
            fields = a.fields if a.fields == b.fields else ()
            return Container(
                a.kind, older.epoch, older.origin, older.name, items=items, element=older.element, fields=fields,
                sometimes_empty=empty, stands_for=(a, b),
            )  # fmt: skip
        known = [v for v in (a.any_element(), b.any_element()) if v is not None]
        return Container(
            a.kind, older.epoch, older.origin, older.name, element=join_all(known) if known else None, stands_for=(a, b),
            entries={k: join(v, b.entries[k]) for k, v in a.entries.items() if k in b.entries}, sometimes_empty=empty,
        )  # fmt: skip
    if isinstance(a, Instance) and isinstance(b, Instance) and a.cls is b.cls and a.library == b.library:
        merged = Instance(min(a.epoch, b.epoch), a.cls, a.library, a.origin, a.name, complete=a.complete and b.complete)
        merged.called, merged.results = a.called and b.called, a.results if a.results == b.results else None
        for key in {**a.attributes, **b.attributes}:
            both = [v for v in (a.attributes.get(key), b.attributes.get(key)) if v is not None]
            merged.attributes[key] = join_all(both)
        return merged
    if isinstance(a, Function) and isinstance(b, Function) and a.node is b.node:
        return a if a.born <= b.born else b
    if isinstance(a, Wired) and isinstance(b, Wired):
        return a.with_steps(b.steps)
    arrays = isinstance(a, Array | None) and isinstance(b, Array | None)
    return either(a, b) if arrays else None


def _same(a: Any, b: Any) -> Any:
    return a if a == b else None


def _joined_shape(a: Shape, b: Shape) -> Shape:
    known = isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b)
    return tuple(_same(x, y) for x, y in zip(a, b, strict=True)) if known else a if a == b else None  # type: ignore[arg-type]
