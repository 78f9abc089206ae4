"""Tensors that a tape watches, and that the function has under a second name: eagerly both are one, a graph makes two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.follow.run import Control, Run
from hybnb.analyse.follow.survey import assigned_in, names_in
from hybnb.analyse.text.rebuilding import survey
from hybnb.analyse.values import Container, Value

if TYPE_CHECKING:
    from hybnb.analyse.packages import Namespace


def watched(run: Run, node: nodes.NodeNG, args: Sequence[Value]) -> None:
    """tape.watch(x): note where what else stands for the same tensor is another one in a graph."""
    if run.quiet:
        return
    written = node.args[0] if isinstance(node, nodes.Call) and node.args else node
    for whole in args:
        for value in _tensors(whole):
            name = _round_begins_with(run, node, written, value) or _passed_twice(run, node, value)
            if name:
                run.effect("lost-gradient", node, False, why="alias", parameter=value.name, place=name)
        if _holds_twice(run, whole):
            run.effect(
                "lost-gradient", node, False, why="alias", parameter=whole.name, place=f"another part of {whole.name}"
            )


def _tensors(value: Value) -> Iterator[Value]:
    held = value.ref.items or () if isinstance(value.ref, Container) else (value,)
    yield from (one for one in held if one.is_tensor and one.kind != "variable")


def _round_begins_with(run: Run, node: nodes.NodeNG, written: nodes.NodeNG, value: Value) -> str:
    """What else in a graph's loop is the same tensor in the first round, where one of the two goes from round to round."""
    asked, name = names_in(_recorded(node)), written.name if isinstance(written, nodes.Name) else ""
    for frame in run.frames:
        for control in frame.controls:
            if control.kind != "loop":
                continue
            if control.node is None:
                found = _carried(run, control, value, asked)
            else:
                found = _assigned(control, control.node, name, value, asked)
            if found:
                return found
    return ""


def _assigned(control: Control, loop: nodes.NodeNG, name: str, value: Value, asked: frozenset[str]) -> str:
    changed = assigned_in(loop)
    first = control.before.get(name, value) if name in changed else value
    same = (other for other in asked if other != name and control.before.get(other) is first)
    return next((other for other in same if other in changed or name in changed), "")


def _carried(run: Run, control: Control, value: Value, asked: frozenset[str]) -> str:
    """Of a tf.while_loop: what its body is given are other tensors than those outside."""
    for outside, inside in control.carried:
        if outside is value:
            return "a loop variable"
        if inside is value:
            holders = ((name, run.frame.scope.holder(name)) for name in asked)
            same = (name for name, scope in holders if scope is not None and scope.names.get(name) is outside)
            return next(same, "")
    return ""


def _recorded(node: nodes.NodeNG) -> nodes.NodeNG:
    """What the tape records, most likely: the `with` around, else all of the function."""
    around = node.parent
    while not isinstance(around, nodes.With | nodes.FunctionDef | nodes.Lambda | nodes.Module):
        around = around.parent
    return around


def _holds_twice(run: Run, whole: Value) -> bool:
    """One of the calls passes a list that holds a tensor twice."""
    function = run.frames[0].function
    for name, held in run.frames[0].scope.names.items() if function is not None else ():
        asked = held is whole or any(one is whole for one in _parts(held))
        for site in run.program.call_sites.get(function.node, ()) if asked and function is not None else ():
            items = [id(one) for one in _parts(site[name]) if one.name] if name in site else []
            if len(items) != len(set(items)):
                return True
    return False


def _parts(value: Value) -> list[Value]:
    holder = value.ref
    return [*(holder.items or ()), *holder.entries.values()] if isinstance(holder, Container) else []


def _passed_twice(run: Run, node: nodes.NodeNG, value: Value) -> str:
    """What else of the function judged is the same tensor in one of its calls."""
    function = run.frames[0].function
    if function is None:
        return ""
    parameter = next((name for name, held in run.frames[0].scope.names.items() if held is value), "")
    sites = run.program.call_sites.get(function.node, ()) if parameter else ()
    run.reads.add(f"~{getattr(function.node, 'name', '')}")
    namespace = run.program.namespace_of(run.frames[0].unit)
    asked = names_in(_recorded(node)) if run.frame is run.frames[0] else survey(function.node).loads
    for site in sites:
        for name, given in _besides(asked, site, namespace):
            if name != parameter and given is site.get(parameter) and "[" not in given.name:
                return name
    return ""


def _besides(
    asked: Iterable[str], site: dict[str, Value], namespace: Namespace
) -> Iterator[tuple[str, Value]]:  # fmt: skip
    """What of a call these names stand for: what is passed, and global names."""
    held = namespace.scope.names if namespace.scope is not None else {}
    for name in asked:
        found = site.get(name) or held.get(name)
        if found is not None:
            yield name, found
