"""The options that a call gives to tf.function, by keyword or as **options from a dict of the top level."""

from __future__ import annotations

from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.packages import Namespace
from hybnb.analyse.program import Program
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.values import Container, Value

Written = Iterator[tuple[str, nodes.NodeNG]]
Place = tuple[int, int]  #: a unit's order, and the line there


def written(program: Program, unit: Unit, call: nodes.Call) -> Written:
    """Each option with its value as it is written; of a dict that is known by its name, as it was given the name last."""
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
        else:
            yield from _of_dict(program.namespace_of(unit), keyword.value, (unit.order, call.lineno or 1))


def texts(program: Program, unit: Unit, call: nodes.Call) -> dict[str, str]:
    """The options by name, each as its value is written; "**" for a dict of which it isn't known what it holds."""
    found = {option: value.as_string() for option, value in written(program, unit, call)}
    for keyword in call.keywords:
        if keyword.arg is None:
            held = _entries(program, unit, keyword.value)
            if held is None:
                found["**"] = keyword.value.as_string()
            for name, value in (held or {}).items():
                found.setdefault(str(name), repr(value.const) if value.constant else value.name or "...")
    return found


def _entries(program: Program, unit: Unit, given: nodes.NodeNG) -> dict[object, Value] | None:
    """What a dict holds; None where that isn't known."""
    top = program.at_the_top(unit)
    value = evaluate(top, given, top.frames[0].scope)
    holder = value.ref
    if not isinstance(holder, Container) or holder.kind != "dict" or holder.element is not None or holder.stands_for:
        return None
    return holder.entries


def _of_dict(namespace: Namespace, given: nodes.NodeNG, place: Place, far: int = 4) -> Written:
    match given:
        case nodes.Name(name=name) if far:
            known = _bound(namespace, name, place)
            if known is not None:
                yield from _of_dict(namespace, known, place, far - 1)
                yield from _set_since(namespace, name, place)
        case nodes.Dict(items=items):
            for key, value in items:
                if isinstance(key, nodes.DictUnpack):
                    yield from _of_dict(namespace, value, place, far - 1)
                elif isinstance(key, nodes.Const) and isinstance(key.value, str):
                    yield key.value, value
        case nodes.BinOp(op="|", left=left, right=right):
            yield from _of_dict(namespace, left, place, far - 1)
            yield from _of_dict(namespace, right, place, far - 1)
        case nodes.Call(func=nodes.Name(name="dict"), args=args, keywords=keywords):
            for one in args:
                yield from _of_dict(namespace, one, place, far - 1)
            for keyword in keywords:
                if keyword.arg is not None:
                    yield keyword.arg, keyword.value
                else:
                    yield from _of_dict(namespace, keyword.value, place, far - 1)


def _bound(namespace: Namespace, name: str, place: Place) -> nodes.NodeNG | None:
    """What a name of the top level was given last before that place."""
    for unit in reversed(namespace.units):
        for bound in reversed(unit.tree.locals.get(name, ())):
            given = bound.parent
            assigned = isinstance(given, nodes.Assign | nodes.AnnAssign) and given.value is not None
            if assigned and (unit.order, given.lineno or 1) < place:
                return given.value
    return None


def _set_since(namespace: Namespace, name: str, place: Place) -> Written:
    """`options["autograph"] = False` or options.update(autograph=False), at the top level, before that place."""
    for unit in namespace.units:
        for statement in unit.tree.body if name in unit.read else ():
            if (unit.order, statement.lineno or 1) >= place:
                return
            match statement:
                case nodes.Assign(
                    targets=[nodes.Subscript(value=nodes.Name(name=owner), slice=nodes.Const(value=str(key)))]
                ) if owner == name:
                    yield key, statement.value
                case nodes.Expr(
                    value=nodes.Call(func=nodes.Attribute(attrname="update", expr=nodes.Name(name=owner))) as call
                ) if owner == name:
                    yield from ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg is not None)
                    for given in call.args:
                        yield from _of_dict(namespace, given, place, 1)
