"""Follows one candidate and sums up what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import keras_methods
from hybnb.analyse.border import equality, input_signature, wrapped_signature
from hybnb.analyse.border.boundary import check_argument, check_models, check_result
from hybnb.analyse.border.caught import check_callers
from hybnb.analyse.border.gradients import check_gradients
from hybnb.analyse.border.layer_losses import check_losses
from hybnb.analyse.border.uses import Results
from hybnb.analyse.candidates import Candidate
from hybnb.analyse.classes import Class
from hybnb.analyse.follow import callers, calls, decorators, survey
from hybnb.analyse.follow.dispatch import evaluate, execute
from hybnb.analyse.follow.run import Frame, Run
from hybnb.analyse.follow.state import staleness
from hybnb.analyse.parameters import Arguments
from hybnb.analyse.program import Program
from hybnb.analyse.scope import Scope
from hybnb.analyse.subject import function_value, owners, plain, self_value
from hybnb.analyse.text import rebuilding
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.text.rebuilding import Code
from hybnb.analyse.values import Function, Partial, Value
from hybnb.model import CallHistory, Effect, EffectKind, FunctionFacts, Tri

SIDE_EFFECTS: frozenset[EffectKind] = frozenset({
    "mutation", "output", "host-random", "host-iterator", "sleep", "seed", "environment", "summary-step", "cache",
})  # fmt: skip
UNKNOWN: frozenset[EffectKind] = frozenset({"unknown-call", "unknown-construct"})
FEW = 8  #: a function that does less than one part of so many of the work isn't named as doing it


def facts_of(program: Program, candidate: Candidate, history: CallHistory | None, epoch: int) -> FunctionFacts:
    """Everything the source, the live names and the observed calls say about one function."""
    run, role = Run(program, epoch), _keras_role(program, candidate)
    by_option = candidate.decoration is not None and candidate.decoration.options.get("jit_compile") == "True"
    run.compiled = by_option or (role is not None and candidate.cls in program.compiled.by_xla)
    run.builds_late = role == "call" or _within_call(program, candidate, run)
    for known in owners(program, candidate):
        owner = self_value(program, run, candidate, known) if candidate.cls is not None else None
        value = function_value(program, run, candidate, owner)
        function = value.ref if isinstance(value.ref, Function) else plain(candidate)
        arguments = Arguments(program, candidate, function, history)
        itself = isinstance(value.ref, Function) and function.node is candidate.node
        direct = candidate.made is None and (itself or not value.is_known)
        if not value.is_known or not direct:
            function = plain(candidate)
        try:
            _follow(run, candidate, function, value, arguments, owner, direct=direct)
        except RecursionError:
            run.spent = True  # nested deeper than Python's own stack allows here
        run.put_back()
    return _summed_up(run, candidate, arguments, role)


def _summed_up(run: Run, candidate: Candidate, arguments: Arguments, role: str | None) -> FunctionFacts:
    effects = tuple(run.effects.values())
    return FunctionFacts(
        function=candidate.id,
        decoration=candidate.decoration,
        parameters=tuple(arguments.parameters),
        effects=effects,
        python_side_effects=_side_effects(effects, run),
        recursive="yes" if run.recursive else "no",
        tensor_computation=_tensor_computation(effects, run),
        form=candidate.form,  # type: ignore[arg-type]
        keras_role=role,
        op_calls=run.op_calls,
        loops_with_ops=len(run.loops_with_ops),
        workers=_workers(run),
        depends_on=tuple(sorted(run.reads)),
        keeps=tuple(sorted(run.keeps)),
        indent=candidate.indent,
        first_line=candidate.first_line,
        static_shape_reads=_shape_reads(run, arguments),
        budget_spent=run.spent,
    )


def _shape_reads(run: Run, arguments: Arguments) -> tuple[str, ...]:
    if not run.varying_reads:
        return ()
    names = {parameter.name for parameter in arguments.parameters}
    return tuple(sorted({name if name in names else "" for name in run.varying_reads}))


def _follow(
    run: Run, candidate: Candidate, function: Function, value: Value, arguments: Arguments, owner: Value | None, *,
    direct: bool,
) -> None:  # fmt: skip
    for values in arguments.variants():
        _follow_once(run, candidate, function, value, arguments, values, owner, direct=direct)
        for name, argument in values.items():
            equality.check(run, candidate.node, name, argument)
        if function.bound is not None:
            equality.check(run, candidate.node, "self", function.bound)
    for name, passed in arguments.passed.items():
        if passed:
            check_models(run, candidate.node, name, passed)
    input_signature.check(run, candidate, arguments.passed, function.defaults)
    if not direct:
        wrapped_signature.check(run, candidate, value)
    _check_order(run, candidate)
    check_callers(run, candidate)
    check_losses(run, candidate)
    eagerly = run.program.compiled.eagerly(candidate.cls) if candidate.cls is not None else None
    if eagerly is not None and _keras_role(run.program, candidate) is not None:
        run.effect("keras-eager", candidate.node, where=eagerly)


def _first_frame(run: Run, candidate: Candidate, function: Function, scope: Scope, *, direct: bool) -> Frame:
    alone = function.unconverted or _switched_off(run, candidate)
    converted = not alone and not _refused(candidate.node)
    return Frame(
        function, candidate.unit, scope, None, converted=converted, left_alone=alone, stands_in=not direct
    )  # fmt: skip


def _switched_off(run: Run, candidate: Candidate) -> bool:
    """autograph=False, also by a name of the top level."""
    given = candidate.decoration.options.get("autograph") if candidate.decoration is not None else None
    if given is None:
        return False
    run.reads.add(given)
    value = run.program.global_value(run.program.namespace_of(candidate.unit), given)
    return given == "False" or (value is not None and value.const is False)


def _follow_once(
    run: Run, candidate: Candidate, function: Function, value: Value, arguments: Arguments, values: Mapping[str, Value],
    owner: Value | None, *, direct: bool,
) -> None:  # fmt: skip
    scope = Scope(candidate.node, {}, function.scope)
    frame = _first_frame(run, candidate, function, scope, direct=direct)
    run.frames = [frame]
    if not value.is_known and candidate.form != "coroutine":  # which is never a tf.function, whatever else it does
        run.effect(
            "unknown-call", candidate.node, call=candidate.id.name, why="what its decorator makes of it isn't known"
        )
    _note_own_code(run, candidate)
    for name, argument in values.items():
        check_argument(run, candidate.node, name, argument)
    if not direct:
        _through_decorators(run, candidate, value, owner, arguments.as_call(values))
        return
    if candidate.node in run.program.temporary:
        run.effect("argument-type", candidate.node, parameter="self", what="object that nothing else keeps")
    if function.bound is not None:
        first = next(iter((*candidate.node.args.posonlyargs, *(candidate.node.args.args or ()))), None)
        if first is not None:
            scope.names[first.name] = function.bound.named(first.name)
            check_argument(run, candidate.node, first.name, function.bound)
    scope.names.update(values)
    if isinstance(candidate.node, nodes.FunctionDef):
        calls.settle(run, function, lambda: _result_alone(run, candidate.node.body, scope))
        run.frames = [frame]
        execute(run, candidate.node.body, scope)
        result = calls.result_of(run, frame)
    else:
        result = evaluate(run, candidate.node.body, scope)
    if function.paired:
        result = decorators.without_gradient(run, candidate.node, function, result)
    last = frame.returns[-1].node if frame.returns else candidate.node
    if candidate.form not in ("generator", "coroutine"):
        _hand_out(run, candidate, last, result)
    if function.cached and result.is_tensor:
        run.effect("cache", candidate.node, call="lru_cache", target=candidate.id.name)


def _note_own_code(run: Run, candidate: Candidate) -> None:
    """What AutoGraph refuses of the function itself, and where the notebook exchanges what it runs."""
    function = candidate.node
    if candidate.form == "function":
        staleness.own_code_read(run, function, candidate.id.name)
    if (made_in := candidate.round_of(run)) is not None:
        run.effect("wrapper-per-call", function, call=candidate.id.name, loop=candidate.unit.where(made_in.lineno or 1))
    if candidate.decoration is not None and (given := candidate.decoration.options.get("**")):
        run.unknown(function, f"what options `{given}` holds")
    for node, construct in rebuilding.survey(function).refusals:
        run.effect("autograph-refusal", node, construct=construct)
    if survey.ambiguous(function):
        run.effect("autograph-refusal", function, construct="lambda")


def _refused(function: Code) -> bool:
    return survey.refused(function) or survey.ambiguous(function)


def _result_alone(run: Run, body: Sequence[nodes.NodeNG], scope: Scope) -> Value:
    """What the body returns, followed in a frame of its own."""
    frame = replace(
        run.frames[0], scope=Scope(scope.node, dict(scope.names), scope.parent), controls=[], returns=[], yields=[]
    )
    run.frames = [frame]
    execute(run, body, frame.scope)
    return calls.result_of(run, frame)


def _through_decorators(
    run: Run,
    candidate: Candidate,
    value: Value,
    owner: Value | None,
    given_by_name: tuple[list[Value], dict[str, Value]],
) -> None:
    """The name is bound to what a decorator or a call made of the function: follow that."""
    given, keywords = given_by_name
    if candidate.form == "partial":
        staleness.partial_read(run, candidate.node, candidate.id.name, value)
    if owner is not None and not isinstance(value.ref, Partial):  # which has it
        given.insert(0, owner)
    decorators = getattr(candidate.node, "decorators", None)
    place = decorators.nodes[0] if decorators else candidate.node
    result = calls.call_value(run, place, value, given, keywords)
    _hand_out(run, candidate, candidate.node, result)


def _hand_out(run: Run, candidate: Candidate, node: nodes.NodeNG, result: Value) -> None:
    """The result leaves the graph; who reads it then is looked at again when a cell comes that might."""
    results = Results(run.program, candidate)
    check_result(run, node, result, results)
    check_gradients(run, candidate, result)
    run.reads |= {f"~{name}" for name in results.names}


UNCALLABLE = frozenset({"property", "classmethod", "cached_property"})


def _check_order(run: Run, candidate: Candidate) -> None:
    """Note a tf.function that is handed what `property` or `classmethod` made, which it can't call."""
    own = candidate.decoration
    decorators = candidate.node.decorators if isinstance(candidate.node, nodes.FunctionDef) else None
    if own is None or own.by_call or decorators is None:
        return
    for decorator in decorators.nodes:
        last = decorator.as_string().rpartition(".")[2]
        if last in UNCALLABLE and run.unit.span(decorator) > own.span:
            run.effect("decorator-order", decorator, decorator=last)


