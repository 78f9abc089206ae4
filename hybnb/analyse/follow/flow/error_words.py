"""Texts that tensors are written into, of which some are only the words of an error."""

from __future__ import annotations

import re

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state.objects import holds_tensor
from hybnb.analyse.text.in_place import last_name
from hybnb.analyse.values import Value

#: `%` and `.format()` in ways that any value takes: as %s, and {} or {name}
PLAIN_PERCENT = re.compile(r"%%|%(\(\w+\))?[sra]|[^%]")
PLAIN_BRACES = re.compile(r"\{\{|\}\}|\{[\w.\[\]]*(![sra])?\}|[^{}]")
CHECKS = ("assert_", "Assert")
TELLING = frozenset({"format_exc", "print_exc", "exc_info", "exception"})  #: of `traceback`, `sys` and loggers
WORDS = frozenset({"message", "name", "summarize", "data"})  #: what such a check is told beside what it looks at


def written(run: Run, node: nodes.NodeNG, value: Value, how: str, *, plain: bool = True) -> None:
    """A value is written into a text. Where that isn't done in a plain way, as with .2f, it fails for a symbol."""
    if not holds_tensor(value):
        return
    if not (plain and in_error(run, node)):
        run.effect("tensor-format", node, value.sure, how=how, target=value.name)
    elif not run.quiet:
        run.told.append(run.seen("tensor-format", node, False, how=how, target=value.name))


def read_in(handler: nodes.ExceptHandler) -> bool:
    """A handler may look at the words of the error that it caught, by its name or without."""
    name = handler.name.name if handler.name is not None else ""
    mentioned = [one for step in handler.body for one in step.nodes_of_class((nodes.Name, nodes.Attribute))]
    by_name = any(one.name == name for one in mentioned if isinstance(one, nodes.Name)) if name else False
    return by_name or any(last_name(one) in TELLING for one in mentioned)


def plain_percent(text: Value) -> bool:
    """Each conversion in the text that stands before `%` takes any value."""
    return isinstance(text.const, str) and _made_of(PLAIN_PERCENT, text.const)


def plain_braces(text: Value) -> bool:
    """The same, before `.format(...)`."""
    return isinstance(text.const, str) and _made_of(PLAIN_BRACES, text.const)


def _made_of(parts: re.Pattern[str], text: str) -> bool:
    return not parts.sub("", text.replace("\n", " "))


def in_error(run: Run, node: nodes.NodeNG) -> bool:
    """What stands here is only said when an error is raised, which nobody in this function catches."""
    depth = len(run.frames) - 1
    while (statement := _said_by(node)) is not None:
        if isinstance(statement, nodes.Return):
            call = run.frames[depth].call if depth else None
            if call is None:
                return False
            node, depth = call, depth - 1
            continue
        if isinstance(statement, nodes.Assign):
            return _all_in_errors(statement)
        return not any(map(_caught, [statement, *(frame.call for frame in run.frames[1 : depth + 1])]))
    return False


def _said_by(node: nodes.NodeNG) -> nodes.NodeNG | None:
    """The `raise`, `assert` or check that has this among its words, or the `return` or assignment that hands it on."""
    parent = node.parent
    while parent is not None:
        match parent:
            case nodes.Raise():
                return parent if node is parent.exc else None
            case nodes.Assert():
                return parent if node is parent.fail else None
            case nodes.Keyword() if parent.arg in WORDS and last_name(parent.parent.func).startswith(CHECKS):
                return parent
            case nodes.Return():
                return parent
            case nodes.Assign():
                return parent if len(parent.targets) == 1 and isinstance(parent.targets[0], nodes.AssignName) else None
            case _ if parent.is_statement or isinstance(parent, nodes.Lambda):
                return None
        node, parent = parent, parent.parent
    return None


def _all_in_errors(made: nodes.Assign) -> bool:
    """The name of a text is read for errors only."""
    name, function = made.targets[0].name, made.scope()
    if not isinstance(function, nodes.FunctionDef):
        return False
    read = [one for one in function.nodes_of_class(nodes.Name) if one.name == name]
    said = [_said_by(one) for one in read]
    return bool(read) and all(isinstance(by, nodes.Raise | nodes.Assert) and not _caught(by) for by in said)


def _caught(node: nodes.NodeNG | None) -> bool:
    """A handler of the same function sees the error, and may look at its words."""
    parent, child = node.parent if node is not None else None, node
    while parent is not None and not isinstance(parent, nodes.FunctionDef):
        if isinstance(parent, nodes.Try) and child in parent.body and parent.handlers:
            return True
        parent, child = parent.parent, parent
    return False
