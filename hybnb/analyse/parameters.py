"""What is passed for each parameter: seen in calls, in call sites, in annotations, or assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import former
from hybnb.analyse.border.equality import numbers
from hybnb.analyse.candidates import Candidate
from hybnb.analyse.live import LiveValues, as_argument
from hybnb.analyse.program import Program
from hybnb.analyse.shapes import over_calls
from hybnb.analyse.shapes.marks import anchored
from hybnb.analyse.text.remembered import remembered
from hybnb.analyse.values import (
    ARRAYS,
    MANY,
    NOTHING,
    Choice,
    Container,
    Function,
    Instance,
    Partial,
    ShapeOf,
    Value,
    join_all,
    python_dtype,
)
from hybnb.model import CallHistory, Kind, Parameter, ParameterBasis, ValueSketch

ANNOTATIONS: dict[str, Kind] = {
    "int": "number", "float": "number", "bool": "bool", "str": "string", "np.ndarray": "ndarray", "numpy.ndarray": "ndarray",
    "tf.Tensor": "tensor", "Tensor": "tensor", "tensorflow.Tensor": "tensor", "tf.Variable": "variable",
    "tf.RaggedTensor": "composite", "tf.SparseTensor": "composite", "tf.data.Dataset": "dataset",
}  # fmt: skip
DIFFERENT = 3  #: numbers from which on a parameter changes; two traces are common, and paid for once
VARIANTS = 5  #: combinations of argument types followed one by one
FLAGS = frozenset({"training", "is_training", "train", "verbose", "debug"})
TENSOR_METHODS = frozenset({"call", "train_step", "test_step", "predict_step", "compute_loss"})

Known = tuple[
    Value, ParameterBasis, tuple[Kind, ...], bool
]  #: a value, where it comes from, its kinds, whether it varies


def _fixed(made: Value | None) -> tuple[int, set[str]]:
    """How many positional arguments a partial has given already, and which by name."""
    given, names = 0, set[str]()
    if made is None:  # as for most functions
        return given, names
    while isinstance(made.ref, Partial):
        given += len(made.ref.args)
        names |= set(made.ref.keywords)
        made = made.ref.function
    return given, names


def _sort(value: Value) -> tuple[object, ...]:
    """What makes a trace of its own, apart from sizes and Python values."""
    rank = len(value.shape) if isinstance(value.shape, tuple) else None
    fractional = isinstance(value.const, float) if value.kind == "number" and value.constant else value.dtype
    return value.kind, fractional, rank, value.ref.cls if isinstance(value.ref, Instance) else type(value.ref)


def _texts(values: Sequence[Value]) -> Choice | None:
    """The few strings that are passed, where all are known."""
    known = {str(value.const): value for value in values if value.kind == "string" and value.constant}
    return Choice(tuple(known.values())) if len(values) >= len(known) > 0 and len(known) <= MANY else None


def _alike(seen: Value, written: Value) -> bool:
    """What the source says of all call sites holds for this value too."""
    if isinstance(seen.ref, Instance) and isinstance(written.ref, Instance):
        return seen.ref.cls is written.ref.cls
    return seen.kind == written.kind or not seen.is_known or seen.kind == "object"


class Arguments:
    """Abstract values for a candidate's parameters, and where they come from."""

    def __init__(self, program: Program, candidate: Candidate, function: Function, history: CallHistory | None) -> None:
        self.program = program
        self.candidate = candidate
        self.function = function
        self.history = history
        self.live = program.live or LiveValues(program, {})
        self.values: dict[str, Value] = {}
        self.passed: dict[str, list[Value]] = {}  #: each value seen or written, by parameter
        self.parameters: list[Parameter] = []
        arguments = candidate.node.args
        self._annotations = _annotations(arguments)
        names = [a.name for a in (*arguments.posonlyargs, *(arguments.args or ()), *arguments.kwonlyargs)]
        bound = function.bound is not None or (candidate.cls is not None and not self._static())
        given, fixed = _fixed(candidate.made)
        for position, name in enumerate(names):
            if position < given + int(bound) or name in fixed:
                continue
            self._add(name)
        for name in (arguments.vararg, arguments.kwarg):
            if name:
                self._add(name, variadic=True)

    def variants(self) -> list[dict[str, Value]]:
        """The values by name, once for each combination of types that was seen or written: each is traced on its own. One
        set of joined values where there are none, or too many.
        """
        if not any(self.passed.values()):
            return [self.values]
        calls = self._together()
        groups: dict[tuple[object, ...], list[int]] = {}
        for position in range(len(next(iter(calls.values()), ()))):
            groups.setdefault(tuple(_sort(values[position]) for values in calls.values()), []).append(position)
        if not 1 < len(groups) <= VARIANTS:
            return [self.values]
        return [
            self.values
            | {name: self._as_passed(name, [values[i] for i in positions]) for name, values in calls.items()}
            for positions in groups.values()
        ]

    def _together(self) -> dict[str, list[Value]]:
        """What was passed, where each value of one parameter belongs to one of another."""
        by = {parameter.basis for parameter in self.parameters if self.passed[parameter.name]}
        passed = {p.name: self.passed[p.name] for p in self.parameters if p.basis in ("calls", "call sites")}
        alike = len({len(values) for values in passed.values()}) == 1
        known = all(value.is_known for values in passed.values() for value in values)
        return passed if len(by) == 1 and alike and known else {}

    def _as_passed(self, name: str, values: list[Value]) -> Value:
        return anchored(self._joined(name, values, "calls")[0], name, 0).named(name)

    def as_call(self, values: Mapping[str, Value]) -> tuple[list[Value], dict[str, Value]]:
        """Positional and keyword arguments of a call with these values, one of `variants`."""
        arguments = self.candidate.node.args
        by_name = {a.name for a in arguments.kwonlyargs} | _fixed(self.candidate.made)[1]
        by_name |= {arguments.vararg, arguments.kwarg} - {None}
        positional = [value for name, value in values.items() if name not in by_name]
        return positional, {name: v for name, v in values.items() if name in {a.name for a in arguments.kwonlyargs}}

    def _static(self) -> bool:
        decorators = self.candidate.node.decorators if isinstance(self.candidate.node, nodes.FunctionDef) else None
        return any(d.as_string() == "staticmethod" for d in (decorators.nodes if decorators else []))

    def _add(self, name: str, *, variadic: bool = False) -> None:
        default = self.function.defaults.get(name)
        value, basis, kinds, changing = self._known(name, default)
        if variadic and basis in ("none", "default"):
            kind: Kind = "dict" if name == self.candidate.node.args.kwarg else "tuple"
            held = Container(kind, 0, "argument", name, element=Value("tensor", sure=False))
            value = Value(kind, name=name, ref=held)
        self.values[name] = anchored(value, name, 0).named(name)
        self.parameters.append(
            Parameter(name, kinds, default.kind if default is not None else None, basis, changing, self._aliases(name))
        )

    def _known(self, name: str, default: Value | None) -> Known:
        seen, sites = self._from_calls(name), self._from_sites(name)
        if not seen and not sites:
            self.passed[name] = []
            return self._by_definition(name, default) or self._by_some_sites(name, ())
        written = join_all(sites) if sites and all(value.is_known for value in sites) else None
        if default is not None:
            seen = [default if former.is_older(default, value) else value for value in seen]
        opaque = any(value.kind in ("object", "unknown") for value in seen)
        if seen and written is not None:
            seen = [self.live.completed(value, written) if _alike(value, written) else value for value in seen]
        self.passed[name] = sites if not seen or opaque else seen
        if seen and not (opaque and written is not None):
            return self._joined(name, seen, "calls")
        if written is not None:
            return self._joined(name, sites, "call sites")
        return self._by_definition(name, default) or self._by_some_sites(name, sites)

    def _by_definition(self, name: str, default: Value | None) -> Known | None:
        """As the function's own text has it."""
        annotated = self._annotated(name)
        if annotated is not None:
            return as_argument(annotated, name), "annotation", (annotated.kind,), False
        if name in FLAGS:
            return Value("bool", name=name), "convention", ("bool",), False
        if self.candidate.cls is not None and self.candidate.id.name.rpartition(".")[2] in TENSOR_METHODS:
            return self._by_convention(name), "convention", (), False
        if default is not None and default.kind != "none":
            dtype = python_dtype(default) if not self.passed[name] else default.dtype  # of what nobody passes
            sure = default.kind in ("bool", "string")
            known = replace(as_argument(default, name), const=NOTHING, sure=sure, dtype=dtype)
            return known, "default", (default.kind,), False
        return None

    def _by_some_sites(self, name: str, sites: Sequence[Value]) -> Known:
        """As those call sites have it that could be followed; a tensor where there is none."""
        known = [value for value in sites if value.is_known]
        if not known:
            return Value("tensor", sure=False, name=name), "none", (), False
        value, _, kinds, changing = self._joined(name, known, "call sites")
        return value.unsure(), "call sites", kinds, changing

    def _by_convention(self, name: str) -> Value:
        if name in ("data", "batch") or self._unpacked(name):
            element = Value("tensor", sure=False)
            return Value("tuple", name=name, ref=Container("tuple", 0, "argument", name, element=element))
        if name == "mask":
            return Value("none", sure=False, name=name)
        return Value("tensor", name=name, sure=name in ("inputs", "x", "y", "y_true", "y_pred", "input"))

    def _unpacked(self, name: str) -> bool:
        """Keras hands several inputs over as a list, and this method takes them apart."""
        return any(
            isinstance(assign.value, nodes.Name) and assign.value.name == name and isinstance(target, nodes.Tuple)
            for assign in self.candidate.node.nodes_of_class(nodes.Assign)
            for target in assign.targets
        )

    def _from_sites(self, name: str) -> list[Value]:
        return [site[name] for site in self.program.call_sites.get(self.candidate.node, ()) if name in site]

    def _from_calls(self, name: str) -> list[Value]:
        if self.history is None:
            return []
        made: dict[int, tuple[ValueSketch, Value]] = {}
        return [
            self._seen(sketch, name, made)
            for call in self.history.calls
            for parameter, sketch in call.arguments
            if parameter == name
        ]

    def _seen(self, sketch: ValueSketch, name: str, made: dict[int, tuple[ValueSketch, Value]]) -> Value:
        """What was passed. An object that is passed again, as it was, is one and the same."""
        known = made.get(sketch.identity) if sketch.identity else None
        if known is not None and known[0] == sketch:
            return known[1]
        value = self.live.from_sketch(sketch, name)
        made[sketch.identity] = sketch, value
        return value

    def _joined(self, name: str, values: Sequence[Value], basis: ParameterBasis) -> Known:
        kinds: list[Kind] = []
        for value in values:
            if value.kind not in kinds:
                kinds.append(value.kind)
        scalars = {
            (type(v.const).__name__, v.const) for v in values if v.constant and isinstance(v.const, int | float | str)
        }
        result = join_all([replace(as_argument(v, name), name=name) for v in values])
        if result.is_tensor and all(value.is_tensor or value.kind in ARRAYS for value in values):
            result = replace(result, shape=over_calls([value.shape for value in values]))
        if result.kind in ("number", "bool", "string"):
            size = ShapeOf((f"size {name}",), single=True) if result.kind == "number" else _texts(values)
            zero = any(v.kind == "number" and v.constant and not v.const for v in values)
            dtypes = {python_dtype(v) for v in values}
            dtype = dtypes.pop() if len(dtypes) == 1 else result.dtype
            result = replace(result, const=NOTHING, ref=size, zero=zero, dtype=dtype)  # one number in each trace
        changing = len(scalars) >= DIFFERENT or any(v.counted and not v.constant for v in values)
        return result, basis, tuple(kinds), changing

    def _aliases(self, name: str) -> tuple[str, ...]:
        """Types of equal numbers that the program itself passes for a parameter."""
        if self.candidate.node not in self.program.call_sites:
            return ()
        types: dict[tuple[object, ...], set[str]] = {}
        for site in self.program.call_sites.get(self.candidate.node, ()):
            for at, number, kind in numbers(site[name]) if name in site else ():
                types.setdefault((*at, number), set()).add(kind)
        return tuple(sorted({name for names in types.values() if len(names) > 1 for name in names}))

    def _annotated(self, name: str) -> Value | None:
        annotation = self._annotations.get(name)
        if annotation is None:
            return None
        text = annotation.value if isinstance(annotation, nodes.Const) else annotation.as_string()
        kind = ANNOTATIONS.get(str(text))
        return Value(kind) if kind is not None else None


@remembered
def _annotations(arguments: nodes.Arguments) -> dict[str, nodes.NodeNG]:
    """The annotations as written, by parameter."""
    pairs = [
        *zip(arguments.posonlyargs, arguments.posonlyargs_annotations, strict=False),
        *zip(arguments.args or (), arguments.annotations, strict=False),
        *zip(arguments.kwonlyargs, arguments.kwonlyargs_annotations, strict=False),
    ]
    return {argument.name: annotation for argument, annotation in pairs if annotation is not None}
