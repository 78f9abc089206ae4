"""`# hybnb: ignore[CODE, …]`: what a comment in the source keeps from being shown.

On the line of a finding the comment hides that finding; on the line of a `def` it hides the codes in the whole
function, and without codes it hides the function. What is hidden is hidden only: an unsafe function stays unsafe.
Muting, in a panel or by `%hybnb mute`, does the same for a session without a comment.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Mapping, Set
from functools import lru_cache

import msgspec

from hybnb.model import Finding, Verdict

Sources = Mapping[int | str, str]  #: a cell's index, or a module's path → its text
_COMMENT = re.compile(r"#\s*hybnb:\s*ignore\b(?:\s*\[([^\]]*)\])?", re.IGNORECASE)
_GRAVE = frozenset({"blocks", "risks"})


def heard(verdicts: tuple[Verdict, ...], sources: Sources) -> tuple[Verdict, ...]:
    """Without all that comments hide; the same objects where nothing is hidden, by settings neither."""
    spoken = {place for place, text in sources.items() if _speaks(text)}
    if not spoken:
        return tuple(_with(one, one.findings) for one in verdicts)
    return tuple(kept for one in verdicts if (kept := _heard(one, sources, spoken)) is not None)


@lru_cache(maxsize=2048)  # after a cell, all texts but its own are the same
def _speaks(text: str) -> bool:
    return "hybnb" in text


def _heard(verdict: Verdict, sources: Sources, spoken: Set[int | str]) -> Verdict | None:
    places = {one.path or one.cell for one in verdict.findings}
    places.add(verdict.function.path or verdict.function.cell)
    return _with(verdict, verdict.findings) if spoken.isdisjoint(places) else unsilenced(verdict, sources)


def unsilenced(verdict: Verdict, sources: Sources) -> Verdict | None:
    """The verdict without its hidden findings; None when nothing of it is to be shown.

    Where comments hide every finding that asked for a change, the user has decided, and the answer is "leave".
    """
    function = verdict.function
    mine = comments(sources.get(function.path or function.cell, ""))
    on_def = mine.get(function.line)
    if on_def is not None and not on_def:
        return None
    return _with(verdict, tuple(one for one in verdict.findings if not _hidden(one, sources, on_def or ())))


def unmuted(verdict: Verdict, muted: Set[str]) -> Verdict | None:
    """The same with what is muted: function keys and codes."""
    if verdict.function.key in muted:
        return None
    return _with(verdict, tuple(one for one in verdict.findings if one.code not in muted))


def _with(verdict: Verdict, kept: tuple[Finding, ...]) -> Verdict:
    answer = "leave" if _settled(verdict, kept) else verdict.answer
    if len(kept) == len(verdict.findings):
        return verdict if answer == verdict.answer else msgspec.structs.replace(verdict, answer=answer)
    return msgspec.structs.replace(verdict, findings=_linked(verdict.findings, kept), answer=answer)


def _settled(verdict: Verdict, kept: tuple[Finding, ...]) -> bool:
    """The user has hidden all that asks for the change, by comments or by settings."""
    if verdict.answer == "repair-first":
        return not any(one.stance == "blocks" for one in kept)
    hidden = len(kept) < len(verdict.findings)
    return hidden and verdict.answer in ("adjust", "remove") and not any(one.stance in _GRAVE for one in kept)


@lru_cache(maxsize=512)  # every finding of every function asks for its source's
def comments(source: str) -> Mapping[int, tuple[str, ...]]:
    """Line → the codes that its comment hides, an empty tuple when it names none; lines count from 1."""
    return dict(_comments(source)) if "hybnb" in source else {}


def _comments(source: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT and (match := _COMMENT.search(token.string)):
                codes = (code.strip().upper() for code in (match[1] or "").split(","))
                yield token.start[0], tuple(code for code in codes if code)
    except (tokenize.TokenError, SyntaxError):
        return  # half-written source: the comments before the trouble count


def _hidden(finding: Finding, sources: Sources, on_def: tuple[str, ...]) -> bool:
    written = comments(sources.get(finding.path or finding.cell, ""))
    for line in {finding.line, finding.end_line}:
        codes = written.get(line)
        if codes is not None and (not codes or finding.code in codes):
            return True
    return finding.code in on_def


def _linked(before: tuple[Finding, ...], kept: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """`caused_by` counted anew; a finding whose cause is hidden stands alone."""
    index_of = {id(one): index for index, one in enumerate(kept)}
    cause_of = {index: index_of.get(id(one)) for index, one in enumerate(before)}
    return tuple(
        one if one.caused_by is None else msgspec.structs.replace(one, caused_by=cause_of.get(one.caused_by))
        for one in kept
    )
