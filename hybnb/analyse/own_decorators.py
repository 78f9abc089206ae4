"""Decorators of the user's own that make a tf.function: `def graph(f): return tf.function(f, autograph=False)`."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse import lexicon
from hybnb.analyse.classes import Class
from hybnb.analyse.follow import calls, decorators, definitions
from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.run import Run
from hybnb.analyse.packages import Namespace
from hybnb.analyse.program import Program
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.values import Function, Instance, Partial, Value, tensor

TRIAL = -2  #: an epoch of its own: what a decorator and its wrapper change is put back


def converting(
    program: Program, unit: Unit, node: nodes.FunctionDef, cls: nodes.ClassDef | None
) -> tuple[nodes.NodeNG, dict[str, str]] | None:
    """The decorator that makes a tf.function of it, by itself or in a wrapper that calls it so, and its options."""
    above = node.decorators.nodes if node.decorators else ()
    if not any(_is_own(program, unit, decorator) for decorator in above):
        return None
    run = program.at_the_top(unit, TRIAL)
    run.made_up = True
    try:
        return _found(run, node, cls)
    finally:
        run.put_back()


def _found(run: Run, node: nodes.FunctionDef, cls: nodes.ClassDef | None) -> tuple[nodes.NodeNG, dict[str, str]] | None:
    scope = run.frames[0].scope
    value = definitions.define_function(run, node, scope, bare=True)
    for decorator in reversed(node.decorators.nodes):
        if not _is_own(run.program, run.unit, decorator):
            continue
        value = decorators.decorate(run, decorator, evaluate(run, decorator, scope), value)
        found = _options(run, node, value, cls)
        if found is not None:
            return decorator, found
    return None


def _options(run: Run, node: nodes.FunctionDef, value: Value, cls: nodes.ClassDef | None) -> dict[str, str] | None:
    """Those of the tf.function that the value is, or calls in its turn."""
    if isinstance(value.ref, Function) and value.ref.node is node:
        return value.ref.hybrid
    if isinstance(value.ref, Function | Instance | Partial):
        arguments = node.args
        named = [*arguments.posonlyargs, *(arguments.args or ())]
        given = [tensor(sure=False) for _ in named]
        if cls is not None and given:
            given[0] = Value(name="self")
        calls.call_value(run, node, value, given, {one.name: tensor(sure=False) for one in arguments.kwonlyargs})
    return run.hybrids.get(node)


def _is_own(program: Program, unit: Unit, decorator: nodes.NodeNG) -> bool:
    """Code of the user's, rather than a library's."""
    node = decorator
    while isinstance(node, nodes.Call | nodes.Attribute):
        node = node.func if isinstance(node, nodes.Call) else node.expr
    if not isinstance(node, nodes.Name):
        return False
    value = program.global_value(program.namespace_of(unit), node.name)
    if value is None or not isinstance(value.ref, Function | Class | Instance | Namespace | Partial):
        return False
    inner = value.ref.function.ref if isinstance(value.ref, Partial) else None
    return not (isinstance(inner, str) and lexicon.canonical(inner) in decorators.TF_FUNCTION)
