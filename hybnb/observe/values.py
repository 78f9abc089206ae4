"""Any value → ValueSketch, by exact types and names in the MRO: no code of the value's own runs.

Neither `repr`, `len`, `==`, `hash` nor attribute access by dots touches a value whose class isn't known. Of tensors only
type, dtype and shape are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache, partial
from itertools import islice
from types import FunctionType, MethodType
from typing import Any, Final
from weakref import ref

from hybnb.classes import module_of, mro_of, own_of
from hybnb.model import Kind, ValueSketch
from hybnb.observe import dotted, kinds, specs
from hybnb.observe.kinds import EXACT, Made, class_name, is_users_module, made_by, module_dict

MOST_ITEMS: Final = 16  #: of a container, looked at
MOST_ATTRIBUTES: Final = 64  #: of an instance, looked at
MOST_SKETCHES: Final = 256  #: in one sketch, counted with everything below it
LONGEST_TEXT: Final = 64  #: characters of a string that is kept
_LARGEST_NUMBER, _MOST_CLASSES = 2**63, 4096
_STRUCTURES: Final = "tensorflow.python.trackable.data_structures."
_HOLDERS: Final = frozenset({_STRUCTURES + "ListWrapper", _STRUCTURES + "List"})
_PROXIES: Final = frozenset({_STRUCTURES + "_DictWrapper", _STRUCTURES + "_TupleWrapper"})

Shape = tuple[int | None, ...]


def sketch(value: object, *, depth: int = 2) -> ValueSketch:
    """What hybnb keeps of a value; containers and instances are followed `depth` levels down, plain ones one more."""
    return _sketcher().sketch(value, depth=depth)


@cache
def _sketcher() -> Sketcher:
    return Sketcher()


class Sketcher:
    """Makes sketches, and remembers what it found out about classes (at most 4096, without keeping them alive).

    `identify` gives the number by which a sketch tells two objects apart.
    """

    def __init__(self, identify: Callable[[object], int] = id) -> None:
        self.identify = identify
        self._classes: dict[int, tuple[ref[type], Made]] = {}

    def sketch(self, value: object, *, depth: int = 2, most: int = MOST_SKETCHES) -> ValueSketch:
        """The sketch of one value, made of at most `most` sketches."""
        return self.measured(value, depth=depth, most=most)[0]

    def measured(self, value: object, *, depth: int = 2, most: int = MOST_SKETCHES) -> tuple[ValueSketch, int]:
        """The sketch of one value, and of how many sketches it is made."""
        sketching = _Sketching(self, most)
        return sketching.one(value, depth), most - sketching.left

    def made(self, cls: type) -> Made:
        """What instances of a class are. Classes are remembered by id: hashing one may run its metaclass's code."""
        known = self._classes.get(id(cls))
        if known is not None and known[0]() is cls:
            return known[1]
        made = made_by(cls)
        if len(self._classes) >= _MOST_CLASSES:
            self._classes.clear()
        self._classes[id(cls)] = ref(cls), made
        return made