# ---- summing up ---------------------------------------------------------------------------------------------------


def _side_effects(effects: tuple[Effect, ...], run: Run) -> Tri:
    kinds = {effect.kind for effect in effects if effect.certainty == "certain"}
    if kinds & SIDE_EFFECTS:
        return "yes"
    if any(effect.kind in UNKNOWN or effect.kind in SIDE_EFFECTS for effect in effects) or run.spent:
        return "unknown"
    return "no"


def _tensor_computation(effects: tuple[Effect, ...], run: Run) -> Tri:
    if run.sure_ops:
        return "yes"
    if run.op_calls > run.array_ops or run.spent or any(effect.kind in UNKNOWN for effect in effects):
        return "unknown"
    return "no"


def _workers(run: Run) -> tuple[str, ...]:
    """Who does most of the work in a graph of its own: neither what is differentiated here, nor what Keras or a step traces."""
    if not run.ops_of or run.ops_of.keys() == {None}:
        return ()
    others = {
        one: count for one, count in run.ops_of.items() if one is not None and not keras_methods.traced_by_keras(one)
    }
    if run.differentiates or 2 * sum(others.values()) <= run.op_calls:
        return ()
    return tuple(dict.fromkeys(one.label for one, count in others.items() if FEW * count > run.op_calls))


