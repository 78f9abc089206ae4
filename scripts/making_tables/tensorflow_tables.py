"""The tables of TensorFlow and Keras: public names found by walking, their nature by running."""

from __future__ import annotations

import inspect
from enum import EnumType
from typing import Any, NamedTuple

import keras
import msgspec
import tensorflow as tf
from tensorflow.python.framework import op_def_registry

from hybnb.analyse.lexicon import Entry
from making_tables.calls import CALLED, written_calls
from making_tables.classify import Signature, category_of_ops, signature
from making_tables.kinds import kind_of, kind_of_class
from making_tables.notation import Rows, read, row, rows
from making_tables.public_names import Public, find, inner_name, merged, walk
from making_tables.worker import classified

#: Kinds whose making leaves nothing behind, with the category of making one.
_MADE = {"loss": "plain", "shape": "plain", "dtype": "plain", "tape": "plain", "dataset": "dataset", "tensor_array": "op", "composite": "op", "instance": "plain", "symbolic": "plain", "numpy_scalar": "numpy", "ndarray": "numpy"}  # fmt: skip


#: Beginnings of names that turn something on or off for the whole process, and of assertions that are listed by hand.
_SWITCHES = ("tensorflow.debugging.", "keras.backend.set_", "keras.backend.reset_", "keras.backend.clear_", "keras.backend.get_uid", "keras.backend.manual_", "keras.backend.learning_phase", "keras.utils.enable_", "keras.utils.disable_")  # fmt: skip


#: The same in TensorFlow 1's names, which moreover fill graphs and sessions.
_SWITCHES_OF_V1 = ("add_", "all_", "container", "control_flow", "delete_", "disable_", "enable_", "executing_", "get_", "global_", "initialize_", "is_", "local_", "model_", "moving_", "placeholder", "py_func", "report_", "reset_", "resource_", "set_", "tables_", "trainable_", "tensor_shape", "variable", "wrap_", "assert_", "debugging.", "losses.get_", "random.set_", "test.", "data.")  # fmt: skip
_V1 = "tensorflow.compat.v1."


_NO_SWITCHES = ("tensorflow.debugging.check_numerics", "tensorflow.debugging.assert_all_finite")


class Tables(NamedTuple):
    """Everything about one library."""

    entries: Rows
    same: dict[str, str]
    internal: dict[str, dict[str, str]]
    classes: dict[str, list[str]]


def tensorflow_and_keras() -> Tables:
    """Walk and run both libraries. Takes minutes."""
    written = read("tensorflow.toml")
    public = _public(frozenset(written["skipped"].split()))
    by_hand = rows(written["names"])
    _refuse_unknown(by_hand, public)
    members = _members(rows(written["members"]))
    ran = classified(names_to_run())
    entries = {each.name: _row(each, by_hand, ran, written) for each in public}
    entries = {
        name: one for name, one in entries.items() if not name.startswith(_V1) or one.category != "unknown"
    }  # the rest of TensorFlow 1's names is unknown without a row
    entries |= (
        _raw_ops() | members | _choices(public) | {name: row for name, row in ran.items() if name.endswith(CALLED)}
    )
    _name_types(entries)
    for name, dtype in written["dtypes"].items():
        entries[name] = msgspec.structs.replace(entries[name], dtype=dtype)
    return Tables(
        entries=entries,
        same={other: each.name for each in public for other in each.names[1:]},
        internal=_internal(public),
        classes=_classes(public),
    )


def names_to_run() -> list[str]:
    """Names of the functions whose rows are found by running, and of the callable objects."""
    written = read("tensorflow.toml")
    modules, by_hand = frozenset(written["run"].split()), rows(written["names"])
    public = _public(frozenset(written["skipped"].split()))
    functions = [each.name for each in public if _is_run(each, modules, by_hand, written)]
    return functions + [name + CALLED for name in written_calls().objects]


def _public(skipped: frozenset[str]) -> tuple[Public, ...]:
    """Objects of Keras, with the names tf.keras adds, then of TensorFlow, then those that only TensorFlow 1's names reach."""
    of_keras = merged(walk(keras, skipped, "keras"), walk(keras._tf_keras.keras, skipped, "keras"))
    of_both = merged(of_keras, walk(tf, skipped, "tensorflow"))
    return merged(of_both, walk(tf.compat.v1, skipped, _V1.rstrip(".")))


def _refuse_unknown(by_hand: Rows, public: tuple[Public, ...]) -> None:
    names = {name for each in public for name in each.names}
    missing = sorted(set(by_hand) - names)
    if missing:
        raise ValueError(f"tensorflow.toml names what TensorFlow hasn't got: {missing}")


