"""Calls of objects: of the user's classes by their `__call__` or `call`, of Keras's layers, models, metrics and losses."""

from __future__ import annotations

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import former, lexicon
from hybnb.analyse.follow import calls, definitions, members, sizes
from hybnb.analyse.follow.libraries import library, making, wiring
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import process_wide, staleness
from hybnb.analyse.shapes.marks import concrete
from hybnb.analyse.values import KERAS, NONE, Instance, Value, tensor

Keywords = dict[str, Value]

ASK_FLAG = ("Dropout", "Normalization", "Noise")  #: how the names of layers end that do something else while training


def call(
    run: Run, node: nodes.NodeNG, function: Value, instance: Instance, args: list[Value], keywords: Keywords
) -> Value:  # fmt: skip
    """What calling an object does and gives; `function` is the object as a value."""
    by_keras = lexicon.class_kind(instance.library) in KERAS if instance.library else False
    _note_first_call(run, instance)
    run.calls_layers = run.calls_layers or by_keras or function.kind in KERAS
    own = _own(run, node, function, instance, args, keywords, by_keras=by_keras) if instance.cls is not None else None
    if own is not None:
        return own
    if function.kind == "metric" and instance.cls is not None:
        return _metric(run, node, function, args, keywords)
    if instance.library.endswith(".Lambda"):
        inner = instance.attributes.get("function", Value(name="the function of a Lambda layer"))
        return calls.call_function(run, node, inner, args, {}, converted=False)
    if by_keras or function.kind in KERAS:
        return _of_keras(run, node, function, instance, args, keywords)
    return _of_a_library(run, node, function, instance, args, keywords)


def _own(
    run: Run, node: nodes.NodeNG, function: Value, instance: Instance, args: list[Value], keywords: Keywords, *,
    by_keras: bool,
) -> Value | None:  # fmt: skip
    """By a method of the user's class; None where it has none for that."""
    assert instance.cls is not None
    for name in ("call", "__call__") if by_keras else ("__call__",):
        found = members.find_in_class(instance.cls, name)
        if found is None or not isinstance(found[0], nodes.FunctionDef):
            continue
        method = definitions.method_value(run, found[0], found[1], function)
        if name == "__call__":
            staleness.attribute_read(run, node, function, instance, name, computed=False)
            return calls.call_function(run, node, method, args, keywords)
        wiring.called(run, node, function, instance)
        # Keras calls `call` from code that AutoGraph leaves alone, and with tensors where it was given its own
        given = [replace(one, kind="tensor") if one.kind == "symbolic" else one for one in args]
        result = calls.call_function(run, node, method, given, keywords, converted=False)
        return making.loss_result(instance, result) if function.kind == "loss" else result
    return None


def _metric(run: Run, node: nodes.NodeNG, metric: Value, args: list[Value], keywords: Keywords) -> Value:
    """Keras's metrics take a call for an update, and return what they stand at then."""
    for name, given, named in (("update_state", args, keywords), ("result", [], {})):
        method = members.load_attribute(run, node, metric, name)
        result = calls.call_value(run, node, method, list(given), dict(named))
    return result


def _of_keras(
    run: Run, node: nodes.NodeNG, function: Value, instance: Instance, args: list[Value], keywords: Keywords
) -> Value:  # fmt: skip
    process_wide.read(run, node, f"keras.{function.name}")
    run.op()
    ask_flag(run, node, function, instance.library, keywords)
    sizes.met_layer(run, node, args)
    if run.builds_late and not instance.called and making.has_variables(instance):
        run.effect("late-build", node, target=function.name)
    wiring.run_parts(run, node, instance, keywords)
    result = making.layer_result(run, instance, args)
    return making.loss_result(instance, result) if function.kind == "loss" else result


def _of_a_library(
    run: Run, node: nodes.NodeNG, function: Value, instance: Instance, args: list[Value], keywords: Keywords
) -> Value:  # fmt: skip
    if instance.library.startswith("keras.initializers."):
        run.op()
        return tensor("float32")
    entry = lexicon.lookup(f"{instance.library}.__call__") if instance.library else None
    if entry is not None:
        return library.by_entry(run, node, f"{instance.library}.__call__", entry, args, keywords)
    why = former.remark(instance) or "calling such an object isn't known"
    run.effect("unknown-call", node, call=function.name or instance.library, why=why)
    return Value()


def ask_flag(run: Run, node: nodes.NodeNG, layer: Value, library: str, keywords: Keywords) -> None:
    """Keras's own code, which AutoGraph leaves alone, asks `training` whether it is true; layers that do nothing else while
    training don't.
    """
    flag = keywords.get("training", NONE)
    if flag.is_tensor and (flag.sure or concrete(flag.dtype)):
        sure = flag.sure and library.rpartition(".")[2].endswith(ASK_FLAG)
        run.effect("tensor-bool", node, sure, construct=f"{layer.name or 'layer'}()", target=flag.name or "training")


def _note_first_call(run: Run, instance: Instance) -> None:
    """Calling a layer or model makes its variables, unless the notebook has called it before."""
    if len(run.frames) == 1 and run.quiet:
        instance.called = True
    if instance in run.early_lists and not run.quiet:
        node, target = run.early_lists.pop(instance)
        run.effect("variable-list", node, target=target)