class _Sketching:
    """One value being sketched; `left` bounds the number of sketches."""

    __slots__ = ("left", "sketcher")

    def __init__(self, sketcher: Sketcher, most: int) -> None:
        self.sketcher = sketcher
        self.left = most

    def one(self, value: object, depth: int) -> ValueSketch:
        cls = type(value)
        self.left -= 1
        if cls is int or cls is float or cls is str or cls is bool or value is None:
            return _scalar(cls, value)
        made = self.sketcher.made(cls)
        try:
            return _READERS.get(made.kind, _Sketching.other)(self, value, made, depth)
        except Exception:  # a library object in a state nobody foresaw; its kind still holds
            return ValueSketch(made.kind, type=made.name)

    def many(self, values: Iterable[object], depth: int) -> tuple[ValueSketch, ...]:
        return tuple(self.one(value, depth) for value in values if self.left > 0)

    def tensor(self, value: Any, made: Made, _depth: int) -> ValueSketch:
        return ValueSketch(made.kind, type=made.name, dtype=dtype_of(value, made), shape=shape_of(value, made))

    def composite(self, value: Any, made: Made, _depth: int) -> ValueSketch:
        # no shape: that of a ragged tensor may be computed by running ops
        return ValueSketch(
            made.kind, type=made.name, dtype=dtype_of(value, made), identity=self.sketcher.identify(value)
        )

    def variable(self, value: Any, made: Made, _depth: int) -> ValueSketch:
        return ValueSketch(
            made.kind,
            type=made.name,
            dtype=dtype_of(value, made),
            shape=shape_of(value, made),
            identity=self.sketcher.identify(value),
        )

    def shape(self, value: Any, made: Made, _depth: int) -> ValueSketch:
        return ValueSketch(made.kind, type=made.name, shape=plain_shape(value))

    def dtype(self, value: Any, made: Made, _depth: int) -> ValueSketch:
        return ValueSketch(made.kind, type=made.name, dtype=dtype_name(value))

    def sequence(self, value: Any, made: Made, depth: int) -> ValueSketch:
        value = unwrapped(value, made)
        base = built_in_base(value)
        deep = depth > 0 or (depth == 0 and base is tuple and tuple.__len__(value) <= 4)  # a record
        deep = deep or kinds.are_plain(base.__iter__(value), MOST_ITEMS)
        items = self.many(islice(base.__iter__(value), MOST_ITEMS), depth - 1) if deep else ()
        return ValueSketch(
            made.kind,
            type=made.name,
            items=items,
            length=base.__len__(value),
            identity=self.sketcher.identify(value),
            attributes=self.attributes(value, made, depth),
        )

    def mapping(self, value: Any, made: Made, depth: int) -> ValueSketch:
        value = unwrapped(value, made)
        kept: dict[str, ValueSketch] = {}
        if depth > 0 or kinds.are_plain(dict.values(value), MOST_ITEMS):
            for key, item in list(islice(dict.items(value), MOST_ITEMS)):
                if type(key) is str and self.left > 0:
                    kept[key[:LONGEST_TEXT]] = self.one(item, depth - 1)
        return ValueSketch(
            made.kind,
            type=made.name,
            keys=tuple(kept),
            items=tuple(kept.values()),
            length=dict.__len__(value),
            identity=self.sketcher.identify(value),
            attributes=self.attributes(value, made, depth),
        )

    def range(self, value: Any, made: Made, _depth: int) -> ValueSketch:
        return ValueSketch(made.kind, type=made.name, items=self.many((value.start, value.stop, value.step), 0))

    def module(self, value: Any, made: Made, _depth: int) -> ValueSketch:
        name = dotted.module_name(module_dict(value))
        return ValueSketch(made.kind, type=made.name, qualified=name, identity=self.sketcher.identify(value))

    def made_class(self, value: Any, made: Made, depth: int) -> ValueSketch:
        name = class_name(value)
        place = self.sketcher.made(value).definition
        identity = self.sketcher.identify(value)
        given = self.given_to_methods(value) if depth > 0 and is_users_module(module_of(value)) else {}
        return ValueSketch(
            made.kind, type=made.name, qualified=name, definition=place, identity=identity, attributes=given
        )

    def given_to_methods(self, cls: type) -> dict[str, ValueSketch]:
        """The same of the functions that stand in a class, by "method.parameter"."""
        own = [(name, one) for name, one in own_of(cls).items() if type(one) is FunctionType]
        found = {name: self.functions_given(one) for name, one in own if one.__defaults__ or one.__kwdefaults__}
        return {f"{name}.{given}": one for name, those in found.items() for given, one in those.items()}

    def function(self, value: FunctionType, made: Made, depth: int) -> ValueSketch:
        wrapped = value.__dict__.get("__wrapped__") if depth > 0 else None
        follow = type(wrapped) is FunctionType and is_users_module(dotted.text(value.__module__))
        return ValueSketch(
            made.kind,
            type=made.name,
            qualified=dotted.qualified(value.__module__, value.__qualname__),
            items=self.many((wrapped,), depth - 1) if follow else (),
            attributes=self.functions_given(value)
            if depth > 0 and (value.__defaults__ or value.__kwdefaults__)
            else {},
            definition=(value.__code__.co_filename, value.__code__.co_firstlineno),
            identity=self.sketcher.identify(value),
        )

    def functions_given(self, value: FunctionType) -> dict[str, ValueSketch]:
        """The functions and objects of the user's among its default values, which may be older than what their names mean."""
        code, given = value.__code__, value.__defaults__ or ()
        names = code.co_varnames[code.co_argcount - len(given) : code.co_argcount]
        pairs = [*zip(names, given, strict=False), *(value.__kwdefaults__ or {}).items()]
        return {name: self.one(one, 0) for name, one in pairs if self.left > 0 and self.by_user(one)}

    def by_user(self, value: object) -> bool:
        """A function, or an object of a class of the user's."""
        return type(value) is FunctionType or self.sketcher.made(type(value)).written

    def method(self, value: MethodType, made: Made, depth: int) -> ValueSketch:
        inner = self.one(value.__func__, 0)
        return ValueSketch(
            made.kind,
            type=made.name,
            qualified=inner.qualified,
            items=self.many((value.__self__,), depth - 1) if depth > 0 else (),
            definition=inner.definition,
            identity=inner.identity,
        )

    def tf_function(self, value: Any, made: Made, _depth: int) -> ValueSketch:
        return self.around(value, made, python_function(value))

    def partial(self, value: Any, made: Made, depth: int) -> ValueSketch:
        return self.around(value, made, partial.__dict__["func"].__get__(value), depth)

    def around(self, value: Any, made: Made, inner: object, depth: int = 0) -> ValueSketch:
        """An object that stands for a Python function."""
        found = self.one(inner, 0)
        return ValueSketch(
            made.kind,
            type=made.name,
            qualified=found.qualified,
            items=(found,) if depth > 0 else (),
            definition=found.definition,
            identity=self.sketcher.identify(value),
        )

    def builtin(self, value: Any, made: Made, depth: int) -> ValueSketch:
        own: dict[str, Any] = made.attributes(value) if made.attributes else {}
        wrapped = own.get("__wrapped__")  # kept by lru_cache; by NumPy, too, which has its own names for what it wraps
        if type(wrapped) is FunctionType and made.name == "functools._lru_cache_wrapper":
            return self.around(value, made, wrapped, depth)
        return ValueSketch(
            made.kind, type=made.name, qualified=dotted.builtin_name(value), identity=self.sketcher.identify(value)
        )

    def other(self, value: Any, made: Made, depth: int) -> ValueSketch:
        return ValueSketch(
            made.kind,
            type=made.name,
            length=kinds.results_of(value, made) if made.kind in ("layer", "model", "loss") else None,
            attributes=self.attributes(value, made, depth),
            definition=made.definition,
            identity=self.sketcher.identify(value),
        )

    def dataset(self, value: Any, made: Made, _depth: int) -> ValueSketch:
        items = () if made.written else (specs.element(value),)
        return ValueSketch(made.kind, type=made.name, items=items, identity=self.sketcher.identify(value))

    def attributes(self, value: Any, made: Made, depth: int) -> dict[str, ValueSketch]:
        """An instance's own attributes, newest first: a Keras subclass has some sixty of Keras's own before the user's."""
        if not (made.written or made.name in NAMESPACES) or made.attributes is None:
            return {}
        own = made.attributes(value)
        if type(own) is not dict or not (depth > 0 or kinds.are_plain(dict.values(own), MOST_ITEMS)):
            return {}
        newest = islice(reversed(list(dict.items(own))), MOST_ATTRIBUTES)
        return {name: self.one(each, depth - 1) for name, each in newest if type(name) is str and self.left > 0}


