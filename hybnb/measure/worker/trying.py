"""One trial in the worker: eager and graph from the same state, call by call, then in turn against the clock."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from hybnb.measure import adapter_state, comparison
from hybnb.measure import agreement as agreeing
from hybnb.measure.compiling import hazards
from hybnb.measure.other_values import Arguments, branching, reordered
from hybnb.measure.picture import Shot
from hybnb.measure.refused import RefusedError
from hybnb.measure.slices import run_through
from hybnb.measure.worker.denial import Denial, DeniedError
from hybnb.measure.worker.tampering import Integrity
from hybnb.measure.worker.world import World, seed
from hybnb.model import Agreement, Trial, TrialPlan

CONDITIONS: Final = frozenset({"If", "StatelessIf", "While", "StatelessWhile", "Case", "StatelessCase"})
MOST_FLIPS: Final = 2
MOST_SECONDS_OF_DRAWS: Final = 1.0

Tell = Callable[[str], None]
Clock = Callable[[], float]


class Tools(msgspec.Struct, frozen=True):
    """What every trial of a worker needs."""

    folder: Path
    denial: Denial
    clock: Clock
    tell: Tell
    seeded: bool  #: the kernel has given TensorFlow a seed


def tried(plan: TrialPlan, parts: Sequence[Any], tools: Tools) -> Trial:
    """The whole trial; whatever goes wrong becomes a refusal, or a difference."""
    running = _Running(plan, parts, tools)
    try:
        return running.whole()
    except RefusedError as refused:
        return replace(running.trial, refusal=refused.refusal)


class _Running:
    def __init__(self, plan: TrialPlan, parts: Sequence[Any], tools: Tools) -> None:
        self.plan, self.parts, self.tools = plan, parts, tools
        self.trial = Trial(plan.function, plan.variant, without=plan.accelerator)
        self.integrity = Integrity()
        self.ops: frozenset[str] = frozenset()

    def whole(self) -> Trial:
        self.tools.tell("eager")
        self.eager, self.graph = self._world("eager"), self._world("graph")
        self.graph.run = self.traced = self._graph_function()
        if self.plan.again:
            return self._timed_again()
        eager, graph, flipped = self._all_calls()
        found = self._agreement(eager, graph, flipped)
        if agreeing.frozen(found) and self._varies_after_all(graph):
            found = agreeing.by_chance(found)
        self.trial = replace(self.trial, agreement=found)
        if not self.plan.accelerator and not any(shot.exception for shot in (*eager, *graph)):
            self._time()
            if self.plan.variant == "xla":
                self._time_beside_a_graph()
        return self.trial

    # ---- calls -----------------------------------------------------------------------------------------------------

    def _world(self, name: str, moved: bool = False) -> World:
        with self._refusing_failures("what it uses can't be rebuilt in another process"):
            return World(self.parts, self.tools.folder / name, moved)

    @contextmanager
    def _refusing_failures(self, what: str) -> Iterator[None]:
        try:
            yield
        except DeniedError:
            self._refuse_what_was_denied()
        except Exception as trouble:
            raise RefusedError("not-carried", f"{what} ({type(trouble).__name__}: {trouble})"[:300]) from trouble

    def _graph_function(self) -> Any:
        options: dict[str, Any] = {"jit_compile": True} if self.plan.variant == "xla" else {}
        if self.plan.reduce_retracing:
            options["reduce_retracing"] = True
        return sys.modules["tensorflow"].function(self.graph.function, **options)

    def _all_calls(self) -> tuple[list[Shot], list[Shot], int]:
        """The recorded call twice, other values, the recorded call once more; then values that take other branches."""
        eager: list[Shot] = []
        graph: list[Shot] = []
        self.pairs: list[tuple[float, float]] = []
        for number in range(4):
            self._one_call(number, _other if number == 2 else _recorded, eager, graph)
            if eager[-1].exception != graph[-1].exception:
                break
        self.flips = self._flips() if eager[-1].exception is None and self.ops & CONDITIONS else []
        for number, change in enumerate(self.flips, len(eager)):
            self._one_call(number, change, eager, graph)
        return eager, graph, len(self.flips)

    def _one_call(
        self, number: int, arguments: Callable[[World], Arguments], eager: list[Shot], graph: list[Shot]
    ) -> None:
        seed(number, None if number else 1)
        eager.append(self.eager.shot(*arguments(self.eager)))
        self._refuse_what_was_denied()
        if number == 0 and eager[0].exception is not None:
            said = f"{eager[0].exception}: {eager[0].message}".rstrip(": ")
            raise RefusedError("raised", f"in the trial's empty folder and without a network it raises {said}")
        self.tools.tell("trace" if number == 0 else "graph")
        seed(number, None if number else 1)
        graph.append(self.graph.shot(*arguments(self.graph), before=self._trace if number == 0 else None))
        self._refuse_what_was_denied()
        self._refuse_what_was_changed()
        if number == 0:
            self.trace_seconds = self.graph.seconds
        else:
            self.pairs.append((self.eager.seconds, self.graph.seconds))

    def _trace(self) -> None:
        """Build the graph and look through it before it is run."""
        concrete = self.traced.get_concrete_function(*self.graph.positional, **self.graph.keywords)
        definition = concrete.graph.as_graph_def()
        nodes = [*definition.node, *(node for each in definition.library.function for node in each.node_def)]
        self.ops = frozenset(node.op for node in nodes)
        found = hazards(definition) if self.plan.variant == "xla" else ()
        self.trial = replace(self.trial, operations=len(nodes), hazards=found)
        self.tools.denial.check_ops(self.ops)
        self.tools.tell("graph")

    def _refuse_what_was_denied(self) -> None:
        if self.tools.denial.denied:
            raise RefusedError("denied", f"it tries to {self.tools.denial.denied[0]}, which a trial may not")

    def _refuse_what_was_changed(self) -> None:
        changed = self.integrity.changed()
        if changed:
            raise RefusedError("tampered", f"it changes {changed} for the whole process")

    # ---- other branches --------------------------------------------------------------------------------------------

    def _flips(self) -> list[Callable[[World], Arguments]]:
        """Values that the function takes eagerly and that lead over other lines, tried on a world of their own."""
        scratch = self._world("scratch")
        found: list[Callable[[World], Arguments]] = []
        usual = _lines(scratch, (scratch.positional, scratch.keywords))
        for at, arguments in enumerate(branching(scratch.positional, scratch.keywords)):
            lines = _lines(scratch, arguments)
            if lines is not None and lines != usual and len(found) < MOST_FLIPS:
                found.append(_nth(at))
        self._refuse_what_was_denied()
        return found

    # ---- agreement -------------------------------------------------------------------------------------------------

    def _agreement(self, eager: Sequence[Shot], graph: Sequence[Shot], flipped: int) -> Agreement:
        self.tools.tell("compare")
        repeats = [[number for number in (0, 1, 3) if number < len(eager)]]
        size = self.trial.operations
        complete = self.eager.complete and self.graph.complete
        found = agreeing.agreement(eager, graph, (), size, repeats, flipped, complete)
        witnesses: list[list[Shot]] = []
        began, most = self.tools.clock(), agreeing.WITNESSES if adapter_state.takes_seeds(self.ops) else 1
        while agreeing.doubtful(found) and len(witnesses) < most:
            self.tools.tell("witness")
            witnesses.append(self._witness(len(eager), 2 + len(witnesses)))
            found = agreeing.agreement(eager, graph, witnesses, size, repeats, flipped, complete)
            if self.tools.clock() - began > MOST_SECONDS_OF_DRAWS:
                break
        return found

    def _varies_after_all(self, graph: Sequence[Shot]) -> bool:
        """More calls of the graph tell a frozen draw from a few equal ones."""
        began, calls = self.tools.clock(), len(graph)
        for number in range(calls, calls + agreeing.DRAWS):
            seed(number)
            shot = self.graph.shot(*_recorded(self.graph))
            self._refuse_what_was_denied()
            if agreeing.varied((graph[0], shot)):
                return True
            if self.tools.clock() - began > MOST_SECONDS_OF_DRAWS:
                break
        return False

    def _witness(self, calls: int, first: int) -> list[Shot]:
        """The same calls eagerly once more, with another seed for TensorFlow and inputs moved in their last digits."""
        world = self._world("witness", moved=True)
        shots = []
        for number in range(calls):
            seed(number, None if number else first)
            change = self.flips[number - 4] if number >= 4 else _other if number == 2 else _recorded
            shots.append(world.shot(*change(world)))
        return shots

    # ---- time ------------------------------------------------------------------------------------------------------

    def _time(self) -> None:
        self.tools.tell("time")
        with redirect_stdout(_Nowhere()), suppress(DeniedError, _EndedError):
            rounds = comparison.paired(
                self._calling(self.eager.call),
                self._calling(self.graph.call),
                self.tools.clock,
                self.plan.timing_seconds,
                self._known_pairs(),
            )
            found, taken = run_through(rounds)
            pairs = taken or ()
            graph = comparison.timing([each for _, each in pairs])
            eager = comparison.timing([each for each, _ in pairs])
            found, eager = comparison.as_in_kernel(found, eager, self.plan.eager_seconds)
            self.trial = replace(
                self.trial,
                eager=eager,
                graph=graph,
                comparison=found,
                trace_seconds=max(0.0, self.trace_seconds - graph.median),
                traces=int(self.traced.experimental_get_tracing_count()),
            )
        self._refuse_what_was_denied()

    def _timed_again(self) -> Trial:
        """Nothing but the times, as what it does was compared before."""
        self.pairs = []
        seed(0, 1)
        with redirect_stdout(_Nowhere()), suppress(DeniedError, _EndedError):
            began = self.tools.clock()
            self._calling(self._trace)()
            self.trace_seconds = self.tools.clock() - began
            for world in (self.eager, self.graph):  # the first calls are slower
                self._calling(world.call)()
            self._time()
        self._refuse_what_was_denied()
        return self.trial

    def _known_pairs(self) -> comparison.Pairs:
        """Calls that were timed while they were compared: none where they drew from a seed that the kernel hasn't.

        Without it eager calls that draw are several times as fast; the first one of each kind isn't, as all kernels are made anew.
        """
        if self.tools.seeded or not adapter_state.takes_seeds(self.ops):
            return self.pairs
        sys.modules["tensorflow"].random.set_seed(None)
        for world in (self.eager, self.graph):
            self._calling(world.call)()
        return ()

    def _time_beside_a_graph(self) -> None:
        """The eager calls are too far away to tell whether compiling adds to what a graph gains."""
        plain = self._world("plain")
        plain.run = sys.modules["tensorflow"].function(plain.function)
        with redirect_stdout(_Nowhere()), suppress(DeniedError, _EndedError):
            self._calling(plain.call)()
            rounds = comparison.paired(
                self._calling(plain.call), self._calling(self.graph.call), self.tools.clock, self.plan.timing_seconds
            )
            self.trial = replace(self.trial, over_graph=run_through(rounds)[0])
        self._refuse_what_was_denied()

    def _calling(self, once: Callable[[], object]) -> Callable[[], object]:
        def call() -> None:
            try:
                once()
            except DeniedError:
                raise
            except Exception as raised:
                raise _EndedError from raised

        return call


class _EndedError(Exception):
    """A call raised while it was timed, though it did not before: what it uses up has come to its end."""


class _Nowhere:
    """Takes text and drops it."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return


def _recorded(world: World) -> Arguments:
    return tuple(world.positional), world.keywords


def _other(world: World) -> Arguments:
    return reordered(world.positional, world.keywords)


def _nth(at: int) -> Callable[[World], Arguments]:
    return lambda world: list(branching(world.positional, world.keywords))[at]


def _lines(world: World, arguments: Arguments) -> frozenset[tuple[str, int]] | None:
    """The lines of the user's code that an eager call runs over; None when it raises."""
    seen: set[tuple[str, int]] = set()
    libraries = os.sep + "site-packages" + os.sep

    def watch(frame: Any, event: str, _: Any) -> Any:
        if libraries in frame.f_code.co_filename:
            return None
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
        return watch

    before = sys.gettrace()
    try:
        with world.inside(), redirect_stdout(_Nowhere()):
            sys.settrace(watch)
            world.function(*arguments[0], **arguments[1])
    except Exception:
        return None
    finally:
        sys.settrace(before)
    return frozenset(seen)
