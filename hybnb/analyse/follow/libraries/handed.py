"""What TensorFlow hands to the Python functions that it is given: tf.scan, tf.while_loop, Dataset.map and their like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import lexicon, shapes
from hybnb.analyse.follow import calls
from hybnb.analyse.follow.flow import conditions
from hybnb.analyse.follow.libraries import functional, results
from hybnb.analyse.follow.run import Run
from hybnb.analyse.shapes.marks import anchored
from hybnb.analyse.values import ARRAYS, CALLABLES, Container, Function, Value, python_dtype, tensor
from hybnb.model import Kind

Keywords = dict[str, Value]
FOLDS = frozenset({"scan", "foldl", "foldr"})
LOOPS = frozenset({"while_loop", "foldl", "foldr"})  #: what goes from round to round keeps its dtype and shape
EACH = FOLDS | {"map_fn", "vectorized_map"}
#: functions that they are given are called by Python itself, unconverted
UNCONVERTED = frozenset({"map_structure", "custom_gradient", "recompute_grad"})
#: what tf.data keeps as a structure; it makes a tensor of a list
COMPONENTS: Final[frozenset[Kind]] = frozenset({"tuple", "dict"})
#: what tf.nest looks into
STRUCTURES: Final[frozenset[Kind]] = frozenset({"list", "tuple", "dict"})


def call_functions(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> Value | None:  # fmt: skip
    """Follow the Python functions handed to tf.map_fn, tf.cond, Dataset.map …: they are traced with tensors. What the last of
    them returns.
    """
    if receiver is not None and receiver.kind == "strategy":
        return _on_each_replica(run, node, entry, args, keywords)
    return _called(run, node, name, entry, args, keywords, receiver)


def _called(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> Value | None:  # fmt: skip
    control, last = None, name.rpartition(".")[2]
    returned, results_of, carried = None, list[Value](), list[Value]()
    if name == "tensorflow.cond":
        functional.asked(run, node, results.argument(entry, "pred", args, keywords, None))
    if name.startswith("tensorflow."):
        control = "if" if last in functional.BRANCHES else "loop"
        control = None if "nest" in name or last in ("custom_gradient", "recompute_grad") else control
    item = receiver.item if receiver is not None else None
    for position, parameter in enumerate(entry.parameters):
        if parameter not in entry.functions:
            continue
        value = keywords.get(parameter) or (args[position] if position < len(args) else None)
        carried = _carried(run, last, entry, args, keywords)
        if last in LOOPS:
            carried = [anchored(one, f"{number}", node.lineno or 0) for number, one in enumerate(carried)]
        for function in functional.functions_in(value):
            given = carried if carried and isinstance(function.ref, Function) else _given(run, function, item)
            if last in UNCONVERTED or (last == "cond" and args and args[0].kind in ("bool", "number")):
                returned = calls.call_function(run, node, function, given, {}, converted=False)
            elif control is None:
                returned = calls.call_value(run, node, function, given, {})
            else:
                with run.control(control, by_size=_guarded(node, parameter, function)) as made:  # type: ignore[arg-type]
                    made.carried = list(zip(_begun_with(last, entry, args, keywords), given, strict=False))
                    returned = calls.call_value(run, node, function, given, {})
            results_of.append(returned)
    if control == "if" and len(results_of) > 1:
        return functional.branches_met(run, node, name, results_of)
    if last in LOOPS and returned is not None and carried:
        state = carried if last == "while_loop" else carried[:1]
        shaped = results.argument(entry, "shape_invariants", args, keywords, None) is not None
        functional.round_met(run, node, state, returned, shaped=shaped)
    return returned


def _on_each_replica(
    run: Run, node: nodes.NodeNG, entry: lexicon.Entry, args: list[Value], keywords: Keywords
) -> Value | None:  # fmt: skip
    """strategy.run(function, args, kwargs): it is called with these, each tensor being a replica's own."""

    def given(parameter: str) -> Value | None:
        return results.argument(entry, parameter, args, keywords, None)

    def own(leaf: Value) -> Value:
        return tensor(sure=False) if leaf.kind == "composite" else leaf

    returned, positional, named = None, given("args"), given("kwargs")
    for function in functional.functions_in(given("fn")):
        passed = [] if positional is None else _given(run, function, None)
        passed = [replace(one, sure=False) for one in passed]
        if positional is not None and isinstance(positional.ref, Container) and positional.ref.items is not None:
            passed = [over(run, one, own) for one in positional.ref.items]
        holder = named.ref if named is not None else None
        by_name = (
            {str(key): over(run, one, own) for key, one in holder.entries.items()}
            if isinstance(holder, Container)
            else {}
        )
        returned = calls.call_value(run, node, function, passed, by_name)
    return returned


def _guarded(call: nodes.NodeNG, parameter: str, function: Value) -> bool:
    """The predicate of tf.cond asks for a size, and this is the branch that takes an entry of something then."""
    if not isinstance(call, nodes.Call) or call.func.as_string().rpartition(".")[2] != "cond" or not call.args:
        return False
    predicate = _written_out(call.args[0])
    code = function.ref.node if isinstance(function.ref, Function) else None
    if code is None or parameter != ("false_fn" if _asks_for_little(predicate) else "true_fn"):
        return False
    return conditions.asks_size(predicate) and any(True for _ in code.nodes_of_class(nodes.Subscript))


def _written_out(predicate: nodes.NodeNG) -> nodes.NodeNG:
    """What a function's own name was given, where that is told in one place."""
    bound = predicate.scope().locals.get(predicate.name, ()) if isinstance(predicate, nodes.Name) else ()
    given = next(iter(bound)).parent if len(bound) == 1 else None
    return given.value if isinstance(given, nodes.Assign) else predicate


