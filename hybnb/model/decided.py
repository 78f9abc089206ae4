"""What hybnb concludes: findings, gaps, fixes, verdicts."""

from __future__ import annotations

from typing import Final, Literal, get_args

from msgspec import Struct

from hybnb.model.analysed import FunctionFacts, FunctionId, Tri
from hybnb.model.measured import Prediction, Retraces, Trial
from hybnb.model.observed import CallHistory, Environment, Leak

Stance = Literal["blocks", "risks", "favours", "notes"]  #: the gravest first
Answer = Literal["decorate", "repair-first", "adjust", "remove", "leave", "measure"]
#: Names of the findings by which a tf.function traces again and again: by what was counted, and by what calls pass.
COUNTED_ANEW: Final = ("retracing-now", "relaxation-missing")
PASSED_ANEW: Final = ("retrace-python-scalar",)
Basis = Literal["source", "calls", "trial"]
Gain = Literal["yes", "no", "neutral", "unknown"]
GapReason = Literal[
    "never-called", "few-calls", "source-not-found", "unknown-callee", "unknown-type", "too-large",
    "no-tensorflow", "no-recording", "not-calibrated", "weak-model", "too-noisy", "refused", "over-budget",
    "rule-failed", "not-executed",
]  # fmt: skip

GRAVITY: Final[dict[Stance, int]] = {stance: rank for rank, stance in enumerate(get_args(Stance))}  #: 0 is the gravest


class Evidence(Struct, frozen=True):
    """Everything known about one function, as the rules see it."""

    facts: FunctionFacts
    history: CallHistory | None = None
    prediction: Prediction | None = None
    trial: Trial | None = None
    compiled: Trial | None = None  #: the trial with jit_compile=True
    retraces: Retraces | None = None
    environment: Environment | None = None
    leaks: tuple[Leak, ...] = ()  #: symbolic tensors that the notebook reaches right now
    min_calls: int = 3  #: fewer observed calls than this prove nothing about speed
    planned_callers: tuple[str, ...] = ()  #: all that call it, when each should become a tf.function and so trace it
    live: bool = True  #: False when only the source was read and nothing was run
    recorded: bool = False  #: the ops of a call were recorded
    calibrated: bool = True  #: it is known how fast this machine is, without which nothing is predicted


class Finding(Struct, frozen=True):
    """One reason, at one place. Code and name are stable and hold no values; values are in `details`."""

    code: str  #: "HYB201"
    name: str  #: "outer-mutation"
    stance: Stance
    cell: int
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    next_step: str = ""
    details: dict[str, str] = {}
    caused_by: int | None = None  #: index into the verdict's findings
    path: str | None = None  #: set when the place is in a module rather than in a cell


class Gap(Struct, frozen=True):
    """Something hybnb doesn't know, why, and what would settle it."""

    part: Literal["safe", "faster", "trial", "facts"]
    reason: GapReason
    message: str  #: one sentence that ends with the next step


class Edit(Struct, frozen=True):
    """Replace source[start:end] of a cell by `text`; offsets in characters (Unicode code points, not UTF-16 units)."""

    cell: int
    start: int
    end: int
    text: str
    path: str | None = None


class Fix(Struct, frozen=True):
    """Edits that belong together; only applied on request."""

    title: str
    safety: Literal["same", "may-change", "show-only"]
    edits: tuple[Edit, ...]
    verified: bool = False  #: the edited source was parsed and analysed anew


class Safe(Struct, frozen=True):
    """Would a tf.function compute the same?"""

    value: Tri
    basis: tuple[Basis, ...]
    why: str


class Faster(Struct, frozen=True):
    """Would a tf.function be faster, tracing included? Times in seconds."""

    value: Gain
    why: str
    basis: Literal["measured", "predicted", "none"] = "none"
    speedup: float | None = None
    low: float | None = None
    high: float | None = None
    variant: Literal["graph", "xla"] = "graph"
    trace_seconds: float | None = None
    traces: int | None = None
    break_even_calls: int | None = None
    saved_seconds: float | None = None


class Facts(Struct, frozen=True):
    """The short list of facts that other programs read."""

    tensor_parameters: tuple[str, ...] = ()
    primitive_parameters: tuple[str, ...] = ()
    python_side_effects: Tri = "unknown"
    recursive: Tri = "unknown"
    tensor_computation: Tri = "unknown"
    calls: int = 0
    eager_seconds: float | None = None  #: median of an eager call, in seconds
    signatures: int = 0
    inside_graph_calls: int = 0
    trace_calls: tuple[int, ...] = ()  #: numbers, from 1, of the first 256 calls that would each have taken a trace


class Verdict(Struct, frozen=True):
    """The answer for one function, with all its evidence."""

    function: FunctionId
    decorated: bool
    facts: Facts
    safe: Safe
    faster: Faster
    answer: Answer
    decorator: str | None = None  #: what to write above the def; None when nothing should be written
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    fixes: tuple[Fix, ...] = ()

    @property
    def actionable(self) -> bool:
        """Does it ask for a change of the source?"""
        return self.answer not in ("leave", "measure")

    @property
    def pressing(self) -> bool:
        """Is it actionable, and more than a repair of an undecorated function that may gain nothing by it?"""
        repair = self.answer == "repair-first" and not self.decorated
        return self.actionable and (not repair or self.faster.value == "yes" or self.frozen)

    @property
    def frozen(self) -> bool:
        """Does what Python does in it happen once per trace only, as it runs now?"""
        return any(finding.name == "frozen-effect" and finding.stance == "blocks" for finding in self.findings)
