"""What Keras's own models and layers are made of: the user's layers and functions that run when one of them is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow import calls, members
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import staleness
from hybnb.analyse.holders import Step, Wired
from hybnb.analyse.values import CALLABLES, KERAS, Container, Function, Instance, Value, tensor

Keywords = dict[str, Value]
#: parameters of Keras's layers that take a function which each call of the layer runs
FUNCTIONS = frozenset({"activation", "recurrent_activation", "function", "fn"})


# ---- how KerasTensors come about ------------------------------------------------------------------------------------


def wired(run: Run, layer: Value, args: list[Value], keywords: Keywords, result: Value) -> Value:
    """The result of a layer's call: where that was given a KerasTensor it is another one, which knows the way to it."""
    given = [*args, *keywords.values()]
    if not run.quiet or not any(map(_is_symbolic, given)):
        return result
    step = Step(layer, tuple(args), keywords)
    run.program.wired.append(step)
    return _made_symbolic(result, _way(given).with_steps((step,)))


def carried(run: Run, args: Iterable[Value], result: Value) -> Value:
    """The result of an op, which makes of a KerasTensor another one."""
    if not run.quiet:
        return result
    given = list(args)
    return _made_symbolic(result, _way(given)) if any(map(_is_symbolic, given)) else result


def outputs(run: Run, given: Value) -> Value:
    """What a model is made of by its outputs: where one doesn't tell, of any layer that was called on a KerasTensor."""
    holder = given.ref if isinstance(given.ref, Container) and given.kind in ("list", "tuple", "dict") else None
    if holder is not None and (holder.items or holder.entries):
        made = run.container(given.kind, items=[outputs(run, item) for item in holder.items] if holder.items else None)
        made.ref.entries.update({key: outputs(run, item) for key, item in holder.entries.items()})
        return made
    told = given.kind == "symbolic" or _way([given]).steps
    return given if told else Value("symbolic", ref=Wired(tuple(run.program.wired)))


def _made_symbolic(result: Value, way: Wired) -> Value:
    if isinstance(result.ref, Container):
        holder = result.ref
        if holder.items is not None:
            holder.items = [_made_symbolic(item, way) for item in holder.items]
        holder.entries.update({key: _made_symbolic(item, way) for key, item in holder.entries.items()})
        if holder.element is not None:
            holder.element = _made_symbolic(holder.element, way)
        return result
    return replace(result, kind="symbolic", ref=way) if result.is_tensor else result


def _is_symbolic(value: Value) -> bool:
    return value.kind == "symbolic" or any(map(_is_symbolic, _held(value)))


def _way(values: Iterable[Value]) -> Wired:
    """All layers that were called on the way to these."""
    found = Wired(())
    for value in values:
        way = value.ref if isinstance(value.ref, Wired) else _way(_held(value))
        found = found.with_steps(way.steps) if way.steps else found
    return found


def _held(value: Value) -> list[Value]:
    holder = value.ref
    if not isinstance(holder, Container) or holder.kind == "set":
        return []
    element = [holder.element] if holder.element is not None and holder.element is not value else []
    return [*(holder.items or ()), *holder.entries.values(), *element]


# ---- what a call runs -----------------------------------------------------------------------------------------------


def run_parts(run: Run, node: nodes.NodeNG, owner: Instance, keywords: Keywords) -> None:
    """A model or layer of Keras's is called: follow what of the user's it runs."""
    if run.quiet:
        return
    for step in _parts(owner):
        given = [_eager(value) for value in step.args] if step.args is not None else [tensor()]
        if isinstance(step.layer.ref, Instance):
            built(run, node, step.layer)
            named = {name: _eager(value) for name, value in step.keywords.items()}
            calls.call_value(run, node, step.layer, given, named | _flag(step.layer.ref, keywords))
        else:
            calls.call_function(run, node, step.layer, given, {}, converted=False)


def run_penalties(run: Run, node: nodes.NodeNG, owner: Instance) -> None:
    """`losses` of a layer or model are read, which its regularizers make: follow those of the user's."""
    for name, value in owner.attributes.items() if not run.quiet else ():
        if name.endswith("_regularizer"):
            members.call_special(run, node, value, "__call__", Value("variable", outer=True))
            _settings_read(run, node, value)
            if _is_function(value):
                calls.call_function(run, node, value, [Value("variable", outer=True)], {}, converted=False)
    for step in _parts(owner) if not run.quiet else ():
        if isinstance(step.layer.ref, Instance):
            run_penalties(run, node, step.layer.ref)