def _is_run(each: Public, modules: frozenset[str], by_hand: Rows, written: dict[str, Any]) -> bool:
    """Whether the object is a function that nothing is said about by hand."""
    if not inspect.isfunction(each.value) or set(each.names) & {*by_hand, *written["higher-order"]}:
        return False
    if each.name.startswith(_SWITCHES) and each.name not in _NO_SWITCHES:
        return False
    if each.name.startswith(tuple(_V1 + start for start in _SWITCHES_OF_V1)):
        return False
    return any(name.rpartition(".")[0] in modules for name in each.names)


def _row(each: Public, by_hand: Rows, ran: Rows, written: dict[str, Any]) -> Entry:
    named = next((by_hand[name] for name in each.names if name in by_hand), None)
    functions = next((written["higher-order"][name] for name in each.names if name in written["higher-order"]), None)
    if functions is not None:
        names, _, returns = functions.partition(" -> ")
        return _signed(
            msgspec.structs.replace(row(f"higher-order -> {returns}"), functions=tuple(names.split())), each.value
        )
    if named is not None:
        return _signed(named, each.value)
    if each.name in ran:
        return ran[each.name]
    if isinstance(each.value, type):
        return _signed(_class_row(each, written), each.value)
    if not callable(each.value):
        kind = kind_of(each.value)
        return Entry("constant", returns=None if kind in ("object", "function") else kind)  # type: ignore[arg-type]
    return _signed(_module_row(each.name, written), each.value)


def _class_row(each: Public, written: dict[str, Any]) -> Entry:
    kind = kind_of_class(each.value)
    if kind is not None:
        return row(f"{_MADE.get(kind, 'creates')} -> {kind}")
    if isinstance(each.value, EnumType):
        return Entry("plain", returns="object")
    if issubclass(each.value, (BaseException, tf.TypeSpec, keras.optimizers.schedules.LearningRateSchedule)):
        return Entry("plain", returns="object")
    return _module_row(each.name, written)


def _module_row(name: str, written: dict[str, Any]) -> Entry:
    """What holds for the module the name is in; "unknown" when nothing is said about it."""
    modules = rows(written["modules"])
    fitting = [module for module in modules if name.startswith(module if module.endswith("_") else f"{module}.")]
    return modules[max(fitting, key=len)] if fitting else Entry()


def _signed(entry: Entry, value: Any) -> Entry:
    found = signature(value)
    if found is None:
        return entry
    return msgspec.structs.replace(entry, parameters=found.parameters, name_slot=_name_slot(entry, value, found))


def _name_slot(entry: Entry, value: Any, found: Signature) -> int | None:
    """Only TensorFlow's functions take a name that is not a string for granted."""
    of_tensorflow = str(getattr(value, "__module__", "")).startswith("tensorflow.")
    return found.name_slot if of_tensorflow and not isinstance(value, type) and entry.category != "plain" else None


def _raw_ops() -> Rows:
    """tf.raw_ops, from the op definitions alone; their parameters are keyword-only, so that none are needed."""
    found: Rows = {}
    for name in sorted(dir(tf.raw_ops)):
        definition = op_def_registry.get(name)
        if definition is None:
            continue
        category = category_of_ops(frozenset({name}) if definition.is_stateful else frozenset())
        plain = len(definition.output_arg) == 1 and not definition.output_arg[0].number_attr
        found[f"tensorflow.raw_ops.{name}"] = Entry(category, returns="tensor" if plain else None)
    return found


def _name_types(entries: Rows) -> None:
    """Say which class an object is of, where the tables know methods of that class."""
    owners = {name.rpartition(".")[0] for name in entries}
    for name, entry in entries.items():
        if entry.returns == "object" and entry.type is None and entry.category != "constant" and name in owners:
            entries[name] = msgspec.structs.replace(entry, type=name)


def _members(by_hand: Rows) -> Rows:
    """Rows of methods that are named by hand; AttributeError when a class hasn't got one."""
    return {name: _signed(entry, find(name)) for name, entry in by_hand.items()}


def _choices(public: tuple[Public, ...]) -> Rows:
    """Members of enumerations, as tf.VariableAggregation.SUM, and constants of classes, as tf.image.ResizeMethod.BILINEAR."""
    found: Rows = {}
    for each in public:
        if isinstance(each.value, EnumType) or each.name in (
            "tensorflow.image.ResizeMethod",
            "tensorflow.AggregationMethod",
        ):
            for name, value in vars(each.value).items():
                if (
                    not name.startswith("_")
                    and not callable(value)
                    and not isinstance(value, (classmethod, staticmethod))
                ):
                    found[f"{each.name}.{name}"] = Entry("constant")
    return found


def _internal(public: tuple[Public, ...]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for each in public:
        inner = inner_name(each.value)
        if inner is not None and inner[0].startswith(("tensorflow.", "keras.")) and ".".join(inner) not in each.names:
            found.setdefault(inner[0], {})[inner[1]] = each.name
    return found


def _classes(public: tuple[Public, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in public:
        kind = kind_of_class(each.value) if isinstance(each.value, type) else None
        if kind is not None:
            found.setdefault(kind, []).append(each.name)
    return found
