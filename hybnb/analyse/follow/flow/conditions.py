"""Conditions: whether a tensor decides them, what AutoGraph can do with them, and which answers can be foreseen."""

from __future__ import annotations

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.classes import Class
from hybnb.analyse.follow import members
from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.run import Run
from hybnb.analyse.scope import Scope
from hybnb.analyse.shapes.marks import concrete
from hybnb.analyse.text.remembered import remembered
from hybnb.analyse.values import CALLABLES, Choice, Instance, Value, join_all, tensor


def bare_parameter(node: nodes.NodeNG, value: Value) -> bool:
    """A parameter of which nothing is known, used as it is or kept as an attribute: taken to be a Python flag."""
    unknown = value.is_tensor and not value.sure and not value.mixed and not concrete(value.dtype)
    return unknown and isinstance(node, nodes.Name | nodes.Attribute)


def condition(run: Run, node: nodes.NodeNG, value: Value) -> bool:
    """Whether a condition is decided by a tensor; notes what AutoGraph can't do with it."""
    asks_object(run, node, value)
    if not value.is_tensor or bare_parameter(node, value):
        return False
    need_conversion(run, node, value, "condition")
    if concrete(value.dtype) and value.dtype != "bool":
        run.effect("condition-type", node, value.sure, target=value.name or node.as_string()[:40])
    elif not concrete(value.dtype) and not isinstance(node, nodes.Compare | nodes.BoolOp | nodes.UnaryOp):
        run.effect("condition-type", node, False, target=value.name or node.as_string()[:40])
    return True


def asks_object(run: Run, node: nodes.NodeNG, value: Value) -> None:
    """Whether an object of the user's is true, its own method says, while TensorFlow traces."""
    if isinstance(value.ref, Instance) and value.ref.cls is not None:
        answer = members.call_special(run, node, value, "__bool__")
        if answer is None:
            members.call_special(run, node, value, "__len__")
        elif answer.is_tensor:
            run.effect("tensor-bool", node, answer.sure, construct="__bool__()", target=value.name)


def need_conversion(run: Run, node: nodes.NodeNG, value: Value, construct: str) -> None:
    """Tensor control flow stands here; it is refused where AutoGraph doesn't convert."""
    if not run.frame.converted:
        where = run.frame.function.label if run.frame.function is not None else ""
        run.effect("unconverted-flow", node, value.sure, construct=construct, where=where)


@remembered
def asks_size(test: nodes.NodeNG) -> bool:
    """The condition asks for the size of something, as one does before indexing it."""
    if any(a.attrname in SIZES for a in test.nodes_of_class(nodes.Attribute)):
        return True
    return any(_size_under(name) for name in test.nodes_of_class(nodes.Name))


SIZES = frozenset({"size", "shape", "rank"})


def _size_under(name: nodes.Name) -> bool:
    """A local name that was given a size: n = tf.shape(x)[0]"""
    function = name.scope()
    for bound in function.locals.get(name.name, ()) if isinstance(function, nodes.FunctionDef) else ():
        given = bound.parent.value if isinstance(bound.parent, nodes.Assign) else None
        given = given.value if isinstance(given, nodes.Subscript) else given
        given = given.func if isinstance(given, nodes.Call) else given
        if isinstance(given, nodes.Attribute) and given.attrname in SIZES:
            return True
    return False


def negated(run: Run, node: nodes.UnaryOp, operand: Value) -> Value:
    """`not operand`."""
    asks_object(run, node.operand, operand)
    if not operand.is_tensor or bare_parameter(node.operand, operand):
        return Value("bool", const=not operand.const, fixed=True) if operand.fixed else Value("bool")
    condition(run, node.operand, operand)
    return replace(
        tensor("bool", operand.shape, sure=operand.sure), array=True, mixed=True
    )  # eagerly Python's own bool


def decided(node: nodes.NodeNG, value: Value, scope: Scope) -> bool | None:
    """The answer of a test that hybnb can foresee; None when it depends."""
    if isinstance(node, nodes.UnaryOp) and node.op == "not" and not value.fixed:
        inner = decided(node.operand, value, scope)
        return None if inner is None else not inner
    if isinstance(node, nodes.Const):
        return bool(node.value)
    if value.fixed and value.constant:
        return bool(value.const)
    match node:
        case nodes.Compare(left=nodes.Name(name=name), ops=[("is" | "is not" as operator, nodes.Const(value=None))]):
            held = _held(scope, name)
            return None if held is None else (held.kind == "none") == (operator == "is")
        case nodes.Compare(
            left=nodes.Name(name=name), ops=[("==" | "!=" as operator, nodes.Const(value=str() as text))]
        ):
            held = _held(scope, name)
            known = held is not None and held.kind == "string" and held.constant
            return (held.const == text) == (operator == "==") if held is not None and known else None
        case nodes.Call(func=nodes.Name(name="isinstance"), args=[nodes.Name(name=name), cls]):
            held = _held(scope, name)
            return None if held is None or held.array else is_of(held, cls)
        case nodes.Name(name=name):
            return _truth(_held(scope, name))
        case nodes.BoolOp(op=operator, values=values) if (answer := settling(operator, values, scope)) is not None:
            return answer
    return None


