"""Exceptions: those that are raised, those that are caught, and what AutoGraph makes of them on their way out."""

from __future__ import annotations

import builtins

from astroid import nodes

from hybnb.analyse.classes import Class
from hybnb.analyse.follow import members
from hybnb.analyse.follow.dispatch import evaluate, statement
from hybnb.analyse.follow.flow import failures
from hybnb.analyse.follow.run import Run
from hybnb.analyse.scope import Scope
from hybnb.analyse.values import Instance, Value

#: the built-in classes that AutoGraph makes anew; any other comes out of a tf.function as StagingError
KEPT = frozenset({
    "Exception", "AssertionError", "AttributeError", "KeyError", "NameError", "NotImplementedError", "RuntimeError",
    "StopIteration", "TypeError", "UnboundLocalError", "ValueError",
})  # fmt: skip


def changes_class(name: str) -> bool:
    """A built-in exception that comes out of a tf.function as another one; those that aren't errors pass as they are."""
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, Exception) and name not in KEPT


def hushed_by(manager: Value) -> bool:
    """An object of the user's class whose `__exit__` may say that an error is dealt with, or a generator that catches it."""
    if isinstance(manager.ref, nodes.FunctionDef):
        return any(True for _ in failures.caught_around_yield(manager.ref))
    cls = manager.ref.cls if isinstance(manager.ref, Instance) else None
    found = members.find_in_class(cls, "__exit__") if cls is not None else None
    return found is not None and failures.deals_with_errors(found[0])


@statement(nodes.Raise)
def _raise(run: Run, node: nodes.Raise, scope: Scope) -> None:
    name = ""
    if node.exc is not None:
        name = node.exc.as_string().split("(")[0]
        for argument in node.exc.args if isinstance(node.exc, nodes.Call) else ():
            with run.words_of_error():
                evaluate(run, argument, scope)
    if _made_anew_fails(run, node, scope, name):
        run.effect("exception-class", node, exception=name)
    controls = [c for frame in run.frames for c in frame.controls if c.kind in ("if", "loop")]
    if controls:
        reached = run.undecided() <= controls[-1].undecided  # Python's own conditions may keep it from being raised
        run.effect("branch-raise", node, reached and all(c.sure for c in controls), exception=name)
    run.frame.ended = "raise"


def _made_anew_fails(run: Run, node: nodes.Raise, scope: Scope, name: str) -> bool:
    """AutoGraph makes the exception anew from one text, and knows how for few classes."""
    if changes_class(name):
        return True
    called = node.exc.func if isinstance(node.exc, nodes.Call) else node.exc
    value = evaluate(run, called, scope) if isinstance(called, nodes.Name | nodes.Attribute) else None
    ref = value.ref if value is not None else None
    cls = ref.cls if isinstance(ref, Instance) else ref
    return isinstance(cls, Class) and (members.find_in_class(cls, "__init__") is not None or not _plain(cls))


def _plain(cls: Class) -> bool:
    """It derives from Exception itself, or from what isn't an error: a class below another one gets a constructor of its own
    from Python, which AutoGraph takes for one that it can't call.
    """
    return all(base in ("builtins.Exception", "builtins.BaseException", "?") for base in cls.library_bases())


def divided(run: Run, node: nodes.NodeNG, divisor: Value) -> None:
    """One Python number is divided by another, which is or has been 0."""
    nothing = divisor.constant and not divisor.const
    if not nothing and not (divisor.zero and not _looked_at(run, divisor.name)):
        return
    if run.frame.function is not None and not _caught(node):
        run.effect("exception-class", node, nothing, exception="ZeroDivisionError")


def _looked_at(run: Run, name: str) -> bool:
    """A condition of the function asks for the number, most likely before it divides."""
    function = run.frame.function
    tests = (nodes.If, nodes.IfExp, nodes.While, nodes.BoolOp, nodes.Assert)
    found = function.node.nodes_of_class(tests) if function is not None else ()
    asked = (one if isinstance(one, nodes.BoolOp) else one.test for one in found)
    return any(read.name == name for test in asked for read in test.nodes_of_class(nodes.Name))


def _caught(node: nodes.NodeNG) -> bool:
    """A handler of the same function sees the exception as it is raised."""
    parent, child = node.parent, node
    while parent is not None and not isinstance(parent, nodes.FunctionDef):
        if isinstance(parent, nodes.Try) and child in parent.body and parent.handlers:
            return True
        parent, child = parent.parent, parent
    return False


#: what no op of TensorFlow raises when it runs, so that the trace meets them where eager code does
OF_PYTHON = frozenset({
    "KeyError", "AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "StopIteration", "FileNotFoundError",
    "OSError", "NotImplementedError", "AssertionError", "ZeroDivisionError", "UnicodeDecodeError", "KeyboardInterrupt",
    "IndexError", "LookupError", "ArithmeticError", "OverflowError", "RecursionError", "IOError",
})  # fmt: skip


def raised_by_python_alone(handler: nodes.ExceptHandler) -> bool:
    asked = handler.type.elts if isinstance(handler.type, nodes.Tuple) else [handler.type]
    return all(isinstance(one, nodes.Name) and one.name in OF_PYTHON for one in asked)
