"""Analysis that keeps what it found: after a cell, only what the cell touched is followed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import msgspec

from hybnb.analyse.candidates import Candidate, candidates
from hybnb.analyse.judge import facts_of
from hybnb.analyse.program import Program
from hybnb.model import CallHistory, Cell, FunctionFacts, NameFact, ValueSketch


class Analyser:
    """Facts of all functions of one growing program."""

    def __init__(self) -> None:
        self._cells: tuple[Cell, ...] = ()
        self._modules: tuple[Cell, ...] = ()
        self._program: Program | None = None
        self._names: Mapping[str, NameFact] | None = None
        self._facts: dict[Any, tuple[tuple[Any, ...], FunctionFacts]] = {}  # by the candidate's syntax node and name
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
        found = candidates(program)
        kept: dict[Any, tuple[tuple[Any, ...], FunctionFacts]] = {}
        for candidate in found:
            kept[_key(candidate)] = self._judged(program, candidate, histories or {}, changed)
        self._facts = kept
        return tuple(with_callers(program, c, kept[_key(c)][1]) for c in found)

    def _prepare(self, cells: tuple[Cell, ...], modules: tuple[Cell, ...]) -> Program:
        """The program of these cells; notes which names changed since the last one."""
        program = self._program
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
        self._program, self._cells, self._modules = program, cells, modules
        return program

    def _changed_names(self, names: Mapping[str, NameFact]) -> set[str]:
        before = self._names or {}
        return {
            name
            for name in names.keys() | before.keys()
            if name not in names or name not in before or outline(names[name].sketch) != outline(before[name].sketch)
        }

    def _judged(
        self, program: Program, candidate: Candidate, histories: Mapping[str, CallHistory], changed: set[str]
    ) -> tuple[tuple[Any, ...], FunctionFacts]:
        history = histories.get(candidate.id.key)
        key = (candidate.decoration, _outlines(history), program.standing_of(candidate.node, candidate.cls))
        known = self._facts.get(_key(candidate))
        if known is not None and known[0] == key and not changed.intersection(known[1].depends_on):
            return known
        self._epoch += 1
        return key, facts_of(program, candidate, histories, self._epoch)


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


def with_callers(program: Program, candidate: Candidate, facts: FunctionFacts) -> FunctionFacts:
    """The same facts with the functions that call this one."""
    callers = program.callers.get(candidate.node, set())
    graph = tuple(sorted(name for name, hybrid in callers if hybrid))
    eager = tuple(sorted(name for name, hybrid in callers if not hybrid))
    return msgspec.structs.replace(facts, graph_callers=graph, eager_callers=eager)


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
