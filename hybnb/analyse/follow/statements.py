"""Statements other than control flow: assignments, returns, with, try, definitions."""

from __future__ import annotations

from collections.abc import Sequence

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow import calls, classes, contexts, definitions, items, members, operators, targets
from hybnb.analyse.follow.dispatch import evaluate, execute, statement
from hybnb.analyse.follow.flow import exceptions, failures, patterns
from hybnb.analyse.follow.run import Ended, Return, Run, left_by
from hybnb.analyse.follow.state import objects, storing
from hybnb.analyse.scope import Scope, joined
from hybnb.analyse.text.rebuilding import survey
from hybnb.analyse.values import NONE, SEQUENCES, Container, Function, Value


@statement(nodes.Assign)
def _assign(run: Run, node: nodes.Assign, scope: Scope) -> None:
    value = evaluate(run, node.value, scope)
    if run.last_op[0] is node.value and (function := run.frame.function) is not None:
        names = [target.name if isinstance(target, nodes.AssignName) else None for target in node.targets]
        if all(name is not None and name not in survey(function.node).loads for name in names):
            run.effect("unused-op", node, call=run.last_op[1])
    for target in node.targets:
        if type(target) is nodes.AssignName:
            targets.bind(run, target, value, scope)
        else:
            targets.assign_to(run, target, value, scope)