def _settings_read(run: Run, node: nodes.NodeNG, value: Value) -> None:
    """What Keras's own regularizers and constraints look at."""
    if isinstance(value.ref, Instance) and value.ref.cls is None:
        for name in ("l1", "l2", "factor", "max_value", "min_value", "rate", "axis"):
            staleness.attribute_read(run, node, value, value.ref, name)


def run_constraints(run: Run, node: nodes.NodeNG) -> None:
    """An optimizer changes variables, and so runs the constraints that layers were given: follow those of the user's."""
    for instance in () if run.quiet else list(run.program.instances.values()):
        if instance.library.startswith("keras.constraints."):
            made = Value("instance", ref=instance)
            members.call_special(run, node, made, "__call__", Value("variable", outer=True))
            _settings_read(run, node, made)


def built(run: Run, node: nodes.NodeNG, layer: Value) -> None:
    """Keras has made the layer's variables before, by its method `build`."""
    instance, before = layer.ref, run.quiet
    if not isinstance(instance, Instance) or not _lacks_built(instance):
        return
    run.quiet = True
    try:
        members.call_special(run, node, layer, "build", Value("shape"))
    finally:
        run.quiet = before


def called(run: Run, node: nodes.NodeNG, layer: Value, instance: Instance) -> None:
    """A layer of the user's is called: Keras has made its variables before, or the first call does."""
    if run.builds_late and not instance.called and _makes_late(instance):
        run.effect("late-build", node, target=layer.name)
    built(run, node, layer)


def _makes_late(instance: Instance) -> bool:
    """The first call has a method `build` of the user's make variables."""
    found = members.find_in_class(instance.cls, "build") if instance.cls is not None else None
    calls_made = found[0].nodes_of_class(nodes.Attribute) if found is not None else ()
    return any(one.attrname == "add_weight" for one in calls_made)


def _lacks_built(instance: Instance) -> bool:
    """Something that `build` sets isn't known."""
    found = members.find_in_class(instance.cls, "build") if instance.cls is not None else None
    made = found[0].nodes_of_class(nodes.AssignAttr) if found is not None else ()
    return any(one.attrname not in instance.attributes for one in made)


def _parts(owner: Instance) -> Iterator[Step]:
    for name, value in owner.attributes.items():
        for one in (value, *_held(value)):
            if isinstance(one.ref, Wired):
                yield from one.ref.steps
            elif _is_layer(one) or (name in FUNCTIONS and _is_function(one)):
                yield Step(one)


def _is_layer(value: Value) -> bool:
    return value.kind in KERAS and isinstance(value.ref, Instance)


def _is_function(value: Value) -> bool:
    return value.kind in CALLABLES and isinstance(value.ref, Function)


def _flag(layer: Instance, keywords: Keywords) -> Keywords:
    """What is passed for `training`, where the layer's `call` takes it."""
    if layer.cls is None or "training" not in keywords:
        return {}
    found = members.find_in_class(layer.cls, "call")
    arguments = found[0].args if found is not None and isinstance(found[0], nodes.FunctionDef) else None
    takes = arguments is not None and any(
        one.name == "training" for one in (*(arguments.args or ()), *arguments.kwonlyargs)
    )
    return {"training": keywords["training"]} if takes else {}


def _eager(value: Value) -> Value:
    """A tensor as the layer gets it when the model is called."""
    if isinstance(value.ref, Container) and value.kind in ("list", "tuple", "dict"):
        holder = value.ref
        made = Container(holder.kind, holder.epoch, holder.origin, holder.name)
        made.items = [_eager(item) for item in holder.items] if holder.items is not None else None
        made.entries = {key: _eager(item) for key, item in holder.entries.items()}
        made.element = _eager(holder.element) if holder.element is not None else None
        return replace(value, ref=made)
    return replace(value, kind="tensor", ref=None) if value.kind == "symbolic" else value
