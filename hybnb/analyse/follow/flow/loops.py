"""`for` and `while`: what AutoGraph would make of them, and whether it could."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import compress
from operator import is_not

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow import targets
from hybnb.analyse.follow.dispatch import evaluate, execute, statement
from hybnb.analyse.follow.flow import branches, conditions, consistency, iterating, liveness, undefined
from hybnb.analyse.follow.libraries import elements, tapes
from hybnb.analyse.follow.run import Control, Run, left_by
from hybnb.analyse.follow.survey import assigned_in, names_in, own_breaks
from hybnb.analyse.scope import Scope, joined, unsettled
from hybnb.analyse.text.remembered import remembered
from hybnb.analyse.values import LIVE_EPOCH, NOTHING, SCALARS, Choice, Container, Value, python_dtype


@statement(nodes.For, nodes.AsyncFor)
def follow_for(run: Run, node: nodes.For, scope: Scope) -> None:
    if isinstance(node, nodes.AsyncFor):
        run.effect("autograph-refusal", node, construct="async for")
    source = evaluate(run, node.iter, scope)
    if not isinstance(source.ref, Choice):
        _follow_for_over(run, node, scope, source)
        return
    before, after = dict(scope.names), list[dict[str, Value]]()
    for option in source.ref.likely():
        scope.names = dict(before)
        _follow_for_over(run, node, scope, option)
        after.append(scope.names)
    scope.names = reduce(joined, after)


def _follow_for_over(run: Run, node: nodes.For, scope: Scope, source: Value) -> None:
    by_tensor = (
        source.is_tensor
        or source.kind in ("dataset", "dataset_iterator")
        or (source.kind == "range" and source.dtype == "tensor")
    )
    if source.kind == "generator" and source.dtype == "dataset":
        by_tensor = True
    if by_tensor:
        conditions.need_conversion(run, node, source, "for")
        if source.array and source.kind == "tensor":
            run.effect("array-argument", node, False, parameter=source.name, how="loop")
    element = _loop_element(run, node, source, by_tensor=by_tensor)
    if element.kind == "number" and not element.constant:
        element = replace(element, counted=True)
    ops = run.op_calls

    def bind() -> None:
        targets.assign_to(run, node.target, element, scope)

    if _without_round(run, source):
        pass
    elif by_tensor:
        relaxes = "dataset" in (source.kind, source.dtype)
        if relaxes and tapes.recorded(run, node):
            run.effect("lost-gradient", node, False, why="loop")
        before = dict(scope.names)
        _tensor_loop(run, node, scope, source.sure, bind, may_be_empty=_may_be_empty(source), relaxes=relaxes)
        if relaxes or source.kind == "dataset_iterator":
            undefined.note(run, node, before, scope.names, sure=source.sure)
        elif _has_been_empty(source):
            undefined.note(run, node, before, scope.names, sure=source.sure, by_round=True)
    else:
        before = dict(scope.names)
        _python_loop(run, node, scope, bind)
        if source.empty or (isinstance(source.ref, Container) and source.ref.sometimes_empty):
            scope.names = joined(before, scope.names)
        _note_unrolling(run, node, source, ops)
    _loop_else(run, node, scope, "for-else")


def _without_round(run: Run, source: Value) -> bool:
    """A list of the kernel's that holds nothing. One that is passed may hold something the next time."""
    holder = source.ref
    if not isinstance(holder, Container) or run.quiet or holder.epoch != LIVE_EPOCH or holder.origin != "outer":
        return False
    listed = holder.items == [] if holder.kind in ("list", "tuple") else holder.kind == "dict" and not holder.entries
    return listed and holder.element is None


def _may_be_empty(source: Value) -> bool:
    """A walk over it may have no round: its length depends on values, or one of the calls passes an empty tensor."""
    first = source.shape[0] if isinstance(source.shape, tuple) and source.shape else None
    return _has_been_empty(source) or (first is None and (source.open > "batch" or source.kind == "range"))


def _has_been_empty(source: Value) -> bool:
    """In one of the calls at least."""
    first = source.shape[0] if isinstance(source.shape, tuple) and source.shape else None
    return first == 0 or (
        isinstance(first, str) and "0" in first.split("/")
    )  # as shapes.over_calls names sizes that vary


