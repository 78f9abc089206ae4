"""Calls into libraries, by the tables."""

from __future__ import annotations

from typing import cast

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import lexicon, shapes
from hybnb.analyse.follow import arrays, builtin_calls, calls, objects
from hybnb.analyse.follow.guards import guarded
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import (
    ARRAYS,
    CALLABLES,
    CONTAINERS,
    KERAS,
    Container,
    Function,
    Instance,
    Shape,
    Value,
    concrete,
    python_dtype,
    tensor,
)
from hybnb.model import EffectKind, Kind

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
    special = builtin_calls.SPECIAL.get(name)
    if special is not None:
        return special(run, node, name, args, keywords)
    entry = lexicon.lookup(name)
    if entry is None or entry.category == "unknown":
        why = "hybnb's tables don't know it" if lexicon.is_library(name) else "it is not in the notebook"
        run.effect("unknown-call", node, call=name, why=why)
        return Value(name=f"{name}()")
    return by_entry(run, node, name, entry, args, keywords)


def by_entry(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None = None,
) -> Value:  # fmt: skip
    """Call something whose entry is known; `receiver` is the object of a method."""
    category = entry.category
    spoken = _spoken(name)
    if category in SIMPLE:
        run.effect(SIMPLE[category], node, receiver.sure if receiver is not None else True, call=spoken)
        result = _result(run, entry, args, keywords, receiver)
        return replace(result, dtype=arrays.of_call(name, args, keywords, None)) if result.kind in ARRAYS else result
    if category in OPS:
        return _any_op(run, node, name, entry, args, keywords, receiver)
    match category:
        case "dataset":
            before, run.traced_by = run.traced_by, f"Dataset.{name.rpartition('.')[2]}"
            _call_functions(run, node, name, entry, args, keywords, receiver)
            run.traced_by = before
            run.op()
            return _dataset(run, name, entry, args, receiver)
        case "creates":
            return _create(run, node, name, entry, spoken, args, keywords)
        case "host-callback":
            run.effect("host-callback", node, call=spoken)
            run.op()
            return _called_back(run, args[2] if len(args) > 2 else keywords.get("Tout"))
        case "numpy" | "host-call":
            return _host(run, node, entry, spoken, args, keywords, receiver)
        case "output":
            run.effect("output", node, call=spoken, channel=entry.channel or "stdout")
        case "mutates-argument" if args:
            objects.change_contents(run, node, args[0], spoken, args[1] if len(args) > 1 else None)
        case "plain" | "pure" | "constant":
            pass
        case _:
            why = "it changes how functions are traced" if category == "function" else "its effect isn't known"
            run.effect("unknown-call", node, call=spoken, why=why)
            return Value(name=f"{spoken}()")
    return _result(run, entry, args, keywords, receiver)


#: ops that look at static shapes, so that they fail while tracing even under a condition that would guard them
SHAPE_BOUND = frozenset(
    {"reshape", "squeeze", "ensure_shape", "slice", "split", "unstack", "concat", "stack", "gather", "matmul"}
)
#: functions that they are given are called by Python itself, unconverted
UNCONVERTED = frozenset({"map_structure", "custom_gradient", "recompute_grad"})


def _called_back(run: Run, types: Value | None) -> Value:
    """What tf.py_function and tf.numpy_function return: a tensor, or a list where Tout is one."""
    if types is not None and isinstance(types.ref, Container) and types.ref.items is not None:
        return run.container("list", items=[tensor(arrays.named(one)) for one in types.ref.items])
    return tensor(arrays.named(types))


OPS = frozenset({"op", "variable-op", "state-op", "random-op", "summary", "higher-order"})


