"""Expressions → abstract values."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.constants import constant
from hybnb.analyse.follow import definitions, members, operators, protocols, targets
from hybnb.analyse.follow.dispatch import evaluate, expression
from hybnb.analyse.follow.flow import conditions, consistency, iterating
from hybnb.analyse.follow.libraries import reductions
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import objects
from hybnb.analyse.scope import Scope
from hybnb.analyse.shapes import openness
from hybnb.analyse.text.remembered import remembered
from hybnb.analyse.values import (
    ARRAYS,
    NONE,
    NOTHING,
    Container,
    Function,
    Value,
    join,
    join_all,
    tensor,
)
from hybnb.model import Kind


@expression(nodes.Const)
def _const(run: Run, node: nodes.Const, scope: Scope) -> Value:
    return _written(node)


@remembered
def _written(node: nodes.Const) -> Value:
    return constant(node.value)


@expression(nodes.Name)
def _name(run: Run, node: nodes.Name, scope: Scope) -> Value:
    name = node.name
    local = scope.names.get(name)
    if local is not None and local.name and name not in scope.globals:  # two names in three
        return local
    return objects.load_name(run, node, name, scope)


@expression(nodes.Attribute)
def _attribute(run: Run, node: nodes.Attribute, scope: Scope) -> Value:
    return members.load_attribute(run, node, evaluate(run, node.expr, scope), node.attrname)


@expression(nodes.Starred)
def _starred(run: Run, node: nodes.Starred, scope: Scope) -> Value:
    return evaluate(run, node.value, scope)


@expression(nodes.Lambda)
def _lambda(run: Run, node: nodes.Lambda, scope: Scope) -> Value:
    run.stirs += 1
    enclosing = None if isinstance(scope.node, nodes.Module) else scope
    defaults = definitions.defaults_of(run, node.args, scope)
    value = Value("function", ref=Function(node, run.unit, enclosing, defaults=defaults, born=run.merges))
    if enclosing is not None:
        run.program.note_definition(run, node, value)
    return value


@expression(nodes.NamedExpr)
def _walrus(run: Run, node: nodes.NamedExpr, scope: Scope) -> Value:
    run.effect("autograph-refusal", node, construct="walrus")
    value = evaluate(run, node.value, scope)
    scope.names[node.target.name] = value
    return value


@expression(nodes.Await, nodes.Yield, nodes.YieldFrom)
def _suspension(run: Run, node: nodes.Await | nodes.Yield | nodes.YieldFrom, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    if len(run.frames) > 1 and not isinstance(node, nodes.Await):
        run.frame.yields.append(value)  # a generator that helps: its body runs while tracing, unconverted
        return NONE
    run.effect("autograph-refusal", node, construct="async" if isinstance(node, nodes.Await) else "yield")
    return Value("object")


@expression(nodes.Slice)
def _slice(run: Run, node: nodes.Slice, scope: Scope) -> Value:
    bounds = [None if part is None else evaluate(run, part, scope) for part in (node.lower, node.upper, node.step)]
    given = [bound for bound in bounds if bound is not None]
    by_tensor = any(bound.is_tensor for bound in given)
    const: Any = NOTHING if given else ":"
    if given and all(isinstance(bound.const, int) for bound in given):
        const = slice(*(None if bound is None else bound.const for bound in bounds))
    known = all(openness.folds(bound) for bound in given)
    return Value("slice", const=const, dtype="tensor" if by_tensor else None, folded=known)


# ---- containers ---------------------------------------------------------------------------------------------------


@expression(nodes.List, nodes.Tuple)
def _sequence(run: Run, node: nodes.List | nodes.Tuple, scope: Scope) -> Value:
    kind: Kind = "list" if isinstance(node, nodes.List) else "tuple"
    if any(isinstance(element, nodes.Starred) for element in node.elts):
        known: Value | None = None
        for element in node.elts:
            value = evaluate(run, element, scope)
            if isinstance(element, nodes.Starred):
                value = iterating.iterate(run, value, element, construct="unpacking")
            known = value if known is None else join(known, value)
        return run.container(kind, element=known)
    return run.container(kind, items=[evaluate(run, element, scope) for element in node.elts])


@expression(nodes.Set)
def _set(run: Run, node: nodes.Set, scope: Scope) -> Value:
    items = [evaluate(run, element, scope) for element in node.elts]
    for item in items:
        protocols.hashed(run, node, item)
        if item.is_tensor and item.kind != "variable":
            run.effect("tensor-key", node, item.sure, construct="set")
    return run.container("set", items=items)


@expression(nodes.Dict)
def _dict(run: Run, node: nodes.Dict, scope: Scope) -> Value:
    result = run.container("dict")
    for key_node, value_node in node.items:
        if isinstance(key_node, nodes.DictUnpack):
            other = evaluate(run, value_node, scope)
            if isinstance(other.ref, Container):
                result.ref.entries.update(other.ref.entries)
                result.ref.element = other.ref.element
            continue
        key = evaluate(run, key_node, scope)
        value = evaluate(run, value_node, scope)
        protocols.hashed(run, key_node, key)
        if key.is_tensor and key.kind != "variable":
            run.effect("tensor-key", key_node, key.sure, construct="dict key")
        if key.constant:
            result.ref.entries[key.const] = value
        else:
            result.ref.element = value if result.ref.element is None else join(result.ref.element, value)
    return result


@expression(nodes.ListComp, nodes.SetComp, nodes.DictComp, nodes.GeneratorExp)
def _comprehension(run: Run, node: nodes.ComprehensionScope, scope: Scope) -> Value:
    one_by_one = _each(run, node, scope)
    if one_by_one is not None:
        return one_by_one
    inner, walked = Scope(node, {}, scope), list[Value]()
    for generator in node.generators:
        source = evaluate(run, generator.iter, inner if generator is not node.generators[0] else scope)
        walked.append(source)
        targets.assign_to(
            run, generator.target, iterating.iterate(run, source, generator.iter, construct="comprehension"), inner
        )
        for test in generator.ifs:
            value = evaluate(run, test, inner)
            if value.is_tensor:
                run.effect("tensor-bool", test, value.sure, construct="comprehension if", target=value.name)
    if isinstance(node, nodes.DictComp):
        key, value = evaluate(run, node.key, inner), evaluate(run, node.value, inner)
        if key.is_tensor:
            run.effect("tensor-key", node.key, key.sure, construct="dict key")
        protocols.hashed(run, node.key, key)
        return reductions.emptied(run, run.container("dict", element=value), *walked)
    element = evaluate(run, node.elt, inner)
    if isinstance(node, nodes.SetComp):
        protocols.hashed(run, node, element)
    if isinstance(node, nodes.GeneratorExp):
        return reductions.emptied(run, Value("generator", item=element), *walked)
    made = run.container("set" if isinstance(node, nodes.SetComp) else "list", element=element)
    return reductions.emptied(run, made, *walked)


def _each(run: Run, node: nodes.ComprehensionScope, scope: Scope) -> Value | None:
    """[f(x) for x in parts], where `parts` are few, known one by one and of different kinds."""
    generator = node.generators[0]
    if not isinstance(node, nodes.ListComp) or len(node.generators) > 1 or generator.ifs:
        return None
    source = evaluate(run, generator.iter, scope)
    items = source.ref.items if isinstance(source.ref, Container) and source.kind in ("list", "tuple") else None
    if not items or len(items) > FEW or len({(item.kind, item.dtype, type(item.ref)) for item in items}) < 2:
        return None
    found = []
    for item in items:
        inner = Scope(node, {}, scope)
        targets.assign_to(run, generator.target, item, inner)
        found.append(evaluate(run, node.elt, inner))
    return run.container("list", items=found)


FEW = 8


# ---- operators ----------------------------------------------------------------------------------------------------


@expression(nodes.BinOp)
def _binary(run: Run, node: nodes.BinOp, scope: Scope) -> Value:
    left = evaluate(run, node.left, scope)
    right = evaluate(run, node.right, scope)
    return operators.binary(run, node, node.op, left, right)


@expression(nodes.UnaryOp)
def _unary(run: Run, node: nodes.UnaryOp, scope: Scope) -> Value:
    operand = evaluate(run, node.operand, scope)
    if node.op == "not":
        return conditions.negated(run, node, operand)
    if operand.is_tensor:
        return tensor(operand.dtype, operand.shape, sure=operand.sure)
    if operand.kind in ("number", "bool"):
        const: Any = NOTHING
        if isinstance(operand.const, int | float) and node.op == "-":
            const = -operand.const
        return replace(operand, kind="number", const=const, name="")
    if operand.kind in ARRAYS:
        return replace(operand, const=NOTHING, name="")
    return protocols.unary(run, node, node.op, operand) or Value()


@expression(nodes.Compare)
def _compare(run: Run, node: nodes.Compare, scope: Scope) -> Value:
    left = evaluate(run, node.left, scope)
    result: Value | None = None
    for operator, right_node in node.ops:
        right = evaluate(run, right_node, scope)
        part = operators.comparison(run, node, operator, left, right)
        if result is not None and result.is_tensor:
            conditions.need_conversion(run, node, result, "chained comparison")
        goes_on = result is None or (result.fixed and bool(result.const))
        result = part if goes_on or part.is_tensor else result
        left = right
    return result or Value("bool")


@expression(nodes.BoolOp)
def _boolean(run: Run, node: nodes.BoolOp, scope: Scope) -> Value:
    if conditions.settling(node.op, node.values, scope) is not None:
        return evaluate(run, node.values[0], scope)  # nothing after it is looked at
    operands = _operands(run, node, scope)
    if _settles(node, operands[-1]) and not any(operand.is_tensor for operand in operands):
        return operands[-1]  # nothing after it is looked at
    asked = [o.is_tensor and not conditions.bare_parameter(n, o) for o, n in zip(operands, node.values, strict=False)]
    if any(asked[:-1]) or (asked[-1] and operands[-1].dtype == "bool"):
        for operand, operand_node in zip(operands, node.values, strict=False):
            if operand.is_tensor:
                conditions.condition(run, operand_node, operand)
        if not all(o.is_tensor or o.kind == "bool" for o in operands):
            run.effect("condition-type", node, False, target=node.as_string()[:40])
        mixed = not all(o.is_tensor for o in operands)
        return replace(tensor("bool", sure=any(o.sure for o in operands if o.is_tensor)), mixed=mixed)
    result = join_all([*(one for one in operands[:-1] if not _goes_on(node, one)), operands[-1]])
    return replace(result, dtype=operands[-1].dtype) if asked[-1] and result.is_tensor else result


def _goes_on(node: nodes.BoolOp, operand: Value) -> bool:
    """By what is known of it, an operand isn't what comes out, so that the next one is asked."""
    return node.op == "or" and (operand.kind == "none" or (operand.fixed and not operand.const))