def _asks_for_little(predicate: nodes.NodeNG) -> bool:
    """x == 0, x < 2, tf.equal(x, 0): where it holds there is nothing to take an entry of."""
    match predicate:
        case nodes.Compare(ops=[(operator, _), *_]):
            return operator in ("<", "<=", "==")
        case nodes.Call(func=nodes.Attribute(attrname=name)):
            return name in ("less", "less_equal", "equal")
    return False


def _carried(run: Run, last: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords) -> list[Value]:
    """What tf.scan, tf.while_loop and their like hand to their functions, in the structure that they were given."""

    def given(parameter: str) -> Value | None:
        return results.argument(entry, parameter, args, keywords, None)

    if last == "map_structure":
        return [_leaf(structure) for structure in args[1:]]
    elements, start = given("elems"), given("initializer")
    if last == "while_loop":
        variables = given("loop_vars")
        known = variables.ref.items if variables is not None and isinstance(variables.ref, Container) else None
        free = given("shape_invariants") is not None
        return [of_free_shape(run, one) if free else as_tensors(run, one) for one in known or ()]
    if elements is None:
        return []
    element = slice_of(run, elements, STRUCTURES)
    if elements.is_tensor and isinstance(elements.shape, tuple):
        element = replace(element, shape=elements.shape[1:])
    if last in ("map_fn", "vectorized_map"):
        return [element]
    return [as_tensors(run, start) if start is not None else element, element] if last in FOLDS else []


def _begun_with(last: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords) -> list[Value]:
    """What a loop's first round is given, as it is outside."""
    begun = {"while_loop": "loop_vars"}.get(last, "initializer")
    given = results.argument(entry, begun, args, keywords, None) if begun in entry.parameters else None
    held = given.ref.items if given is not None and isinstance(given.ref, Container) else None
    return [] if given is None else [given] if held is None else held


def _leaf(structure: Value) -> Value:
    """Any of what stands in a structure, a tensor where that isn't known."""
    if isinstance(structure.ref, Container):
        element = structure.ref.any_element()
        return _leaf(element) if element is not None else tensor()
    return structure if structure.is_tensor else tensor()


def nested(run: Run, structure: Value, leaf: Value) -> Value:
    """A structure like this one, of such leaves."""
    return over(run, structure, lambda _: leaf, STRUCTURES)


def as_tensors(run: Run, value: Value) -> Value:
    """A structure with each number in it as the tensor that TensorFlow makes of it."""
    return over(run, value, _as_tensor, STRUCTURES)


def of_free_shape(run: Run, value: Value) -> Value:
    """The same, of sizes that only the run tells."""
    return over(run, value, lambda leaf: replace(_as_tensor(leaf), shape=None, open="sizes"), STRUCTURES)


def over(run: Run, structure: Value, leaf: Callable[[Value], Value], kinds: frozenset[Kind] = COMPONENTS) -> Value:
    """A new structure of these kinds with each leaf changed."""
    holder = structure.ref
    if not isinstance(holder, Container) or structure.kind not in kinds:
        return leaf(structure)
    items = [over(run, item, leaf, kinds) for item in holder.items] if holder.items is not None else None
    made = run.container(structure.kind, items=items)
    made.ref.fields, made.ref.sometimes_empty = holder.fields, holder.sometimes_empty
    made.ref.entries = {key: over(run, item, leaf, kinds) for key, item in holder.entries.items()}
    made.ref.element = over(run, holder.element, leaf, kinds) if holder.element is not None else None
    return made


def gathered(run: Run, structure: Value) -> Value:
    """What tf.scan, tf.map_fn and their like make of the results for each element: the same structure, of tensors."""

    def leaf(one: Value) -> Value:
        still = max(one.open, "sizes") if one.is_tensor and one.open else ""
        return replace(tensor(python_dtype(one), sure=one.is_known), open=still)

    return over(run, structure, leaf, STRUCTURES)


def _as_tensor(leaf: Value) -> Value:
    if leaf.is_known and leaf.kind not in ("number", "bool", "string", "variable", *ARRAYS):
        return leaf
    shape = () if leaf.kind in ("number", "bool", "string") else leaf.shape
    return tensor(python_dtype(leaf), shape, sure=leaf.is_known)


def _given(run: Run, function: Value, item: Value | None) -> list[Value]:
    if not isinstance(function.ref, Function):
        return [tensor()] if function.kind in CALLABLES else []
    wanted = len(function.ref.node.args.args or ()) - (1 if function.ref.bound is not None else 0)
    if (
        item is not None
        and isinstance(item.ref, Container)
        and item.ref.items is not None
        and wanted == len(item.ref.items)
    ):
        return list(item.ref.items)
    return [item if item is not None and wanted == 1 else tensor()] * max(wanted, 0)


def slice_of(run: Run, source: Value, kinds: frozenset[Kind] = COMPONENTS) -> Value:
    """One slice along the first axis of each tensor in a structure of these kinds."""
    return over(run, source, _row, kinds)


def _row(source: Value) -> Value:
    if source.kind == "composite":  # a row of a ragged tensor
        return replace(tensor(source.dtype, sure=False), open="sizes")
    whole = shapes.contents(source)
    still = source.open if source.is_tensor and source.open >= "sizes" else ""
    return replace(tensor(results.tensor_dtype(source), whole[1:] if isinstance(whole, tuple) else None), open=still)
