"""Objects of libraries that keep something from call to call: context variables, moving averages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import filled, moment
from hybnb.analyse.values import NONE, Instance, Value, join_all

Keywords = dict[str, Value]
Handler = Callable[[Run, nodes.NodeNG, Value, str, list[Value], Keywords], Value]
CONTEXT_VARIABLE: Final = "contextvars.ContextVar"


def context_variable(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: Keywords) -> Value:
    """contextvars.ContextVar(name, default=…)."""
    given = {"default": keywords["default"]} if "default" in keywords else {}
    return Value("object", ref=Instance(run.epoch, None, CONTEXT_VARIABLE, attributes=given))


def call(
    run: Run, node: nodes.NodeNG, receiver: Value, name: str, args: list[Value], keywords: Keywords
) -> Value | None:
    """A method of such an object; None for all others."""
    instance = receiver.ref
    handler = KEEPERS.get(instance.library) if isinstance(instance, Instance) else None
    return handler(run, node, receiver, name, args, keywords) if handler is not None else None


def _of_context(
    run: Run, node: nodes.NodeNG, receiver: Value, name: str, args: list[Value], keywords: Keywords
) -> Value:
    spelled, held = f"{receiver.name}.{name}", receiver.ref.attributes
    if name == "set" and run.quiet and args:
        held[f"set {len(held)}"] = args[0]
        return Value("object")
    if name == "reset" and run.quiet:
        return NONE
    known = [*held.values(), *args]
    if name != "get" or not known:
        return run.unknown(node, f"`{spelled}`")
    namespace = run.program.namespace_of(run.unit)
    if not moment.tracing(run):
        return join_all(known)
    if receiver.name not in namespace.changes.names or _shared(run, receiver.name):  # others may set it
        return run.unknown(node, f"`{spelled}`, which may be set elsewhere,")
    run.reads.add(receiver.name)
    later = moment.runs_later(run, namespace)
    site = namespace.changes.of_contents(receiver.name, *moment.place(run), moment.readers(run), later)
    moment.note(run, node, f"{spelled}()", "object", site)
    return join_all(known).named(f"{spelled}()")


def _shared(run: Run, name: str) -> bool:
    """The variable is handed on, and so may be set under another name."""
    return any(not isinstance(use.parent, nodes.Attribute) for _, use in run.program.uses.loads(name))


def _of_average(
    run: Run, node: nodes.NodeNG, receiver: Value, name: str, args: list[Value], keywords: Keywords
) -> Value:
    """A moving average makes its variables when it is first applied: of what is averaged then, or when that is traced."""
    call, spelled = node, f"`{receiver.name}.{name}`"
    of = call.args[0].as_string() if isinstance(call, nodes.Call) and call.args else ""
    if name == "apply" and of:
        filled.note(run, node, receiver.ref, of)
        if run.quiet:
            return NONE
        once = all(len(run.program.namespace_of(run.unit).changes.names.get(one, ())) < 2 for one in _names(call))
        if not once or filled.before(run, receiver.ref, of) is None:
            return run.unknown(node, f"{spelled}, which makes its variables when it is traced,")
        if not isinstance(node.parent, nodes.Expr):
            return run.unknown(node, f"the result of {spelled}, eagerly None,")
        run.op(count=2)
        return NONE
    if name == "average" and any(filled.before(run, receiver.ref, one) for one in receiver.ref.filled):
        run.op()
        return Value(
            "variable", dtype=args[0].dtype if args else None, shape=args[0].shape if args else None, outer=True
        )
    return run.unknown(node, spelled)


def _names(call: nodes.Call) -> set[str]:
    return {one.name for one in call.args[0].nodes_of_class(nodes.Name)}


KEEPERS: Final[dict[str, Handler]] = {
    CONTEXT_VARIABLE: _of_context,
    "tensorflow.train.ExponentialMovingAverage": _of_average,
}
