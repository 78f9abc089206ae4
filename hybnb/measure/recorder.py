"""Records the eager ops of single calls: names, seconds, shapes; never the tensors themselves.

While a call is recorded, TensorFlow's two entry points for eager ops are replaced by functions that time the
originals. In between the originals are in their place. Measured cost: about 2 microseconds per op.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from math import prod
from threading import RLock, get_ident
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from hybnb.measure import adapter
from hybnb.model import OpRecord, Recording

MAX_OPS = 5000  #: of one call that are kept one by one
MAX_KEPT = 150_000  #: ops of all recordings together, some 50 MB; nothing is recorded beyond
HOST_PAUSE = 300e-6  #: seconds between two ops that the Python of TensorFlow and Keras may well take


@dataclass(frozen=True, slots=True)
class Token:
    """Where a recorded call began."""

    key: str
    thread: int
    first: int  #: index of the call's first op in the running log
    began: float
    own: float  #: the recorder's own seconds until then


class RawOp(NamedTuple):
    """One op as it was seen, before anything is computed from it. A tuple, because making one is quick."""

    name: str | bytes
    began: float
    ended: float
    left: float  #: when the recorder was done with it
    inputs: adapter.Tensors
    outputs: adapter.Tensors


Shapes = tuple[adapter.Shape, ...]
Description = tuple[str, Shapes, Shapes, int]  #: name, shapes of what goes in and comes out, bytes of all of it
Described = Callable[[str | bytes, adapter.Tensors, adapter.Tensors], Description]


@dataclass(frozen=True, slots=True)
class RawCall:
    """One finished call, still to be turned into a Recording."""

    key: str
    ops: tuple[RawOp, ...]
    began: float
    ended: float
    own: float
    truncated: bool
    accelerator: str


@dataclass(slots=True)
class Log:
    """The ops of the outermost recorded call; calls recorded inside it are slices of it."""

    thread: int
    ops: list[RawOp] = field(default_factory=list)
    own: float = 0.0
    truncated: bool = False


class Recorder:
    """Records the calls of one thread at a time; another thread that asks meanwhile isn't recorded."""

    def __init__(self, clock: Callable[[], float], max_ops: int = MAX_OPS) -> None:
        self._clock = clock
        self._max_ops = max_ops
        self._lock = RLock()
        self._log: Log | None = None
        self._outermost: Token | None = None
        self._patched: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {}
        self._raw: list[RawCall] = []
        self._done: dict[str, list[Recording]] = {}
        self._kept = 0
        self.trouble: str | None = None  #: the recorder's own last failure, in words

    @contextmanager
    def record(self, key: str) -> Iterator[None]:
        """Record the ops that the calling thread runs in the block; a block that raises leaves no recording."""
        token = self.begin(key)
        completed = False
        try:
            yield
            completed = True
        finally:
            self.end(token, completed)

    def begin(self, key: str) -> Token | None:
        """Start recording; None when it can't be done now. Never raises."""
        try:
            free = self._kept < MAX_KEPT and adapter.available("recording") is None
            return self._begin(key) if free else None
        except Exception as trouble:
            self._fail(trouble)
            return None

    def end(self, token: Token | None, completed: bool = True) -> None:
        """Stop recording what `token` stands for; the outermost one puts the entry points back. Never raises."""
        if token is None:
            return
        try:
            self._end(token, self._clock(), completed)
        except Exception as trouble:
            self._fail(trouble)

    def recordings(self) -> Mapping[str, tuple[Recording, ...]]:
        """All finished recordings by function, oldest first."""
        raw, self._raw = self._raw, []
        described = cache(partial(description, adapter.item_sizes() if raw else {}))
        for call in raw:
            self._done.setdefault(call.key, []).append(recording_of(call, described))
        return {key: tuple(found) for key, found in self._done.items()}

    def forget(self, key: str) -> None:
        """Drop the recordings of a function, because it was defined anew."""
        self._kept -= sum(len(found.ops) for found in self.recordings().get(key, ()))
        self._done.pop(key, None)

    def stop(self) -> None:
        """Put the entry points back, whatever is being recorded. Safe to call at any time."""
        with self._lock:
            self._log = self._outermost = None
            self._restore()

    def _fail(self, trouble: Exception) -> None:
        self.trouble = f"recording failed ({type(trouble).__name__}: {trouble})"
        self.stop()

    def _begin(self, key: str) -> Token | None:
        thread = get_ident()
        with self._lock:
            log = self._log
            if log is not None and log.thread != thread:
                return None
            if log is not None:
                return Token(key, thread, len(log.ops), self._clock(), log.own)
            self._log = log = Log(thread)
            self._patch(log)
            self._outermost = Token(key, thread, 0, self._clock(), 0.0)
            return self._outermost

    def _end(self, token: Token, ended: float, completed: bool) -> None:
        with self._lock:
            log = self._log
            if log is None or log.thread != token.thread:
                return
            if token is self._outermost:
                self._log = self._outermost = None
                self._restore()
            if completed:
                ops, own = tuple(log.ops[token.first :]), log.own - token.own
                kind = adapter.accelerator()
                self._raw.append(RawCall(token.key, ops, token.began, ended, own, log.truncated, kind))
                self._kept += len(ops)

    def _patch(self, log: Log) -> None:
        module, read = adapter.entry_module(), adapter.tensor_reader()
        for name, position in adapter.ENTRY_POINTS.items():
            original = getattr(module, name)
            timed = disguised(self._timed(original, position, read, log), name, module)
            self._patched[name] = (original, timed)
            setattr(module, name, timed)

    def _restore(self) -> None:
        """Put the originals back where ours still stand; where someone else's stand, ours only pass on."""
        module = adapter.entry_module() if self._patched else None
        for name, (original, timed) in self._patched.items():
            if getattr(module, name, None) is timed:
                setattr(module, name, original)
        self._patched = {}

    def _timed(self, original: Callable[..., Any], position: int, read: adapter.Reader, log: Log) -> Callable[..., Any]:
        clock, limit, thread, inputs_from = self._clock, self._max_ops, log.thread, position + 1

        def timed(*arguments: Any, **options: Any) -> Any:
            if self._log is not log or get_ident() != thread:
                return original(*arguments, **options)
            began = clock()
            result = original(*arguments, **options)
            ended = clock()
            try:
                if len(log.ops) < limit:
                    inputs, outputs = read(arguments[inputs_from:]), read((result,))
                    left = clock()
                    log.ops.append(RawOp(arguments[position], began, ended, left, inputs, outputs))
                    log.own += left - ended
                else:
                    log.truncated = True
            except Exception:
                log.truncated = True
            return result

        return timed


