"""Names, containers and operators: what is read, made and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow.run import Run
from hybnb.analyse.scope import Scope
from hybnb.analyse.values import (
    ARRAYS,
    CONTAINERS,
    NOTHING,
    Container,
    Instance,
    Value,
    concrete,
    join,
    python_dtype,
    tensor,
)

if TYPE_CHECKING:
    from hybnb.analyse.follow.expressions import Place

IN_PLACE = {"+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "@": "__matmul__", "**": "__pow__",
            "//": "__floordiv__", "%": "__mod__"}  # fmt: skip


def load_name(run: Run, node: nodes.NodeNG, name: str, scope: Scope) -> Value:
    """What a name holds here."""
    holder = scope.holder(name)
    if holder is not None:
        value = holder.names.get(name)
        if value is None:
            return run.unknown(node, f"`{name}`, which may not be defined here")
        if holder is not scope:
            _check_closure(run, node, name, value, holder)
        return value.named(name)
    return run.program.load_global(run, node, name)


def _check_closure(run: Run, node: nodes.NodeNG, name: str, value: Value, holder: Scope) -> None:
    """A name of an enclosing function is read while tracing: is it bound anew after the function was made?"""
    root = run.frames[0].function
    if run.quiet or root is None or any(frame.scope is holder for frame in run.frames):
        return
    made = root.node.lineno or 0
    for site in holder.node.locals.get(name, ()):
        if isinstance(site, nodes.AssignName) and (site.lineno or 0) > made and site.parent is not holder.node.args:
            run.effect("stale-read", node, name=name, what=value.kind, changed=run.unit.where(site.lineno or 1))
            return
    for declared in holder.node.nodes_of_class(nodes.Nonlocal):
        writer = declared.scope()
        if name in declared.names and writer is not root.node:
            changed = f"{run.unit.where(declared.lineno or 1)}, in `{writer.name}`"
            run.effect("stale-read", node, name=name, what=value.kind, changed=changed)
            return


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


def change_contents(
    run: Run, node: nodes.NodeNG, owner: Value, how: str, stored: Value | None, key: Any = NOTHING
) -> None:
    """A container is changed in place by `how`, maybe taking in `stored`."""
    holder = owner.ref
    if not isinstance(holder, Container):
        mutation(run, node, owner.name or "an object", "object", how, "outer", stored)
        return
    if run.outlives(holder):
        origin = "outer" if holder.origin == "fresh" else holder.origin
        mutation(run, node, owner.name or holder.name, holder.kind, how, origin, stored)
    elif not (how.endswith("=") and _known_place(holder, key)):
        _inside_graph_control(run, node, owner, holder)
    if stored is None:
        if how in ("clear", "pop", "remove", "del", "popitem", "sort", "reverse"):
            known = holder.any_element()
            holder.items, holder.element = None, known
        return
    if key is not NOTHING and holder.kind == "dict":
        holder.entries[key] = stored
        return
    if how == "append" and holder.items is not None and not _repeats(run):
        holder.items.append(stored)
        return
    known = holder.any_element()
    if holder.kind != "dict":
        holder.items = None
    holder.element = stored if known is None else join(known, stored)


def _known_place(holder: Container, key: Any) -> bool:
    """AutoGraph carries a[0] and a["b"] through conditions and loops, once they exist."""
    return key in holder.entries if holder.kind == "dict" else isinstance(key, int)


def _repeats(run: Run) -> bool:
    return any(c.kind in ("loop", "python-loop", "if") for frame in run.frames for c in frame.controls) or run.quiet


def _inside_graph_control(run: Run, node: nodes.NodeNG, owner: Value, holder: Container) -> None:
    """A local container made before a tensor `if` or loop is changed within it."""
    controls = [c for frame in run.frames for c in frame.controls if c.kind in ("if", "loop")]
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


def store_item(run: Run, node: nodes.NodeNG, place: Place, value: Value, how: str = "[...] =") -> None:
    """owner[index] = value."""
    owner, index = place.owner, place.index
    name = place.text
    if owner.is_tensor:
        if owner.array:
            run.effect("array-argument", node, owner.sure, parameter=owner.name, how="item assignment")
        elif not owner.sure:
            # either a tensor, which can't be assigned to eagerly either, or an argument's container
            mutation(run, node, name, "object", how, "argument", value)
        return
    if isinstance(owner.ref, Container):
        if index.is_tensor and index.kind != "variable":
            kind = "tensor-key" if owner.kind == "dict" else "tensor-index"
            details = {"construct": "dict key"} if owner.kind == "dict" else {"target": owner.name}
            run.effect(kind, node, index.sure, **details)  # type: ignore[arg-type]
        key = index.const if index.constant else NOTHING
        change_contents(run, node, owner.named(name), how, value, key)
        return
    if isinstance(owner.ref, Instance) and owner.ref.cls is not None:
        from hybnb.analyse.follow import members

        if members.call_special(run, node, owner, "__setitem__", index, value) is not None:
            return
    if owner.kind == "ndarray" and not owner.outer:
        if holds_tensor(value):
            run.effect("numpy-call", node, value.sure, call=f"{name} = …", argument=value.name)
        return
    mutation(run, node, name, "array" if owner.kind == "ndarray" else "object", how, "outer", value)


def load_item(run: Run, node: nodes.NodeNG, place: Place) -> Value:
    """owner[index]."""
    owner, index = place.owner, place.index
    if owner.is_tensor:
        return _tensor_item(run, node, owner, index)
    holder = owner.ref
    if isinstance(holder, Container):
        return _container_item(run, node, owner, holder, index)
    match owner.kind:
        case "ndarray":
            if index.is_tensor:
                run.effect("numpy-call", node, index.sure, call=place.text, argument=index.name)
            return Value("ndarray", dtype=owner.dtype, outer=owner.outer)
        case "string":
            return Value("string")
        case "shape" | "range":
            return Value("shape") if index.kind == "slice" else Value("number", dtype="int32")
        case "list" | "tuple" | "dict":
            if index.is_tensor:
                run.effect("tensor-index", node, index.sure, target=owner.name)
            return owner.item or Value()
    if isinstance(holder, Instance) and holder.cls is not None:
        from hybnb.analyse.follow import members

        found = members.call_special(run, node, owner, "__getitem__", index)
        if found is not None:
            return found
    if owner.kind == "module" and isinstance(holder, str):
        return run.program.library_item(run, node, holder)
    if owner.kind == "unknown":
        return Value(name=place.text)
    return run.unknown(node, f"`{place.text}`")


def _tensor_item(run: Run, node: nodes.NodeNG, owner: Value, index: Value) -> Value:
    if index.kind == "string":
        if not owner.sure:
            return Value("tensor", sure=False, name=f"{owner.name}[{index.const!r}]" if index.constant else owner.name)
        return run.unknown(node, f"a string index of `{owner.name}`")
    if owner.array and (index.kind == "list" or index.is_tensor):
        run.effect("array-argument", node, owner.sure and index.kind == "list", parameter=owner.name, how="list index")
    by_size = any(c.by_size for frame in run.frames for c in frame.controls)
    if index.kind == "number" and (by_size or (run.under() == "if" and index.constant and index.const not in (0, -1))):
        run.effect("guarded-op", node, False, target=owner.name)
    return Value(
        "tensor", sure=owner.sure, dtype=owner.dtype, array=owner.array, name=f"{owner.name}[…]" if owner.name else ""
    )


def _container_item(run: Run, node: nodes.NodeNG, owner: Value, holder: Container, index: Value) -> Value:
    if index.is_tensor and index.kind != "variable":
        if holder.kind == "dict":
            run.effect("tensor-key", node, index.sure, construct="dict key")
        else:
            run.effect("tensor-index", node, index.sure, target=owner.name)
    elif index.kind == "variable" and holder.kind != "dict":
        run.effect("tensor-index", node, index.sure, target=owner.name)
    name = f"{owner.name}[{index.const!r}]" if index.constant and owner.name else owner.name
    if index.kind == "slice":
        return run.container(holder.kind, element=holder.any_element())
    if index.constant:
        if holder.kind == "dict" and index.const in holder.entries:
            return holder.entries[index.const].named(name)
        if holder.items is not None and isinstance(index.const, int):
            try:
                return holder.items[index.const].named(name)
            except IndexError:
                return Value()
    element = holder.any_element() or Value()
    if element.is_known or not run.outlives(holder):
        return element.named(name)
    return run.known(node, element, f"`{owner.name or 'a container'}[…]`")


# ---- operators ----------------------------------------------------------------------------------------------------


def holds_tensor(value: Value) -> bool:
    """The value is a tensor, or a container with one in it."""
    if value.is_tensor:
        return True
    if isinstance(value.ref, Container) and value.kind in CONTAINERS:
        element = value.ref.any_element()
        return element is not None and element is not value and element.is_tensor
    return False


def binary(run: Run, node: nodes.NodeNG, operator: str, left: Value, right: Value) -> Value:
    """left operator right."""
    if left.kind == "string" and operator == "%":
        if holds_tensor(right):
            run.effect("tensor-format", node, right.sure, how="%", target=right.name)
        return Value("string")
    if left.is_tensor or right.is_tensor:
        return _tensor_binary(run, node, operator, left, right)
    kinds = {left.kind, right.kind}
    if kinds & ARRAYS:
        run.host_calls += 1
        return Value("ndarray", dtype=left.dtype if left.dtype == right.dtype else None)
    if kinds <= {"number", "bool"}:
        return _number_binary(operator, left, right)
    if kinds <= {"string", "number", "bool"} or kinds <= {"bytes", "number"}:
        return Value("string")
    if kinds & {"list", "tuple"}:
        return _sequence_binary(run, left, right)
    for receiver, other in ((left, right), (right, left)):
        if isinstance(receiver.ref, Instance) and receiver.ref.cls is not None:
            from hybnb.analyse.follow import members

            special = IN_PLACE.get(operator, "__add__")
            name = special if receiver is left else special.replace("__", "__r", 1)
            found = members.call_special(run, node, receiver, name, other)
            if found is not None:
                return found
    if "unknown" in kinds or kinds <= {"set", "dict", "shape", "dtype", "none", "range", "number"}:
        return Value(left.kind if left.kind in ("shape", "set", "dict") else "unknown", sure=False)
    return run.unknown(node, f"`{operator}` between {left.kind} and {right.kind}")


def _tensor_binary(run: Run, node: nodes.NodeNG, operator: str, left: Value, right: Value) -> Value:
    run.op(any(v.is_tensor and v.sure and not v.array for v in (left, right)))
    for one, other in ((left, right), (right, left)):
        if one.array and not other.array:
            _array_meets(run, node, one, other)
        if isinstance(other.ref, Container) and other.kind in ("list", "tuple") and operator == "+" and not one.sure:
            return Value(sure=False)
    lead, other = (left, right) if left.is_tensor else (right, left)
    dtype = lead.dtype or (other.dtype if other.is_tensor else None)
    if operator == "/" and dtype and dtype.startswith(("int", "uint")):
        dtype = "float64"
    shape = None
    if other.kind in ("number", "bool") or other.shape == () or other.shape == lead.shape:
        shape = lead.shape
    elif lead.shape == ():
        shape = other.shape
    sure = ((left.sure or not left.is_tensor) and (right.sure or not right.is_tensor)) or (left.is_tensor and left.sure)
    sure = sure or (right.is_tensor and right.sure)
    both_arrays = all(v.array or not v.is_tensor for v in (left, right))
    return Value("tensor", sure=sure, dtype=dtype, shape=shape if operator != "@" else None, array=both_arrays)


def _array_meets(run: Run, node: nodes.NodeNG, array: Value, other: Value) -> None:
    """NumPy would coerce here; a tensor made from the argument does not."""
    if other.is_tensor:
        if not concrete(array.dtype) or not concrete(other.dtype):
            run.effect("array-argument", node, False, parameter=array.name, how="dtype")
        elif array.dtype != other.dtype:
            run.effect("array-argument", node, array.sure, parameter=array.name, how="dtype")
    elif other.kind == "number" and not (array.dtype or "").startswith("float"):
        fractional = python_dtype(other) != "int32"
        if fractional:
            run.effect(
                "array-argument", node, array.sure and concrete(array.dtype), parameter=array.name, how="dtype"
            )
    elif other.kind in ARRAYS and array.dtype != other.dtype:
        run.effect("array-argument", node, False, parameter=array.name, how="dtype")


def _number_binary(operator: str, left: Value, right: Value) -> Value:
    dtypes = {python_dtype(left), python_dtype(right)}
    if operator == "/" or "float32" in dtypes:
        return Value("number", dtype="float32")
    return Value("number", dtype="int32" if dtypes <= {"int32", "bool"} else None)


def _sequence_binary(run: Run, left: Value, right: Value) -> Value:
    kind = left.kind if left.kind in ("list", "tuple") else right.kind
    parts = [v.ref for v in (left, right) if isinstance(v.ref, Container)]
    if len(parts) == 2 and all(p.items is not None for p in parts):
        return run.container(kind, items=[item for p in parts for item in p.items or ()])
    elements = [e for e in (p.any_element() for p in parts) if e is not None]
    joined = None
    for element in elements:
        joined = element if joined is None else join(joined, element)
    return run.container(kind, element=joined)


def comparison(run: Run, node: nodes.NodeNG, operator: str, left: Value, right: Value) -> Value:
    """left operator right, one link of a comparison."""
    if operator in ("is", "is not"):
        return Value("bool")
    if operator in ("in", "not in"):
        return _membership(run, node, left, right)
    if left.is_tensor or right.is_tensor:
        if "none" in (left.kind, right.kind) or (left.kind == "string" and not right.sure):
            return Value("bool")
        if "string" in (left.kind, right.kind) and not (left.sure and right.sure):
            return Value("bool")
        run.op(any(v.is_tensor and v.sure and not v.array for v in (left, right)))
        shape = left.shape if left.is_tensor else right.shape
        return tensor("bool", shape, sure=left.sure if left.is_tensor else right.sure)
    if {left.kind, right.kind} & ARRAYS:
        return Value("ndarray", dtype="bool")
    return Value("bool")


def _membership(run: Run, node: nodes.NodeNG, left: Value, right: Value) -> Value:
    tensors = [v for v in (left, right) if v.is_tensor]
    if right.kind == "dict" and not left.is_tensor:
        return Value("bool")
    if right.kind in ("list", "tuple", "set") and isinstance(right.ref, Container):
        element = right.ref.any_element()
        if element is not None and element.is_tensor:
            tensors.append(element)
    if left.kind == "string" and right.is_tensor and not right.sure:
        return Value("bool")
    for value in tensors[:1]:
        run.effect("tensor-bool", node, value.sure, construct="in", target=value.name)
    return Value("bool")


def copied(value: Value) -> Value:
    """The same value under no name."""
    return replace(value, name="")
