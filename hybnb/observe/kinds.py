"""What a class makes, read off the names in its MRO: no code of the class or of its metaclass runs.

Libraries are known by the root package and the plain name of a class, so that moves between inner modules don't matter.
Checked with TensorFlow 2.21, Keras 3.15 and NumPy 2.4.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from os import sep
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CoroutineType,
    FunctionType,
    GeneratorType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any, Final, NamedTuple

from hybnb.classes import is_one_of, module_of, mro_of, own_of
from hybnb.model import Kind

#: Classes whose instances are told by their exact type.
EXACT: Final[Mapping[type, Kind]] = MappingProxyType({
    int: "number", float: "number", complex: "number", bool: "bool", str: "string", bytes: "bytes", type(None): "none",
    list: "list", tuple: "tuple", dict: "dict", set: "set", frozenset: "set", range: "range", slice: "slice",
    FunctionType: "function", MethodType: "method", BuiltinFunctionType: "builtin", MethodWrapperType: "builtin",
    WrapperDescriptorType: "builtin", MethodDescriptorType: "builtin", GeneratorType: "generator",
    CoroutineType: "generator", AsyncGeneratorType: "generator",
})  # fmt: skip

#: The classes of most of a notebook's names, and of what is in a class's body, whose instances hold nothing that is looked for;
#: by their ids, as hashing the class of a value may run its metaclass's code.
PLAIN: Final = frozenset(map(id, (
    FunctionType, ModuleType, int, float, str, bool, type(None), bytes, BuiltinFunctionType, property, staticmethod,
    classmethod, GetSetDescriptorType, MemberDescriptorType,
)))  # fmt: skip


def notable(namespace: Mapping[str, object]) -> dict[str, object]:
    """The names whose values may hold something that is looked for: a few, as most of a notebook's are functions."""
    return {name: value for name, value in list(namespace.items()) if id(type(value)) not in PLAIN}


#: Built-in classes whose subclasses keep their kind.
BASES: Final[Mapping[type, Kind]] = MappingProxyType({
    type: "class", ModuleType: "module", list: "list", tuple: "tuple", dict: "dict", set: "set", frozenset: "set"
})  # fmt: skip

_KERAS: Final[Mapping[str, Kind]] = MappingProxyType({
    "Model": "model", "Layer": "layer", "Optimizer": "optimizer", "BaseOptimizer": "optimizer", "Metric": "metric",
    "Loss": "loss", "Variable": "variable", "KerasVariable": "variable", "KerasTensor": "symbolic",
    "SeedGenerator": "random_generator",
})  # fmt: skip

#: Root package → name of a class → kind of its instances and of its subclasses' instances.
LIBRARIES: Final[Mapping[str, Mapping[str, Kind]]] = MappingProxyType({
    "tensorflow": {
        **_KERAS,
        "EagerTensor": "tensor", "SymbolicTensor": "symbolic", "BaseResourceVariable": "variable",
        "DistributedVariable": "variable", "DistributedValues": "composite", "CompositeTensor": "composite",
        "DatasetV2": "dataset", "DatasetV1": "dataset", "DistributedDatasetInterface": "dataset",
        "IteratorBase": "dataset_iterator", "DistributedIteratorInterface": "dataset_iterator",
        "TensorArray": "tensor_array", "GradientTape": "tape", "LookupInterface": "table", "TensorShape": "shape",
        "DType": "dtype", "StrategyBase": "strategy", "PolymorphicFunction": "tf_function",
        "ConcreteFunction": "tf_function", "_DictWrapper": "dict", "_TupleWrapper": "tuple",
    },
    "keras": _KERAS,
    "tf_keras": _KERAS,
    "numpy": {
        "ndarray": "ndarray", "generic": "numpy_scalar", "dtype": "dtype", "ufunc": "builtin",
        "_ArrayFunctionDispatcher": "builtin",
    },
    "functools": {"partial": "partial", "_lru_cache_wrapper": "builtin"},
})  # fmt: skip

#: Classes whose plain name means something only in modules that end so.
_BY_MODULE: Final[Mapping[tuple[str, str], Kind]] = MappingProxyType({
    ("tensorflow", "Tensor"): "symbolic", ("tensorflow", "Generator"): "random_generator",
    ("tensorflow", "Function"): "tf_function",
})  # fmt: skip
_ENDINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "Tensor": ("framework.tensor", "framework.ops"),
    "Generator": ("stateful_random_ops",),
    "Function": ("polymorphic_function", "def_function"),
})  # fmt: skip

_qualname_of = type.__dict__["__qualname__"].__get__

Getter = Callable[[Any], Any]


class Made(NamedTuple):
    """What is known of all instances of one class."""

    kind: Kind
    name: str  #: "keras.src.layers.core.dense.Dense"
    written: bool  #: by the user, not part of Python or of an installed package
    attributes: Getter | None  #: gives an instance's own __dict__ without running its code
    dtype: Getter | None  #: the library's own way to read it, past anything a user's subclass redefines
    shape: Getter | None
    definition: tuple[str, int] | None  #: where a method of it stands, of a class written by the user


