"""Operators and comparisons between abstract values."""

from __future__ import annotations

import math
import struct
from operator import eq, ge, gt, le, lt, ne

from astroid import nodes

from hybnb.analyse import shapes
from hybnb.analyse.follow import members, protocols, sizes
from hybnb.analyse.follow.flow import error_words, exceptions, failures
from hybnb.analyse.follow.libraries import arrays, wiring
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import captures, identity, process_wide, staleness
from hybnb.analyse.shapes import openness
from hybnb.analyse.shapes.marks import concrete
from hybnb.analyse.text import keys
from hybnb.analyse.values import ARRAYS, NEVER, NOTHING, Container, Instance, Value, join, python_dtype, tensor

IN_PLACE = {"+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "@": "__matmul__", "**": "__pow__",
            "//": "__floordiv__", "%": "__mod__"}  # fmt: skip


DIVISIONS = frozenset({"/", "//", "%"})
COMPARED = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def binary(run: Run, node: nodes.NodeNG, operator: str, left: Value, right: Value) -> Value:
    """left operator right."""
    if left is NEVER or right is NEVER:
        return right if left is NEVER else left
    if left.kind == "string" and (operator == "%" or (operator == "+" and right.kind == "string")):
        return _of_text(run, node, operator, left, right)
    if left.ref is not None or right.ref is not None:  # of two tensors or numbers there is nothing more to ask
        found = _by_users_class(run, node, operator, left, right)
        if found is not None:
            return found
        sizes.compared(run, node, left, right)
    if left.is_tensor or right.is_tensor:
        result = _tensor_binary(run, node, operator, left, right)
        return wiring.carried(run, (left, right), result) if run.quiet else result
    kinds = {left.kind, right.kind}
    if kinds & ARRAYS:
        process_wide.arrays_meet(run, node)
        return Value("ndarray", dtype=arrays.of_operator(operator, left, right))
    if kinds <= {"number", "bool"}:
        return _of_numbers(run, node, operator, left, right)
    if kinds <= {"string", "number", "bool"} or kinds <= {"bytes", "number"}:
        return Value("string")
    if kinds & {"list", "tuple"}:
        return _sequence_binary(run, left, right)
    if "unknown" in kinds or kinds <= {"set", "dict", "shape", "dtype", "none", "range", "number"}:
        return Value(left.kind if left.kind in ("shape", "set", "dict") else "unknown", sure=False)
    return run.unknown(node, f"`{operator}` between {left.spoken} and {right.spoken}")


def _of_text(run: Run, node: nodes.NodeNG, operator: str, left: Value, right: Value) -> Value:
    if operator == "%":
        error_words.written(run, node, right, "%", plain=error_words.plain_percent(left))
        protocols.formatted(run, node, right)
        return Value("string")
    return Value("string", const=left.const + right.const if left.constant and right.constant else NOTHING)


def _of_numbers(run: Run, node: nodes.NodeNG, operator: str, left: Value, right: Value) -> Value:
    if operator in DIVISIONS:
        if not (right.constant and right.const) and run.under() == "if":
            run.effect("guarded-op", node, False, target=f"`{operator}`")
        exceptions.divided(run, node, right)
    return _number_binary(operator, left, right)


def _by_users_class(run: Run, node: nodes.NodeNG, operator: str, left: Value, right: Value) -> Value | None:
    """The operator as an operand's class, written by the user, defines it."""
    for receiver, other in ((left, right), (right, left)):
        if isinstance(receiver.ref, Instance) and receiver.ref.cls is not None:
            special = IN_PLACE.get(operator, "__add__")
            name = special if receiver is left else special.replace("__", "__r", 1)
            found = members.call_special(run, node, receiver, name, other)
            if found is not None:
                return found
    return None


def _large(value: Value) -> bool:
    """A factor by which a number of 32 bits is soon too large, as those that make random numbers and hashes."""
    return value.constant and isinstance(value.const, int) and abs(value.const) >= 2**16


def _tensor_binary(run: Run, node: nodes.NodeNG, operator: str, left: Value, right: Value) -> Value:
    run.op_on((left, right))
    failures.of_operator(run, operator, left, right)
    for value in (left, right):
        if value.ref is not None or value.kind == "ndarray":
            captures.array_meets_op(run, node, value)
    if run.compiled and operator in ("//", "%"):
        run.effect("xla", node, call=operator)
    for one, other in ((left, right), (right, left)):
        if one.array and not other.array:
            _array_meets(run, node, one, other)
        if isinstance(other.ref, Container) and other.kind in ("list", "tuple") and operator == "+" and not one.sure:
            return Value(sure=False)
    lead, other = (left, right) if left.is_tensor and not (left.array and right.is_tensor) else (right, left)
    dtype = lead.dtype or (other.dtype if other.is_tensor else None)
    if operator == "/" and dtype and dtype.startswith(("int", "uint")):
        dtype = "float64"
    if operator == "@":
        shape = shapes.matmul(left.shape, right.shape)
    else:
        shape = shapes.broadcast(lead.shape, () if other.kind in ("number", "bool") else other.shape)
    sure = ((left.sure or not left.is_tensor) and (right.sure or not right.is_tensor)) or (left.is_tensor and left.sure)
    sure = sure or (right.is_tensor and right.sure)
    both_arrays = (left.array or not left.is_tensor) and (right.array or not right.is_tensor)
    by_python = (left.mixed or left.kind in ("number", "bool")) and (right.mixed or right.kind in ("number", "bool"))
    if by_python:
        _numbers_in_the_graph(run, node, operator, left, right, lead.name, dtype)
    product = operator == "@" and right.open < "sizes"
    still_open = "" if shape == () else left.open if product else max(left.open, right.open)
    known = openness.folds(left) and openness.folds(right)
    return Value(
        "composite" if "composite" in (left.kind, right.kind) else "tensor",
        sure=sure,
        dtype=dtype,
        shape=shape,
        array=both_arrays,
        mixed=by_python,
        open=still_open,
        folded=known,
    )