def _loop_element(run: Run, node: nodes.For, source: Value, *, by_tensor: bool) -> Value:
    if source.kind == "dataset" and source.item is None and isinstance(node.target, nodes.Tuple):
        element = elements.taken(run, source)
        return run.container("tuple", element=element)  # what else could be taken apart
    if by_tensor and (source.kind in ("dataset", "dataset_iterator") or source.item is not None):
        return elements.taken(run, source)
    return iterating.iterate(run, source, node.iter, quiet=by_tensor)


def _note_unrolling(run: Run, node: nodes.For, source: Value, ops_before: int) -> None:
    if run.op_calls > ops_before:
        run.loops_with_ops.add(node)
        count = source.const if source.kind == "range" and isinstance(source.const, int) else None
        if count is not None and count >= 50:
            run.effect("unroll", node, target=node.iter.as_string()[:40], count=str(count))


@statement(nodes.While)
def follow_while(run: Run, node: nodes.While, scope: Scope) -> None:
    test = evaluate(run, node.test, scope)
    if conditions.decided(node.test, test, scope) is False:
        return
    if conditions.condition(run, node.test, test):
        _tensor_loop(run, node, scope, test.sure, lambda: None, may_be_empty=True)
    else:
        at_end = _python_loop(run, node, scope, lambda: None)
        after, scope.names = scope.names, at_end
        again = evaluate(run, node.test, scope)
        scope.names = after
        if again.is_tensor and not test.is_tensor and not conditions.bare_parameter(node.test, again):
            run.effect("condition-becomes-tensor", node.test, again.sure, variable=node.test.as_string()[:40])
    _loop_else(run, node, scope, "while-else")


def _loop_else(run: Run, node: nodes.For | nodes.While, scope: Scope, construct: str) -> None:
    if node.orelse:
        run.effect("autograph-refusal", node, construct=construct)
        execute(run, node.orelse, scope)


def _python_loop(run: Run, node: nodes.For | nodes.While, scope: Scope, bind: Callable[[], None]) -> dict[str, Value]:
    """Follow the body twice: the second round sees what the first one changed. The names at the end of the body.

    What decided a condition in the second round and is changed by it takes another one. At the top level, where nothing is
    noted but what changes, a round that has changed nothing is the only one.
    """
    known = seen = dict(scope.names)
    with run.control("python-loop", node=node) as control:
        for round_number in range(ROUNDS):
            if round_number > 1 and not unsettled(seen, known):
                break
            stirs = run.stirs
            seen = known
            scope.names = dict(known)
            run.frame.ended = ""
            run.merges = control.round_began = run.merges + 1
            bind()
            execute(run, node.body, scope)
            left = bool(control.left)
            _meet_those_who_left(run, node, scope, control)
            at_end = scope.names if not left_by(run) else joined(known, scope.names)
            if run.records and run.stirs == stirs and not left and _binds_no_more(node, seen, scope.names):
                known = scope.names
                break
            known = joined(known, scope.names)
    run.frame.ended = ""
    if isinstance(node, nodes.While) and isinstance(node.test, nodes.Const) and node.test.value:
        run.frame.ended = "" if any(own_breaks(node)) else "loop"
    # a for statement is taken to run at least once; what a while statement sets may still be as it was
    scope.names = scope.names if isinstance(node, nodes.For) else known
    return at_end


ROUNDS = 5  #: of a loop's body at most


def _binds_no_more(node: nodes.For | nodes.While, before: dict[str, Value], after: dict[str, Value]) -> bool:
    """No name holds anything else after a round than before it, but those that the loop itself binds anew for each."""
    bound = {one.name for one in node.target.nodes_of_class(nodes.AssignName)} if isinstance(node, nodes.For) else set()
    changed = compress(after, map(is_not, after.values(), map(before.get, after)))
    return bound.issuperset(changed) and before.keys() <= after.keys()


def _meet_those_who_left(run: Run, node: nodes.NodeNG, scope: Scope, control: Control) -> None:
    """At the end of a loop's body, join what names held where a break or continue left it."""
    for names, by_tensor in control.left:
        if run.frame.ended:
            scope.names, run.frame.ended = names, ""
        elif by_tensor:
            scope.names = branches.after_tensor_if(run, node, {}, scope.names, names, sure=True)
        else:
            scope.names = joined(scope.names, names)
    control.left.clear()


