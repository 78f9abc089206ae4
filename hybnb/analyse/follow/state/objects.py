"""Names and containers: what is read, and what is changed that outlives the call."""

from __future__ import annotations

from typing import Any

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow.flow import consistency, guards, lambdas
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import staleness
from hybnb.analyse.happened import Holder, qualified
from hybnb.analyse.holders import Array
from hybnb.analyse.scope import Scope
from hybnb.analyse.text import keys, restoring
from hybnb.analyse.text.keys import Keys
from hybnb.analyse.text.sites import Site
from hybnb.analyse.values import (
    ARRAYS,
    CONTAINERS,
    NOTHING,
    SCALARS,
    Container,
    Value,
    join,
)


def load_name(run: Run, node: nodes.NodeNG, name: str, scope: Scope) -> Value:
    """What a name holds here."""
    local = scope.names.get(name)
    if local is not None and name not in scope.globals:
        return local.named(name)
    if scope.parent is None and name not in scope.names and name not in scope.node.locals:
        return run.program.load_global(run, node, name)  # half of the others
    holder = scope.holder(name)
    if holder is not None:
        value = holder.names.get(name)
        if value is None:
            return run.unknown(node, f"`{name}`, which may not be defined here")
        if holder is not scope:
            staleness.closure_read(run, node, name, value, holder)
            lambdas.read(run, node, name, value, holder)
            value = _captured(run, value, holder)
        return value.named(name)
    return run.program.load_global(run, node, name)


def _captured(run: Run, value: Value, holder: Scope) -> Value:
    """An array or a generator that a closure keeps from a call long before outlives this one."""
    before = holder.epoch is not None and holder.epoch != run.epoch
    return replace(value, outer=True) if before and value.kind in ("ndarray", "generator") else value


# ---- changes ------------------------------------------------------------------------------------------------------


def mutation(
    run: Run, node: nodes.NodeNG, target: str, container: str, how: str, owner: str, stored: Value | None = None
) -> None:
    """Something that outlives the call changes."""
    stores = "no"
    if stored is not None and stored.kind != "variable" and holds_tensor(stored):
        stores = "yes" if stored.sure else "maybe"
    run.effect(
        "mutation", node, target=target, container=container, how=how, owner=owner, stores_tensor=stores
    )  # fmt: skip


def change_array(run: Run, node: nodes.AugAssign, array: Value, operand: Value) -> None:
    """`array += ...`: NumPy changes the array itself, which its owner sees."""
    note_array(run, node, array)
    if array.passed:
        run.effect("array-argument", node, array.sure, parameter=array.name, how="item assignment")
    elif array.kind == "ndarray" and array.outer:
        mutation(run, node, array.name, "array", node.op, "outer", operand)


def note_array(run: Run, node: nodes.NodeNG, array: Value) -> None:
    """The notebook itself changes an array in place."""
    if run.records and isinstance(array.ref, Array):
        _remember_change(run, node, array.ref, None)


def note_augmented(run: Run, node: nodes.NodeNG, value: Value) -> None:
    """The notebook itself changes what an object or a container holds by += or its like: in place, where that is no number."""
    holder = value.ref
    if run.records and (isinstance(holder, Array) or (isinstance(holder, Container) and value.kind != "tuple")):
        _remember_change(run, node, holder, None)


def change_contents(
    run: Run, node: nodes.NodeNG, owner: Value, how: str, stored: Value | None, key: Any = NOTHING
) -> None:
    """A container is changed in place by `how`, maybe taking in `stored`."""
    run.stirs += 1
    holder = owner.ref
    note_array(run, node, owner)
    if not isinstance(holder, Container):
        mutation(run, node, owner.name or "an object", "object", how, "outer", stored)
        return
    _note_change(run, node, owner, holder, how, stored, key)
    run.about_to_change(holder)
    if stored is None:
        if how in ("clear", "pop", "remove", "del", "popitem", "sort", "reverse"):
            known = holder.any_element()
            holder.items, holder.element = None, known
        return
    if key is not NOTHING and holder.kind == "dict":
        if run.undecided() > holder.undecided:
            stored = lambdas.earlier(holder.entries.get(key), stored)
        holder.entries[key] = _carried(run, node, f"{owner.name}", holder.entries.get(key), stored)
        return
    known = holder.any_element()
    if known is None and how in GROWS:  # what is put in under a condition may not be
        holder.sometimes_empty = run.undecided() > holder.undecided
    elif how in GROWS and run.undecided() <= holder.undecided:
        holder.sometimes_empty = False
    if how == "append" and holder.items is not None and not _repeats(run):
        holder.items.append(stored)
        return
    if holder.kind != "dict":
        holder.items = None
    holder.element = stored if known is None else join(known, stored)


