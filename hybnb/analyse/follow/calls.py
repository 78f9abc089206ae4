"""Calls of the user's own functions and classes: followed as if their bodies stood here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.classes import Class
from hybnb.analyse.follow import (
    classes,
    decorators,
    instances,
    members,
    methods,
    protocols,
    recursion,
    sizes,
    survey,
)
from hybnb.analyse.follow.dispatch import evaluate, execute, expression
from hybnb.analyse.follow.flow import consistency, iterating
from hybnb.analyse.follow.libraries import dispatched, keepers, library, wiring
from hybnb.analyse.follow.run import DEPTH, Frame, Run
from hybnb.analyse.follow.state import objects
from hybnb.analyse.scope import Scope
from hybnb.analyse.text import rebuilding
from hybnb.analyse.values import (
    KERAS,
    NEVER,
    NONE,
    NOTHING,
    Choice,
    Container,
    Function,
    Instance,
    Partial,
    Record,
    Value,
    join_all,
    tensor,
)

Keywords = dict[str, Value]


@expression(nodes.Call)
def call(run: Run, node: nodes.Call, scope: Scope) -> Value:
    """A call expression."""
    called = node.func
    if type(called) is nodes.Name and called.name == "super" and scope.holder("super") is None:
        return _super(run, node, scope)
    function = evaluate(run, called, scope)
    if run.quiet and isinstance(called, nodes.Attribute) and isinstance(called.expr, nodes.Call):
        _note_temporary(run, function)
    args: list[Value] = []
    for argument in node.args:
        value = evaluate(run, argument, scope)
        if type(argument) is nodes.Starred:
            items = value.ref.items if isinstance(value.ref, Container) else None
            args += items if items is not None else [iterating.iterate(run, value, argument, construct="* in a call")]
        else:
            args.append(value)
    keywords: Keywords = {}
    for keyword in node.keywords:
        value = evaluate(run, keyword.value, scope)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value.ref, Container):
            keywords.update({str(key): item for key, item in value.ref.entries.items()})
    return call_value(run, node, function, args, keywords)


def _note_temporary(run: Run, method: Value) -> None:
    """The method of an object that is made for this call alone."""
    if isinstance(method.ref, Function) and method.ref.bound is not None:
        run.program.temporary.add(method.ref.node)


def call_value(run: Run, node: nodes.NodeNG, function: Value, args: list[Value], keywords: Keywords) -> Value:
    """Call whatever `function` is."""
    ref = function.ref
    if isinstance(ref, str) and function.kind in ("module", "function", "builtin", "class"):  # most calls
        return library.call(run, node, ref, args, keywords)
    if isinstance(ref, Function):
        return call_function(run, node, function, args, keywords)
    run.stirs += 1  # an object is made, or one's method is called: who knows what that changes
    if isinstance(ref, dispatched.Registering):
        return dispatched.registered(run, node, function, args)
    if isinstance(ref, Class):
        return classes.construct(run, node, function, args, keywords)
    if isinstance(ref, members.Method):
        by_keeper = keepers.call(run, node, ref.receiver, ref.name, args, keywords)
        return by_keeper or methods.call_method(run, node, ref, args, keywords)
    if isinstance(ref, Partial):
        return call_value(run, node, ref.function, [*ref.args, *args], {**ref.keywords, **keywords})
    if isinstance(ref, Record):
        return classes.record(run, node, ref, args, keywords)
    if isinstance(ref, Choice):
        return join_all([call_value(run, node, option, args, keywords) for option in ref.options])
    if isinstance(ref, Instance):
        result = instances.call(run, node, function, ref, args, keywords)
        return wiring.wired(run, function, args, keywords, result) if function.kind in KERAS else result
    if function.kind in ("layer", "model", "loss", "metric"):
        run.op()
        run.calls_layers = True
        instances.ask_flag(run, node, function, "", keywords)
        sizes.met_layer(run, node, args)
        still = args[0].open if args and args[0].is_tensor else ""
        return Value("tensor", dtype=run.program.layer_dtype(None), open=min(still, "sizes"))
    text = function.name or (node.func.as_string()[:60] if isinstance(node, nodes.Call) else "a function")
    if function.kind == "function":
        run.effect("autograph-refusal", node, False, construct="no source")  # it is not found, at least
    run.effect("unknown-call", node, call=text, why=_why_unknown(function))
    return Value(name=f"{text}()")


def _why_unknown(function: Value) -> str:
    if function.kind == "unknown" or (function.kind == "tensor" and not function.sure):
        return "its value isn't known"
    if function.kind == "function":
        return "its source isn't in the notebook, nor in a module that is imported"
    return "it may be None" if function.kind == "none" else f"its value is of kind {function.kind}"


# ---- functions ----------------------------------------------------------------------------------------------------


def call_function(
    run: Run, node: nodes.NodeNG, value: Value, args: list[Value], keywords: Keywords, *, converted: bool = True
) -> Value:
    """Follow the body of a user's function."""
    if not isinstance(value.ref, Function):
        return call_value(run, node, value, args, keywords)
    function = value.ref
    if function.others:
        return dispatched.call(run, node, function, args, keywords)
    scope = Scope(function.node, {}, function.scope, epoch=run.epoch)
    active = recursion.active(run, function)
    if len(run.frames) > DEPTH and not active:
        return run.unknown(node, f"`{function.label}`, called too deep")
    _bind_arguments(run, scope, function, args, keywords)
    if active and recursion.alike(active, function, scope):
        return _calls_itself(run, node, function, active, args)
    if len(run.frames) > DEPTH or len(active) >= recursion.MOST:
        return run.unknown(node, f"`{function.label}`, called too deep")
    run.program.note_call_site(run, function, scope.names)
    if function.hybrid is not None:
        return _call_hybrid(run, node, function, scope)
    settle(run, function, lambda: _follow(run, node, function, _copied(scope), converted))
    result = _follow(run, node, function, scope, converted)
    if function.paired:
        result = decorators.without_gradient(run, node, function, result)
    if function.cached:
        for key in (*args, *keywords.values()):
            protocols.hashed(run, node, key)
    if function.cached and objects.holds_tensor(result):
        run.effect("cache", node, result.sure, call="lru_cache", target=function.label)
    return result