def _tensor_loop(
    run: Run, node: nodes.For | nodes.While, scope: Scope, sure: bool, bind: Callable[[], None], *, may_be_empty: bool,
    relaxes: bool = False,
) -> None:  # fmt: skip
    """A walk over a dataset `relaxes`: a variable that changes its shape there has none that is known, and is followed so."""
    before = dict(scope.names)
    ops = run.op_calls
    run.frame.ended = ""
    with run.control("loop", sure, node=node) as control:
        scope.names = _in_the_graph(node, before)
        bind()
        execute(run, node.body, scope)
        _meet_those_who_left(run, node, scope, control)
    run.frame.ended = ""
    if run.op_calls > ops:
        run.loops_with_ops.add(node)
    after = scope.names
    loose = {name for name, old in before.items() if relaxes and consistency.changes_shape(old, after.get(name, old))}
    if loose:
        scope.names = {
            name: consistency.of_no_shape(old, may_stay=may_be_empty) if name in loose else old
            for name, old in before.items()
        }
        _tensor_loop(run, node, scope, sure, bind, may_be_empty=may_be_empty)
        return
    result = dict(before)
    for name, value in after.items():
        old = before.get(name)
        if old is None:
            result[name] = value
        elif old is not value:
            result[name] = _loop_variable(run, node, name, old, value, sure)
            if may_be_empty and old.kind in ("number", "bool") and result[name].is_tensor:
                result[name] = replace(result[name], mixed=True)  # eagerly still Python's, where there is no round
            read = name in names_in(node) or liveness.augmented(node, name)
            if not read and not liveness.used_after(run, node, name):
                run.out_of_sight(scope, name)
    scope.names = result


def _in_the_graph(loop: nodes.NodeNG, names: dict[str, Value]) -> dict[str, Value]:
    """The names in the body: a Python number that it changes is a tensor there."""
    changed = assigned_in(loop)
    return {
        name: replace(value, kind="tensor", dtype=dtype, shape=(), const=NOTHING, ref=None, array=True, mixed=True)
        if name in changed and value.kind in ("number", "bool") and (dtype := python_dtype(value)) is not None
        else replace(value, folded=False)
        if name in changed and value.folded
        else value
        for name, value in names.items()
    }


def _loop_variable(run: Run, node: nodes.NodeNG, name: str, old: Value, new: Value, sure: bool) -> Value:
    if old.kind == "none":
        if new.kind != "none" and liveness.asked_whether_none(node, name):
            run.effect("loop-inconsistent", node, sure, variable=name, why="asked")
        return new  # AutoGraph takes None before the loop as "not yet defined"
    if isinstance(old.ref, Container) and old.ref is new.ref:
        return new
    if not liveness.used_after(run, node, name) and not _carried(node, name):
        return new.unsure()
    result = consistency.merged(run, node, name, old, new, sure, "loop-inconsistent")
    if "set_loop_options" in run.unit.asked and name in _may_grow(node):
        if run.compiled:
            run.effect("xla", node, call=name, why="grow")
        return replace(result, shape=None, open="sizes")
    why, _ = consistency.inconsistency(old, new)
    if why:
        run.forget("array-argument", parameter=name, how="number")  # the same told of each place
    if not why and result.is_tensor and not consistency.same_shape(old, new) and old.open != "unranked":
        run.effect("loop-inconsistent", node, consistency.differs(old.shape, new.shape), variable=name, why="shape")
    return replace(result, shape=() if old.kind in SCALARS else old.shape) if result.is_tensor else result


@remembered
def _may_grow(loop: nodes.NodeNG) -> frozenset[str]:
    """Variables that set_loop_options(shape_invariants=[(variable, shape)]) frees, in this loop."""
    found: set[str] = set()
    for call in loop.nodes_of_class(nodes.Call):
        if isinstance(call.func, nodes.Attribute) and call.func.attrname == "set_loop_options":
            for pair in (pair for keyword in call.keywords for pair in keyword.value.nodes_of_class(nodes.Tuple)):
                found |= {part.name for part in pair.elts[:1] if isinstance(part, nodes.Name)}
    return frozenset(found)


def _carried(node: nodes.NodeNG, name: str) -> bool:
    return isinstance(node, nodes.While) or name in names_in(node)
