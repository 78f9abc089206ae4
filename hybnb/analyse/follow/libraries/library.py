"""Calls into libraries, by the tables."""

from __future__ import annotations

from functools import lru_cache

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import lexicon
from hybnb.analyse.follow import sizes
from hybnb.analyse.follow.flow import failures
from hybnb.analyse.follow.libraries import (
    arrays,
    builtin_calls,
    compiled_ops,
    distributions,
    drawing,
    elements,
    files,
    functional,
    handed,
    harmless,
    making,
    matching,
    on_host,
    packages,
    results,
    wiring,
)
from hybnb.analyse.follow.libraries.compiled_ops import spoken_as
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import captures, objects, process_wide, staleness
from hybnb.analyse.text.unseen import unseen
from hybnb.analyse.values import (
    ARRAYS,
    Container,
    Value,
    tensor,
)
from hybnb.model import EffectKind

Keywords = dict[str, Value]

SIMPLE: dict[str, EffectKind] = {
    "host-random": "host-random",
    "clock": "clock",
    "sleep": "sleep",
    "environment": "environment",
    "io-read": "environment",
    "config": "environment",
    "seed": "seed",
    "eager-introspection": "eager-introspection",
    "eager-only": "eager-only",
    "keras-endpoint": "keras-endpoint",
    "pickle": "pickle",
}


def call(run: Run, node: nodes.NodeNG, qualified: str, args: list[Value], keywords: Keywords) -> Value:
    """Call the library function or class of this dotted name."""
    name = lexicon.canonical(qualified)
    entry = lexicon.lookup(name)
    for value in (*args, *keywords.values()):
        if isinstance(value.ref, Container):
            staleness.contents_read(run, node, value, value.ref)
        elif value.kind == "shape":
            sizes.passed(run, node, name, value)
    special = builtin_calls.SPECIAL.get(name)
    if special is not None:
        run.stirs += name not in harmless.BUILT_IN
        _check_name(run, node, name, entry, args)
        result = special(run, node, name, args, keywords)
        ours = name.startswith(("tensorflow.", "einops."))
        return sizes.of_op(name.rpartition(".")[2], entry, args, keywords, result) if ours else result
    if entry is None and (found := run.program.packages.find(name)) is not None:
        run.stirs += 1
        return packages.follow(run, node, name, found, args, keywords)
    if packages.asks_for_values(name, args, keywords):
        return on_host.call(run, node, lexicon.Entry("host-call", returns="unknown"), name, args, keywords, None)
    if entry is None or entry.category == "unknown":
        why = "hybnb's tables don't know it" if lexicon.is_library(name) else "it is not in the notebook"
        run.effect("unknown-call", node, call=name, why=why)
        return Value(name=f"{name}()")
    return by_entry(run, node, name, entry, args, keywords)


@lru_cache(maxsize=4096)
def _keeps(name: str, category: lexicon.Category) -> bool:
    """A graph may keep something of what a function of this name looks at by itself: few do."""
    step = category == "summary" or spoken_as(name).endswith(FOR_ALL)
    return step or process_wide.may_read(name) or name in files.READERS or name.startswith(drawing.INITIALIZERS)


FOR_ALL = (".as_default", ".set_step")


def _note_step(run: Run, node: nodes.NodeNG, spoken: str, args: list[Value], keywords: Keywords) -> None:
    """A summary's step, or that of all summaries of a writer, is a Python number that the graph keeps."""
    positional = args[0] if args and spoken.endswith(FOR_ALL) else None
    step = keywords.get("step", positional)
    if step is not None and not step.is_tensor and step.kind != "none":
        run.effect("summary-step", node, step.is_known, call=spoken)


def _note_kept(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords
) -> None:  # fmt: skip
    """What a graph keeps of what the function looks at by itself: a setting, a file, a seed."""
    if entry.category == "summary" or spoken_as(name).endswith(FOR_ALL):
        _note_step(run, node, spoken_as(name), args, keywords)
    process_wide.read(run, node, name)
    files.read(run, node, name, args)
    drawing.initializer_made(run, node, name, entry, args, keywords)