def _calls_itself(run: Run, node: nodes.NodeNG, function: Function, active: list[Frame], args: list[Value]) -> Value:
    run.effect("recursion", node, through=function.label)
    sizes.met_again(run, node, function.node, args)
    if active[0] is run.frames[0] or run.frames[0].stands_in:
        run.recursive = True
    return run.returned.get(function.node, NEVER)


def settle(run: Run, function: Function, follow: Callable[[], Value]) -> None:
    """Of a function that names itself, find out first what its calls of itself return."""
    names = rebuilding.survey(function.node).loads
    if getattr(function.node, "name", "") not in names or function.node in run.returned:
        return
    run.stirs += 1
    quiet, run.quiet = run.quiet, True
    try:
        found = follow()
    finally:
        run.quiet = quiet
    run.returned[function.node] = tensor(sure=False) if found is NEVER else found


def _copied(scope: Scope) -> Scope:
    return Scope(scope.node, dict(scope.names), scope.parent)


def _call_hybrid(run: Run, node: nodes.NodeNG, function: Function, scope: Scope) -> Value:
    """A tf.function called from here is frozen already: nothing in it changes when its caller is traced."""
    if function.hybrid is not None:
        run.hybrids[function.node] = function.hybrid
    quiet, run.quiet = run.quiet, True
    try:
        result = _follow(run, node, function, scope, True)
    finally:
        run.quiet = quiet
    run.op()
    if result.kind in ("number", "bool", "string", "ndarray"):
        return replace(result, kind="tensor", const=NOTHING)
    return result