def disguised(function: Callable[..., Any], name: str, module: ModuleType) -> Callable[..., Any]:
    """`function` under the name and file it stands in for, so that TensorFlow leaves it out of users' tracebacks."""
    file = getattr(module, "__file__", None)
    if isinstance(function, FunctionType) and file:
        function.__code__ = function.__code__.replace(co_name=name, co_qualname=name, co_filename=file)
    return function


def recording_of(call: RawCall, described: Described) -> Recording:
    """The Recording of a finished call; `described` is `description` with the sizes of dtypes, of like ops made once."""
    return Recording(
        function=call.key,
        ops=tuple(op_record(op, described) for op in call.ops),
        seconds=max(0.0, call.ended - call.began - call.own),
        truncated=call.truncated,
        host_seconds=sum(max(0.0, pause - HOST_PAUSE) for pause in pauses(call)),
        accelerator=call.accelerator,
    )


def op_record(op: RawOp, described: Described) -> OpRecord:
    """The OpRecord of an op; its seconds are its own."""
    name, input_shapes, output_shapes, count = described(op.name, op.inputs, op.outputs)
    return OpRecord(name, max(0.0, op.ended - op.began), input_shapes, output_shapes, count)


def description(
    sizes: Mapping[int, int], name: str | bytes, inputs: adapter.Tensors, outputs: adapter.Tensors
) -> Description:
    """An op's name, the shapes of what it takes and gives, and their bytes; `sizes` are bytes per element by dtype number.

    A call of another tf.function goes by the name of that function's graph.
    """
    return (
        name.decode(errors="replace") if isinstance(name, bytes) else name,
        tuple(shape for shape, _ in inputs),
        tuple(shape for shape, _ in outputs),
        sum(prod(shape) * sizes.get(dtype, 8) for shape, dtype in (*inputs, *outputs)),
    )


def pauses(call: RawCall) -> Iterator[float]:
    """Seconds between one op and the next, before the first and after the last."""
    left = call.began
    for op in call.ops:
        yield op.began - left
        left = op.left
    yield call.ended - left
