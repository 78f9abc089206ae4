"""Attributes that are set: of objects that outlive the call, of ones made in it, by properties and descriptors."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse import lexicon
from hybnb.analyse.follow import calls, definitions, descriptors, members
from hybnb.analyse.follow.flow import lambdas
from hybnb.analyse.follow.flow.guards import MADE_ONCE, fills_once, guarded, sets_flag
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import objects
from hybnb.analyse.text import restoring
from hybnb.analyse.values import TENSORS, Instance, Value, join


def store_attribute(run: Run, node: nodes.NodeNG, owner: Value, name: str, value: Value, how: str = "=") -> None:
    """owner.name = value"""
    run.stirs += 1
    spelled = f"{owner.name}.{name}" if owner.name else name
    instance = owner.ref
    if isinstance(instance, Instance):
        if instance.cls is not None:
            _by_own_way(run, node, owner, name, value)
            definition = members.find_in_class(instance.cls, name)
            if definition is not None and isinstance(definition[0], nodes.FunctionDef):
                _property_setter(run, node, owner, name, value, spelled)
                return
            if descriptors.store(run, node, owner, name, value):
                return
        if run.outlives(instance):
            _outer_attribute(run, node, owner, instance, spelled, value, how)
            if how == "=" or name not in instance.attributes:
                known = instance.attributes.get(name)
                instance.attributes[name] = value if known is None else join(known, value)
            return
        _under_graph_control(run, node, instance, name, spelled)
        kept = lambdas.earlier(instance.attributes.get(name), value) if run.undecided() else value
        instance.attributes[name] = kept.named(spelled)
        return
    if owner.kind in TENSORS and not owner.sure:
        objects.mutation(run, node, spelled, "attribute", how, "argument", value)
        return
    objects.mutation(run, node, spelled, "attribute", how, "outer", value)


def _by_own_way(run: Run, node: nodes.NodeNG, owner: Value, name: str, value: Value) -> None:
    """A class's own `__setattr__` runs, whatever it does beside setting the attribute."""
    functions = [frame.function.node for frame in run.frames if frame.function is not None]
    if not any(getattr(function, "name", "") == "__setattr__" for function in functions):
        members.call_special(run, node, owner, "__setattr__", Value("string", const=name), value)


def _under_graph_control(run: Run, node: nodes.NodeNG, instance: Instance, name: str, spelled: str) -> None:
    """An object made in this call changes within a tensor `if` or loop that stands around it."""
    around = [control for control in run.around() if control not in instance.made_in and not control.rest]
    if not around:
        return
    if not all(run.carried_here(control) for control in around):
        run.effect("branch-effect", node, all(control.sure for control in around), target=spelled)
    elif name not in instance.attributes:
        run.effect("branch-effect", node, False, target=spelled)


def _outer_attribute(
    run: Run, node: nodes.NodeNG, owner: Value, instance: Instance, spelled: str, value: Value, how: str
) -> None:
    kind = lexicon.class_kind(instance.library) if instance.library else None
    entry = lexicon.method(kind or owner.kind, spelled.rpartition(".")[2])
    if entry is not None and entry.category == "variable-op":
        return  # a setter that assigns a variable, as optimizer.learning_rate
    if (value.kind in MADE_ONCE and not value.outer and guarded(node)) or sets_flag(node):
        return  # made on the first call and kept: the one creation that tf.function allows
    if how == "=" and (restoring.put_back(node) or (objects.plain(value) and fills_once(node))):
        return
    owner_word = "self" if instance.origin == "self" else instance.origin if instance.origin != "fresh" else "outer"
    objects.mutation(run, node, spelled, "attribute", how, owner_word, value)


def _property_setter(run: Run, node: nodes.NodeNG, owner: Value, name: str, value: Value, spelled: str) -> None:
    instance = owner.ref
    for cls in instance.cls.lineage():
        for found in cls.node.locals.get(name, ()):
            if isinstance(found, nodes.FunctionDef) and f"{name}.setter" in definitions.decorator_names(found):
                method = definitions.method_value(run, found, cls, owner)
                calls.call_function(run, node, method, [value], {}, converted=False)
                return
    objects.mutation(run, node, spelled, "attribute", "=", "self", value)
