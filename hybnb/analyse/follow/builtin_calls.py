"""Built-in functions and the few library functions whose meaning depends on what they are given."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow import branches
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import NONE, NOTHING, TENSORS, Container, Function, Record, Value, join, tensor

Keywords = dict[str, Value]
Special = Callable[[Run, nodes.NodeNG, str, list[Value], Keywords], Value]


@dataclass(frozen=True, slots=True)
class Partial:
    """A callable with arguments already given."""

    function: Value
    args: tuple[Value, ...]
    keywords: dict[str, Value]


def _short(name: str) -> str:
    return name.rpartition(".")[2] + "()"


def _first(args: list[Value]) -> Value:
    return args[0] if args else NONE


# ---- walking over things ------------------------------------------------------------------------------------------


def _element(run: Run, node: nodes.NodeNG, name: str, value: Value) -> Value:
    from hybnb.analyse.follow.expressions import iterate

    return iterate(run, value, node, construct=_short(name))


def _len(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.kind == "dataset":
        return tensor("int64", ())
    from hybnb.analyse.follow import members

    members.call_special(run, node, value, "__len__")
    if value.is_tensor:
        run.shape_reads.add(value.name)
        branches.need_conversion(run, node, value, "len()")
    count = len(value.ref.items) if isinstance(value.ref, Container) and value.ref.items is not None else NOTHING
    return Value("number", dtype="int32", const=count)


def _range(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    if any(a.is_tensor for a in args):
        sure = all(a.sure for a in args if a.is_tensor)
        if not sure and all(not a.sure or not a.is_tensor for a in args):
            return Value("range", item=Value("number", dtype="int32"))  # an unknown count is most likely a Python int
        branches.need_conversion(run, node, next(a for a in args if a.is_tensor), "range()")
        return Value("range", dtype="tensor", item=tensor("int32", ()), sure=sure)
    count = args[0].const if len(args) == 1 and args[0].constant else NOTHING
    return Value("range", const=count, item=Value("number", dtype="int32"))


def _zip(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    if args and all(a.kind == "dataset" for a in args):
        item = run.container("tuple", items=[a.item or tensor() for a in args])
        return Value("generator", dtype="dataset", item=item)
    items = [_element(run, node, name, a) for a in args]
    return Value("generator", item=run.container("tuple", items=items))


def _enumerate(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.kind == "dataset":
        item = run.container("tuple", items=[tensor("int64", ()), value.item or tensor()])
        return Value("generator", dtype="dataset", item=item)
    element = _element(run, node, name, value)
    return Value("generator", item=run.container("tuple", items=[Value("number", dtype="int32"), element]))


def _collect(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """list(), tuple(), set(), sorted(), reversed(), deque()."""
    kind = {"tuple": "tuple", "set": "set", "frozenset": "set"}.get(name.rpartition(".")[2], "list")
    if not args:
        return run.container(kind, items=[])  # type: ignore[arg-type]
    value = args[0]
    element = _element(run, node, name, value)
    if "key" in keywords:
        compared = _unconverted(run, node, keywords["key"], [element])
        if compared.is_tensor:
            run.effect("tensor-bool", node, compared.sure, construct=_short(name), target=value.name)
    elif name.endswith("sorted") and element.is_tensor and not value.is_tensor:
        run.effect("tensor-bool", node, element.sure, construct="sorted()", target=value.name)
    items = value.ref.items if isinstance(value.ref, Container) and kind in ("list", "tuple") else None
    if items is not None and not name.endswith(("sorted", "reversed")):
        return run.container(kind, items=list(items))  # type: ignore[arg-type]
    if isinstance(value.ref, Container) and value.ref.any_element() is None and value.kind != "dict":
        return run.container(kind, items=[])  # type: ignore[arg-type]
    return run.container(kind, element=element)  # type: ignore[arg-type]


def _dict(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    result = run.container("dict")
    for value in args[-1:]:
        if isinstance(value.ref, Container) and value.kind == "dict":
            result.ref.entries.update(value.ref.entries)
            result.ref.element = value.ref.element
        elif value.kind not in ("function", "class", "builtin", "module"):
            pair = _element(run, node, name, value)
            known = pair.ref.items if isinstance(pair.ref, Container) else None
            result.ref.element = known[-1] if known else Value()
    result.ref.entries.update(keywords)
    return result


def _sum(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    element = _element(run, node, name, _first(args))
    if element.is_tensor:
        run.op()
        return tensor(element.dtype, sure=element.sure)
    return Value("number") if element.kind in ("number", "bool", "none") else element


def _extreme(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """max() and min()."""
    if len(args) == 1:
        element = _element(run, node, name, args[0]) if not args[0].is_tensor else args[0]
        values = [element]
    else:
        values = args
    if "key" in keywords:
        values = [_unconverted(run, node, keywords["key"], [v]) for v in values]
    tensors = [v for v in values if v.is_tensor]
    if tensors:
        run.effect("tensor-bool", node, tensors[0].sure, construct=_short(name), target=tensors[0].name)
        return tensor(sure=tensors[0].sure)
    result = values[0] if values else Value()
    for value in values[1:]:
        result = join(result, value)
    return replace(result, const=NOTHING, name="")


def _any(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    element = value if value.is_tensor else _element(run, node, name, value)
    if element.is_tensor:
        run.effect("tensor-bool", node, element.sure, construct=_short(name), target=value.name)
    return Value("bool")


def _unconverted(run: Run, node: nodes.NodeNG, function: Value, args: list[Value]) -> Value:
    """Call a function from Python's own C code: AutoGraph doesn't convert it."""
    from hybnb.analyse.follow import calls

    return calls.call_function(run, node, function, args, {}, converted=False)


def _map(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    items = [_element(run, node, name, a) for a in args[1:]]
    result = _unconverted(run, node, args[0], items) if args else Value()
    if name.endswith("filter"):
        if result.is_tensor:
            run.effect("tensor-bool", node, result.sure, construct="filter()", target="")
        return Value("generator", item=items[0] if items else Value())
    return Value("generator", item=result)


def _reduce(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    if len(args) < 2:
        return run.unknown(node, "functools.reduce")
    element = _element(run, node, name, args[1])
    start = args[2] if len(args) > 2 else element
    return join(start, _unconverted(run, node, args[0], [start, element]))


def _iterator(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.kind == "dataset":
        return Value("dataset_iterator", item=value.item)
    return Value("generator", item=_element(run, node, name, value))


def _chain(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    last = name.rpartition(".")[2]
    if last in ("count", "repeat"):
        return Value("generator", item=_first(args) if last == "repeat" else Value("number", dtype="int32"))
    items = [_element(run, node, name, a) for a in args if a.kind not in ("number", "function", "none")]
    if last in ("chain", "cycle", "islice"):
        result = items[0] if items else Value()
        for item in items[1:]:
            result = join(result, item)
        return Value("generator", item=result)
    if last in ("product", "zip_longest", "combinations", "permutations", "pairwise"):
        return Value("generator", item=run.container("tuple", items=items if len(items) > 1 else items * 2))
    return run.unknown(node, name)


def _next(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.kind == "dataset_iterator":
        run.op()
        return value.item or tensor()
    if value.outer or value.kind != "generator":
        run.effect("host-iterator", node, value.sure and value.is_known, call="next()", target=value.name)
    return value.item or Value(sure=False)


# ---- conversions --------------------------------------------------------------------------------------------------


def _convert(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """float(), int(), bool(), complex(), round()."""
    value, last = _first(args), name.rpartition(".")[2]
    if value.is_tensor and not (value.outer and value.kind == "tensor" and last in ("float", "int")):
        run.effect("host-conversion", node, value.sure, call=f"{last}()", target=value.name)
        dtype = {"float": "float32", "int": "int32"}.get(last)
        return Value(
            "tensor",
            dtype=dtype,
            shape=(),
            sure=value.sure,
            array=last in ("float", "int"),
            name=f"{last}({value.name})",
        )
    if last == "bool":
        return Value("bool")
    const: Any = NOTHING
    if value.constant and isinstance(value.const, int | float) and last in ("float", "int"):
        const = float(value.const) if last == "float" else int(value.const)
    return Value("number", const=const, dtype={"float": "float32", "int": "int32"}.get(last))


def _text(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    from hybnb.analyse.follow.objects import holds_tensor

    for value in args[:1]:
        if holds_tensor(value):
            run.effect("tensor-format", node, value.sure, how=_short(name), target=value.name)
    return Value("string")


def _abs(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.is_tensor:
        run.op()
        return replace(value, kind="tensor", name="", const=NOTHING)
    return replace(value, const=NOTHING, name="")


def _pow(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    from hybnb.analyse.follow.objects import binary

    return binary(run, node, "**", args[0], args[1]) if len(args) > 1 else Value()


# ---- looking at things --------------------------------------------------------------------------------------------


def _isinstance(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.array and isinstance(node, nodes.Call) and len(node.args) > 1 and "ndarray" in node.args[1].as_string():
        run.effect("array-argument", node, value.sure, parameter=value.name, how="isinstance")
    if isinstance(node, nodes.Call) and len(node.args) > 1 and "EagerTensor" in node.args[1].as_string():
        run.effect("eager-introspection", node, value.sure, call="isinstance()")
    return Value("bool")


def _hasattr(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.is_tensor:
        run.effect("eager-introspection", node, value.sure, call="hasattr()")
    return Value("bool")


def _getattr(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    from hybnb.analyse.follow import members

    if len(args) > 1 and isinstance(args[1].const, str):
        return members.load_attribute(run, node, args[0], args[1].const)
    return run.unknown(node, "getattr() with a name made at run time")


def _setattr(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    from hybnb.analyse.follow import members

    if len(args) > 1 and isinstance(args[1].const, str):
        members.store_attribute(run, node, args[0], args[1].const, args[2] if len(args) > 2 else NONE)
        return NONE
    return run.unknown(node, "setattr() with a name made at run time")


def _locals(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    run.effect("eager-introspection", node, call=_short(name))
    return Value("dict", item=Value())


def _dynamic(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    return run.unknown(node, f"`{_short(name)}`, which makes code or names at run time")


def _named_tuple(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """collections.namedtuple(name, fields)."""
    fields = args[1] if len(args) > 1 else keywords.get("field_names", NONE)
    if isinstance(fields.const, str):
        return Value("class", ref=Record(tuple(fields.const.replace(",", " ").split())))
    items = fields.ref.items if isinstance(fields.ref, Container) else None
    if items is None or not all(isinstance(item.const, str) for item in items):
        return run.unknown(node, "a named tuple whose fields aren't known")
    return Value("class", ref=Record(tuple(str(item.const) for item in items)))


def _logger(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """A logger has the functions of its module."""
    return Value("module", ref="logging")


def _object(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    return Value("object")


# ---- functions of functions ---------------------------------------------------------------------------------------


def _partial(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    if not args:
        return Value("builtin", ref=name)
    return Value("partial", ref=Partial(args[0], tuple(args[1:]), dict(keywords)))


def _identity(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """A decorator factory whose decorator gives the function back."""
    return Value("builtin", ref="hybnb.identity")


def _tf_function(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    function = args[0] if args else keywords.get("func")
    if function is None:
        return Value("builtin", ref="tensorflow.function")
    run.effect("wrapper-per-call", node, call="tf.function()")
    return hybrid(function)


def hybrid(value: Value) -> Value:
    """The tf.function of a function."""
    if isinstance(value.ref, Function):
        made = replace_function(value.ref)
        made.hybrid = True
        return replace(value, ref=made)
    return value


def replace_function(function: Function) -> Function:
    """Another Function of the same node, so that options of one don't touch the other."""
    return copy(function)


