"""Library objects that are made, and what Keras objects return when they are called."""

from __future__ import annotations

from typing import Final

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import lexicon, shapes
from hybnb.analyse.follow.flow.guards import guarded
from hybnb.analyse.follow.libraries import arrays, loading, on_host, results, wiring
from hybnb.analyse.follow.run import Run
from hybnb.analyse.shapes import openness
from hybnb.analyse.values import ARRAYS, KERAS, Container, Instance, Shape, Value, join_all, tensor

Keywords = dict[str, Value]


def create(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, spoken: str, args: list[Value], keywords: Keywords
) -> Value:
    kind = lexicon.class_kind(name) or entry.returns or "object"
    if kind in ARRAYS:
        return on_host.call(run, node, entry, spoken, args, keywords, None)
    if kind not in ("table", "loss") and name.rpartition(".")[2] not in NO_VARIABLES and not guarded(node):
        run.effect("creation", node, what=kind, call=spoken, guarded="no")
    if kind == "variable":
        start = args[0] if args else keywords.get("initial_value")
        dtype = arrays.named(keywords.get("dtype")) or results.tensor_dtype(start)
        if run.compiled and start is not None and start.is_tensor:
            run.effect("xla", node, start.sure, call=spoken, why="start")
        if "shape" in keywords:  # which may leave sizes to the run, as [None]
            told = shapes.literal(keywords["shape"])
            return Value("variable", dtype=dtype, shape=told, open=openness.of_variable(told))
        return Value("variable", dtype=dtype, shape=shapes.contents(start) if start is not None else None)
    if kind in KERAS:
        given = dict(zip(entry.parameters, args, strict=False)) | keywords
        model = _cloned(name, args)
        made = Instance(run.epoch, None, model.library if model else name, attributes=given if run.quiet else {})
        if run.quiet and model:
            made.attributes, made.results = dict(model.attributes), model.results
        elif run.quiet:
            made.attributes.update(_parts(run, name, args, given))
        if args and (name.endswith(".Lambda") or kind == "optimizer"):
            made.attributes["function" if name.endswith(".Lambda") else "learning_rate"] = args[0]
        if kind == "loss" and _spelled_out(node):
            made.results = 1 if given.get("reduction", TO_ONE).const in REDUCTIONS else None
        made.called = kind == "model" and (_copied_with_inputs(model) if model else _built_at_once(args, keywords))
        return Value(kind, ref=made)
    if kind == "object" and entry.type is not None:
        return Value(kind, ref=Instance(run.epoch, None, entry.type))
    return Value(kind)


def _parts(run: Run, name: str, args: list[Value], given: Keywords) -> Keywords:
    """What a model of Keras's own is made of, as its attributes."""
    named = args[1] if len(args) > 1 else given.get("outputs")
    if name in ("keras.Model", "keras.models.Model") and named is not None:
        return {"outputs": wiring.outputs(run, named)}
    if name.endswith(".Sequential") and args:
        return {"layers": args[0]}
    if name.rpartition(".")[2] in loading.LOADERS:
        return {"layers": loading.layers(run, given.get("custom_objects"))}
    return {}


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


def _cloned(name: str, args: list[Value]) -> Instance | None:
    """The model of Keras's own of which this makes a copy."""
    model = args[0].ref if args and name.endswith(".clone_model") else None
    return model if isinstance(model, Instance) and model.cls is None else None


def _copied_with_inputs(model: Instance) -> bool:
    """A copy has its variables at once where the model was made from inputs, whether that was called or not."""
    layers = model.attributes.get("layers")
    return "outputs" in model.attributes or (layers is not None and _built_at_once([layers], {}))


def has_variables(instance: Instance) -> bool:
    """Calling the layer or model for the first time makes variables."""
    known = lexicon.class_kind(instance.library) in ("layer", "model")
    return known and instance.library.rpartition(".")[2] not in NO_VARIABLES | {"Dropout", "GaussianNoise"}