def by_entry(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None = None,
) -> Value:  # fmt: skip
    """Call something whose entry is known; `receiver` is the object of a method."""
    category, spoken = entry.category, spoken_as(name)
    run.stirs += category not in harmless.CATEGORIES
    if _keeps(name, category):
        _note_kept(run, node, name, entry, args, keywords)
    if category in SIMPLE:
        return _simple(run, node, name, entry, args, keywords, receiver)
    if category in results.OPS:
        return _any_op(run, node, name, entry, args, keywords, receiver)
    match category:
        case "dataset":
            return _dataset(run, node, name, entry, args, keywords, receiver)
        case _ if category == "creates" or (entry.returns == "loss" and "reduction" in entry.parameters):
            return making.create(run, node, name, entry, spoken, args, keywords)
        case "host-callback":
            run.effect("host-callback", node, call=spoken)
            if entry.returns == "dataset":
                return _dataset(run, node, name, entry, args, keywords, receiver)
            return _called_back(run, name, args[2] if len(args) > 2 else keywords.get("Tout"))
        case "numpy" | "host-call":
            return on_host.call(run, node, entry, spoken, args, keywords, receiver)
        case "output":
            run.effect("output", node, call=spoken, channel=entry.channel or "stdout")
        case "mutates-argument" if args:
            _change_first(run, node, spoken, args, keywords, receiver)
        case "plain" | "pure" | "constant":
            pass
        case _:
            why = "it changes how functions are traced" if category == "function" else "its effect isn't known"
            run.effect("unknown-call", node, call=spoken, why=why)
            return Value(name=f"{spoken}()")
    result = results.result_of(run, entry, args, keywords, receiver)
    return result if result.is_known else run.unknown(node, f"what `{spoken}` returns")


def _change_first(
    run: Run, node: nodes.NodeNG, spoken: str, args: list[Value], keywords: Keywords, receiver: Value | None
) -> None:  # fmt: skip
    if args[0].kind == "ndarray" and not args[0].outer:
        objects.note_array(run, node, args[0])
        on_host.call(run, node, lexicon.Entry("numpy"), spoken, args[1:], keywords, receiver)
    else:
        objects.change_contents(run, node, args[0], spoken, args[1] if len(args) > 1 else None)


