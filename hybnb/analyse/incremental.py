"""Analysis that keeps what it found: after a cell, only what the cell touched is followed again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import compress
from operator import is_not
from typing import Any, NamedTuple

import msgspec

from hybnb.analyse.candidates import Candidate, candidates
from hybnb.analyse.happened import HAPPENINGS
from hybnb.analyse.judge import facts_of
from hybnb.analyse.needed import needed
from hybnb.analyse.program import Caller, Program, Runs
from hybnb.analyse.redefinitions import LastDefinitions
from hybnb.model import CallHistory, Cell, FunctionFacts, NameFact, ValueSketch

WAYS: tuple[Runs, ...] = ("graph", "keras", "eager")


class _Known(NamedTuple):
    """What was found out about one function, and what that rests on."""

    candidate: Candidate
    history: CallHistory | None
    outlines: tuple[Any, ...]  #: of the history
    standing: tuple[int, ...]
    facts: FunctionFacts
    callers: frozenset[Caller]
    called: FunctionFacts  #: the facts with these callers


class Analyser:
    """Facts of all functions of one growing program. Where nothing changed, the very same facts are given again."""

    def __init__(self) -> None:
        self._cells: tuple[Cell, ...] = ()
        self._modules: tuple[Cell, ...] = ()
        self._program: Program | None = None
        self._followed: Program | None = None  #: the program of the last update
        self._names: Mapping[str, NameFact] | None = None
        self._facts: dict[Any, _Known] = {}  # by the candidate's syntax node and name
        self._readers: dict[str, set[Any]] = {}  #: keys of the facts that rest on a name
        self._unnoted: list[_Known] = []  #: facts whose names aren't in there yet: the next update needs them
        self._changed: set[str] = set()  #: names that changed since the last update
        self._epoch = 1
        self.finished = True  #: the last update followed all functions that it should

    def used_names(self, cells: Sequence[Cell], modules: Sequence[Cell] = ()) -> frozenset[str]:
        """Global names that the cells' code mentions: what the kernel should be asked about."""
        return self._prepare(tuple(cells), tuple(modules)).mentioned()

    def read(self, cells: Sequence[Cell], modules: Sequence[Cell] = ()) -> bool:
        """Parse one more of the cells; True when there was none left to parse."""
        cells, modules, known = tuple(cells), tuple(modules), len(self._cells)
        if cells == self._cells and modules == self._modules:
            return True
        self._prepare(cells[: known + 1] if cells[:known] == self._cells else cells, modules)
        return False

    def update(
        self,
        cells: Sequence[Cell],
        modules: Sequence[Cell] = (),
        names: Mapping[str, NameFact] | None = None,
        histories: Mapping[str, CallHistory] | None = None,
        keys: Collection[str] | None = None,
        most: int | None = None,
        others: Collection[str] = (),
    ) -> tuple[FunctionFacts, ...]:
        """Facts about every function as things stand, in order of definition. See `hybnb.analyse.analyse`.

        With `keys` (FunctionId.key) only of these and of tf.functions for certain; others are left out where they would
        have to be followed anew. At `most` so many are followed; while more are left, `finished` is False. Functions of the
        modules in the files `others` are left out, and followed only where they are called.
        """
        program = self._prepare(tuple(cells), tuple(modules))
        changed, self._changed = self._changed, set()
        if names is not None:
            changed |= self._changed_names(names)
            program.look_at(names)
            self._names = names
        found = candidates(program, others)
        wanted = set(found) if keys is None else needed(program, found, keys)
        fresh = self._follow(program, found, histories or {}, changed, wanted, len(found) if most is None else most)
        if program is not self._followed:  # the old one's functions are let go
            self._followed, self._readers, fresh = program, {}, set(self._facts)
            self._unnoted = list(self._facts.values())
        called, program.called = program.called, set()
        fresh.update(one.key for node in called for one in found.of_node(node) if one.key in self._facts)
        self._facts.update((key, _with_callers(program, self._facts[key])) for key in fresh)
        return tuple(known.called for known in self._facts.values())

    def _follow(
        self, program: Program, found: LastDefinitions, histories: Mapping[str, CallHistory], changed: set[str],
        wanted: Collection[Candidate], most: int,
    ) -> set[Any]:  # fmt: skip
        """Have the facts of each candidate, anew where something that they rest on has changed, if they are wanted; the keys
        of those that were followed.
        """
        fresh: set[Any] = set()
        self.finished = True
        moved, program.moved = program.moved, set()
        touched = self._reading(program, changed)
        before, self._facts = self._facts, {}
        still = {one for piece in before if (one := found.of_piece(piece)) is not None}
        for candidate in found.ordered(still.union(wanted)):
            key, known = candidate.key, before.get(candidate.key)
            history = histories.get(candidate.id.key)
            if (
                known is None
                or known.candidate is not candidate
                or known.history is not history
                or key in touched
                or candidate.node in moved
                or candidate.cls in moved
            ):
                known = self._unmoved(program, known, candidate, history) if known and key not in touched else None
            if known is None:
                if candidate not in wanted:
                    continue
                if most == 0:
                    self.finished = False
                    continue
                most -= 1
                known = self._judged(program, candidate, history)
                fresh.add(key)
            self._facts[key] = known
        return fresh

    def _reading(self, program: Program, changed: set[str]) -> set[Any]:
        """Keys of the facts that rest on what has changed."""
        last = self._followed
        if last is not None and last is not program and last.happenings.places() != program.happenings.places():
            changed = {*changed, HAPPENINGS}
        for judged in self._unnoted:
            self._note_readers(judged.candidate, judged.facts)
        self._unnoted = []
        return set().union(*(self._readers.get(name, ()) for name in changed))

    def _prepare(self, cells: tuple[Cell, ...], modules: tuple[Cell, ...]) -> Program:
        """The program of these cells; notes which names changed since the last one."""
        program, plain = self._program, self._program is None or self._program.plain_floats
        grown = cells[: len(self._cells)] == self._cells and modules == self._modules
        if program is None or modules != self._modules or program.packages.outdated():
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
        others = compress(
            names.items(), map(is_not, names.values(), map(before.get, names))
        )  # most stay the same object
        changed = {name for name, fact in others if _moved(before.get(name), fact)}
        return changed | (before.keys() - names.keys())

    @staticmethod
    def _unmoved(program: Program, known: _Known, candidate: Candidate, history: CallHistory | None) -> _Known | None:
        """The same facts where all they rest on is equal to what it was."""
        outlines = known.outlines if known.history is history else _outlines(history)
        now = candidate.decoration, outlines, program.standing_of(candidate.node, candidate.cls)
        same = (known.candidate.decoration, known.outlines, known.standing) == now
        return known._replace(candidate=candidate, history=history) if same else None

    def _judged(self, program: Program, candidate: Candidate, history: CallHistory | None) -> _Known:
        """The facts of one function, followed anew."""
        standing = program.standing_of(candidate.node, candidate.cls)
        self._epoch += 1
        facts = facts_of(program, candidate, history, self._epoch)
        if program is self._followed:  # else those of all functions are noted at the end
            self._note_readers(candidate, facts)
        return _Known(candidate, history, _outlines(history), standing, facts, frozenset(), facts)

    def _note_readers(self, candidate: Candidate, facts: FunctionFacts) -> None:
        for name in facts.depends_on:
            self._readers.setdefault(name, set()).add(candidate.key)


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


def _with_callers(program: Program, known: _Known) -> _Known:
    """The same facts with the functions that call this one."""
    callers = program.callers.get(known.candidate.node, set())
    if callers == known.callers:
        return known
    graph, keras, eager = (tuple(sorted(name for name, runs in callers if runs == way)) for way in WAYS)
    called = msgspec.structs.replace(known.facts, graph_callers=graph, keras_callers=keras, eager_callers=eager)
    return known._replace(callers=frozenset(callers), called=called)


def outline(sketch: ValueSketch) -> tuple[Any, ...]:
    """What of a sketch bears on analysis: kinds, types and flags, not numbers, sizes or identities."""
    return (
        sketch.kind, sketch.value if sketch.kind in ("bool", "string") else None, sketch.type, sketch.dtype, sketch.qualified, sketch.definition,
        tuple(outline(item) for item in sketch.items), sketch.keys,
        tuple((name, outline(value)) for name, value in sketch.attributes.items()),
    )  # fmt: skip


def _outlines(history: CallHistory | None) -> tuple[Any, ...]:
    if history is None:
        return ()
    return tuple(tuple((name, outline(s), s.shape, s.value) for name, s in call.arguments) for call in history.calls)