def _settles(node: nodes.BoolOp, operand: Value) -> bool:
    """The flag False ends an `and`, True an `or`."""
    return operand.fixed and bool(operand.const) == (node.op == "or")


def _operands(run: Run, node: nodes.BoolOp, scope: Scope) -> list[Value]:
    """The operands, each below those before it: behind a tensor, AutoGraph makes a branch of the rest."""
    operands: list[Value] = []
    with ExitStack() as guards:
        for operand_node in node.values:
            operands.append(evaluate(run, operand_node, scope))
            conditions.asks_object(run, operand_node, operands[-1])
            if _settles(node, operands[-1]):
                break
            if operands[-1].is_tensor and not conditions.bare_parameter(operand_node, operands[-1]):
                by_size = conditions.asks_size(operand_node)
                guards.enter_context(run.control("if", operands[-1].sure, by_size=by_size))
    return operands


@expression(nodes.IfExp)
def _ternary(run: Run, node: nodes.IfExp, scope: Scope) -> Value:
    test = evaluate(run, node.test, scope)
    decided = conditions.decided(node.test, test, scope)
    if decided is not None:
        return evaluate(run, node.body if decided else node.orelse, scope)
    if conditions.condition(run, node.test, test):
        with run.control("if", test.sure, by_size=conditions.asks_size(node.test), node=node):
            body, orelse = evaluate(run, node.body, scope), evaluate(run, node.orelse, scope)
        return consistency.merged(run, node, "the value", body, orelse, test.sure, "branch-inconsistent")
    return join(evaluate(run, node.body, scope), evaluate(run, node.orelse, scope))
