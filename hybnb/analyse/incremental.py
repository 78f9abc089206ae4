"""Analysis that keeps what it found: after a cell, only what the cell touched is followed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import msgspec

from hybnb.analyse.candidates import Candidate, candidates
from hybnb.analyse.judge import facts_of
from hybnb.analyse.program import Program
from hybnb.model import CallHistory, Cell, FunctionFacts, NameFact, ValueSketch


class _Known(NamedTuple):
    """What was found out about one function, and what that rests on."""

    history: CallHistory | None
    rests: tuple[Any, ...]
    facts: FunctionFacts
    depends: frozenset[str]
    callers: frozenset[tuple[str, bool]]
    called: FunctionFacts  #: the facts with these callers


class Analyser:
    """Facts of all functions of one growing program. Where nothing changed, the very same facts are given again."""

    def __init__(self) -> None:
        self._cells: tuple[Cell, ...] = ()
        self._modules: tuple[Cell, ...] = ()
        self._program: Program | None = None
        self._names: Mapping[str, NameFact] | None = None
        self._facts: dict[Any, _Known] = {}  # by the candidate's syntax node and name
        self._changed: set[str] = set()  #: names that changed since the last update
        self._epoch = 1

    def used_names(self, cells: Sequence[Cell], modules: Sequence[Cell] = ()) -> frozenset[str]:
        """Global names that the cells' code mentions: what the kernel should be asked about."""
        return self._prepare(tuple(cells), tuple(modules)).mentioned()

    def update(
        self,
        cells: Sequence[Cell],
        modules: Sequence[Cell] = (),
        names: Mapping[str, NameFact] | None = None,
        histories: Mapping[str, CallHistory] | None = None,
    ) -> tuple[FunctionFacts, ...]:
        """Facts about every function as things stand, in order of definition. See `hybnb.analyse.analyse`."""
        program = self._prepare(tuple(cells), tuple(modules))
        changed, self._changed = self._changed, set()
        if names is not None:
            changed |= self._changed_names(names)
            program.look_at(names)
            self._names = names
        found = {_key(candidate): candidate for candidate in candidates(program)}
        kept = {
            key: self._judged(program, key, candidate, histories or {}, changed) for key, candidate in found.items()
        }
        self._facts = {key: _with_callers(program, found[key], known) for key, known in kept.items()}
        return tuple(known.called for known in self._facts.values())

    def _prepare(self, cells: tuple[Cell, ...], modules: tuple[Cell, ...]) -> Program:
        """The program of these cells; notes which names changed since the last one."""
        program, plain = self._program, self._program is None or self._program.plain_floats
        grown = cells[: len(self._cells)] == self._cells and modules == self._modules
        if program is None or modules != self._modules:
            program = Program(cells, modules, None, program.parsed if program is not None else {})
            self._facts = {}
        elif not grown:
            touched = _touched(self._cells, cells)
            self._changed |= program.names_of(touched)
            program = Program(cells, modules, None, program.parsed)
            self._changed |= program.names_of(touched)
        else:
            for cell in cells[len(self._cells) :]:
                self._changed |= program.extend(cell)
        if program.plain_floats != plain:
            self._facts = {}
        self._program, self._cells, self._modules = program, cells, modules
        return program

    def _changed_names(self, names: Mapping[str, NameFact]) -> set[str]:
        before = self._names or {}
        changed = {name for name, fact in names.items() if _moved(before.get(name), fact)}
        return changed | (before.keys() - names.keys())

    def _judged(
        self,
        program: Program,
        key: Any,
        candidate: Candidate,
        histories: Mapping[str, CallHistory],
        changed: set[str],
    ) -> _Known:
        known, history = self._facts.get(key), histories.get(candidate.id.key)
        standing = candidate.decoration, program.standing_of(candidate.node, candidate.cls)
        if known is not None and known.history is history:
            rests = (*standing, known.rests[-1])
        else:
            rests = (*standing, _outlines(history))
        if known is not None and known.rests == rests and known.depends.isdisjoint(changed):
            return known if known.history is history else known._replace(history=history)
        self._epoch += 1
        facts = facts_of(program, candidate, histories, self._epoch)
        return _Known(history, rests, facts, frozenset(facts.depends_on), frozenset(), facts)


def _moved(before: NameFact | None, now: NameFact) -> bool:
    """Does a name mean something else to analysis than it did?"""
    if before is None:
        return True
    old, new = before.sketch, now.sketch
    return old is not new and old != new and outline(old) != outline(new)


def _touched(before: Sequence[Cell], after: Sequence[Cell]) -> list[Cell]:
    """Cells that came, went, changed or moved."""
    touched: list[Cell] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            touched += [*before[start:end], *after[new_start:new_end]]
    return touched


def _key(candidate: Candidate) -> tuple[Any, str]:
    """Several names may stand for one piece of code."""
    return candidate.node, candidate.id.name


def _with_callers(program: Program, candidate: Candidate, known: _Known) -> _Known:
    """The same facts with the functions that call this one."""
    callers = program.callers.get(candidate.node, set())
    if callers == known.callers:
        return known
    graph = tuple(sorted(name for name, hybrid in callers if hybrid))
    eager = tuple(sorted(name for name, hybrid in callers if not hybrid))
    called = msgspec.structs.replace(known.facts, graph_callers=graph, eager_callers=eager)
    return known._replace(callers=frozenset(callers), called=called)


def outline(sketch: ValueSketch) -> tuple[Any, ...]:
    """What of a sketch bears on analysis: kinds and types, not values, sizes or identities."""
    return (
        sketch.kind, sketch.type, sketch.dtype, sketch.qualified, sketch.definition,
        tuple(outline(item) for item in sketch.items), sketch.keys,
        tuple((name, outline(value)) for name, value in sketch.attributes.items()),
    )  # fmt: skip


def _outlines(history: CallHistory | None) -> tuple[Any, ...]:
    if history is None:
        return ()
    return tuple(tuple((name, outline(s), s.shape, s.value) for name, s in call.arguments) for call in history.calls)
