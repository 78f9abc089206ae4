"""tf.cond, tf.case, tf.switch_case and tf.while_loop: what a graph asks of the functions that they are given."""

from __future__ import annotations

from functools import reduce

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow.flow import consistency
from hybnb.analyse.follow.libraries.compiled_ops import spoken_as
from hybnb.analyse.follow.run import Run
from hybnb.analyse.holders import Chosen
from hybnb.analyse.values import CALLABLES, SCALARS, Container, Value, join

BRANCHES = frozenset({"cond", "case", "switch_case"})


def functions_in(value: Value | None) -> list[Value]:
    """The functions in what is handed over: one, several in a list or dict, or in pairs with what they stand for."""
    if value is None:
        return []
    if not isinstance(value.ref, Container):
        return [value]
    holder = value.ref
    inside = [*(holder.items or ()), *holder.entries.values(), *([holder.element] if holder.element else [])]
    found = (one for part in inside for one in (functions_in(part) if isinstance(part.ref, Container) else [part]))
    return [one for one in found if one.kind in CALLABLES]


def asked(run: Run, node: nodes.NodeNG, predicate: Value | None) -> None:
    """A graph's tf.cond refuses Python's own True and False."""
    if predicate is not None and predicate.kind == "bool" and not predicate.mixed:
        run.effect("eager-only", node, predicate.sure, call="tf.cond with a Python bool")


def branches_met(run: Run, node: nodes.NodeNG, name: str, results: list[Value]) -> Value:
    """What comes out, whichever branch is taken; notes why a graph can't have both."""
    first, *others = results
    for other in others:
        why, certain = consistency.inconsistency(first, other)
        if why and "unknown" not in (first.kind, other.kind) and not _same_object(first, other):
            run.effect(
                "branch-inconsistent", node, certain, variable=f"the result of `{spoken_as(name)}`", why=why
            )  # fmt: skip
            break
    return reduce(lambda a, b: _either(run, node, a, b), results)


def _either(run: Run, node: nodes.NodeNG, a: Value, b: Value) -> Value:
    """A result of one branch or the other, part by part."""
    if isinstance(a.ref, Container) and isinstance(b.ref, Container) and a.kind == b.kind:
        left, right = a.ref, b.ref
        pairs = zip(left.items or (), right.items or (), strict=False)
        made = run.container(a.kind, items=[_either(run, node, x, y) for x, y in pairs] or None)
        common = ((key, one) for key, one in left.entries.items() if key in right.entries)
        made.ref.entries = {key: _either(run, node, one, right.entries[key]) for key, one in common}
        made.ref.fields, made.ref.element = left.fields, left.element or right.element
        return made
    plain = SCALARS - {"none"}
    if all(one.is_tensor or one.kind in plain for one in (a, b)):
        made = consistency.merged(run, node, "", a, b, False, None)
        if "variable" in (a.kind, b.kind) and not made.open:  # eagerly tf.cond returns the variable itself
            return replace(made, kind="variable", sure=made.sure and a.kind == b.kind, ref=Chosen())
        return made
    return join(a, b)


def _same_object(a: Value, b: Value) -> bool:
    """Two operations, which return nothing."""
    return a.kind == b.kind == "object"


def round_met(run: Run, node: nodes.NodeNG, carried: list[Value], returned: Value, *, shaped: bool) -> None:
    """The body of a tf.while_loop has to return what it was given, with the same types and, unless it is told, shapes."""
    found = returned.ref.items if isinstance(returned.ref, Container) else [returned]
    if found is None or len(found) != len(carried):
        return
    for number, (old, new) in enumerate(zip(carried, found, strict=True), 1):
        why, certain = consistency.inconsistency(old, new)
        if not why and not shaped and new.is_tensor and not consistency.same_shape(old, new) and old.open != "unranked":
            why, certain = "shape", consistency.differs(old.shape, new.shape)
        if why and "unknown" not in (old.kind, new.kind):
            variable = old.name or f"loop variable {number}"
            run.effect("loop-inconsistent", node, certain, variable=variable, why=why)