def _any_op(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> Value:  # fmt: skip
    """TensorFlow work that a graph does as well, with what is special about its category."""
    match entry.category:
        case "random-op":
            run.effect("random-op", node, call=_spoken(name))
        case "summary":
            step = keywords.get("step")
            if step is not None and not step.is_tensor:
                run.effect("summary-step", node, call=_spoken(name))
        case "higher-order":
            _call_functions(run, node, name, entry, args, keywords, receiver)
    return _op(run, node, name, entry, args, keywords, receiver)


def _spoken(name: str) -> str:
    """A qualified name as people write it."""
    for root, short in (("tensorflow.", "tf."), ("numpy.", "np."), ("builtins.", "")):
        if name.startswith(root):
            return short + name[len(root) :]
    return name


# ---- TensorFlow ---------------------------------------------------------------------------------------------------


def _op(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> Value:  # fmt: skip
    run.op()
    for parameter in entry.concrete:
        value = _argument(entry, parameter, args, keywords, receiver)
        if value is not None and value.is_tensor:
            run.effect("host-call", node, value.sure, call=_spoken(name), argument=value.name)
    if name.rpartition(".")[2] in SHAPE_BOUND and any(c.by_size for frame in run.frames for c in frame.controls):
        run.effect("guarded-op", node, False, target=_spoken(name))
    slot = entry.name_slot
    if slot is not None and len(args) > slot and args[slot].kind not in ("string", "none", "unknown"):
        run.effect("name-slot", node, args[slot].sure, call=_spoken(name))
    arrays = [a for a in args if a.array]
    others = [a for a in args if a.is_tensor and not a.array]
    matched = bool(entry.dtype and entry.dtype.startswith("arg:"))
    if matched and any(not concrete(a.dtype) or a.dtype != b.dtype for a in arrays for b in others):
        run.effect("array-argument", node, False, parameter=arrays[0].name, how="dtype")
    return _result(run, entry, args, keywords, receiver, default="tensor")


def _result(
    run: Run,
    entry: lexicon.Entry,
    args: list[Value],
    keywords: Keywords,
    receiver: Value | None,
    default: str = "object",
) -> Value:
    kind = entry.returns or cast("Kind", default)
    if kind in ("tensor", "variable", "ndarray", "composite"):
        return Value(kind, dtype=_dtype(entry, args, keywords, receiver), shape=_shape(entry, args, keywords, receiver))
    if kind in CONTAINERS:
        return run.container(kind, element=_item(entry))
    if kind == "object" and entry.type is not None:
        return Value(kind, ref=Instance(run.epoch, None, entry.type))
    return Value(kind)


def _item(entry: lexicon.Entry) -> Value:
    """What a returned container holds."""
    if entry.items is not None:
        return Value(entry.items)
    if entry.category in OPS:
        return tensor(sure=False)  # or a nested structure of tensors
    return Value("number") if entry.category == "pure" else Value()


def _argument(
    entry: lexicon.Entry, which: str, args: list[Value], keywords: Keywords, receiver: Value | None
) -> Value | None:
    if which in keywords:
        return keywords[which]
    if which == "self":
        return receiver
    if which in entry.parameters:
        position = entry.parameters.index(which)
        if position < len(args):
            return args[position]
    return None


def _dtype(entry: lexicon.Entry, args: list[Value], keywords: Keywords, receiver: Value | None) -> str | None:
    rule = entry.dtype
    for parameter in ("output_type", "out_type"):
        if parameter in keywords:
            return arrays.named(keywords[parameter])
    if rule is None:
        return None
    if rule.startswith("kw:"):
        wanted = rule[3:]
        parameter, _, fallback = wanted.partition("=")
        given = _argument(entry, parameter, args, keywords, receiver)
        if given is not None and given.kind != "none":
            if given.kind == "string" and given.constant:
                return str(given.const)
            return given.dtype
        rule = fallback
    if rule.startswith("arg:"):
        source = _argument(entry, rule[4:], args, keywords, receiver)
        return _tensor_dtype(source)
    return rule or None


def _tensor_dtype(source: Value | None) -> str | None:
    """The dtype a tensor made from this value has."""
    if source is None:
        return None
    if isinstance(source.ref, Container):
        element = source.ref.any_element()
        return _tensor_dtype(element) if element is not None and element is not source else None
    return python_dtype(source) or source.dtype


def _shape(entry: lexicon.Entry, args: list[Value], keywords: Keywords, receiver: Value | None) -> Shape:
    def given(parameter: str) -> Value | None:
        return _argument(entry, parameter, args, keywords, receiver)

    if entry.parameters[1:2] in (("axis",), ("ord",)) and _reduces_all(entry, args, keywords):
        return ()
    match entry.shape:
        case "scalar":
            return ()
        case "broadcast":
            found: Shape = ()
            for value in args:
                if value.is_tensor or value.kind in ARRAYS:
                    found = shapes.broadcast(found, value.shape)
            return found
        case str() as rule if rule.startswith("arg:"):
            source = given(rule[4:])
            return shapes.contents(source) if source is not None else None
    for parameter in ("shape", "dims"):
        if parameter in entry.parameters and given(parameter) is not None:
            return shapes.literal(given(parameter))
    if entry.parameters[:2] == ("a", "b") and len(args) > 1:
        return shapes.matmul(args[0].shape, args[1].shape) if not keywords else None
    made_of = given("value") or given("initial_value")
    return shapes.contents(made_of) if made_of is not None else None


def _reduces_all(entry: lexicon.Entry, args: list[Value], keywords: Keywords) -> bool:
    """A reduction without an axis: tf.reduce_sum(x), tf.norm(x)."""
    kept = {"keepdims", "axis"} & keywords.keys()
    return "keepdims" in entry.parameters and not kept and len(args) < 2


def _create(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, spoken: str, args: list[Value], keywords: Keywords
) -> Value:
    kind = lexicon.class_kind(name) or entry.returns or "object"
    if kind in ARRAYS:
        return _host(run, node, entry, spoken, args, keywords, None)
    if kind not in ("table", "loss") and name.rpartition(".")[2] not in NO_VARIABLES and not guarded(node):
        run.effect("creation", node, what=kind, call=spoken, guarded="no")
    if kind == "variable":
        start = args[0] if args else keywords.get("initial_value")
        dtype = arrays.named(keywords.get("dtype")) or _tensor_dtype(start)
        return Value("variable", dtype=dtype, shape=shapes.contents(start) if start is not None else None)
    if kind in KERAS:
        made = Instance(run.epoch, None, name, attributes=dict(keywords) if run.quiet else {})
        if name.endswith(".Lambda") and args:
            made.attributes["function"] = args[0]
        made.called = kind == "model" and _built_at_once(args, keywords)
        return Value(kind, ref=made)
    return Value(kind)


def _built_at_once(args: list[Value], keywords: Keywords) -> bool:
    """A Keras model made from inputs and outputs, or from layers the first of which knows its input."""
    if "inputs" in keywords or len(args) > 1:
        return True
    layers = args[0].ref.items if args and isinstance(args[0].ref, Container) else None
    if not layers:
        return False
    first = layers[0]
    known = first.ref.attributes if isinstance(first.ref, Instance) else {}
    by_layer = isinstance(first.ref, Instance) and first.ref.library.endswith("InputLayer")
    return first.kind == "symbolic" or by_layer or bool({"input_shape", "input_dim"} & known.keys())


def layer_result(run: Run, instance: Instance, args: list[Value]) -> Value:
    """What a library's layer or model returns when it is called."""
    name = instance.library.rpartition(".")[2]
    output = tensor(run.program.layer_dtype(instance))
    if name in ("LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells"):
        states = args[1] if len(args) > 1 and isinstance(args[1].ref, Container) else None
        if states is None or states.ref.items is None:
            return run.container("tuple", items=[output, run.container("list", element=output)])
        kept = [tensor(output.dtype, state.shape) for state in states.ref.items]
        return run.container("tuple", items=[output, run.container("list", items=kept)])
    if name in SEVERAL_RESULTS:
        flags = [v for k, v in instance.attributes.items() if k in ("return_state", "return_attention_scores")]
        if any(flag.const is not False for flag in flags):
            return run.container("list", element=output)
        return output.unsure() if instance.cls is not None or run.program.live is not None else output
    return output


SHAPE_ONLY = frozenset({"np.shape", "np.ndim", "np.isscalar", "np.iterable"})
NO_VARIABLES = frozenset({
    "Activation", "Add", "Average", "AveragePooling1D", "AveragePooling2D", "Concatenate", "Cropping1D", "Cropping2D", "Dot",
    "ELU", "Flatten", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D",
    "Identity", "LeakyReLU", "Masking", "MaxPooling1D", "MaxPooling2D", "Maximum", "Minimum", "Multiply", "Permute", "ReLU",
    "RepeatVector", "Rescaling", "Reshape", "Softmax", "Subtract", "UpSampling1D", "UpSampling2D", "ZeroPadding1D",
    "ZeroPadding2D",
})  # fmt: skip
SEVERAL_RESULTS = frozenset({"LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM2D", "TimeDistributed"})


def _call_functions(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> None:  # fmt: skip
    """Follow the Python functions handed to tf.map_fn, tf.cond, Dataset.map …: they are traced with tensors."""
    control, last = None, name.rpartition(".")[2]
    if name.startswith("tensorflow."):
        control = "if" if last in ("cond", "case", "switch_case") else "loop"
        control = None if "nest" in name or last in ("custom_gradient", "recompute_grad") else control
    item = receiver.item if receiver is not None else None
    for position, parameter in enumerate(entry.parameters):
        if parameter not in entry.functions:
            continue
        value = keywords.get(parameter) or (args[position] if position < len(args) else None)
        functions = [value] if value is not None else []
        if value is not None and isinstance(value.ref, Container):
            functions = [v for v in value.ref.items or () if v.kind in CALLABLES]
        for function in functions:
            given = _given(run, function, item)
            inline = isinstance(function.ref, Function) and not isinstance(function.ref.node, nodes.FunctionDef)
            if (last in UNCONVERTED and not inline) or (last == "cond" and args and args[0].kind in ("bool", "number")):
                calls.call_function(run, node, function, given, {}, converted=False)
            elif control is None:
                calls.call_value(run, node, function, given, {})
            else:
                with run.control(control):  # type: ignore[arg-type]
                    calls.call_value(run, node, function, given, {})


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


def _dataset(run: Run, name: str, entry: lexicon.Entry, args: list[Value], receiver: Value | None) -> Value:
    kind = entry.returns or "dataset"
    if kind not in ("dataset", "dataset_iterator"):
        return Value(kind)
    if name == "tensorflow.data.Dataset.range":
        return Value(kind, item=tensor("int64", ()))
    item = receiver.item if receiver is not None else None
    if item is None and args:
        item = _slice_of(run, args[0])
    return Value(kind, item=item)


def _slice_of(run: Run, source: Value) -> Value:
    if isinstance(source.ref, Container) and source.kind == "tuple" and source.ref.items is not None:
        return run.container("tuple", items=[_slice_of(run, item) for item in source.ref.items])
    if isinstance(source.ref, Container) and source.kind == "dict":
        result = run.container("dict")
        result.ref.entries.update({key: _slice_of(run, value) for key, value in source.ref.entries.items()})
        return result
    return tensor(source.dtype)


# ---- the host -----------------------------------------------------------------------------------------------------


def _host(
    run: Run, node: nodes.NodeNG, entry: lexicon.Entry, spoken: str, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> Value:  # fmt: skip
    """NumPy, math and the like: fine on Python values, impossible on symbolic tensors."""
    run.host_calls += 1
    kind: EffectKind = "numpy-call" if entry.category == "numpy" else "host-call"
    for value in () if spoken in SHAPE_ONLY else (*args, *keywords.values()):
        if objects.holds_tensor(value) and not (value.outer and value.kind == "tensor"):
            run.effect(kind, node, value.sure, call=spoken, argument=value.name)
            break
    else:
        run.effect("host-work", node, call=spoken)
    result = entry.returns or ("ndarray" if entry.category == "numpy" else "number")
    dtype = _dtype(entry, args, keywords, receiver) or arrays.of_call(spoken, args, keywords, receiver)
    return Value(result, dtype=dtype if result in ARRAYS else None)