def _follow(run: Run, node: nodes.NodeNG | None, function: Function, scope: Scope, converted: bool) -> Value:
    caller = run.frame if run.frames else None
    called_converted = converted and (caller is None or (caller.converted and not caller.left_alone))
    within = [frame.function.node for frame in run.frames if frame.function is not None]
    convertible = (called_converted or _in_converted(run, function)) and not function.unconverted
    convertible = convertible and not survey.refused(function.node) and not survey.unrecognised(function.node, within)
    left_alone = function.unconverted or (caller is not None and caller.left_alone)
    frame = Frame(function, function.unit, scope, node, converted=convertible, left_alone=left_alone)
    run.frames.append(frame)
    try:
        if isinstance(function.node, nodes.FunctionDef):
            execute(run, function.node.body, scope)
            return result_of(run, frame)
        return evaluate(run, function.node.body, scope)
    finally:
        run.frames.pop()


def _in_converted(run: Run, function: Function) -> bool:
    """It stands in the body of a function that AutoGraph converts with all that is in it, whoever calls it."""
    around = set(_bodies_around(function.node))
    return any(frame.converted and frame.function is not None and frame.function.node in around for frame in run.frames)


def _bodies_around(node: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    """The functions in whose bodies it stands; defaults and decorators stand beside a body, and are made without it."""
    for around in node.node_ancestors():
        body = getattr(around, "body", None)
        if isinstance(around, nodes.FunctionDef | nodes.Lambda) and (
            node is body if not isinstance(body, list) else node in body
        ):
            yield around
        node = around


def result_of(run: Run, frame: Frame) -> Value:
    """What the function returns: the join of its returns; notes returns that one graph can't give both of."""
    node = frame.function.node if frame.function is not None else None
    if frame.yields:
        return Value("generator", item=join_all(frame.yields), ref=node)
    values = [entry.value if entry.value is not None else NONE for entry in frame.returns]
    if not frame.ended:
        values.append(NONE)
    if not values:
        return NEVER if frame.ended == "raise" else NONE
    conditional = [entry for entry in frame.returns if entry.tensor_if]
    if conditional and node is not None:
        sure = all(entry.sure for entry in conditional)
        for other in values[1:]:
            why, certain = consistency.inconsistency(values[0], other)
            if why:
                why = "return" if why == "none" and not frame.ended else why
                run.effect("branch-inconsistent", conditional[0].node, sure and certain, variable="the result", why=why)
                break
        merged = values[0]
        for other in values[1:]:
            merged = consistency.merged(run, conditional[0].node, "", merged, other, sure, None)
        return merged
    return replace(join_all(values), name="")


def _bind_arguments(run: Run, scope: Scope, function: Function, args: list[Value], keywords: Keywords) -> None:
    arguments = function.node.args
    positional = [a.name for a in (*arguments.posonlyargs, *(arguments.args or ()))]
    given = [*([function.bound] if function.bound is not None else []), *args]
    names = scope.names
    for name, value in zip(positional, given, strict=False):
        names[name] = value.named(name)
    left = dict(keywords)
    for name in (*positional, *(a.name for a in arguments.kwonlyargs)):
        if name in left:
            names[name] = left.pop(name).named(name)
        elif name not in names:
            names[name] = function.defaults.get(name, Value("tensor", sure=False)).named(name)
    if arguments.vararg:
        names[arguments.vararg] = run.container("tuple", items=given[len(positional) :])
    if arguments.kwarg:
        rest = run.container("dict")
        rest.ref.entries.update(left)
        names[arguments.kwarg] = rest


def _super(run: Run, node: nodes.Call, scope: Scope) -> Value:
    function = run.frame.function
    if function is not None and function.cls is not None:
        first = next(iter(scope.names.values()), None)
        positional = function.node.args.args or []
        if positional and positional[0].name in scope.names:
            first = scope.names[positional[0].name]
        if first is not None:
            return Value("object", ref=members.Super(first, function.cls), name="super()")
    return run.unknown(node, "`super()`")
