"""What is bound to the targets of assignments, loops and comprehensions."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse import shapes
from hybnb.analyse.constants import constant
from hybnb.analyse.follow import items, sizes
from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.flow import iterating
from hybnb.analyse.follow.flow.guards import MADE_ONCE, guarded, sets_flag
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import objects, storing
from hybnb.analyse.scope import Scope
from hybnb.analyse.shapes.marks import anchored
from hybnb.analyse.text import restoring
from hybnb.analyse.values import Container, ShapeOf, Value, join, tensor


def assign_to(run: Run, target: nodes.NodeNG, value: Value, scope: Scope) -> None:
    """Bind `value` to a target of any form."""
    match target:
        case nodes.AssignName():
            bind(run, target, value, scope)
        case nodes.Tuple() | nodes.List():
            _unpack(run, target, value, scope)
        case nodes.Starred():
            assign_to(run, target.value, run.container("list", element=value if value.is_known else None), scope)
        case nodes.AssignAttr():
            storing.store_attribute(run, target, evaluate(run, target.expr, scope), target.attrname, value)
        case nodes.Subscript():
            items.store_item(run, target, items.subscript_of(run, target, scope), value)
        case _:
            run.unknown(target, type(target).__name__)


def bind(run: Run, target: nodes.AssignName, value: Value, scope: Scope, how: str = "=") -> None:
    """Bind a plain name where Python would."""
    name = target.name
    if value.is_tensor:
        value = anchored(value, name, target.lineno or 0)
    elif value.kind == "ndarray":
        value = run.made_array(value)
    if name in scope.names and name not in scope.globals:  # as most often
        scope.names[name] = value.named(name)
        return
    holder = scope.holder(name)
    if holder is scope:
        scope.names[name] = value.named(name)
        return
    run.stirs += 1
    if holder is not None:
        if _in_this_run(run, holder):
            holder.names[name] = value
            if run.under():
                run.effect("branch-effect", target, run.sure_context(), target=name)
        else:
            objects.mutation(run, target, name, "nonlocal", how, "outer", value)
        return
    if name in scope.globals:
        if run.quiet:
            known = run.program.global_value(run.program.namespace_of(run.unit), name)
            run.program.bind_global(run.unit, name, value if known is None else join(known, value))
        made_once = value.kind in MADE_ONCE and not value.outer and guarded(target)
        if made_once or sets_flag(target) or restoring.put_back(target):
            return
        objects.mutation(run, target, name, "global", how, "outer", value)
        return
    scope.names[name] = value.named(name)


def _in_this_run(run: Run, holder: Scope) -> bool:
    return any(frame.scope is holder for frame in run.frames)


def _unpack(run: Run, target: nodes.Tuple | nodes.List, value: Value, scope: Scope) -> None:
    count = len(target.elts)
    if (value.is_tensor and value.kind != "variable") or value.kind == "variable":
        run.effect("tensor-iteration", target, value.sure, construct="unpacking", target=value.name)
    container = value.ref if isinstance(value.ref, Container) else None
    items = container.items if container is not None and value.kind in ("tuple", "list") else None
    if isinstance(value.ref, ShapeOf) and isinstance(value.ref.shape, tuple) and value.kind == "shape":
        sizes.read_all(run, target, value)
        items = [shapes.as_number(shapes.part(value, constant(axis))) for axis in range(len(value.ref.shape))]
    starred = any(isinstance(element, nodes.Starred) for element in target.elts)
    for position, element in enumerate(target.elts):
        if items is not None and len(items) == count and not starred:
            part = items[position]
        else:
            part = _part(run, value, target)
        assign_to(run, element, part, scope)


def _part(run: Run, value: Value, node: nodes.NodeNG) -> Value:
    if value.is_tensor:
        return tensor(value.dtype, sure=value.sure)
    return iterating.iterate(run, value, node, quiet=True)
