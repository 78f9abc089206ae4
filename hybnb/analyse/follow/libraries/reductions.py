"""Python's own reductions and maps over what can be walked through: sum, max, any, map, functools.reduce."""

from __future__ import annotations

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow import calls, protocols
from hybnb.analyse.follow.flow import conditions, iterating
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import NONE, NOTHING, Container, Value, join, tensor

Keywords = dict[str, Value]


def short(name: str) -> str:
    """builtins.sum → sum()"""
    return name.rpartition(".")[2] + "()"


def _first(args: list[Value]) -> Value:
    return args[0] if args else NONE


def may_be_empty(value: Value) -> bool:
    """A container or generator of which one is known that holds nothing."""
    if isinstance(value.ref, Container):
        return value.ref.sometimes_empty or value.ref.any_element() is None
    return value.empty


def emptied(run: Run, value: Value, *sources: Value) -> Value:
    """`value`, made by walking through `sources`, holds nothing where one of them does."""
    if not any(map(may_be_empty, sources)):
        return value
    if isinstance(value.ref, Container) and not run.outlives(value.ref):
        value.ref.sometimes_empty = True
        return value
    return replace(value, empty=True) if value.kind == "generator" else value


def each(run: Run, node: nodes.NodeNG, name: str, value: Value) -> Value:
    return iterating.iterate(run, value, node, construct=short(name))


def total(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    element = each(run, node, name, _first(args))
    if element.is_tensor:
        run.op()
        start = args[1] if len(args) > 1 else keywords.get("start", NONE)
        empty = may_be_empty(args[0]) and not start.is_tensor  # the sum of nothing is Python's 0
        return replace(tensor(element.dtype, sure=element.sure), mixed=empty)
    return Value("number") if element.kind in ("number", "bool", "none") else element


def extreme(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """max() and min()."""
    if len(args) == 1:
        element = each(run, node, name, args[0]) if not args[0].is_tensor else args[0]
        values = [element]
    else:
        values = args
    compared = [unconverted(run, node, keywords["key"], [v]) for v in values] if "key" in keywords else values
    tensors = [v for v in compared if v.is_tensor]
    if tensors:
        run.effect("tensor-bool", node, tensors[0].sure, construct=short(name), target=tensors[0].name)
        return tensor(sure=tensors[0].sure)
    for one in compared:
        protocols.ordered(run, node, one)
    result = values[0] if values else Value()
    for value in values[1:]:
        result = join(result, value)
    return replace(result, const=NOTHING, name="")


def any_or_all(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    value = _first(args)
    element = value if value.is_tensor else each(run, node, name, value)
    if element.is_tensor:
        run.effect("tensor-bool", node, element.sure, construct=short(name), target=value.name)
    conditions.asks_object(run, node, element)
    return Value("bool")


def compared(
    run: Run, node: nodes.NodeNG, construct: str, owner: Value, element: Value, keywords: Keywords
) -> None:  # fmt: skip
    """Elements are put in order, by themselves or by a key: a tensor has none while TensorFlow traces."""
    by_key = "key" in keywords and keywords["key"].kind != "none"
    asked = unconverted(run, node, keywords["key"], [element]) if by_key else element
    if asked.is_tensor:
        run.effect("tensor-bool", node, asked.sure, construct=construct, target=owner.name)
    protocols.ordered(run, node, asked)


def unconverted(run: Run, node: nodes.NodeNG, function: Value, args: list[Value]) -> Value:
    """Call a function from Python's own C code: AutoGraph doesn't convert it."""
    return calls.call_function(run, node, function, args, {}, converted=False)


def mapped(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    items = [each(run, node, name, a) for a in args[1:]]
    result = unconverted(run, node, args[0], items) if args else Value()
    if name.endswith("filter"):
        if result.is_tensor:
            run.effect("tensor-bool", node, result.sure, construct="filter()", target="")
        return emptied(run, Value("generator", item=items[0] if items else Value()), *args[1:])
    return emptied(run, Value("generator", item=result), *args[1:])


def reduced(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    if len(args) < 2:
        return run.unknown(node, "functools.reduce")
    element = each(run, node, name, args[1])
    start = args[2] if len(args) > 2 else element
    step = unconverted(run, node, args[0], [start, element])
    only_start = may_be_empty(args[1]) or not step.is_tensor or start.is_tensor
    return join(start, step) if only_start else step


def chosen(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """itertools.takewhile, dropwhile and filterfalse: C code asks a predicate about each element."""
    item = each(run, node, name, args[1]) if len(args) > 1 else Value()
    answer = unconverted(run, node, args[0], [item]) if args and args[0].kind != "none" else item
    if answer.is_tensor:
        run.effect("tensor-bool", node, answer.sure, construct=short(name), target=item.name)
    return Value("generator", item=item, empty=True)


def accumulated(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """itertools.accumulate: each step's result, by a function or by adding."""
    item = each(run, node, name, _first(args))
    function = args[1] if len(args) > 1 else keywords.get("func", NONE)
    if function.kind == "none":
        return emptied(run, Value("generator", item=item), *args[:1])
    return emptied(run, Value("generator", item=join(item, unconverted(run, node, function, [item, item]))), *args[:1])


def spread(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """itertools.starmap: a function of the parts of each element."""
    item = each(run, node, name, args[1]) if len(args) > 1 else Value()
    parts = item.ref.items if isinstance(item.ref, Container) and item.ref.items is not None else [item]
    return emptied(run, Value("generator", item=unconverted(run, node, _first(args), list(parts))), *args[1:])


def product(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """math.prod: by Python's own multiplication, which works on tensors too."""
    item = each(run, node, name, _first(args))
    if not item.is_tensor:
        return Value("number", dtype=item.dtype)
    run.op()
    return replace(tensor(item.dtype, sure=item.sure), mixed=may_be_empty(args[0]))
