"""The tables of the standard library, NumPy, other packages, and of methods: by hand, each name looked up."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
import numpy as np

from hybnb.analyse.lexicon import Entry
from making_tables.notation import Rows, read, row, rows
from making_tables.public_names import Public, find, walk

_NUMPY_MODULES = ("numpy", "numpy.linalg", "numpy.random", "numpy.fft")
Methods = dict[str, dict[str, Entry]]

#: Parameters of methods that take a Python function, which the method traces or calls.
FUNCTION_PARAMETERS = frozenset({
    "map_func", "predicate", "reduce_func", "join_func", "key_func", "window_size_func", "transformation_func", "scan_func",
    "element_length_func", "fn", "dataset_fn", "generator", "class_func", "key",
})  # fmt: skip


class Library(NamedTuple):
    """Rows by full name, rows for all other names below a module, inner names, and classes by kind."""

    entries: Rows
    below: Rows
    internal: dict[str, str]
    classes: dict[str, list[str]]


def standard_library() -> Library:
    """Everything that python.toml says, each name looked up."""
    written = read("python.toml")
    functions, parameters, internal, classes = (
        written.pop(key) for key in ("functions", "parameters", "internal", "classes")
    )
    found: Rows = {}
    below: Rows = {}
    for module, section in _modules(written):
        for name, entry in rows(section).items():
            if name == "*":
                below[module] = entry
            else:
                found[f"{module}.{name}"] = _with_parameters(entry, module, name)
    _add_exceptions(found)
    for name, names in parameters.items():
        entry = found.get(name) or below[name.rpartition(".")[0]]
        found[name] = msgspec.structs.replace(entry, parameters=tuple(names.split()))
    for name, names in functions.items():
        found[name] = msgspec.structs.replace(found[name], functions=tuple(names.split()))
    return Library(found, below, internal, {kind: names.split() for kind, names in classes.items()})


def _modules(written: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Mapping[str, str]]]:
    """Sections of a file with their dotted names; [os.path] is nested in [os]."""
    found: list[tuple[str, Mapping[str, str]]] = []
    for name, section in written.items():
        plain = {key: value for key, value in section.items() if isinstance(value, str)}
        found.append((prefix + name, plain))
        nested = {key: value for key, value in section.items() if not isinstance(value, str)}
        found.extend(_modules(nested, f"{prefix}{name}."))
    return found


def _with_parameters(entry: Entry, module: str, name: str) -> Entry:
    """The row with the parameters that Python tells; AttributeError when Python hasn't got the name."""
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    if entry.category == "constant":
        return entry
    attribute = not callable(found) and not isinstance(found, (staticmethod, classmethod))
    return msgspec.structs.replace(entry, parameters=parameters_of(found), attribute=attribute and "." in name)


def parameters_of(value: Any) -> tuple[str, ...]:
    """Names of the parameters without the receiver; empty when the object doesn't tell."""
    if isinstance(value, type) and issubclass(value, BaseException):
        return ()
    try:
        found = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return ()
    return tuple(
        p.name for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name not in ("self", "cls")
    )


def _add_exceptions(found: Rows) -> None:
    builtins = importlib.import_module("builtins")
    for name, value in vars(builtins).items():
        if isinstance(value, type) and issubclass(value, BaseException) and not name.startswith("_"):
            found[f"builtins.{name}"] = Entry("pure", returns="object")


def numpy() -> Library:
    """NumPy's public names."""
    written = read("numpy.toml")
    functions = written.pop("functions")
    named = {f"{module}.{name}": entry for module, section in written.items() for name, entry in rows(section).items()}
    below = {name.removesuffix(".*"): entry for name, entry in named.items() if name.endswith(".*")}
    public = [each for each in walk(np, frozenset(), "numpy") if _owner(each.name) in _NUMPY_MODULES]
    found = {
        name: _numpy_row(name, each.value, named)
        for each in public
        for name in each.names
        if _owner(name) in _NUMPY_MODULES
    }
    for name in set(named) - set(found):
        if not name.endswith(".*"):  # a method of a class
            found[name] = msgspec.structs.replace(named[name], parameters=parameters_of(find(name)))
    for name, names in functions.items():
        found[name] = msgspec.structs.replace(found[name], functions=tuple(names.split()))
    scalars = [name for name, entry in found.items() if entry.returns == "numpy_scalar"]
    return Library(
        entries=found,
        below={name: entry for name, entry in below.items() if name not in _NUMPY_MODULES},
        internal=_numpy_internal(public),
        classes={"ndarray": ["numpy.ndarray"], "numpy_scalar": scalars},
    )


