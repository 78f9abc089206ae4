"""Built-in functions and the few library functions whose meaning depends on what they are given."""

from __future__ import annotations

from collections.abc import Callable

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow import calls, contexts, decorators, items, members, operators, protocols, sizes
from hybnb.analyse.follow.flow import conditions, failures, iterating
from hybnb.analyse.follow.libraries import builtin_values, copying, elements, handed, keepers, reductions, tensor_calls
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import (
    NONE,
    NOTHING,
    Container,
    Instance,
    Partial,
    Value,
    join,
    tensor,
)

Keywords = dict[str, Value]
Special = Callable[[Run, nodes.NodeNG, str, list[Value], Keywords], Value]


def _first(args: list[Value]) -> Value:
    return args[0] if args else NONE


# ---- walking over things ------------------------------------------------------------------------------------------


def _len(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.kind == "dataset":
        return replace(tensor("int64", ()), array=True, mixed=True)  # eagerly a Python number
    members.call_special(run, node, value, "__len__")
    sizes.asked(run, node, value, "rank" if value.kind == "shape" else "")
    open_length = sizes.length(run, value)
    if open_length is not None:
        conditions.need_conversion(run, node, value, "len()")
        return open_length
    if value.is_tensor:
        sizes.noted(run, node, value)
        conditions.need_conversion(run, node, value, "len()")
    count = len(value.ref.items) if isinstance(value.ref, Container) and value.ref.items is not None else NOTHING
    return Value("number", dtype="int32", const=count)


def _range(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    if any(a.is_tensor for a in args):
        sure = all(a.sure for a in args if a.is_tensor)
        if not sure and all(not a.sure or not a.is_tensor for a in args):
            return Value("range", item=iterating.COUNTER)  # an unknown count is most likely a Python int
        conditions.need_conversion(run, node, next(a for a in args if a.is_tensor), "range()")
        return Value("range", dtype="tensor", item=replace(tensor("int32", ()), array=True), sure=sure)
    count = args[0].const if len(args) == 1 and args[0].constant else NOTHING
    return Value("range", const=count, item=iterating.COUNTER)


def _zip(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    if args and all(a.kind == "dataset" for a in args):
        item = run.container("tuple", items=[elements.taken(run, a) for a in args])
        return Value("generator", dtype="dataset", item=item)
    items = [reductions.each(run, node, name, a) for a in args]
    return reductions.emptied(run, Value("generator", item=run.container("tuple", items=items)), *args)


def _enumerate(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.kind == "dataset":
        item = run.container("tuple", items=[tensor("int64", ()), elements.taken(run, value)])
        return Value("generator", dtype="dataset", item=item)
    element = reductions.each(run, node, name, value)
    pair = run.container("tuple", items=[iterating.COUNTER, element])
    return reductions.emptied(run, Value("generator", item=pair), value)


def _collect(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """list(), tuple(), set(), sorted(), reversed(), deque()."""
    kind = {"tuple": "tuple", "set": "set", "frozenset": "tuple"}.get(name.rpartition(".")[2], "list")
    if not args:
        return run.container(kind, items=[])  # type: ignore[arg-type]
    value = args[0]
    element = reductions.each(run, node, name, value)
    if kind == "set" or name.endswith("frozenset"):
        protocols.hashed(run, node, element)
    if name.endswith("sorted") and not value.is_tensor:
        reductions.compared(run, node, "sorted()", value, element, keywords)
    items = value.ref.items if isinstance(value.ref, Container) and kind in ("list", "tuple") else None
    if items is not None and not name.endswith(("sorted", "reversed")):
        return run.container(kind, items=list(items))  # type: ignore[arg-type]
    if isinstance(value.ref, Container) and value.ref.any_element() is None and value.kind != "dict":
        return run.container(kind, items=[])  # type: ignore[arg-type]
    return reductions.emptied(run, run.container(kind, element=element), value)  # type: ignore[arg-type]


def _nullcontext(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """A context manager that gives what it is made with."""
    given = args[0] if args else keywords.get("enter_result", NONE)
    return Value("object", ref=Instance(run.epoch, None, name, attributes={"enter_result": given}))


def _closing(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """contextlib.closing: a context manager that gives what it is made with, and closes that in the end."""
    calls.call_value(run, node, members.load_attribute(run, node, _first(args), "close"), [], {})
    return _nullcontext(run, node, name, args, {})


def _recomputed(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """tf.recompute_grad: the function, run once more for its gradient by code that AutoGraph leaves alone."""
    return decorators.do_not_convert(_first(args))


def _packed(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """tf.nest.pack_sequence_as: tensors in a structure like another one."""
    structure = _first(args)
    return handed.nested(run, structure, tensor()) if isinstance(structure.ref, Container) else tensor(sure=False)


def _dict(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    result = run.container("dict")
    if name.endswith("Counter") and args:
        counted = reductions.each(run, node, name, args[0])
        if counted.is_tensor:
            run.effect("tensor-key", node, counted.sure, construct="dict key")
        result.ref.element = Value("number", dtype="int32")
        return result
    for value in args[-1:]:
        if isinstance(value.ref, Container) and value.kind == "dict":
            result.ref.entries.update(value.ref.entries)
            result.ref.element = value.ref.element
        elif value.kind not in ("function", "class", "builtin", "module"):
            pair = reductions.each(run, node, name, value)
            known = pair.ref.items if isinstance(pair.ref, Container) else None
            result.ref.element = known[-1] if known else Value()
    result.ref.entries.update(keywords)
    return result


def _default_dict(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """collections.defaultdict: what its factory makes stands for each missing key."""
    result = _dict(run, node, name, args[1:], keywords)
    if args and args[0].kind != "none":
        made = calls.call_value(run, node, args[0], [], {})
        if result.ref.element is None:
            result.ref.element, result.ref.missing = made, (args[0], made)
        else:
            result.ref.element = join(result.ref.element, made)
    return result


def _field(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """dataclasses.field: what the attribute holds when nothing is passed for it."""
    factory = keywords.get("default_factory")
    if factory is not None:
        return calls.call_value(run, node, factory, [], {})
    return keywords.get("default", Value("object"))


def _namespace(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """types.SimpleNamespace: an object with these attributes."""
    made = Instance(run.epoch, None, name, attributes=dict(keywords), complete=not args, made_in=run.around())
    return Value("object", ref=made)


def _enter(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """ExitStack.enter_context."""
    return contexts.enter_context(run, node, _first(args))


OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@",
    "iadd": "+", "imul": "*", "isub": "-",
}  # fmt: skip


def _operator(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """operator.add and the like."""
    if len(args) != 2:
        return run.unknown(node, f"`{name}`")
    return operators.binary(run, node, OPERATORS[name.rpartition(".")[2]], args[0], args[1])


def _iterator(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.kind == "dataset":
        return Value("dataset_iterator", item=value.item)
    return Value("generator", item=reductions.each(run, node, name, value))


def _chain(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    last = name.rpartition(".")[2]
    if last in ("count", "repeat"):
        return Value("generator", item=_first(args) if last == "repeat" else Value("number", dtype="int32"))
    items = [reductions.each(run, node, name, a) for a in args if a.kind not in ("number", "function", "none")]
    if last in ("chain", "cycle", "islice"):
        result = items[0] if items else Value()
        for item in items[1:]:
            result = join(result, item)
        return Value("generator", item=result)
    if last in ("product", "zip_longest", "combinations", "permutations", "pairwise"):
        return Value("generator", item=run.container("tuple", items=items if len(items) > 1 else items * 2))
    return run.unknown(node, f"`{name}`")


def _next(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    if value.kind == "dataset_iterator":
        if len(args) > 1:
            run.effect("host-iterator", node, False, call="next()", target=value.name)
        run.op()
        failures.of_next(run)
        return elements.taken(run, value)
    if value.outer or value.kind != "generator":
        run.effect("host-iterator", node, value.sure and value.is_known, call="next()", target=value.name)
    return value.item or Value(sure=False)


# ---- functions of functions ---------------------------------------------------------------------------------------


def _partial(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    if not args:
        return Value("builtin", ref=name)
    return Value("partial", ref=Partial(args[0], tuple(args[1:]), dict(keywords)))


def _getter(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """operator.itemgetter and attrgetter: a function of an object, with the keys or names already given."""
    return Value("partial", ref=Partial(Value("builtin", ref=f"hybnb.{name.rpartition('.')[2]}"), tuple(args), {}))


def _get(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    *wanted, owner = args
    if name.endswith("itemgetter"):
        found = [items.load_item(run, node, items.Place(node, owner, key)) for key in wanted]
    else:
        found = [builtin_values.get_attribute(run, node, name, [owner, one], {}) for one in wanted]
    return found[0] if len(found) == 1 else run.container("tuple", items=found)


def _cache(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """lru_cache(maxsize=…): the decorator itself."""
    return Value("builtin", ref=name)


def _identity(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """A decorator factory whose decorator gives the function back."""
    return Value("builtin", ref="hybnb.identity")


def _wrapped_up(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """functools.update_wrapper gives back the wrapper that it is handed."""
    return args[0] if args else keywords.get("wrapper", Value())


def _class_made(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """What `type` makes of a name, bases and a body, in the course of a class statement."""
    return run.class_made or Value()


def _tf_function(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    function = args[0] if args else keywords.get("func")
    if function is None:
        return Value("partial", ref=Partial(Value("builtin", ref="tensorflow.function"), (), keywords))
    run.effect("wrapper-per-call", node, call="tf.function()")
    return decorators.hybrid(function, keywords)


def _do_not_convert(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    return decorators.do_not_convert(args[0]) if args else Value("builtin", ref=name)


def _named(names: str, handler: Special) -> dict[str, Special]:
    return {name if "." in name else f"builtins.{name}": handler for name in names.split()}


SPECIAL: dict[str, Special] = {
    **tensor_calls.SPECIAL,
    **_named("len", _len),
    **_named("range", _range),
    **_named("zip", _zip),
    **_named("enumerate", _enumerate),
    **_named("list tuple set frozenset sorted reversed collections.deque", _collect),
    **_named("dict collections.OrderedDict collections.Counter", _dict),
    **_named("collections.defaultdict", _default_dict),
    **_named("collections.ChainMap", copying.chained),
    **_named("types.MappingProxyType", copying.seen_through),
    **_named("dataclasses.field", _field),
    **_named("contextlib.ExitStack.enter_context", _enter),
    **_named("contextlib.nullcontext", _nullcontext),
    **_named("contextlib.closing", _closing),
    **_named("tensorflow.recompute_grad", _recomputed),
    **_named("tensorflow.nest.pack_sequence_as", _packed),
    **_named("types.SimpleNamespace", _namespace),
    **_named("sum", reductions.total),
    **_named("max min", reductions.extreme),
    **_named("any all", reductions.any_or_all),
    **_named("map filter", reductions.mapped),
    **_named("functools.reduce", reductions.reduced),
    **_named("itertools.takewhile itertools.dropwhile itertools.filterfalse", reductions.chosen),
    **_named("itertools.accumulate", reductions.accumulated),
    **_named("itertools.starmap", reductions.spread),
    **_named("math.prod", reductions.product),
    **_named(" ".join(f"operator.{name}" for name in OPERATORS), _operator),
    **_named("copy.copy", copying.shallow),
    **_named("copy.deepcopy", copying.deep),
    **_named("dataclasses.replace", copying.replaced),
    **_named("dataclasses.asdict", copying.as_dict),
    **_named("dataclasses.astuple", copying.as_tuple),
    **_named(keepers.CONTEXT_VARIABLE, keepers.context_variable),
    **_named("typing.cast", builtin_values.cast),
    **_named("numpy.finfo numpy.iinfo", builtin_values.number_limits),
    **_named("iter", _iterator),
    **_named("next", _next),
    **_named("float int bool complex round", builtin_values.convert),
    **_named("str repr format ascii", builtin_values.text),
    **_named("abs", builtin_values.absolute),
    **_named("tensorflow.abs tensorflow.math.abs", builtin_values.absolute),
    **_named("pow", builtin_values.power),
    **_named("isinstance issubclass", builtin_values.is_instance),
    **_named("hasattr", builtin_values.has_attribute),
    **_named("getattr builtins.object.__getattribute__", builtin_values.get_attribute),
    **_named("setattr delattr builtins.object.__setattr__ builtins.object.__delattr__", builtin_values.set_attribute),
    **_named("locals", builtin_values.local_names),
    **_named("globals vars dir eval exec compile __import__", builtin_values.dynamic),
    **_named("id", builtin_values.identifier),
    **_named("object callable slice memoryview", builtin_values.plain_object),
    **_named("hash", builtin_values.hashed),
    **_named("type", builtin_values.type_of),
    **_named("collections.namedtuple", builtin_values.named_tuple),
    **_named("logging.getLogger", builtin_values.logger),
    **_named("functools.partial", _partial),
    **_named("operator.itemgetter operator.attrgetter", _getter),
    **_named("hybnb.itemgetter hybnb.attrgetter", _get),
    **_named("functools.wraps keras.saving.register_keras_serializable keras.utils.register_keras_serializable", _identity),
    **_named("functools.update_wrapper", _wrapped_up),
    **_named("hybnb.class_made", _class_made),
    **_named("functools.lru_cache functools.cache", _cache),
    **_named("tensorflow.function", _tf_function),
    **_named("tensorflow.autograph.experimental.do_not_convert", _do_not_convert),
    **_named("itertools.chain itertools.cycle itertools.islice itertools.product itertools.count itertools.repeat "
             "itertools.zip_longest itertools.combinations itertools.permutations itertools.pairwise", _chain),
}  # fmt: skip
