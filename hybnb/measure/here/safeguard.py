"""One slice of a trial: user code and graphs run, and afterwards everything is as it was."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from hybnb.measure import adapter_state
from hybnb.measure.here.interrupts import Interrupts
from hybnb.measure.here.python_state import PythonState
from hybnb.measure.plain_values import unannotated


class DisturbanceError(Exception):
    """What the function did that outlives the call, as half a sentence; it has been undone."""


class Safeguard:
    """Guards the slices of one trial of one function on some arguments."""

    def __init__(self, function: Callable[..., Any], arguments: Sequence[Any]) -> None:
        self._reach = (function, [*arguments])
        self._cancellation = adapter_state.Cancellation()
        self._interrupts = Interrupts(self._cancellation.cancel)

    @contextmanager
    def slice(self, runs_python: bool = True) -> Iterator[PythonState | None]:
        """Everything inside leaves no trace; DisturbanceError tells what it would have changed.

        Where `runs_python`, user code runs inside, and all it can reach is looked at before and after.
        """
        with self._interrupts.held(), ExitStack() as stack:
            output = stack.enter_context(_muted())
            stack.enter_context(_host_streams())
            stack.enter_context(adapter_state.seeds_of_its_own())
            stack.enter_context(adapter_state.hushed())
            state = self.state() if runs_python else None
            if state is not None:
                stack.callback(state.restore)
                stack.enter_context(unannotated(state.classes))
            try:
                yield state
            finally:
                self._interrupts.close()
            changes = state.changes() if state is not None else []
            if changes or output.used:
                raise DisturbanceError(f"It changes {changes[0]}, which has been put back" if changes else "It prints")

    def state(self) -> PythonState:
        """What the function can reach now, Keras's own state included."""
        function, arguments = self._reach
        return PythonState(function, [*arguments, adapter_state.keras_names()])

    def python(self, call: Callable[[], Any], deadline: float | None = None) -> Any:
        """Run user code inside a slice; an interrupt ends it at once, and TooLateError after `deadline` seconds."""
        return self._interrupts.run(call, "python", deadline)

    def graph(self, call: Callable[[], Any]) -> Any:
        """Run a graph inside a slice; an interrupt cancels it."""
        return self._interrupts.run(lambda: self._cancellation.run(call), "graph")


@contextmanager
def _host_streams() -> Iterator[None]:
    """Python's and NumPy's own streams of random numbers go on where they were."""
    python, numpy = random.getstate(), sys.modules.get("numpy")
    array = numpy.random.get_state() if numpy is not None else None
    try:
        yield
    finally:
        random.setstate(python)
        if numpy is not None:
            numpy.random.set_state(array)


class _Sink:
    """Swallows what one thread prints; what others print goes where it went."""

    def __init__(self, original: Any) -> None:
        self._original, self._thread = original, threading.get_ident()
        self.used = False

    def write(self, text: str) -> int:
        """As a text file has it."""
        if threading.get_ident() != self._thread:
            return int(self._original.write(text))
        self.used = True
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


@contextmanager
def _muted() -> Iterator[_Sink]:
    """Nothing that this thread prints is seen."""
    output, errors = sys.stdout, sys.stderr
    sink = _Sink(output)
    sys.stdout, sys.stderr = sink, _Sink(errors)
    try:
        yield sink
    finally:
        sys.stdout, sys.stderr = output, errors
