"""A trial in the user's own kernel: the graph runs on copies of the variables, in slices that can be parted.

The function is traced once, without running the graph. When nothing in the graph has a side effect, it is given copies of
the variables it uses and run, and so is the function itself, on other copies: both must do the same. Where eager code can't
be given copies of what it writes, nothing is compared, and its times are those of the user's own calls; so they are where
it draws random numbers and the user has set no seed. XLA is never used here: it can end the process.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import nullcontext, suppress
from typing import Any, Final

from hybnb.measure import adapter, adapter_state
from hybnb.measure.adapter_copies import NoCopyError
from hybnb.measure.adapter_raised import said
from hybnb.measure.agreement import WITNESSES
from hybnb.measure.comparison import block, compared, paired, settled, timing
from hybnb.measure.here.comparing import Compared, Side, named
from hybnb.measure.here.copies import MOST_BYTES, Copies, bytes_of, may_stand_in, thread_of_the_users, variables_in
from hybnb.measure.here.interrupts import Interrupts, TooLateError, possible
from hybnb.measure.here.safeguard import DisturbanceError, Safeguard
from hybnb.measure.other_values import Arguments
from hybnb.measure.refused import RefusedError
from hybnb.model import Agreement, Comparison, Refusal, Trial, TrialPlan
from hybnb.uncollected import uncollected

TRACE_SECONDS: Final = 10.0  #: after which a trace is taken for endless
LONG: Final = 0.1  #: seconds from which a graph is run so that it can be cancelled, which costs it a little
WARM_UPS: Final = 2  #: the first runs of a graph are slower
TF32: Final = 2.0**-11  #: how much of a number that type leaves away, at most
FEWEST_EAGER: Final = 5  #: calls of the user's own, for a function that can't be run eagerly here

Slices = Generator[None, None, Trial]
Clock = Callable[[], float]


def trial(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    plan: TrialPlan,
    clock: Clock,
    recent_seconds: Sequence[float] = (),
) -> Slices:
    """Try `function` as a graph; between two slices the user's code may run. The generator's value is the Trial.

    The function must be free of side effects in Python by its source: that is for the caller to know. `recent_seconds`
    are the last eager calls of the user's own. KeyboardInterrupt comes out of a slice that the user interrupted.
    """
    running = _Running(function, tuple(args), dict(kwargs), plan, clock, tuple(recent_seconds))
    try:
        yield from running.slices()
    except RefusedError as no:
        running.refusal = no.refusal
    except DisturbanceError as change:
        running.refusal = Refusal("effects", f"{change}; try it in the worker.")
    except Exception as failure:
        running.refusal = running.failed(failure)
    finally:
        with Interrupts(lambda: None).held():  # an interrupt while graphs are deleted would be lost in a __del__
            running.clean_up()
    return running.outcome()


class _Running:
    """One trial on its way."""

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        plan: TrialPlan,
        clock: Clock,
        recent: tuple[float, ...],
    ) -> None:
        self.refusal: Refusal | None = None
        self._function, self._args, self._kwargs = function, args, kwargs
        self._plan, self._clock, self._recent = plan, clock, recent
        self._drain = adapter.drain()
        self._graph: Any = None
        self._copies = Copies(())  #: what the graph writes
        self._eager_copies: Copies | None = None  #: what eager code writes; None where it can't be given any
        self._variables: list[Any] = []
        self._known_gradients: frozenset[str] | None = None
        self._others: list[tuple[Any, frozenset[Any]]] = []
        self._operations: list[str] = []
        self._trace_seconds: float | None = None
        self._graph_seconds = 0.0
        self._agreement: Agreement | None = None
        self._comparison: Comparison | None = None
        self._times: tuple[list[float], list[float]] = ([], [])

    def slices(self) -> Generator[None, None, None]:
        """Refuse, trace, look, run, time."""
        self._refuse_early()
        self._safeguard = Safeguard(self._function, [*self._args, *self._kwargs.values()])
        concrete = self._traced()
        self._refuse_ops(concrete)
        yield
        self._put_on_copies(concrete)
        if self._eager_copies is not None:
            with suppress(NoCopyError):
                yield from self._compared(self._eager_copies)
                if self._raises_one_way():
                    return
                if not self._draws_faster_without_a_seed():
                    yield from self._timed_in_turn(self._eager_copies)
                    return
        yield from self._warmed_up()
        yield from self._timed_alone()

    # ---- may it be tried? ------------------------------------------------------------------------------------------

    def _refuse_early(self) -> None:
        if (trouble := adapter.available("cloning")) is not None:
            raise RefusedError("unavailable", f"No trial in the kernel: {trouble}.")
        if not possible():
            raise RefusedError("unavailable", "No trial in the kernel: this isn't its main thread.")
        if thread := thread_of_the_users():
            raise RefusedError("unavailable", f"No trial in the kernel while the thread {thread} is running.")
        state = Safeguard(self._function, [*self._args, *self._kwargs.values()]).state()
        if state.obstacle is not None:
            raise RefusedError("effects", f"No trial in the kernel: {state.obstacle}; try it in the worker.")
        if any(adapter_state.untraced(one) for one in state.traced):
            raise RefusedError("effects", "No trial in the kernel: it uses a tf.function that hasn't been called yet.")
        self._others = [(one, adapter_state.traces_held(one)) for one in state.traced]

    def _refuse_ops(self, concrete: Any) -> None:
        if adapter_state.creates_variables(self._graph):
            raise RefusedError(
                "effects", "No trial in the kernel: it makes variables; make them outside of the function."
            )
        if adapter_state.other_resources(concrete):
            raise RefusedError(
                "effects", "No trial in the kernel: it uses a resource of TensorFlow's that is no variable."
            )
        self._operations = adapter_state.operations(concrete)
        bad = adapter_state.stateful(self._operations)
        if bad:
            raise RefusedError("effects", f"No trial in the kernel: its graph runs {bad[0]}, which has side effects.")

    # ---- the graph -------------------------------------------------------------------------------------------------

    def _traced(self) -> Any:
        self._known_gradients = adapter_state.gradient_names()
        with self._safeguard.slice():
            self._graph = adapter_state.throwaway(self._function)
            began = self._clock()
            try:
                concrete = self._safeguard.python(
                    lambda: adapter_state.trace(self._graph, self._args, self._kwargs), TRACE_SECONDS
                )
            except TooLateError:
                raise RefusedError("deadline", f"Tracing took longer than {TRACE_SECONDS:g} seconds.") from None
            self._trace_seconds = self._clock() - began
        return concrete

    def _put_on_copies(self, concrete: Any) -> None:
        given = list(variables_in([self._args, self._kwargs]))
        used = [*adapter_state.variables_of(concrete), *given]
        if (size := bytes_of(used)) > MOST_BYTES:
            raise RefusedError(
                "too-large", f"No trial in the kernel: copies of its variables would take {size >> 20} MB of memory."
            )
        with self._safeguard.slice(runs_python=False):
            self._copies = Copies(used)
            adapter_state.use_instead(concrete, self._copies.handles)
            self._given = self._args, self._kwargs
            self._args, self._kwargs = self._copies.within(self._args), self._copies.within(self._kwargs)
            self._writes = adapter_state.writes(self._operations)
            self._variables = [*used, *self._safeguard.state().variables] if self._writes else []
            if may_stand_in(self._variables):
                self._eager_copies = Copies(self._variables)

    def _eager_call(self) -> Any:
        return self._function(*self._given[0], **self._given[1])

    def _graph_call(self) -> Any:
        return self._graph(*self._args, **self._kwargs)

    # ---- do both do the same? ----------------------------------------------------------------------------------------

    def _compared(self, copies: Copies) -> Generator[None, None, None]:
        variables = named(list({id(one): one for one in self._variables}.values()))
        graph = Side(self._timed_graph, self._copies, nullcontext)
        both = Compared(self._eager_side(copies), graph, self._safeguard, variables)

        least = TF32 if adapter_state.coarse_products(self._operations) else 0.0

        def witness() -> tuple[Side, Arguments]:
            moved = nudged(self._given[0], least), nudged(self._given[1], least)
            return self._eager_side(Copies(self._variables)), moved

        self._agreement = yield from both.slices(
            self._given, len(self._operations), witness, WITNESSES if adapter_state.takes_seeds(self._operations) else 1
        )

    def _raises_one_way(self) -> bool:
        """Eager code and graph don't both come to their end, so that there is nothing to time."""
        return self._agreement is not None and any(one.kind == "exception" for one in self._agreement.differences)

    def _eager_side(self, copies: Copies) -> Side:
        def run(arguments: Arguments) -> Any:
            return self._safeguard.python(lambda: self._function(*arguments[0], **arguments[1]))

        return Side(run, copies, lambda: copies.watched(graphs_too=self._writes))

    def _timed_graph(self, arguments: Arguments) -> Any:
        args, kwargs = self._copies.within(arguments[0]), self._copies.within(arguments[1])
        began = self._clock()
        result = self._safeguard.graph(lambda: self._graph(*args, **kwargs))
        if self._drain is not None:
            self._drain()
        self._graph_seconds = self._clock() - began
        return result

    def _warmed_up(self) -> Generator[None, None, None]:
        with self._safeguard.slice(runs_python=False):
            for _ in range(WARM_UPS):
                self._timed_graph(self._given)
        yield

    # ---- timing ----------------------------------------------------------------------------------------------------

    def _guarded_graph(self) -> Any:
        return self._safeguard.graph(self._graph_call)

    def _guarded_eager(self) -> Any:
        return self._safeguard.python(self._eager_call)

    def _draws_faster_without_a_seed(self) -> bool:
        """A trial has seeds of its own; where the user has set none, eager calls that draw are several times as fast as ours."""
        return not adapter_state.seeded() and adapter_state.takes_seeds(self._operations)

    def _timed_in_turn(self, copies: Copies) -> Generator[None, None, None]:
        graph = self._guarded_graph if self._graph_seconds > LONG else self._graph_call
        pairs = paired(self._guarded_eager, graph, self._clock, self._plan.timing_seconds, drain=self._drain)
        while True:
            try:
                with self._safeguard.slice(), copies.standing_in():
                    taken = next(pairs)
            except StopIteration as done:
                self._comparison = done.value
                return
            self._times = [eager for eager, _ in taken], [graph for _, graph in taken]
            yield

    def _timed_alone(self) -> Generator[None, None, None]:
        """Blocks of the graph beside the user's own eager calls, which on an accelerator return before their work is done."""
        if self._drain is not None:
            raise RefusedError(
                "unavailable", f"Not timed: run eagerly in a trial it would take another time, and on a {adapter.accelerator()} "
                "hybnb can't tell when the notebook's own calls are done.",
            )  # fmt: skip
        if len(self._recent) < FEWEST_EAGER:
            raise RefusedError(
                "never-called",
                f"Run eagerly in a trial it would take another time; call it {FEWEST_EAGER + 1} times or more first.",
            )
        graph = self._guarded_graph if self._graph_seconds > LONG else self._graph_call
        blocks, spent = list[float](), 0.0
        while True:
            began = self._clock()
            with self._safeguard.slice(runs_python=False), uncollected():
                blocks.append(block(graph, self._clock))
            spent += self._clock() - began
            pairs = list(zip(self._recent, blocks, strict=False))
            self._times, self._comparison = (list(self._recent), blocks), compared(pairs)
            done = spent >= self._plan.timing_seconds or len(blocks) >= len(self._recent)
            if settled(self._comparison, pairs) or done:
                return
            yield

    # ---- the end ---------------------------------------------------------------------------------------------------

    def failed(self, failure: Exception) -> Refusal:
        """Want of memory is the trial's own doing: it holds more than the user's calls do."""
        if adapter_state.out_of_memory(failure):
            return Refusal(
                "memory", "No trial in the kernel: there isn't memory enough for what it needs beside the notebook."
            )
        when = "As a graph" if self._trace_seconds is None else "Called once more"
        return Refusal("raised", f"{when} it raises {type(failure).__name__}: {said(failure)}")

    def clean_up(self) -> None:
        """Nothing of the trial stays in TensorFlow's registries."""
        self._graph, self._copies, self._eager_copies = None, Copies(()), None
        for function, known in self._others:
            with suppress(Exception):
                adapter_state.forget_traces(function, known)
        if self._known_gradients is not None:
            adapter_state.forget_gradients(self._known_gradients)

    def outcome(self) -> Trial:
        """What is known by now."""
        eager, graph = self._times
        return Trial(
            self._plan.function,
            place="kernel",
            eager=timing(eager) if eager else None,
            graph=timing(graph) if graph else None,
            agreement=self._agreement,
            comparison=self._comparison,
            trace_seconds=self._trace_seconds,
            traces=1 if self._trace_seconds is not None else 0,
            operations=len(self._operations),
            refusal=self.refusal,
        )


def nudged(value: Any, least: float) -> Any:
    """An argument with its numbers moved in their last digits, for a witness of how much rounding matters; by `least` of each
    at least.
    """
    cls = type(value)
    if cls is list or cls is tuple:
        return cls(nudged(item, least) for item in value)
    if cls is dict:
        return {key: nudged(item, least) for key, item in value.items()}
    return adapter_state.nudged(value, least)