def _within_call(program: Program, candidate: Candidate, run: Run) -> bool:
    """What `call` of a Keras class runs, itself or by way of others, while Keras builds what that needs."""
    run.reads.add(f"~{candidate.id.name.rpartition('.')[2]}")
    if not program.defines_call:
        return False
    seen, waiting = {candidate.node}, [(candidate.node, 0)]
    while waiting:
        function, far = waiting.pop()
        run.reads.add(f"~{getattr(function, 'name', '')}")
        for unit, call in callers.calls(program, function) if far < FAR else ():
            by = callers.enclosing(call)
            if by is None or by in seen:
                continue
            if (
                by.name == "call"
                and isinstance(by.parent, nodes.ClassDef)
                and _role(program, unit, by.parent) == "call"
            ):
                return True
            seen.add(by)
            waiting.append((by, far + 1))
    return False


FAR = 5  #: callers of callers that are asked


def _keras_role(program: Program, candidate: Candidate) -> str | None:
    name = candidate.id.name.rpartition(".")[2]
    if candidate.cls is None or not (name.startswith("on_") or name in keras_methods.TRACED):
        return None
    return _role_of(program, candidate, name)


def _role_of(program: Program, candidate: Candidate, name: str) -> str | None:
    assert candidate.cls is not None
    return _role(program, candidate.unit, candidate.cls, name)


def _role(program: Program, unit: Unit, cls: nodes.ClassDef, name: str = "call") -> str | None:
    """What Keras takes a method of this name for, in a class of the user's."""
    scope = program.namespace_of(unit).scope
    value = scope.names.get(cls.name) if scope is not None else None
    return keras_methods.role_of(value.ref, name) if value is not None and isinstance(value.ref, Class) else None
