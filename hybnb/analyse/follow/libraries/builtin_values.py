"""Built-in functions that convert values or look at them: float(), str(), isinstance(), getattr() …"""

from __future__ import annotations

from typing import Any

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow import members, operators, protocols, sizes
from hybnb.analyse.follow.dispatch import evaluate, expression
from hybnb.analyse.follow.flow import error_words
from hybnb.analyse.follow.libraries import arrays, hooks
from hybnb.analyse.follow.libraries.compiled_ops import spoken_as
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import identity, staleness, storing
from hybnb.analyse.scope import Scope
from hybnb.analyse.values import NONE, NOTHING, Choice, Container, Instance, Record, Value, join_all
from hybnb.model import Kind

Keywords = dict[str, Value]


def _first(args: list[Value]) -> Value:
    return args[0] if args else NONE


def _short(name: str) -> str:
    return name.rpartition(".")[2] + "()"


# ---- conversions --------------------------------------------------------------------------------------------------


def convert(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """float(), int(), bool(), complex(), round()."""
    value, last = _first(args), name.rpartition(".")[2]
    if value.is_tensor and not (value.outer and value.kind == "tensor" and last in ("float", "int")):
        number = last in ("float", "int")
        converted = "yes" if run.frame.converted and number else "no"
        run.effect("host-conversion", node, value.sure, call=f"{last}()", target=value.name, converted=converted)
        # AutoGraph casts; eagerly it is a Python number, and what is done with that decides whether one can tell
        dtype = {"float": "float32", "int": "int32"}.get(last)
        name = f"{last}({value.name})" if value.name else ""
        return Value("tensor", dtype=dtype, shape=(), sure=value.sure, array=number, mixed=number, name=name)
    if last == "bool":
        return Value("bool")
    protocols.as_number(run, node, value, last)
    const: Any = NOTHING
    if value.constant and isinstance(value.const, int | float) and last in ("float", "int"):
        const = float(value.const) if last == "float" else int(value.const)
    return Value("number", const=const, dtype={"float": "float32", "int": "int32"}.get(last))


def text(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    for value in args[:1]:
        error_words.written(run, node, value, _short(name))
        protocols.as_text(run, node, value)
    return Value("string")


def absolute(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.is_tensor:
        run.op()
        return replace(value, kind="tensor", name="", const=NOTHING)
    found = protocols.as_number(run, node, value, "abs")
    return found if found is not None else replace(value, const=NOTHING, name="")


def power(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    return operators.binary(run, node, "**", args[0], args[1]) if len(args) > 1 else Value()


# ---- looking at things --------------------------------------------------------------------------------------------


def is_instance(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    asked = node.args[1].as_string() if isinstance(node, nodes.Call) and len(node.args) > 1 else ""
    if value.array and any(word in asked for word in ("np.", "numpy", "ndarray", "float", "int", "Number", "Real")):
        run.effect("array-argument", node, value.sure, parameter=value.name, how="isinstance")
    if "EagerTensor" in asked:
        run.effect("eager-introspection", node, value.sure, call="isinstance()")
    hooks.asked(run, node, name, value, args[1] if len(args) > 1 else NONE)
    return Value("bool")


#: what only eager tensors have, or only symbolic ones
ONE_WAY = frozenset(
    {"numpy", "cpu", "gpu", "backing_device", "is_packed", "graph", "op", "name", "value_index", "consumers"}
)


def _alike_in_graphs(value: Value, name: Value) -> bool:
    """A tensor has an attribute of this name, or lacks it, eagerly and in a graph."""
    told = isinstance(name.const, str) and not name.const.startswith("_") and name.const not in ONE_WAY
    return told and not value.array


def has_attribute(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.is_tensor and not _alike_in_graphs(value, args[1] if len(args) > 1 else NONE):
        run.effect("eager-introspection", node, value.sure, call="hasattr()")
    if isinstance(value.ref, Instance) and len(args) > 1 and isinstance(args[1].const, str):
        staleness.attribute_read(run, node, value, value.ref, args[1].const)
    return Value("bool")


def get_attribute(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    if len(args) > 1 and isinstance(args[1].const, str):
        return members.load_attribute(run, node, args[0], args[1].const)
    if len(args) > 1 and args[1].kind == "string" and isinstance(args[1].ref, Choice):
        names = [option.const for option in args[1].ref.options]
        return join_all([members.load_attribute(run, node, args[0], name) for name in names])
    return run.unknown(node, "getattr() with a name made at run time")


def set_attribute(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    if len(args) > 1 and isinstance(args[1].const, str):
        storing.store_attribute(run, node, args[0], args[1].const, args[2] if len(args) > 2 else NONE)
        return NONE
    return run.unknown(node, "setattr() with a name made at run time")


def local_names(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    run.effect("eager-introspection", node, call=_short(name))
    return Value("dict", item=Value())


def dynamic(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    return run.unknown(node, f"`{_short(name)}`, which makes code or names at run time")


def named_tuple(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """collections.namedtuple(name, fields)."""
    fields = args[1] if len(args) > 1 else keywords.get("field_names", NONE)
    if isinstance(fields.const, str):
        return Value("class", ref=Record(tuple(fields.const.replace(",", " ").split())))
    items = fields.ref.items if isinstance(fields.ref, Container) else None
    if items is None or not all(isinstance(item.const, str) for item in items):
        return run.unknown(node, "a named tuple whose fields aren't known")
    return Value("class", ref=Record(tuple(str(item.const) for item in items)))


def logger(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """A logger has the functions of its module."""
    return Value("module", ref="logging")


def type_of(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """type(x), where that is an object of the user's own."""
    instance = args[0].ref if len(args) == 1 else None
    if isinstance(instance, Choice):
        return join_all([type_of(run, node, name, [option], {}) for option in instance.options])
    if isinstance(instance, Instance) and instance.cls is not None and args[0].sure:
        return Value("class", ref=instance.cls, name=instance.cls.node.name)
    return Value("object")


def plain_object(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    return Value("slice" if name.endswith(".slice") else "object")


def hashed(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """hash(): a number, which an object of the user's may tell by itself; of a text it is another one in each process."""
    if _first(args).is_tensor:
        return Value("object")
    return protocols.hashed(run, node, _first(args)) or Value("number", dtype="int32")


def identifier(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """id()."""
    identity.asked(run, node, _first(args), "id()")
    return Value("number", dtype="int32")


def cast(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """typing.cast: the value as it is."""
    return args[1] if len(args) > 1 else keywords.get("val", Value())


def number_limits(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """numpy.finfo and numpy.iinfo: an object whose parts are NumPy's own numbers, or Python's."""
    given = _first(args)
    if given.is_tensor:
        run.effect("numpy-call", node, given.sure, call=spoken_as(name), argument=given.name)
    else:
        run.effect("host-work", node, call=spoken_as(name))
    kind: Kind = "numpy_scalar" if name.endswith("finfo") else "number"
    limit = Value(kind, dtype=arrays.named(given) if kind == "numpy_scalar" else None)
    parts = dict.fromkeys(LIMITS, limit) | dict.fromkeys(("bits", "precision"), Value("number", dtype="int32"))
    return Value("object", ref=Instance(run.epoch, None, name, attributes=parts))


LIMITS = ("eps", "epsneg", "tiny", "max", "min", "resolution", "smallest_normal", "smallest_subnormal")


# ---- f-strings ----------------------------------------------------------------------------------------------------


@expression(nodes.FormattedValue)
def _formatted(run: Run, node: nodes.FormattedValue, scope: Scope) -> Value:
    return evaluate(run, node.value, scope)


@expression(nodes.JoinedStr)
def _joined_string(run: Run, node: nodes.JoinedStr, scope: Scope) -> Value:
    text: list[Any] = []
    for part in node.values:
        if isinstance(part, nodes.FormattedValue):
            value = evaluate(run, part.value, scope)
            error_words.written(run, part, value, "f-string", plain=part.format_spec is None)
            protocols.as_text(run, part, value)
            if not error_words.in_error(run, part):
                sizes.compared(run, part, value)
            if isinstance(part.format_spec, nodes.JoinedStr):
                _joined_string(run, part.format_spec, scope)
            text.append(value.const if value.kind == "string" and part.format_spec is None else NOTHING)
        else:
            text.append(part.value)
    return Value("string", const=NOTHING if NOTHING in text else "".join(text))