def _numpy_internal(public: list[Public]) -> dict[str, str]:
    found = {}
    for each in public:
        home, name = getattr(each.value, "__module__", None), getattr(each.value, "__qualname__", None)
        if isinstance(home, str) and home.startswith("numpy.") and home not in _NUMPY_MODULES:
            found[f"{home}.{name}"] = each.name
    return found


def _owner(name: str) -> str:
    return name.rpartition(".")[0]


def _numpy_row(name: str, value: Any, named: Rows) -> Entry:
    if name in named:
        return msgspec.structs.replace(named[name], parameters=parameters_of(value))
    others = named.get(f"{_owner(name)}.*")
    if others is not None and callable(value):
        return msgspec.structs.replace(others, parameters=parameters_of(value))
    if isinstance(value, type) and issubclass(value, np.generic):
        return Entry(
            "numpy", returns="numpy_scalar", dtype=np.dtype(value).name if value in np.sctypeDict.values() else None
        )
    if not callable(value):
        return Entry("constant", returns="number" if isinstance(value, (int, float)) else None)
    return Entry("numpy", returns="ndarray", parameters=parameters_of(value))


def packages() -> Rows:
    """Rows that hold for whole packages."""
    return rows(read("packages.toml"))


def probability() -> Library:
    """TensorFlow Probability: all distributions are one class to the tables, and so are all bijectors."""
    written, root = read("probability.toml"), "tensorflow_probability"
    found: Rows = {f"{root}.{name}": entry for name, entry in rows(written["functions"]).items()}
    internal = {f"{root}.python.{name}": f"{root}.{name}" for name in rows(written["functions"])}
    for kind, names in written["classes"].items():
        one = f"{root}.{kind}.Given"
        attributes = written[kind].pop("attributes", {})
        found[one] = row(f"plain -> {one}")
        found |= {f"{one}.{name}": entry for name, entry in rows(written[kind]).items()}
        attribute_rows = rows(attributes).items()
        found |= {f"{one}.{name}": msgspec.structs.replace(entry, attribute=True) for name, entry in attribute_rows}
        for name in names.split():
            module, _, last = name.rpartition(".")
            internal[f"{root}.python.{kind}.{module}._{last}"] = (
                one  # what some make instead, if they hold composite tensors
            )
            internal |= {f"{root}.{where}.{last}": one for where in (kind, f"python.{kind}", f"python.{kind}.{module}")}
    return Library(found, {}, internal, {})


def methods() -> Methods:
    """Rows by kind and by name of method or attribute."""
    written = read("methods.toml")
    found: Methods = {}
    for kind, section in written.items():
        classes = [find(name) for name in section["classes"]]
        own = {
            **_members(section.get("methods", {}), classes, False),
            **_members(section.get("attributes", {}), classes, True),
        }
        found[kind] = {**found.get(section.get("also", ""), {}), **own}
    return found


def _members(section: Mapping[str, str], classes: list[type[Any]], attribute: bool) -> Rows:
    found: Rows = {}
    missing: list[str] = []
    for written, entry in rows(section).items():
        name = written.removeprefix("+")  # set by the instance, so the class hasn't got it
        owner = next((cls for cls in classes if hasattr(cls, name)), None)
        if owner is None and name == written:
            missing.append(name)
            continue
        parameters = () if attribute else parameters_of(getattr(owner, name))
        functions = tuple(each for each in parameters if each in FUNCTION_PARAMETERS)
        found[name] = msgspec.structs.replace(entry, attribute=attribute, parameters=parameters, functions=functions)
    if missing:
        raise ValueError(f"none of {classes} has {missing}")
    return found


__all__ = ["methods", "numpy", "packages", "parameters_of", "probability", "row", "standard_library"]