def _dataset(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> Value:  # fmt: skip
    last = name.rpartition(".")[2]
    before, run.traced_by = run.traced_by, f"Dataset.{last}"
    mapped = handed.call_functions(run, node, name, entry, args, keywords, receiver)
    run.traced_by = before
    run.op()
    kind = entry.returns or "dataset"
    if kind not in ("dataset", "dataset_iterator"):
        return Value(kind)
    drawing.ordered_anew(run, node, last, results.argument(entry, "seed", args, keywords, receiver))
    item = elements.of(run, last, entry, args, keywords, receiver, mapped)
    return Value(kind, item=item, open=elements.left_open(last, receiver, item))


def _simple(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> Value:  # fmt: skip
    """Call something that is one effect; a time that nobody looks at is none, nor are draws that are the same in every call."""
    if entry.category == "host-random" and (made := drawing.seeded(run, name, args, keywords)) is not None:
        return made
    if entry.category == "clock" and unseen(node):
        pass
    elif entry.category != "host-random" or not drawing.draws_alike(run, receiver):
        sure = receiver.sure if receiver is not None else True
        run.effect(SIMPLE[entry.category], node, sure, call=spoken_as(name))
    elif name.endswith(".shuffle") and args:
        objects.change_contents(run, node, args[0], spoken_as(name), None)
    result = results.result_of(run, entry, args, keywords, receiver)
    return replace(result, dtype=arrays.of_call(name, args, keywords, None)) if result.kind in ARRAYS else result


#: ops that look at static shapes, so that they fail while tracing even under a condition that would guard them
SHAPE_BOUND = frozenset(
    {"reshape", "squeeze", "ensure_shape", "slice", "split", "unstack", "concat", "stack", "gather", "matmul"}
)
#: ops that fail when they run on input that doesn't fit
CHECKS_INPUT = frozenset({
    "gather", "gather_nd", "reshape", "inv", "cholesky", "solve", "slice", "tensor_scatter_nd_update", "scatter_nd",
    "boolean_mask", "ensure_shape", "embedding_lookup", "concat", "matmul", "split", "decode_csv", "string_to_number",
})  # fmt: skip


def _called_back(run: Run, name: str, types: Value | None) -> Value:
    """What tf.py_function and tf.numpy_function return: a tensor, or a list where Tout is one."""
    run.op()
    failures.of_op(run, name.rpartition(".")[2])
    if types is not None and isinstance(types.ref, Container) and types.ref.items is not None:
        return run.container("list", items=[_from_host(one) for one in types.ref.items])
    return _from_host(types)


def _from_host(dtype: Value | None) -> Value:
    """A trace doesn't even know its number of axes."""
    return replace(tensor(arrays.named(dtype)), open="unranked")


def _any_op(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> Value:  # fmt: skip
    """TensorFlow work that a graph does as well, with what is special about its category."""
    last = name.rpartition(".")[2]
    match entry.category:
        case "random-op":
            run.effect("random-op", node, call=spoken_as(name))
        case "higher-order":
            leaf = handed.call_functions(run, node, name, entry, args, keywords, receiver)
            if name == "tensorflow.nest.map_structure" and len(args) > 1 and leaf is not None and leaf.is_known:
                run.op()
                return handed.nested(run, args[1], leaf)
            if last == "custom_gradient":
                run.effect("memory", node, what="custom gradient", name=spoken_as(name))
            elif name == "tensorflow.while_loop":
                _op(run, node, name, entry, args, keywords, receiver)
                carried = results.argument(entry, "loop_vars", args, keywords, None)
                shaped = "shape_invariants" in keywords or len(args) > 3
                if carried is not None and isinstance(carried.ref, Container):
                    # eagerly in the container that the body returns, most often a tuple
                    made = handed.of_free_shape(run, carried) if shaped else handed.as_tensors(run, carried)
                    return replace(made, mixed=carried.kind == "list")
                return replace(tensor(sure=False), open="sizes" if shaped else "")
            elif leaf is not None and last in functional.BRANCHES and leaf.is_known:
                _op(run, node, name, entry, args, keywords, receiver)
                return leaf
            elif leaf is not None and isinstance(leaf.ref, Container) and last in handed.EACH:
                _op(run, node, name, entry, args, keywords, receiver)
                return handed.gathered(run, results.argument(entry, "initializer", args, keywords, None) or leaf)
            elif leaf is not None and leaf.is_tensor and leaf.open:
                each = "map" in name or "scan" in name  # for each element
                return sizes.marked(
                    _op(run, node, name, entry, args, keywords, receiver),
                    max(leaf.open, "sizes") if each else leaf.open,
                )
            elif receiver is not None and receiver.kind == "strategy":
                run.effect("replicas", node, call=f"{receiver.name}.{name.rpartition('.')[2]}")
    return _op(run, node, name, entry, args, keywords, receiver)


#: parameters that take a list of tensors, though not one tensor in its stead
LISTS = frozenset({"inputs", "input", "data", "indices", "tensors", "record_defaults"})


def _symbolic(value: Value, *, in_lists: bool = True) -> Value | None:
    """A tensor where values are asked for, or what eagerly is a number or an array in a list that is made into one."""
    if value.is_tensor or not in_lists or not isinstance(value.ref, Container):
        return value if value.is_tensor else None
    parts = [*(value.ref.items or ()), *filter(None, [value.ref.element])]
    found = (by for part in parts if part is not value and (by := _symbolic(part)) is not None)
    by = next((one for one in found if one.mixed or one.array), None)
    return replace(by, name=value.name or by.name) if by is not None else None


def _of_one(node: nodes.NodeNG) -> bool:
    """tf.stack([x, x]) fits whatever x is."""
    parts = node.args[0].elts if isinstance(node, nodes.Call) and node.args and hasattr(node.args[0], "elts") else ()
    return len({one.name if isinstance(one, nodes.Name) else one for one in parts}) == 1


# ---- TensorFlow ---------------------------------------------------------------------------------------------------


def _need_values(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> None:  # fmt: skip
    """Note tensors where a graph takes a Python value only."""
    for parameter in entry.concrete:
        value = results.argument(entry, parameter, args, keywords, receiver)
        if value is not None and (by := _symbolic(value, in_lists=parameter not in LISTS)) is not None:
            run.effect("host-call", node, by.sure, call=spoken_as(name), argument=by.name)


def _op(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> Value:  # fmt: skip
    run.op()
    if entry.concrete:
        _need_values(run, node, name, entry, args, keywords, receiver)
    last = name.rpartition(".")[2]
    by_size = last in SHAPE_BOUND and any(c.by_size for frame in run.frames for c in frame.controls)
    if by_size and not (last == "stack" and _of_one(node)):
        run.effect("guarded-op", node, False, target=spoken_as(name))
    if name in sizes.SHAPE_LISTS:
        sizes.as_shape(run, node, name, entry, args, keywords, receiver)
    failures.of_op(run, last)
    if last in CHECKS_INPUT or "linalg" in name:
        run.last_op = node, spoken_as(name)
    if run.compiled:
        compiled_ops.op(run, node, name, entry, args, keywords, receiver)
    if entry.name_slot is not None and len(args) > entry.name_slot:
        _check_name(run, node, name, entry, args)
    given = (*args, *keywords.values())
    for value in given:  # of most there is nothing to ask
        if value.open and "num" not in keywords:
            sizes.needed(run, node, name, value)
        if value.ref is not None or value.kind == "ndarray":
            captures.array_meets_op(run, node, value)
    if any([value.array for value in args]):  # noqa: C419  a list is quicker here
        matching.arrays(run, node, entry, args)
        distributions.array_meets(run, node, name, args)
    if last in matching.BY_FIRST:
        matching.first(run, node, name, entry, args, keywords)
    by_name = results.by_name(entry, args, keywords, receiver)
    result = results.result_of(run, entry, args, keywords, receiver, default="tensor", name=name, given=by_name)
    result = sizes.of_op(last, entry, args, keywords, result, receiver, by_name)
    return wiring.carried(run, given, result) if run.quiet else result


def _check_name(run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry | None, args: list[Value]) -> None:
    """Note a value that lands in an op's `name`, which only a graph looks at."""
    slot = entry.name_slot if entry is not None else None
    if slot is not None and len(args) > slot and args[slot].kind not in ("string", "none", "unknown"):
        run.effect("name-slot", node, args[slot].sure, call=spoken_as(name))