#: objects of Python's own that are nothing but their attributes
NAMESPACES: Final = frozenset({"types.SimpleNamespace", "argparse.Namespace"})

_READERS: Final[dict[Kind, Callable[[_Sketching, Any, Made, int], ValueSketch]]] = {
    "tensor": _Sketching.tensor, "symbolic": _Sketching.tensor, "ndarray": _Sketching.tensor,
    "numpy_scalar": _Sketching.tensor, "composite": _Sketching.composite, "variable": _Sketching.variable,
    "shape": _Sketching.shape, "dtype": _Sketching.dtype, "list": _Sketching.sequence, "tuple": _Sketching.sequence,
    "set": _Sketching.sequence, "dict": _Sketching.mapping, "range": _Sketching.range, "slice": _Sketching.range,
    "module": _Sketching.module, "class": _Sketching.made_class, "function": _Sketching.function,
    "method": _Sketching.method, "tf_function": _Sketching.tf_function, "partial": _Sketching.partial,
    "builtin": _Sketching.builtin, "dataset": _Sketching.dataset, "dataset_iterator": _Sketching.dataset,
}  # fmt: skip


def _scalar(cls: type, value: Any) -> ValueSketch:
    if value is None:
        return ValueSketch("none", type="builtins.NoneType")
    if cls is str:
        return ValueSketch(
            "string", type="builtins.str", value=value if len(value) <= LONGEST_TEXT else None, length=len(value)
        )
    if cls is int and not -_LARGEST_NUMBER <= value < _LARGEST_NUMBER:
        value = None
    return ValueSketch(EXACT[cls], type=f"builtins.{cls.__name__}", value=value)