def layer_result(run: Run, instance: Instance, args: list[Value]) -> Value:
    """What a library's layer or model returns when it is called."""
    name = instance.library.rpartition(".")[2]
    if run.compiled and any(value.dtype == "string" or name in OF_TEXT for value in args[:1]):
        run.effect("xla", run.frame.call or run.frames[0].scope.node, call=name, why="string")
    output = tensor(run.program.layer_dtype(instance), _layer_shape(name, instance, args[0] if args else None))
    if args and args[0].kind == "composite" and name in ROW_BY_ROW:
        return Value("composite", dtype=args[0].dtype if name == "Identity" else None, open=min(args[0].open, "sizes"))
    if args and args[0].is_tensor and args[0].open:
        output = replace(output, open=min(args[0].open, "first" if name.startswith("Global") else "sizes"))
    by_outputs = _of_outputs(run, instance, output) if instance.cls is None else None
    if by_outputs is not None:
        return by_outputs
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


def _of_outputs(run: Run, instance: Instance, output: Value) -> Value | None:
    """What a model of Keras's own returns, as far as its outputs are named or counted: one alone isn't wrapped."""
    named = instance.attributes.get("outputs", Value())
    outputs = named.ref if isinstance(named.ref, Container) else None
    if outputs is not None and named.kind == "dict":
        made = run.container("dict")
        made.ref.entries.update(dict.fromkeys(outputs.entries, output))
        return made
    if outputs is not None and named.kind == "list" and not outputs.items:  # nobody counted them
        return join_all([run.container("list", element=output), output.unsure()])
    count = len(outputs.items) if outputs is not None and outputs.items else instance.results
    if count is None or count == 1:
        return None if count is None else output
    return run.container("list" if outputs is None else named.kind, items=[output] * count)


def loss_result(instance: Instance, result: Value) -> Value:
    """What a Keras loss makes of the losses of its rows: mostly their sum or mean."""
    set_later = instance.attributes.get("reduction")
    reduced = instance.results == 1 and (set_later is None or set_later.const in REDUCTIONS)
    return replace(result, shape=() if reduced else None) if result.is_tensor else result


REDUCTIONS: Final = ("sum", "sum_over_batch_size", "mean", "mean_with_sample_weight")
TO_ONE: Final = Value("string", const="sum_over_batch_size")  #: how a loss is reduced that isn't told


def _spelled_out(call: nodes.NodeNG) -> bool:
    """No argument comes out of a list or dict, by * or **."""
    if not isinstance(call, nodes.Call):
        return False
    return all(each.arg for each in call.keywords) and not any(isinstance(each, nodes.Starred) for each in call.args)


def _layer_shape(name: str, instance: Instance, given: Value | None) -> Shape:
    if given is None or not isinstance(given.shape, tuple) or instance.cls is not None:
        return None
    if name in KEEP_SHAPE:
        return given.shape
    size = instance.attributes.get({"Dense": "units", "Embedding": "output_dim"}.get(name, ""))
    if size is None or not isinstance(size.const, int):
        return None
    return (*given.shape, size.const) if name == "Embedding" else (*given.shape[:-1], size.const)


#: layers that look at each value by itself, also in a ragged or sparse tensor
ROW_BY_ROW = frozenset({"StringLookup", "IntegerLookup", "Hashing", "Identity"})
OF_TEXT = frozenset({"TextVectorization", "StringLookup"})
KEEP_SHAPE = frozenset({
    "Activation", "BatchNormalization", "Dropout", "ELU", "GaussianNoise", "Identity", "LayerNormalization", "LeakyReLU",
    "ReLU", "Rescaling", "Softmax",
})  # fmt: skip
NO_VARIABLES = frozenset({
    "Activation", "Add", "Average", "AveragePooling1D", "AveragePooling2D", "Concatenate", "Cropping1D", "Cropping2D", "Dot",
    "ELU", "Flatten", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D",
    "Identity", "LeakyReLU", "Masking", "MaxPooling1D", "MaxPooling2D", "Maximum", "Minimum", "Multiply", "Permute", "ReLU",
    "RepeatVector", "Rescaling", "Reshape", "Softmax", "Subtract", "UpSampling1D", "UpSampling2D", "ZeroPadding1D",
    "ZeroPadding2D",
})  # fmt: skip
SEVERAL_RESULTS = frozenset({"LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM2D", "TimeDistributed"})
