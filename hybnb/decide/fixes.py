"""What to change, as edits: decorate, adjust or remove. Nothing is ever applied here."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from hybnb.decide import decorator, edits, printing, text
from hybnb.model import Answer, Edit, Evidence, Finding, Fix, FunctionId, Safe
from hybnb.syntax import syntax

Sources = Mapping[int | str, str]  #: a cell's index, or a module's path → its text
Safety = Literal["same", "may-change", "show-only"]


def spelling(function: FunctionId, sources: Sources) -> str | None:
    """How tf.function is called where `function` stands; None when TensorFlow isn't imported there."""
    if function.path is not None:
        return decorator.spelling([sources.get(function.path, "")])
    cells = sorted((key, source) for key, source in sources.items() if isinstance(key, int))
    return decorator.spelling(source for _, source in cells)


def fixes(
    evidence: Evidence, answer: Answer, safe: Safe, sources: Sources, findings: Sequence[Finding] = (),
    *, compiled: bool = False,
) -> tuple[Fix, ...]:  # fmt: skip
    """The changes that `answer` asks for: of the decorator (`compiled`: with jit_compile), and of what has to be repaired first."""
    of_decorator = _of_decorator(evidence, answer, safe, sources, findings, compiled)
    return (*of_decorator, *_of_prints(evidence, sources)) if answer in ("repair-first", "adjust") else of_decorator


def _of_decorator(
    evidence: Evidence, answer: Answer, safe: Safe, sources: Sources, findings: Sequence[Finding], compiled: bool
) -> tuple[Fix, ...]:
    function, decoration = evidence.facts.function, evidence.facts.decoration
    place = function if decoration is None else decoration.span
    source = sources.get(place.cell if place.path is None else place.path)
    if source is None:
        return ()
    safety: Safety = "same" if safe.value == "yes" else "may-change"
    if decoration is None:
        wanted = decorator.wanted(answer, safe.value)
        return _decorated(evidence, source, sources, safety, compiled) if wanted else ()
    if decoration.own:
        return ()  # what else it does isn't ours to take away
    if answer == "adjust" and decorator.adjusting_helps(evidence, findings):
        edit = edits.relaxing(source, function, decoration)
        return _one(f"Add {decorator.RELAX} to `{function.name}`", safety, edit, source, decoration.span.line)
    if answer == "remove":
        edit = edits.undecorating(source, function, decoration)
        return _one(f"Remove the decorator from `{function.name}`", safety, edit, source, decoration.span.line)
    return ()


def _decorated(evidence: Evidence, source: str, sources: Sources, safety: Safety, compiled: bool) -> tuple[Fix, ...]:
    function = evidence.facts.function
    name = spelling(function, sources)
    if name is None:
        where = "this notebook" if function.path is None else function.path
        written = decorator.decorator(evidence, compiled=compiled)
        title = f"Write {written} above `{function.name}`, once {where} imports tensorflow as tf"
        return (Fix(title, "show-only", ()),)
    written = decorator.decorator(evidence, name, compiled=compiled)
    edit = edits.decorating(source, function, written)
    if edit is not None and edit.text.lstrip().startswith("@"):  # a line above a `def` can break nothing
        return (Fix(f"Write {written} above `{function.name}`", safety, (edit,), verified=True),)
    return _one(f"Write {written} above `{function.name}`", safety, edit, source, function.line)


def _of_prints(evidence: Evidence, sources: Sources) -> tuple[Fix, ...]:
    """All the function's own prints that tf.print can do, as one change."""
    function, name = evidence.facts.function, spelling(evidence.facts.function, sources)
    source = sources.get(function.cell if function.path is None else function.path)
    if source is None or name is None or not name.endswith(".function"):
        return ()
    call = name.removesuffix("function") + "print"
    found = [
        Edit(function.cell, *edit, function.path)
        for effect in evidence.facts.effects
        if effect.kind == "output" and effect.details.get("call") == "print" and not effect.chain
        if (edit := printing.rewritten(source, effect.span.line, effect.span.column, call)) is not None
    ]
    if not found or _changed(source, function.line, found) is None:
        return ()
    return (Fix(f"Write {call} for print in `{function.name}`", "may-change", tuple(found), verified=True),)


def _one(title: str, safety: Safety, edit: Edit | None, source: str, line: int) -> tuple[Fix, ...]:
    """A fix whose edit leaves Python that can be parsed; none at all otherwise. `line` is one of the statement's."""
    if edit is None or not _sound(source, line, edit):
        return ()
    return (Fix(title, safety, (edit,), verified=True),)


def _sound(source: str, line: int, edit: Edit) -> bool:
    """The edited statement is Python and differs from the old one only in a decorator."""
    before, after = text.statement_at(source, line), _changed(source, line, (edit,))
    return before is not None and after is not None and _skeleton(before) == _skeleton(after)


def _changed(source: str, line: int, changes: Sequence[Edit]) -> ast.Module | None:
    """The top-level statement around `line` after the edits; None where that isn't Python, or they go beyond it."""
    around = text.statement_at(source, line)
    begin, end = text.lines_of(source, around) if around is not None else (0, 0)
    if not all(begin <= edit.start and edit.end <= end for edit in changes):
        return None
    moved = [msgspec.structs.replace(edit, start=edit.start - begin, end=edit.end - begin) for edit in changes]
    return syntax(text.applied(source[begin:end], moved))


def _skeleton(tree: ast.AST) -> list[str]:
    """The definitions with their bodies, without decorators."""
    found: list[str] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(f"{node.name}({ast.dump(node.args)}): {len(node.body)}")
        elif isinstance(node, ast.Lambda):
            found.append(ast.dump(node))
        inside = getattr(node, "body", None)  # of a block only its statements: the edit is in none of the others
        waiting += inside if isinstance(inside, list) else ast.iter_child_nodes(node)
    return found