def made_by(cls: type) -> Made:
    """What instances of a class are."""
    mro = mro_of(cls)
    written = is_written(cls)
    kind = _kind(mro) or ("instance" if written else "object")
    return Made(
        kind=kind,
        name=class_name(cls),
        written=written,
        attributes=_dict_getter(mro),
        dtype=_library_getter(mro, "dtype"),
        shape=_library_getter(mro, "shape"),
        definition=_definition(cls) if written else None,
    )


def _definition(cls: type) -> tuple[str, int] | None:
    """File name and first line of the first function that was written in the body of a class."""
    within = f"{_qualname_of(cls)}."
    codes = (own.__code__ for own in own_of(cls).values() if type(own) is FunctionType)
    return next(
        ((code.co_filename, code.co_firstlineno) for code in codes if code.co_qualname.startswith(within)), None
    )


def class_name(cls: type) -> str:
    """Module and qualified name of a class."""
    module, name = module_of(cls), _qualname_of(cls)
    return f"{module}.{name}" if module else str(name)


def is_written(cls: type) -> bool:
    """True for a class of the notebook or of a module of the user's."""
    return is_users_module(module_of(cls))


def is_users_module(name: str) -> bool:
    """True for the notebook itself and for imported modules that are neither Python's nor installed."""
    if name == "__main__":
        return True
    root = name.partition(".")[0]
    if not name or root in sys.stdlib_module_names or root in LIBRARIES:  # by its name: it may have been put anywhere
        return False
    file = module_dict(sys.modules.get(name)).get("__file__")
    if type(file) is not str or f"-packages{sep}" in file:
        return False
    return not file.startswith(_installed())


@cache
def _installed() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return tuple(paths[each] + sep for each in ("stdlib", "platstdlib", "purelib", "platlib"))


def module_dict(module: object) -> dict[str, Any]:
    """A module's names, past any lazy loading; empty for anything that isn't a module."""
    if not any(base is ModuleType for base in mro_of(type(module))):
        return {}
    own: Any = vars(ModuleType)["__dict__"]
    names: dict[str, Any] = own.__get__(module)
    return names


def from_library(cls: type, name: str) -> Any:
    """An attribute as the nearest library class of the MRO defines it, unbound; None where none does."""
    return next((own[name] for own in _library_dicts(mro_of(cls)) if name in own), None)


def _kind(mro: tuple[type, ...]) -> Kind | None:
    exact = next((kind for known, kind in EXACT.items() if known is mro[0]), None)
    return exact or next((kind for base in mro if (kind := _base_kind(base)) is not None), None)


def _base_kind(base: type) -> Kind | None:
    module, name = module_of(base), _qualname_of(base)
    root = module.partition(".")[0]
    kind = LIBRARIES.get(root, {}).get(name) or next((kind for known, kind in BASES.items() if known is base), None)
    if kind is None and name == "cython_function_or_method":
        return "builtin"
    if kind is None and module.endswith(_ENDINGS.get(name, ())):
        kind = _BY_MODULE.get((root, name))
    return kind


def _dict_getter(mro: tuple[type, ...]) -> Getter | None:
    """Reads `__dict__`; None where a class of the MRO put something of its own in the place of Python's accessor."""
    found = next((own["__dict__"] for own in map(own_of, mro) if "__dict__" in own), None)
    return _own_attributes if type(found) in (GetSetDescriptorType, MemberDescriptorType) else None


def _own_attributes(value: object) -> object:
    # not the accessor itself, which would keep its class alive
    return object.__getattribute__(value, "__dict__")


def _library_getter(mro: tuple[type, ...], name: str) -> Getter | None:
    for own in _library_dicts(mro):
        found: Any = own.get(name)
        if type(found) is property:
            return found.fget
        if type(found) in (GetSetDescriptorType, MemberDescriptorType):
            getter: Getter = found.__get__
            return getter
    return None


def _library_dicts(mro: tuple[type, ...]) -> Iterator[Mapping[str, Any]]:
    """Bodies of the classes of the MRO that are from the libraries known here."""
    for base in mro:
        if module_of(base).partition(".")[0] in LIBRARIES:
            yield own_of(base)


def are_plain(values: Iterable[object], most: int) -> bool:
    """At most so many, and all of them numbers, flags, strings or None: settings, as a rule."""
    seen = list(islice(values, most + 1))
    return len(seen) <= most and all(value is None or is_one_of(type(value), _PLAIN) for value in seen)


_PLAIN: Final = (int, float, bool, str)


def results_of(value: Any, made: Made) -> int | None:
    """How many results a call of a Keras layer, model or loss gives; None where only its code tells, or one for each row."""
    own = made.attributes(value) if made.attributes is not None else None
    if type(own) is not dict:
        return None
    if made.kind == "loss":
        reduction = own.get("reduction")
        return 1 if type(reduction) is str and reduction != "none" else None
    held = own.get("_outputs_struct")  # of a functional model
    if held is not None:
        return len(held) if is_one_of(type(held), (list, tuple)) else None if type(held) is dict else 1
    state = own.get("return_state")
    if type(state) is not bool:
        return None
    return _STATES.get(made.name.rpartition(".")[2]) if state else 1


_STATES: Final = {"LSTM": 3, "ConvLSTM1D": 3, "ConvLSTM2D": 3, "GRU": 2, "SimpleRNN": 2}
