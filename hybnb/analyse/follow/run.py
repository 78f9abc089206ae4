"""The state of one pass over a function and everything it calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Literal

from astroid import nodes
from msgspec import Struct, field
from msgspec.structs import replace

from hybnb.analyse.holders import Array
from hybnb.analyse.scope import Scope
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.values import Choice, Container, Function, Instance, Value
from hybnb.model import Certainty, Effect, EffectKind, Kind, Span

if TYPE_CHECKING:
    from hybnb.analyse.program import Program

Ended = Literal["", "return", "raise", "loop"]
BUDGET = 6000  #: nodes followed for one function before hybnb gives up
DEPTH = 12  #: calls within calls


class Control(Struct, eq=False):
    """A statement that AutoGraph would turn into graph control flow, or a plain Python loop around it."""

    kind: Literal["if", "loop", "python-loop", "try"]
    sure: bool = True
    by_size: bool = False  #: the condition asks for a tensor's size
    rest: bool = False  #: not a branch as written, but what follows a branch that returned
    node: nodes.NodeNG | None = None  #: the statement
    before: dict[str, Value] = field(default_factory=dict)  #: what names held when it began
    #: what tf.while_loop is given for its loop variables, and what stands for each in a round
    carried: list[tuple[Value, Value]] = field(default_factory=list)
    undecided: int = 0  #: conditions of Python around the statement
    round_began: int = 0  #: the run's merges so far when the present round of a Python loop began
    left: list[tuple[dict[str, Value], bool]] = field(
        default_factory=list
    )  #: names at each break or continue, under a tensor?


class Return(Struct):
    value: Value | None  #: None for a bare `return`
    node: nodes.NodeNG
    tensor_if: bool
    sure: bool


class Frame(Struct):
    """One activation of a user's function."""

    function: Function | None
    unit: Unit
    scope: Scope
    call: nodes.NodeNG | None  #: the call in the caller's body
    controls: list[Control] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    ended: Ended = ""  #: how control left, where it can't come past this point
    converted: bool = True  #: AutoGraph converts this code
    left_alone: bool = False  #: what this code calls is left as it is, as AutoGraph was told so here or by a caller
    undecided: int = 0  #: conditions of Python around this place that may come out either way
    stands_in: bool = False  #: the function judged, while what a decorator made of it is followed


def left_by(run: Run) -> Ended:
    """How control has left the innermost function, if it has."""
    return run.frame.ended


