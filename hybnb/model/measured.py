"""What was measured or predicted about a function's speed and agreement."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Calibration(Struct, frozen=True):
    """What this machine does per second; measured once and kept."""

    dispatch_seconds: float  #: eager dispatch of one op, inside TensorFlow's C++ entry
    graph_call_seconds: float  #: calling a tf.function that does nothing
    node_seconds: float  #: one more node in a graph
    matmul_flops: float  #: float32 FLOP/s of a large matmul
    stream_bytes: float  #: bytes/s of a large elementwise op, reads and writes together
    tensorflow: str = ""
    machine: str = ""


class OpRecord(Struct, frozen=True):
    """One eager op of a recorded call."""

    name: str
    seconds: float  #: in C++, dispatch included
    input_shapes: tuple[tuple[int, ...], ...] = ()
    output_shapes: tuple[tuple[int, ...], ...] = ()
    bytes: int = 0  #: of inputs and outputs together


class Recording(Struct, frozen=True):
    """The ops of one call of a function, at most `limit` of them one by one."""

    function: str
    ops: tuple[OpRecord, ...]
    seconds: float  #: of the whole call, the recorder's own time taken off
    truncated: bool = False
    host_seconds: float = 0.0  #: of the pauses between ops too long for the Python of TensorFlow and Keras
    accelerator: str = ""  #: "GPU", "TPU" … where TensorFlow has one: its ops return before they are done


class Prediction(Struct, frozen=True):
    """How fast the graph is expected to be; seconds per call."""

    eager_seconds: float
    graph_seconds: float
    speedup: float
    low: float
    high: float
    trace_seconds: float
    ops: int
    trusted: bool = True  #: False where the model is known to be weak
    weakness: str = ""  #: why it isn't trusted
    host_share: float = 0.0  #: share of the eager time spent outside TensorFlow's ops and their dispatch
    largest_op_share: float = 0.0
    largest_op: str = ""


class Culprit(Struct, frozen=True):
    """An argument whose change makes TensorFlow trace anew, with what it was and what it became, in words."""

    argument: str
    old: str
    new: str


class TraceCount(Struct, frozen=True):
    """How many traces the observed calls would cause."""

    count: int
    exact: bool = True  #: False when something wasn't seen in full; `count` is then the best guess
    culprits: tuple[Culprit, ...] = ()  #: one for each argument that made a difference, the first change of each


class TensorSpec(Struct, frozen=True):
    """What an input_signature says of one parameter."""

    parameter: str
    dtype: str
    shape: tuple[int | None, ...] | None  #: None for an unknown rank


class Retraces(Struct, frozen=True):
    """How many traces the observed calls would have taken had the function been a tf.function."""

    count: int
    reduced: int | None = None  #: with reduce_retracing=True; None when unknown or not to be advised
    exact: bool = False  #: simulated with TensorFlow's own rules, and everything was seen in full
    culprits: tuple[Culprit, ...] = ()
    relaxed: tuple[str, ...] | None = None  #: parameters of which reduce_retracing makes sizes unknown; None: not known
    signed: int | None = None  #: with `signature`; None when there is none
    signature: tuple[TensorSpec, ...] = ()  #: the narrowest input_signature that takes all calls
    at: tuple[
        int, ...
    ] = ()  #: numbers, from 1, of the calls that took a trace, as far as calls were looked at in a row
    seconds: float | None = None  #: spent on tracing so far, by a function that is a tf.function already
    megabytes: float | None = None  #: that the traces of such a function hold, as an estimate


class Timing(Struct, frozen=True):
    """Seconds per call, warm-ups thrown away."""

    median: float
    low: float
    high: float
    samples: int


Variant = Literal["graph", "xla"]
Place = Literal["worker", "kernel"]

DifferenceKind = Literal[
    "value", "dtype", "shape", "type", "structure",  # of what it returned
    "exception",  # raised one way only, or of another class
    "stdout", "file",  # what it printed, what it wrote
    "variable", "global", "closure", "attribute", "argument",  # what it left behind where
    "draws",  # equal calls vary eagerly and don't in the graph
]  # fmt: skip


class Difference(Struct, frozen=True):
    """One thing that came out differently, as small as it can be said."""

    kind: DifferenceKind
    where: str  #: "losses[2]", "the result", "model.weight"
    eager: str  #: in words: "has 3 items"
    graph: str
    call: int = 1  #: of the trial's calls, from 1: the first after which it showed
    line: int | None = None  #: of kind "exception": of the function, from 0 for its first, decorators included

    @property
    def message(self) -> str:
        """As "after 3 calls `losses` has 3 items eagerly, 1 item as a graph"."""
        when = "in the first call" if self.call == 1 else f"after {self.call} calls"
        name = self.where if " " in self.where else f"`{self.where}`"
        verb = f"{self.eager.partition(' ')[0]} "  # isn't said twice
        return f"{when} {name} {self.eager} eagerly, {self.graph.removeprefix(verb)} as a graph"


class Agreement(Struct, frozen=True):
    """Did eager and graph do the same, from the same state, in all calls of a trial?"""

    calls: int
    differences: tuple[Difference, ...] = ()  #: gravest and smallest first
    random: bool = False  #: draws random numbers, so that only their kind could be compared
    flipped: int = 0  #: calls with values that took another way through the function
    complete: bool = True  #: all of the state was small enough to be looked at

    @property
    def agreed(self) -> bool:
        """No difference was seen, in at least one call."""
        return not self.differences and self.calls > 0


class Comparison(Struct, frozen=True):
    """How many times faster the graph is: ratio of medians with its 90 % interval."""

    speedup: float
    low: float
    high: float
    label: Literal["faster", "neutral", "slower", "too-noisy"]
    pairs: int  #: mini-blocks of each, taken in turn


RefusalReason = Literal[
    "never-called",  # no arguments of a call are kept
    "effects",  # it does something outside of Python's own state
    "not-carried",  # a value that can't be taken to another process
    "too-large",
    "denied",  # the trial tried to write, connect, start a process …
    "raised",  # it raises where the notebook's call didn't
    "deadline", "memory", "died", "tampered",
    "cancelled", "unavailable", "failed",
]  # fmt: skip


class Refusal(Struct, frozen=True):
    """Why there was no trial, or none to its end; one sentence with the next step."""

    reason: RefusalReason
    message: str


class TrialPlan(Struct, frozen=True):
    """What a trial is to do."""

    function: str  #: its FunctionId.key
    variant: Variant = "graph"
    place: Place = "worker"
    reduce_retracing: bool = False
    timing_seconds: float = 1.0  #: at most, spent on timing
    deadline_seconds: float = 30.0  #: after which a trial that hasn't ended never will
    memory_bytes: int = 2 << 30  #: more than the process has at the start
    carried_bytes: int = 50 << 20  #: of function, state and arguments together
    eager_seconds: float | None = None  #: of a call in the user's kernel, the median of the last ones
    accelerator: str = ""  #: "GPU" … that the kernel has, and the process for trials doesn't use
    again: bool = False  #: what was tried before is only timed once more, at another moment


class Trial(Struct, frozen=True):
    """One function tried both ways, as far as it came. Times in seconds."""

    function: str
    variant: Variant = "graph"
    place: Place = "worker"
    eager: Timing | None = None
    graph: Timing | None = None
    agreement: Agreement | None = None
    comparison: Comparison | None = None
    trace_seconds: float | None = None  #: of the first graph call, the run itself taken off
    traces: int = 0
    operations: int = 0  #: nodes of the graph, those of its functions included
    sittings: int = 1  #: moments at which it was timed, some seconds apart
    over_graph: Comparison | None = None  #: of `variant` "xla": a graph against the compiled one
    hazards: tuple[str, ...] = ()  #: of `variant` "xla": what bad input would do otherwise, in half sentences
    refusal: Refusal | None = None
    without: str = ""  #: "GPU" … that the user's calls have and the trial's hadn't: its times would say nothing
