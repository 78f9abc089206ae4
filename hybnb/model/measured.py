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
    break_even_calls: int | None  #: None when the graph never pays
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


class Retraces(Struct, frozen=True):
    """How many traces the observed calls would have taken had the function been a tf.function."""

    count: int
    reduced: int | None = None  #: with reduce_retracing=True; None when unknown or not to be advised
    exact: bool = False  #: simulated with TensorFlow's own rules, and everything was seen in full
    culprits: tuple[Culprit, ...] = ()


class Timing(Struct, frozen=True):
    """Seconds per call, warm-ups thrown away."""

    median: float
    low: float
    high: float
    samples: int


class Trial(Struct, frozen=True):
    """One function run both ways; measured trials fill it (none does yet)."""

    eager: Timing
    graph: Timing
    agreed: bool
    disagreement: str = ""
    variant: Literal["graph", "xla"] = "graph"
    trace_seconds: float = 0.0
