"""What TensorFlow takes for the parameters of a wrapper: those of the function that `functools.wraps` names.

To those it binds a call, fills in their defaults, and hands all of them to the wrapper.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from astroid import Context, nodes

from hybnb.analyse.candidates import Candidate
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.survey import attributes_of, loads_of
from hybnb.analyse.text.rebuilding import survey
from hybnb.analyse.values import Function, Value

CHAIN = 4  #: wrappers around wrappers that are looked into


def check(run: Run, candidate: Candidate, value: Value) -> None:
    """Note where a wrapper around the function takes other arguments than the function itself."""
    if candidate.decoration is not None or not getattr(candidate.node, "decorators", None):
        return
    wrapped = candidate.node.args
    for wrapper, name in _wrappers(value, candidate.node):
        calls = [one for one in wrapper.nodes_of_class(nodes.Call) if getattr(one.func, "name", "") == name]
        own = set(_names(wrapper.args)) - set(_names(wrapped)) if not wrapped.kwarg else set[str]()
        if (
            _misses(wrapper.args, wrapped)
            or any(_adds(one, wrapper.args, wrapped) for one in calls)
            or _asks_by_keyword(wrapper, wrapped)
            or any(keyword.arg in own for call in _calls(run, candidate) for keyword in call.keywords)
        ):
            run.effect("signature", candidate.node, parameter="", why="wrapped")
            return
        by_keyword = {word.arg for call in _calls(run, candidate) for word in call.keywords} & set(_positional(wrapped))
        if _looks_at(wrapper, wrapper.args.kwarg, by_keyword) or _looks_at(
            wrapper, wrapper.args.vararg, by_keyword or wrapped.defaults
        ):
            run.effect("signature", candidate.node, False, parameter="", why="wrapped")
            return


def _wrappers(value: Value, node: nodes.NodeNG) -> Iterator[tuple[nodes.FunctionDef, str]]:
    """The functions around it, from the outermost, that say what they wrap, each with its name for that."""
    for _ in range(CHAIN):
        function = value.ref
        if not isinstance(function, Function) or function.node is node:
            return
        name = _said(function.node)
        if not name or function.scope is None:
            return
        yield function.node, name
        holder = function.scope.holder(name)
        value = holder.names.get(name, Value()) if holder is not None else Value()


def _said(wrapper: nodes.NodeNG) -> str:
    """`f` of `@functools.wraps(f)`, or of `functools.update_wrapper(wrapper, f)` beside it."""
    for one in wrapper.decorators.nodes if getattr(wrapper, "decorators", None) else ():
        match one:
            case nodes.Call(
                func=nodes.Name(name="wraps") | nodes.Attribute(attrname="wraps"), args=[nodes.Name(name=name)]
            ):
                return str(name)
    around = wrapper.parent.scope() if isinstance(wrapper, nodes.FunctionDef) else None
    for call in survey(around).calls.get("update_wrapper", ()) if isinstance(around, nodes.FunctionDef) else ():
        match call.args:
            case [nodes.Name(name=own), nodes.Name(name=name)] if own == wrapper.name:
                return str(name)
    return ""


def _positional(arguments: nodes.Arguments) -> list[str]:
    return [one.name for one in (*arguments.posonlyargs, *(arguments.args or ()))]


def _names(arguments: nodes.Arguments) -> Iterator[str]:
    yield from _positional(arguments)
    yield from (one.name for one in arguments.kwonlyargs)


def _misses(own: nodes.Arguments, wrapped: nodes.Arguments) -> bool:
    """The wrapper can't take all that the function has, or asks for more."""
    taken, given = _positional(own), _positional(wrapped)
    asked = len(taken) - len(own.defaults or ())
    if (len(given) > len(taken) and not own.vararg) or (asked > len(given) and not wrapped.vararg):
        return True
    required = {one.name for one, by in zip(own.kwonlyargs, own.kw_defaults or (), strict=False) if by is None}
    return bool(required - set(_names(wrapped))) and not wrapped.kwarg


def _adds(call: nodes.Call, own: nodes.Arguments, wrapped: nodes.Arguments) -> bool:
    """Beside all that it was given, the wrapper hands on something of its own, for which the function has a parameter."""
    before = [one for one in call.args if not isinstance(one, nodes.Starred)]
    if len(before) < len(call.args) and len(before) > len(_positional(own)) and _positional(wrapped):
        return True
    known = set(_names(own))
    return bool(own.vararg or own.kwarg) and any(
        one.arg in set(_names(wrapped)) and one.arg not in known for one in call.keywords
    )


def _asks_by_keyword(wrapper: nodes.FunctionDef, wrapped: nodes.Arguments) -> bool:
    """The wrapper looks among its keywords for what TensorFlow always hands on by its place."""
    by_place, keywords = set(_positional(wrapped)), wrapper.args.kwarg
    return keywords is not None and any(_key(load) in by_place for load in survey(wrapper).loads.get(keywords, ()))


def _looks_at(wrapper: nodes.FunctionDef, name: str | None, differs: Collection[object] | None) -> bool:
    """The wrapper does more with its *args or **kwargs than to hand them on, and in a graph finds others in there."""
    loads = survey(wrapper).loads.get(name, ()) if name and differs else ()
    return any(not isinstance(load.parent, nodes.Starred | nodes.Keyword) and not _first(load) for load in loads)


def _first(load: nodes.Name) -> bool:
    """args[0], most often `self`."""
    match load.parent:
        case nodes.Subscript(slice=nodes.Const(value=0)):
            return True
    return False


def _key(load: nodes.Name) -> str:
    """`x` of kwargs["x"], kwargs.pop("x"), kwargs.get("x") and "x" in kwargs."""
    match load.parent:
        case nodes.Subscript(slice=nodes.Const(value=str(key)), ctx=Context.Load):
            return key
        case nodes.Attribute(attrname="pop" | "get", parent=nodes.Call(args=[nodes.Const(value=str(key)), *_])):
            return key
        case nodes.Compare(left=nodes.Const(value=str(key))):
            return key
    return ""


def _calls(run: Run, candidate: Candidate) -> Iterator[nodes.Call]:
    name = candidate.id.name.rpartition(".")[2]
    for unit in run.program.units():
        for use in (attributes_of if candidate.cls is not None else loads_of)(unit, name):
            if isinstance(use.parent, nodes.Call) and use.parent.func is use:
                yield use.parent