def _numbers_in_the_graph(
    run: Run, node: nodes.NodeNG, operator: str, left: Value, right: Value, name: str, dtype: str | None
) -> None:
    """Eagerly both are Python's numbers: without an end, and divided by 0 they raise."""
    if operator == "*" and dtype == "int32" and any(map(_large, (left, right))):
        run.effect("array-argument", node, False, parameter=name, how="large")
    if operator in DIVISIONS and right.is_tensor and all(v.array or not v.is_tensor for v in (left, right)):
        run.effect("host-conversion", node, False, call="division", target=right.name)


def _array_meets(run: Run, node: nodes.NodeNG, array: Value, other: Value) -> None:
    """NumPy would coerce here; a tensor made from the argument does not."""
    if other.is_tensor:
        if not concrete(array.dtype) or not concrete(other.dtype):
            run.effect("array-argument", node, False, parameter=array.name, how="number" if array.mixed else "dtype")
        elif array.dtype != other.dtype:
            run.effect(
                "array-argument", node, array.sure, parameter=array.name, how="number" if array.mixed else "dtype"
            )
    elif other.kind == "number" and not (array.dtype or "").startswith("float"):
        fractional = python_dtype(other) != "int32"
        if fractional:
            run.effect(
                "array-argument",
                node,
                array.sure and concrete(array.dtype),
                parameter=array.name,
                how="number" if array.mixed else "dtype",
            )
    elif other.kind in ARRAYS and array.dtype != other.dtype:
        run.effect("array-argument", node, False, parameter=array.name, how="number" if array.mixed else "dtype")


def _number_binary(operator: str, left: Value, right: Value) -> Value:
    dtypes = {python_dtype(left), python_dtype(right)}
    dtype = "float32" if operator == "/" or "float32" in dtypes else "int32" if dtypes <= {"int32", "bool"} else None
    return Value("number", dtype=dtype, counted=left.counted or right.counted)


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
        if left.fixed and right.kind == "none":
            return Value("bool", const=(left.kind == "none") == (operator == "is"), fixed=True)
        identity.compared(run, node, left, right)
        return Value("bool")
    if operator in ("in", "not in"):
        return _membership(run, node, left, right)
    answer = protocols.compared(run, node, operator, left, right)
    if answer is not None:
        return answer
    sizes.compared(run, node, left, right)
    if left.is_tensor or right.is_tensor:
        if "none" in (left.kind, right.kind) or (left.kind == "string" and not right.sure):
            return Value("bool")
        if "string" in (left.kind, right.kind) and not (left.sure and right.sure):
            return Value("bool")
        run.op_on((left, right))
        if operator in ("==", "!=") and any(a.mixed and _rounded(b) for a, b in ((left, right), (right, left))):
            run.effect("host-conversion", node, False, call="comparison", target=node.as_string()[:40])
        shape = left.shape if left.is_tensor else right.shape
        return tensor("bool", shape, sure=left.sure if left.is_tensor else right.sure)
    if {left.kind, right.kind} & ARRAYS:
        return Value("ndarray", dtype="bool")
    if operator in COMPARED and _foreseen(operator, left, right):
        return Value("bool", const=COMPARED[operator](left.const, right.const), fixed=True)
    return Value("bool")


def _foreseen(operator: str, left: Value, right: Value) -> bool:
    """Two constants, one of which keeps its value from outside, and which can be compared in this way."""
    comparable = operator in ("==", "!=") or {left.kind, right.kind} <= {"number", "bool"}
    return comparable and left.constant and right.constant and (left.fixed or right.fixed)


def _rounded(value: Value) -> bool:
    """A Python number that float32 can't hold exactly."""
    number = value.const
    return (
        isinstance(number, float)
        and not math.isinf(number)
        and struct.unpack("f", struct.pack("f", number))[0] != number
    )


def _membership(run: Run, node: nodes.NodeNG, left: Value, right: Value) -> Value:
    if isinstance(right.ref, Container):
        staleness.contents_read(run, node, right, right.ref, keys.asked(node.ops[-1][1]))
    protocols.contains(run, node, right, left)
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
