"""A trial in the user's own kernel: the graph runs on copies of the variables, in slices that can be parted.

The function is traced once, without running the graph. When nothing in the graph has a side effect, it is given copies of
the variables it uses and run. A function that writes no variable is also run eagerly, a few times, and must give the
same. One that writes variables can't be: its eager times are those of the user's own calls. XLA is never used here: it
can end the process.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from hybnb.measure import adapter, adapter_state
from hybnb.measure.agreement import agreement
from hybnb.measure.comparison import block, compared, paired, settled, timing, undisturbed
from hybnb.measure.here.interrupts import Interrupts, TooLateError, possible
from hybnb.measure.here.safeguard import DisturbanceError, Safeguard
from hybnb.measure.picture import Camera, Shot
from hybnb.measure.refused import RefusedError
from hybnb.model import Agreement, Comparison, Refusal, Trial, TrialPlan

TRACE_SECONDS: Final = 10.0  #: after which a trace is taken for endless
LONG: Final = 0.1  #: seconds from which a graph is run so that it can be cancelled, which costs it a little
WARM_UPS: Final = 2  #: the first runs of a graph are slower
FEWEST_EAGER: Final = 5  #: calls of the user's own, for a function that writes variables

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
        running.refusal = Refusal("raised", f"As a graph it raises {type(failure).__name__}: {_said(failure)}")
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
        self._graph: Any = None
        self._clones: dict[int, Any] = {}
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
        self._put_on_clones(concrete)
        writes = adapter_state.writes(self._operations)
        self._run_first(compare=not writes)
        yield
        yield from self._timed_alone() if writes else self._timed_in_turn()

    # ---- may it be tried? ------------------------------------------------------------------------------------------

    def _refuse_early(self) -> None:
        if (trouble := adapter.available("cloning")) is not None:
            raise RefusedError("unavailable", f"No trial in the kernel: {trouble}.")
        if not possible():
            raise RefusedError("unavailable", "No trial in the kernel: this isn't its main thread.")
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
        with self._safeguard.slice(), adapter_state.hushed():
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

    def _put_on_clones(self, concrete: Any) -> None:
        with self._safeguard.slice(runs_python=False):
            self._clones = {id(one.handle): adapter_state.clone(one) for one in adapter_state.variables_of(concrete)}
            adapter_state.use_instead(concrete, {key: one.handle for key, one in self._clones.items()})
            self._args = tuple(self._cloned(value) for value in self._args)
            self._kwargs = {name: self._cloned(value) for name, value in self._kwargs.items()}

    def _cloned(self, value: Any) -> Any:
        """An argument with its variables replaced."""
        cls = type(value)
        if cls is list or cls is tuple:
            return cls(self._cloned(item) for item in value)
        if cls is dict:
            return {key: self._cloned(item) for key, item in value.items()}
        if not adapter_state.is_variable(value):
            return value
        return self._clones.setdefault(id(value.handle), adapter_state.clone(value))

    def _eager_call(self) -> Any:
        return self._function(*self._args, **self._kwargs)

    def _graph_call(self) -> Any:
        return self._graph(*self._args, **self._kwargs)

    def _run_first(self, compare: bool) -> None:
        """Warm up; a function that writes nothing must give the same both ways."""
        with self._safeguard.slice(runs_python=compare):
            camera = Camera()
            shots = []
            for _ in range(WARM_UPS):
                began = self._clock()
                result = self._safeguard.graph(self._graph_call)
                self._graph_seconds = self._clock() - began
                shots.append(Shot(camera.take(result)))
            if not compare:
                return
            eager = Shot(camera.take(self._safeguard.python(self._eager_call)))
            args, kwargs = nudged(self._args), nudged(self._kwargs)
            witness = Shot(camera.take(self._safeguard.python(lambda: self._function(*args, **kwargs))))
            self._agreement = agreement([eager], shots[:1], [witness], len(self._operations))

    # ---- timing ----------------------------------------------------------------------------------------------------

    def _guarded_graph(self) -> Any:
        return self._safeguard.graph(self._graph_call)

    def _guarded_eager(self) -> Any:
        return self._safeguard.python(self._eager_call)

    def _timed_in_turn(self) -> Generator[None, None, None]:
        graph = self._guarded_graph if self._graph_seconds > LONG else self._graph_call
        pairs = paired(self._guarded_eager, graph, self._clock, self._plan.timing_seconds)
        while True:
            try:
                with self._safeguard.slice():
                    taken = next(pairs)
            except StopIteration as done:
                self._comparison = done.value
                return
            self._times = [eager for eager, _ in taken], [graph for _, graph in taken]
            yield

    def _timed_alone(self) -> Generator[None, None, None]:
        """Blocks of the graph beside the user's own eager calls."""
        if len(self._recent) < FEWEST_EAGER:
            raise RefusedError("never-called", f"It writes variables; call it {FEWEST_EAGER + 1} times or more first.")
        graph = self._guarded_graph if self._graph_seconds > LONG else self._graph_call
        blocks, spent = list[float](), 0.0
        while True:
            began = self._clock()
            with self._safeguard.slice(runs_python=False), undisturbed():
                blocks.append(block(graph, self._clock))
            spent += self._clock() - began
            pairs = list(zip(self._recent, blocks, strict=False))
            self._times, self._comparison = (list(self._recent), blocks), compared(pairs)
            done = spent >= self._plan.timing_seconds or len(blocks) >= len(self._recent)
            if settled(self._comparison, pairs) or done:
                return
            yield

    # ---- the end ---------------------------------------------------------------------------------------------------

    def clean_up(self) -> None:
        """Nothing of the trial stays in TensorFlow's registries."""
        self._graph, self._clones = None, {}
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


def nudged(value: Any) -> Any:
    """An argument with its numbers moved in their last digits, for a witness of how much rounding matters."""
    cls = type(value)
    if cls is list or cls is tuple:
        return cls(nudged(item) for item in value)
    if cls is dict:
        return {key: nudged(item) for key, item in value.items()}
    return adapter_state.nudged(value)


def _said(failure: BaseException) -> str:
    """The first line of a message, or, where AutoGraph has put user code in front of it, the last but for that code."""
    lines = [line.strip() for line in str(failure).strip().splitlines() if line.strip()] or [""]
    if not lines[0].startswith("in user code"):
        return lines[0][:300]
    name = f"{type(failure).__name__}: "
    return next((line for line in lines if line.startswith(name)), lines[-1]).removeprefix(name)[:300]