def _do_not_convert(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    if not args:
        return Value("builtin", ref="tensorflow.autograph.experimental.do_not_convert")
    if isinstance(args[0].ref, Function):
        made = replace_function(args[0].ref)
        made.unconverted = True
        return replace(args[0], ref=made)
    return args[0]


IDENTITIES = frozenset({
    "hybnb.identity", "abc.abstractmethod", "typing.overload", "typing.final", "builtins.staticmethod", "typing.no_type_check",
    "builtins.classmethod", "builtins.property", "functools.cached_property", "tensorflow.Module.with_name_scope",
    "keras.saving.register_keras_serializable", "atexit.register", "abc.abstractproperty", "typing.runtime_checkable",
})  # fmt: skip


def decorate(run: Run, node: nodes.NodeNG, decorator: Value, value: Value) -> Value:
    """What `@decorator` makes of a function."""
    from hybnb.analyse.follow import calls

    name = run.program.canonical(decorator.ref) if isinstance(decorator.ref, str) else ""
    text = node.as_string()
    if text in ("property", "staticmethod", "classmethod") or text.endswith((".setter", ".getter", ".deleter")):
        return value
    if name == "tensorflow.function":
        return hybrid(value)
    if name in IDENTITIES:
        return value
    if name.endswith("do_not_convert"):
        return _do_not_convert(run, node, name, [value], {})
    if name in ("functools.lru_cache", "functools.cache"):
        if isinstance(value.ref, Function):
            value.ref.cached = True
        return value
    if isinstance(decorator.ref, Function | Partial):
        made = calls.call_value(run, node, decorator, [value], {})
        return made if made.is_known else Value(name=value.name)
    return Value(name=value.name)


def _named(names: str, handler: Special) -> dict[str, Special]:
    return {name if "." in name else f"builtins.{name}": handler for name in names.split()}


SPECIAL: dict[str, Special] = {
    **_named("len", _len),
    **_named("range", _range),
    **_named("zip", _zip),
    **_named("enumerate", _enumerate),
    **_named("list tuple set frozenset sorted reversed collections.deque", _collect),
    **_named("dict collections.OrderedDict collections.defaultdict collections.Counter", _dict),
    **_named("sum", _sum),
    **_named("max min", _extreme),
    **_named("any all", _any),
    **_named("map filter", _map),
    **_named("functools.reduce", _reduce),
    **_named("iter", _iterator),
    **_named("next", _next),
    **_named("float int bool complex round", _convert),
    **_named("str repr format ascii", _text),
    **_named("abs", _abs),
    **_named("pow", _pow),
    **_named("isinstance issubclass", _isinstance),
    **_named("hasattr", _hasattr),
    **_named("getattr", _getattr),
    **_named("setattr delattr", _setattr),
    **_named("locals", _locals),
    **_named("globals vars dir eval exec compile __import__", _dynamic),
    **_named("object type id callable hash slice memoryview", _object),
    **_named("collections.namedtuple", _named_tuple),
    **_named("logging.getLogger", _logger),
    **_named("functools.partial", _partial),
    **_named("functools.wraps keras.saving.register_keras_serializable", _identity),
    **_named("functools.lru_cache functools.cache", lambda run, node, name, args, keywords: Value("builtin", ref=name)),
    **_named("tensorflow.function", _tf_function),
    **_named("tensorflow.autograph.experimental.do_not_convert", _do_not_convert),
    **_named("itertools.chain itertools.cycle itertools.islice itertools.product itertools.count itertools.repeat "
             "itertools.zip_longest itertools.combinations itertools.permutations itertools.pairwise", _chain),
}  # fmt: skip
SYMBOLIC = TENSORS