class Run(Struct, eq=False):
    """One pass. Effects are gathered in order; the same effect at the same place is kept once.

    In slots, as it has more attributes than Python finds quickly in an instance's dict, and one of them is asked for nearly
    everywhere.
    """

    program: Program
    epoch: int
    quiet: bool = False  #: the top level of a notebook: values matter, effects don't
    made_up: bool = False  #: what is followed never happens: an object is made to see what any of its class has
    records: bool = False  #: the top level itself is followed, whose changes are noted
    frames: list[Frame] = field(default_factory=list)
    effects: dict[tuple[object, ...], Effect] = field(default_factory=dict)
    budget: int = BUDGET
    spent: bool = False
    op_calls: int = 0  #: TensorFlow work, also where an operand is only assumed to be a tensor
    sure_ops: int = 0
    array_ops: int = 0  #: of all that work what NumPy does eagerly
    ops_of: defaultdict[Function | None, int] = field(
        default_factory=partial(defaultdict, int)
    )  #: the same by who does it; None: the function judged
    differentiates: bool = False  #: the function judged takes gradients of what others compute
    loops_with_ops: set[nodes.NodeNG] = field(default_factory=set)  #: once each, however often they are followed
    reads: set[str] = field(default_factory=set)
    keeps: set[str] = field(default_factory=set)  #: of what is read, what a trace keeps
    shape_reads: set[str] = field(default_factory=set)  #: names of the tensors whose static shape is read
    #: the same without sizes that all calls share; "" for what is computed
    varying_reads: set[str] = field(default_factory=set)
    recursive: bool = False
    traced_at: tuple[Unit, int] | None = None  #: where the function judged is traced at the earliest
    calls_layers: bool = False  #: Keras layers or models are called
    builds_late: bool = False  #: the function judged is the `call` of a Keras layer or model, or runs in it
    returned: dict[nodes.NodeNG, Value] = field(default_factory=dict)  #: what functions that call themselves return
    last_op: tuple[nodes.NodeNG | None, str] = (None, "")  #: the last call of an op that checks its input
    hybrids: dict[nodes.NodeNG, dict[str, str]] = field(
        default_factory=dict
    )  #: tf.functions called, with their options
    compiled: bool = False  #: the function judged has jit_compile=True
    #: errors that a graph calls by another class, by the one that eager code raises
    failures: defaultdict[str, int] = field(default_factory=partial(defaultdict, int))
    failing: int = 0  #: the words of an error are followed, which are only made when it is raised
    told: list[Effect] = field(default_factory=list)  #: tensors that are only written into the words of an error
    checks_values: bool = False  #: an op fails by the values it is given, by the same class both ways
    stale: set[Container] = field(default_factory=set)  #: containers that are noted to change elsewhere
    merges: int = 0  #: how often a tensor condition or loop set a variable that only lambdas read, or a round began
    class_made: Value | None = None  #: what the `__new__` of its metaclass, followed now, gets from that of `type`
    stirs: int = 0  #: how often something was done that the same code may see when it is followed again
    traced_by: str = ""  #: a library function that runs the code followed now in a graph of its own
    #: containers that were there before, as they were
    changed: dict[Container, tuple[list[Value] | None, dict[object, Value], Value | None, bool]] = field(
        default_factory=dict
    )
    #: variables asked for before the first call
    early_lists: dict[Instance, tuple[nodes.NodeNG, str]] = field(default_factory=dict)

    # ---- where we are -----------------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    @property
    def unit(self) -> Unit:
        return self.frames[-1].unit

    @contextmanager
    def control(
        self, kind: Literal["if", "loop", "python-loop", "try"], sure: bool = True, *, by_size: bool = False,
        node: nodes.NodeNG | None = None,
    ) -> Iterator[Control]:  # fmt: skip
        controls = self.frame.controls
        depth = len(controls)
        before = dict(self.frame.scope.names)
        controls.append(Control(kind, sure, by_size, node=node, before=before, undecided=self.undecided()))
        try:
            yield controls[depth]
        finally:
            del controls[depth:]  # with whatever the block put on top of it

    def under(self) -> Literal["", "if", "loop"]:
        """The innermost graph control flow around this place, callers included."""
        for frame in reversed(self.frames):
            for control in reversed(frame.controls):
                if control.kind in ("if", "loop"):
                    return control.kind
        return ""

    def sure_context(self) -> bool:
        """No graph control flow around this place is merely possible."""
        return all(c.sure for frame in self.frames for c in frame.controls if c.kind in ("if", "loop"))

    # ---- what we note ------------------------------------------------------------------------------------------

    def effect(self, kind: EffectKind, node: nodes.NodeNG, sure: bool = True, **details: str) -> None:
        """Note one effect at `node`."""
        if self.quiet or not self.frames:
            return
        found = self.seen(kind, node, sure, **details)
        key = (kind, found.origin or found.span, tuple(sorted(details.items())))
        known = self.effects.get(key)
        if known is None or (known.certainty == "possible" and found.certainty == "certain"):
            self.effects[key] = found

    def seen(self, kind: EffectKind, node: nodes.NodeNG, sure: bool, **details: str) -> Effect:
        """One effect at `node`, without noting it."""
        if sure and (self.failing or any([frame.unit.installed for frame in self.frames])):  # noqa: C419  quicker here
            sure = False  # only if an error is raised; and a package's code has ways for cases that it asks for in its own way
        span = origin = self.frames[-1].unit.span(node)
        certainty: Certainty = "certain" if sure else "possible"
        if len(self.frames) == 1:
            return Effect(kind, span, certainty, details, (), None, self.under())
        chain = tuple([self._step(frame) for frame in self.frames[1:] if frame.function is not None])
        if chain and (root_call := self.outermost_call()) is not None:
            span = self.frames[0].unit.span(root_call)
        return Effect(kind, span, certainty, details, chain, origin if chain else None, self.under())

    @contextmanager
    def words_of_error(self) -> Iterator[None]:
        """What is followed within happens only when an error is raised."""
        self.failing += 1
        try:
            yield
        finally:
            self.failing -= 1

    def note_told(self, since: int = 0) -> None:
        """Somebody looks at the words of errors, told after the first so many."""
        for found in self.told[since:]:
            self.effects.setdefault(
                (found.kind, found.origin or found.span, tuple(sorted(found.details.items()))), found
            )

    def forget(self, kind: EffectKind, **details: str) -> None:
        """Drop effects that are a consequence of one that is noted."""
        for key, known in list(self.effects.items()):
            if known.kind == kind and details.items() <= known.details.items():
                del self.effects[key]

    def outermost_call(self) -> nodes.NodeNG | None:
        """The call in the function judged, or at the top level, in the course of which this happens."""
        return next((frame.call for frame in self.frames[1:] if frame.call is not None), None)

    def _step(self, frame: Frame) -> str:
        assert frame.function is not None
        cell = frame.unit.cell
        place = f"cell {cell.index}" if cell.path is None else (cell.module or cell.path)
        return f"{frame.function.label} ({place})"

    def unknown(self, node: nodes.NodeNG, construct: str, why: str = "") -> Value:
        """Something hybnb can't follow: noted, so that nobody is told it is safe."""
        if why:
            self.effect("unknown-construct", node, construct=construct, why=why)
        else:
            self.effect("unknown-construct", node, construct=construct)
        return Value()

    def known(self, node: nodes.NodeNG, value: Value, what: str) -> Value:
        """`value` itself, noted when it comes from outside and nothing is known of it."""
        return (
            value
            if value.is_known or isinstance(value.ref, Choice)
            else self.unknown(node, f"{what}, of which nothing is known")
        )

    def op(self, sure: bool = True, count: int = 1) -> None:
        """TensorFlow work is done here."""
        self.op_calls += count
        worker = self._worker() if len(self.frames) > 1 else None
        self.ops_of[worker] += count
        if sure:
            self.sure_ops += count

    def op_on(self, operands: tuple[Value, ...]) -> None:
        """An operator between values: eagerly NumPy does it, where only arrays meet that a tf.function makes tensors of."""
        sure = [one.array for one in operands if one.is_tensor and one.sure]
        self.op(False in sure)
        self.array_ops += False not in sure and all(one.sure for one in operands if one.is_tensor)

    def backward(self) -> None:
        """A backward pass: never a single op, and through all that was computed before, whoever did that."""
        self.op(count=5)
        self.differentiates = self.differentiates or self._worker() is None

    def _worker(self) -> Function | None:
        """The function, called from the one judged and defined outside of it, that is at work; None for itself."""
        if len(self.frames) < 2:
            return None
        judged = self.frames[0].function
        for frame in self.frames[1:]:
            function = frame.function
            if function is not None and judged is not None and not judged.node.parent_of(function.node):
                return function
        return None

    def out_of_sight(self, scope: Scope, name: str) -> None:
        """A tensor condition or loop gives a variable a value that AutoGraph sees no use of, and so leaves as it was."""
        self.merges += 1
        scope.rebound[name] = self.merges

    # ---- what was there before ----------------------------------------------------------------------------------

    def around(self) -> tuple[Control, ...]:
        """The graph control flow around this place, callers included, outermost first."""
        if len(self.frames) == 1 and not self.frames[0].controls:  # as most often
            return ()
        return tuple(c for frame in self.frames for c in frame.controls if c.kind in ("if", "loop"))

    def carried_here(self, control: Control) -> bool:
        """AutoGraph carries what this very statement changes, as a.b or a[0]: it stands in the body of `control` itself,
        rather than in a function called from there.
        """
        return control in self.frame.controls

    def outlives(self, holder: Container | Instance) -> bool:
        """The object was there before the call, or is seen by others after it."""
        return holder.epoch != self.epoch or holder.origin != "fresh"

    def about_to_change(self, holder: Container) -> None:
        """A function that is judged puts something into what was there before: for this pass alone, as it may never run."""
        self.stirs += 1
        if not self.records and holder.epoch != self.epoch and holder not in self.changed:
            items = list(holder.items) if holder.items is not None else None
            self.changed[holder] = items, dict(holder.entries), holder.element, holder.sometimes_empty

    def put_back(self) -> None:
        """Containers hold again what they did before this pass."""
        for holder, held in self.changed.items():
            holder.items, holder.entries, holder.element, holder.sometimes_empty = held
        self.changed = {}

    def kept(self, holder: Container | Instance, value: Value) -> Value:
        """What `holder` holds was there before the call, if that was: an array then, or a generator, outlives it too."""
        if value.kind in ("ndarray", "generator") and not value.outer and self.outlives(holder):
            return replace(value, outer=True)
        if value.is_tensor and value.kind != "variable" and value.open and self.outlives(holder):
            return replace(value, open="")  # eagerly its sizes are known
        return value

    def container(self, kind: Kind, items: list[Value] | None = None, element: Value | None = None) -> Value:
        """A list, tuple, dict or set made here."""
        made = Container(kind, self.epoch, items=items, element=element, made_in=self.around())
        made.undecided = self.undecided()
        made.made_by = self.outermost_call() if self.records else None
        return Value(kind, ref=made)

    def made_array(self, value: Value) -> Value:
        """The value with an identity of its own, where it is an array that the top level makes."""
        if not self.records or value.kind != "ndarray" or value.ref is not None:
            return value
        return replace(value, ref=Array(made_by=self.outermost_call()))

    def undecided(self) -> int:
        """Conditions of Python around this place, callers' included."""
        return sum([frame.undecided for frame in self.frames])

    def span(self, node: nodes.NodeNG) -> Span:
        return self.unit.span(node)