@statement(nodes.AnnAssign)
def _annotated(run: Run, node: nodes.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        targets.assign_to(run, node.target, evaluate(run, node.value, scope), scope)


@statement(nodes.AugAssign)
def _augmented(run: Run, node: nodes.AugAssign, scope: Scope) -> None:
    operand = evaluate(run, node.value, scope)
    target, operator = node.target, node.op.rstrip("=")
    if isinstance(target, nodes.AssignName):
        before = objects.load_name(run, target, target.name, scope)
        if before.kind in ("list", "set", "dict") and isinstance(before.ref, Container):
            objects.change_contents(run, target, before, node.op, operand)
            targets.bind(run, target, before, scope, node.op)
            return
        objects.change_array(run, node, before, operand)
        result = operators.binary(run, node, operator, before, operand)
        if result.kind == "number" and any(control.kind == "python-loop" for control in run.frame.controls):
            result = replace(result, counted=True)
        targets.bind(run, target, _still(before, result), scope, node.op)
    elif isinstance(target, nodes.AssignAttr):
        owner = evaluate(run, target.expr, scope)
        before = members.load_attribute(run, target, owner, target.attrname)
        objects.note_augmented(run, node, before)
        result = operators.binary(run, node, operator, before, operand)
        storing.store_attribute(run, target, owner, target.attrname, _still(before, result), how=node.op)
    elif isinstance(target, nodes.Subscript):
        place = items.subscript_of(run, target, scope)
        before = place.load(run)
        objects.note_augmented(run, node, before)
        result = operators.binary(run, node, operator, before, operand)
        items.store_item(run, target, place, _still(before, result), how=node.op)


def _still(before: Value, after: Value) -> Value:
    """After += an array is the one that it was."""
    return replace(after, ref=before.ref) if before.kind == after.kind == "ndarray" else after


@statement(nodes.Delete)
def _delete(run: Run, node: nodes.Delete, scope: Scope) -> None:
    run.stirs += 1
    for target in node.targets:
        match target:
            case nodes.DelName():
                if target.name in scope.names:
                    del scope.names[target.name]
                elif scope.holder(target.name) is None:
                    objects.mutation(run, target, target.name, "global", "del", "outer", NONE)
            case nodes.DelAttr():
                owner = evaluate(run, target.expr, scope)
                storing.store_attribute(run, target, owner, target.attrname, NONE, how="del")
            case nodes.Subscript():
                items.store_item(run, target, items.subscript_of(run, target, scope), NONE, how="del")


# ---- leaving ------------------------------------------------------------------------------------------------------


@statement(nodes.Return)
def _return(run: Run, node: nodes.Return, scope: Scope) -> None:
    value = evaluate(run, node.value, scope) if node.value is not None else None
    frame = run.frame
    loops = [c for c in frame.controls if c.kind in ("loop", "python-loop")]
    tensor_ifs = [c for c in frame.controls if c.kind == "if"]
    if any(c.kind == "loop" for c in loops):
        run.effect("loop-return", node, all(c.sure for c in loops if c.kind == "loop"))
    elif loops and tensor_ifs and _inside(frame.controls):
        run.effect("tensor-break", node, all(c.sure for c in tensor_ifs), construct="return")
    frame.returns.append(Return(value, node, bool(tensor_ifs), all(c.sure for c in tensor_ifs)))
    frame.ended = "return"


def _inside(controls: Sequence[object]) -> bool:
    """A tensor `if` stands within a Python loop, rather than around it."""
    kinds = [getattr(c, "kind", "") for c in controls]
    return "python-loop" in kinds and "if" in kinds[kinds.index("python-loop") :]


@statement(nodes.Break, nodes.Continue)
def _leave_loop(run: Run, node: nodes.Break | nodes.Continue, scope: Scope) -> None:
    controls = run.frame.controls
    for position in range(len(controls) - 1, -1, -1):
        loop = controls[position]
        if loop.kind not in ("loop", "python-loop"):
            continue
        tests = [c for c in controls[position:] if c.kind == "if"]
        if tests and loop.kind == "python-loop" and isinstance(node, nodes.Break):
            run.effect("tensor-break", node, all(c.sure for c in tests), construct="break")
        loop.left.append((dict(scope.names), bool(tests)))
        break
    run.frame.ended = "loop"


@statement(nodes.Assert)
def _assert(run: Run, node: nodes.Assert, scope: Scope) -> None:
    test = evaluate(run, node.test, scope)
    if test.is_tensor:
        run.effect("tensor-bool", node, test.sure, construct="assert", target=test.name)
    if node.fail is not None:
        with run.words_of_error():
            evaluate(run, node.fail, scope)


# ---- blocks -------------------------------------------------------------------------------------------------------


@statement(nodes.With)
def _with(run: Run, node: nodes.With, scope: Scope) -> None:
    run.stirs += 1
    ops, told, hushing, managers = run.op_calls, len(run.told), list[nodes.NodeNG](), list[Value]()
    for expression, target in node.items:
        manager = evaluate(run, expression, scope)
        entered = contexts.enter_context(run, expression, manager)
        if target is not None:
            targets.assign_to(run, target, entered, scope)
        managers.append(manager)
        if exceptions.hushed_by(manager):
            hushing.append(expression)
    execute(run, node.body, scope)
    contexts.leave(run, node, managers, told)
    for expression in hushing if run.op_calls > ops else ():
        run.effect("caught-error", expression, False, exception=expression.as_string())


@statement(nodes.Try)
def _try(run: Run, node: nodes.Try, scope: Scope) -> None:
    before_ops, known = run.op_calls, run.failures.copy()
    before = dict(scope.names)
    inside_loop = any(c.kind == "loop" for c in run.frame.controls)
    with run.control("try"):
        execute(run, node.body, scope)
        ended = run.frame.ended
        if not ended:
            execute(run, node.orelse, scope)
    after_body = dict(scope.names)
    worked = run.op_calls > before_ops
    if node.handlers and inside_loop:
        run.effect("loop-try", node, run.sure_context())
    ended = run.frame.ended
    for handler in node.handlers:
        elsewhere = failures.missed(failures.since(known, run.failures), failures.classes(handler))
        if worked and (elsewhere or not exceptions.raised_by_python_alone(handler)):
            caught = handler.type.as_string() if handler.type is not None else "everything"
            run.effect("caught-error", handler, False, exception=caught)
        scope.names = joined(before, after_body)
        run.frame.ended = ""
        if handler.name is not None:
            scope.names[handler.name.name] = Value("object", name=handler.name.name)
        execute(run, handler.body, scope)
        if not run.frame.ended:
            after_body = joined(after_body, scope.names) if not ended else dict(scope.names)
            ended = ""
    scope.names = after_body
    run.frame.ended = ""
    execute(run, node.finalbody, scope)
    run.frame.ended = left_by(run) or ended


# ---- definitions --------------------------------------------------------------------------------------------------


@statement(nodes.FunctionDef, nodes.AsyncFunctionDef)
def _function(run: Run, node: nodes.FunctionDef, scope: Scope) -> None:
    run.stirs += 1
    value = definitions.define_function(run, node, scope)
    holder = scope.holder(node.name)
    (holder or scope).names[node.name] = value


@statement(nodes.ClassDef)
def _class(run: Run, node: nodes.ClassDef, scope: Scope) -> None:
    run.stirs += 1
    made = scope.names[node.name] = classes.define_class(run, node, scope)
    definitions.keep_defaults(run, node, scope)
    classes.tell_others(run, node, made, scope)
    for decorator in reversed(node.decorators.nodes if node.decorators else ()):
        by = evaluate(run, decorator, scope)
        if isinstance(by.ref, Function):  # those of libraries, as dataclass, are read by their name where it matters
            made = calls.call_value(run, decorator, by, [made], {})
    scope.names[node.name] = made.named(node.name)


@statement(nodes.Global)
def _global(run: Run, node: nodes.Global, scope: Scope) -> None:
    scope.globals.update(node.names)


@statement(nodes.Nonlocal)
def _nonlocal(run: Run, node: nodes.Nonlocal, scope: Scope) -> None:
    scope.nonlocals.update(node.names)


@statement(nodes.Expr)
def _expression(run: Run, node: nodes.Expr, scope: Scope) -> None:
    value = evaluate(run, node.value, scope)
    if run.last_op[0] is node.value:
        run.effect("unused-op", node, call=run.last_op[1])
    match node.value:
        case nodes.Call(func=nodes.Attribute(expr=array, attrname="write" | "scatter" | "unstack")) if (
            value.kind == "tensor_array"
        ):
            run.effect("unused-write", node, value.sure, target=array.as_string())


@statement(nodes.Match)
def _match(run: Run, node: nodes.Match, scope: Scope) -> None:
    run.effect("autograph-refusal", node, construct="match")
    run.frame.converted = False
    subject = evaluate(run, node.subject, scope)
    if subject.is_tensor:
        run.effect("unconverted-flow", node, subject.sure, construct="match", where="match")
    before, after = dict(scope.names), dict(scope.names)
    all_ended: Ended = "return"
    for case in node.cases:
        scope.names = dict(before)
        for name in case.pattern.nodes_of_class(nodes.AssignName):
            scope.names[name.name] = (
                replace(subject, name=name.name, ref=None) if subject.kind in SEQUENCES else Value()
            )
        patterns.asked(run, case.pattern, subject, scope)
        if case.guard is not None:
            evaluate(run, case.guard, scope)
        run.frame.ended = ""
        execute(run, case.body, scope)
        if not run.frame.ended:
            after, all_ended = joined(after, scope.names), ""
    scope.names = after
    exhaustive = any(
        isinstance(c.pattern, nodes.MatchAs) and c.pattern.pattern is None and not c.guard for c in node.cases
    )
    run.frame.ended = all_ended if exhaustive else ""


@statement(nodes.Pass)
def _nothing(run: Run, node: nodes.NodeNG, scope: Scope) -> None:
    pass