def _note_change(
    run: Run, node: nodes.NodeNG, owner: Value, holder: Container, how: str, stored: Value | None, key: Any
) -> None:  # fmt: skip
    """Say what a graph makes of a change to a container."""
    lasting = run.outlives(holder) or run.records
    given = holder.origin in ("argument", "default")  # a trace that changes what it is given raises
    if lasting and not given and guards.fills_memo(node) and stored is not None and plain(stored):
        pass  # done once for each key, in the trace as without it
    elif lasting and not given and stored is not None and _made_once(stored) and guards.guarded(node):
        pass  # variables that the first call makes
    elif lasting and how in CLOSED and restoring.taken_out(node):
        pass
    elif run.records:
        _remember_change(run, node, holder, _keys(node))
    elif run.outlives(holder) and of_keywords(run, holder):
        pass  # Python makes a new dict of them for each call
    elif run.outlives(holder):
        origin = "outer" if holder.origin == "fresh" else holder.origin
        mutation(run, node, owner.name or holder.name, holder.kind, how, origin, stored)
    elif not (how.endswith("=") and _known_place(holder, key) and all(map(run.carried_here, run.around()))):
        _inside_graph_control(run, node, owner, holder)


def _made_once(value: Value) -> bool:
    return value.kind in guards.MADE_ONCE and not value.outer


def _keys(node: nodes.NodeNG) -> Keys | None:
    """Under which keys alone a dict is changed, where the text says so: what is known of a name may hold for the first round."""
    match node:
        case nodes.Subscript(value=owner) | nodes.Call(func=nodes.Attribute(expr=owner)):
            return keys.written(owner)
    return None


def _remember_change(run: Run, node: nodes.NodeNG, holder: Holder, known: Keys | None) -> None:
    """The notebook itself changes a container or an array, unless that is still being made."""
    run.stirs += 1
    call = run.outermost_call()
    if call is not None and holder.made_by is call:
        return
    site = Site(run.frames[0].unit, (call or node).lineno or 1, False, attribute="[]", keys=known)
    functions = frozenset(qualified(frame.function.node) for frame in run.frames if frame.function is not None)
    run.program.moved |= run.program.happenings.note(holder, site, functions)


GROWS = frozenset({"append", "appendleft", "insert", "add"})
CLOSED = frozenset({"append", "appendleft", "pop", "popleft"})


def plain(value: Value) -> bool:
    own_array = value.kind in ARRAYS and not value.passed and not value.array
    return (value.kind in SCALARS and not value.mixed) or own_array


def _carried(run: Run, node: nodes.NodeNG, name: str, old: Value | None, stored: Value) -> Value:
    """An entry that AutoGraph carries through a tensor condition or loop has to keep its type."""
    if old is None or not run.under():
        return stored
    kind: consistency.Inconsistent = "branch-inconsistent" if run.under() == "if" else "loop-inconsistent"
    return consistency.merged(run, node, name, old, stored, run.sure_context(), kind)


def _known_place(holder: Container, key: Any) -> bool:
    """AutoGraph carries a[0] and a["b"] through conditions and loops, once they exist."""
    return key in holder.entries if holder.kind == "dict" else isinstance(key, int)


def _repeats(run: Run) -> bool:
    """What is done here may be done several times, or not at all."""
    return any(c.kind in ("loop", "python-loop", "if") for frame in run.frames for c in frame.controls) or run.quiet


def _inside_graph_control(run: Run, node: nodes.NodeNG, owner: Value, holder: Container) -> None:
    """A local container made before a tensor `if` or loop is changed within it."""
    controls = [c for frame in run.frames for c in frame.controls if c.kind in ("if", "loop") and not c.rest]
    for control in reversed(controls):
        if control in holder.made_in:
            return
        sure = all(c.sure for c in controls)
        if control.kind == "loop" and holder.kind in ("list", "set"):
            run.effect("loop-append", node, sure, target=owner.name)
        elif control.kind == "if":
            run.effect("branch-effect", node, sure, target=owner.name)
        elif holder.kind == "dict":
            run.effect("branch-effect", node, False, target=owner.name)
        return


def holds_tensor(value: Value) -> bool:
    """The value is a tensor, or a container with one in it."""
    if value.is_tensor:
        return True
    if isinstance(value.ref, Container) and value.kind in CONTAINERS:
        element = value.ref.any_element()
        return element is not None and element is not value and element.is_tensor
    return False


def note_order(run: Run, node: nodes.NodeNG, holder: Container, how: str = "items") -> None:
    """The keywords of a call are walked through: a tf.function gets them in alphabetical order."""
    names = [key for key in holder.entries if isinstance(key, str)]
    if how in ("items", "values", "keys") and of_keywords(run, holder) and names != sorted(names):
        run.unknown(node, f"the order of `{holder.name}`, which a tf.function gets sorted by name")


def of_keywords(run: Run, holder: Container) -> bool:
    """The dict of the keywords that the function judged is called with."""
    function = run.frames[0].function if run.frames else None
    given = function.node.args.kwarg if function is not None else None
    return bool(given) and holder.name == given and holder.origin == "argument"