def settling(operator: str, operands: list[nodes.NodeNG], scope: Scope) -> bool | None:
    """What the first operand of an `and` or `or` alone answers."""
    first = decided(operands[0], Value(), scope)
    return first if first is not None and first == (operator == "or") else None


def _truth(held: Value | None) -> bool | None:
    """What a local name counts as: a callback that was given or left out, a flag that was."""
    if held is None:
        return None
    if held.kind in CALLABLES and not isinstance(held.ref, Choice):
        return True
    return bool(held.const) if held.kind in ("none", "bool") and held.constant else None


def is_of(held: Value, cls: nodes.NodeNG) -> bool | None:
    """Whether a value is an instance of a class, or of one in a tuple of them."""
    asked = {_spelled(one) for one in (cls.elts if isinstance(cls, nodes.Tuple) else [cls])}
    if held.kind == "tensor" and asked & TENSOR_CLASSES:
        return True
    if held.kind == "number" and asked <= NUMBERS and type(held.const) in (int, float):
        return type(held.const).__name__ in asked
    if held.kind in KINDS_OF and asked <= set().union(*KINDS_OF.values()) | TENSOR_CLASSES:
        return bool(asked & KINDS_OF[held.kind]) if held.kind != "number" or not asked & {"int", "float"} else None
    if held.kind == "tensor" and asked <= set().union(*KINDS_OF.values()):
        return False
    return None


def narrowed(run: Run, node: nodes.NodeNG, scope: Scope, answer: bool) -> dict[str, Value]:
    """What `isinstance(name, cls)` tells of a name that holds one of several things, where the answer is this."""
    match node:
        case nodes.Call(func=nodes.Name(name="isinstance"), args=[nodes.Name(name=name), cls]):
            held = scope.names.get(name)
            if held is not None and isinstance(held.ref, Choice) and not held.array:
                left = [one for one in held.ref.options if _is_instance(run, one, cls, scope) in (answer, None)]
                return {name: join_all(left).named(name)} if left else {}
    return {}


def _is_instance(run: Run, held: Value, cls: nodes.NodeNG, scope: Scope) -> bool | None:
    """As `is_of`, and of objects of the user's classes; an argument may be of a class below the one that was seen."""
    if not isinstance(held.ref, Instance) or held.ref.cls is None:
        return is_of(held, cls)
    asked = [evaluate(run, one, scope).ref for one in (cls.elts if isinstance(cls, nodes.Tuple) else [cls])]
    known = [one.node for one in asked if isinstance(one, Class)]
    if any(one.node in known for one in held.ref.cls.lineage()):
        return True
    return False if len(known) == len(asked) and held.ref.origin not in ("self", "argument") else None


def _spelled(cls: nodes.NodeNG) -> str:
    """A class as it is written, an abstract one without its module."""
    text = str(cls.as_string())
    return last if (last := text.rpartition(".")[2]) in ABSTRACT else text


ABSTRACT = frozenset({"Mapping", "MutableMapping", "Sequence", "MutableSequence"})
TENSOR_CLASSES = frozenset({"tf.Tensor", "tensorflow.Tensor"})
KINDS_OF = {
    "list": {"list", "Sequence", "MutableSequence"}, "tuple": {"tuple", "Sequence"}, "set": {"set"},
    "dict": {"dict", "Mapping", "MutableMapping"}, "string": {"str", "Sequence"}, "bytes": {"bytes", "Sequence"},
    "bool": {"bool", "int"}, "number": {"int", "float", "complex"}, "none": set[str](),
}  # fmt: skip
NUMBERS = frozenset({"int", "float", "complex"})
PLAIN = frozenset({"number", "bool", "string", "list", "tuple", "dict", "none"})


def _held(scope: Scope, name: str) -> Value | None:
    """What a local name holds, where that is sure."""
    holder = scope.holder(name)
    value = holder.names.get(name) if holder is not None else None
    return value if value is not None and value.sure and value.is_known and not value.mixed else None