def dtype_of(value: Any, made: Made) -> str | None:
    """An array's or tensor's dtype by name, as "float32"."""
    if made.dtype is None:
        return None
    dtype = made.dtype(value)
    if made.kind == "ndarray" or made.kind == "numpy_scalar":
        return str(_numpy_name(dtype))
    return str(dtype if type(dtype) is str else dtype.name)


def shape_of(value: Any, made: Made) -> Shape | None:
    """An array's or tensor's shape, None for unknown rank and unknown dimensions."""
    return None if made.shape is None else plain_shape(made.shape(value))


def plain_shape(shape: Any) -> Shape | None:
    """A TensorShape or tuple as a tuple."""
    if type(shape) is tuple:
        return shape
    return None if shape.rank is None else tuple(shape.as_list())


def dtype_name(dtype: Any) -> str | None:
    """The name of a dtype of TensorFlow, NumPy or Keras."""
    name = dtype.name if hasattr(type(dtype), "as_numpy_dtype") else _numpy_name(dtype)
    return name if type(name) is str else None


@lru_cache(256)
def _numpy_name(dtype: Any) -> object:
    return dtype.name


def python_function(value: object) -> object:
    """The user's function inside a tf.function object, also inside one that was bound to an instance."""
    function = object.__getattribute__(value, "__dict__").get("_python_function")
    if type(function) is MethodType:
        return function.__func__
    if type(function) is FunctionType:  # AutoGraph puts the converted function in the place of __wrapped__
        for name in ("__original_wrapped__", "__wrapped__"):
            if type(bound := function.__dict__.get(name)) is MethodType:
                return bound.__func__
    return function


def built_in_base(value: object) -> type[Any]:
    """The built-in sequence or set that a value is or derives from."""
    return next(
        base for base in mro_of(type(value)) if base is list or base is tuple or base is set or base is frozenset
    )


def unwrapped(value: Any, made: Made) -> Any:
    """What one of TensorFlow's tracking containers really holds; anything else as it is."""
    if made.name in _HOLDERS:
        return made.attributes(value)["_storage"] if made.attributes else value
    return object.__getattribute__(value, "__wrapped__") if made.name in _PROXIES else value
