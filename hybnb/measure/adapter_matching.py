"""tf.function's own matching of calls to traces, without a trace: the second module that leans on TensorFlow's internals.

What is used, and what for:

* `core.function.polymorphism.function_type`: what a call's arguments are to a tf.function;
* `core.function.polymorphism.function_cache`: which traces there are, which of them takes a call, what reduce_retracing
  would trace instead;
* `python.eager.polymorphic_function.function_context`: devices and strategies, which count as well;
* `tf.function`'s own `_function_cache`, and the counter `tracing_compilation._graph_building_time_counter`: what a
  function that is decorated already has traced, and how long tracing has taken.

`adapter.available("matching")` tries all of it against a real tf.function first.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import CodeType, SimpleNamespace
from typing import Any, Final, NamedTuple

from hybnb.model import TensorSpec

FUNCTION_TYPE: Final = "tensorflow.core.function.polymorphism.function_type"
FUNCTION_CACHE: Final = "tensorflow.core.function.polymorphism.function_cache"
COMPILATION: Final = "tensorflow.python.eager.polymorphic_function.tracing_compilation"
CONTEXT: Final = "tensorflow.python.eager.polymorphic_function.function_context"

_TYPED: Final = 8  #: characters of a number that somebody may have typed so
_LITERALS: Final = (int, float, complex, bool, str, bytes, type(None))
_LONGEST: Final = 40  #: characters of a text that are shown
SHOWN: Final = 5  #: keys of a dict that are named

Arguments = Sequence[tuple[str, Any]]
Request = Any  #: TensorFlow's FunctionType of one call
Part = Any  #: TensorFlow's TraceType of one part of an argument


class TraceTable:
    """The traces that one tf.function would hold by now."""

    def __init__(self, reduce: bool = False) -> None:
        self._reduce = reduce
        self._cache = sys.modules[FUNCTION_CACHE].FunctionCache()

    def __len__(self) -> int:
        return len(self._cache)

    def take(self, request: Request) -> bool:
        """Match a call; True when it takes a new trace. IndexError where TensorFlow itself raises it."""
        context = sys.modules[CONTEXT].make_function_context()
        if self._cache.lookup(request, context) is not None:
            return False
        if self._reduce:
            request = self._cache.generalize(context, request)
        self._cache.add(SimpleNamespace(function_type=request), context)
        return True


def request_of(code: CodeType, arguments: Arguments) -> Request:
    """What a call is to a tf.function; `arguments` are all parameters by name, `*args` and `**kwargs` as they are.

    TypeError where TensorFlow can't take an argument.
    """
    module, given = sys.modules[FUNCTION_TYPE], dict(arguments)
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    for parameter in _parameters(code):
        value = given[parameter.name]
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            positional.extend(value)
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            keywords.update({module.sanitize_arg_name(name): item for name, item in value.items()})
        elif parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            keywords[module.sanitize_arg_name(parameter.name)] = value
        else:
            positional.append(value)
    request, _ = module.canonicalize_to_monomorphic(tuple(positional), keywords, {}, {}, _declared(code))
    return request


def _parameters(code: CodeType) -> list[inspect.Parameter]:
    """Of a function, in the order in which Python writes them."""
    names, kind = code.co_varnames, inspect.Parameter
    first_keyword = code.co_argcount
    after = first_keyword + code.co_kwonlyargcount
    rest = list(names[after : after + bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)])
    found = [
        kind(name, kind.POSITIONAL_ONLY if i < code.co_posonlyargcount else kind.POSITIONAL_OR_KEYWORD)
        for i, name in enumerate(names[:first_keyword])
    ]
    if code.co_flags & 0x04:
        found.append(kind(rest.pop(0), kind.VAR_POSITIONAL))
    found += [kind(name, kind.KEYWORD_ONLY) for name in names[first_keyword:after]]
    if code.co_flags & 0x08:
        found.append(kind(rest.pop(0), kind.VAR_KEYWORD))
    return found


@lru_cache(maxsize=512)
def _declared(code: CodeType) -> Any:
    module = sys.modules[FUNCTION_TYPE]
    return module.FunctionType(
        [
            module.Parameter(module.sanitize_arg_name(one.name), one.kind, False, None)
            for one in _parameters(code)
        ]
    )  # fmt: skip


# ---- reading a request --------------------------------------------------------------------------------------------


def parts(request: Request) -> dict[str, Part]:
    """What the call is made of, by place: "x", "batch[0]", "options['rate']"."""
    found: dict[str, Part] = {}
    for name, parameter in request.parameters.items():
        found.update(_parts(name, parameter.type_constraint))
    return found


def _parts(path: str, part: Part) -> Iterator[tuple[str, Part]]:
    kind = type(part).__name__
    if kind == "NamedTuple":
        items = [
            (f".{name}", inner) for name, inner in zip(part.attribute_names, part.attributes.components, strict=True)
        ]
    elif kind == "Dict":
        items = [(f"[{_label(key)}]", inner) for key, inner in part.mapping.items()]
    elif kind in ("List", "Tuple"):
        held = part.components_tuple if kind == "List" else part
        items = [(f"[{index}]", inner) for index, inner in enumerate(held.components)]
    else:
        yield path, part
        return
    yield path, Structure(kind, tuple(label for label, _ in items))
    for label, inner in items:
        yield from _parts(path + label, inner)


class Structure(NamedTuple):
    """A container without what is in it."""

    kind: str
    labels: tuple[str, ...]

    def is_subtype_of(self, other: object) -> bool:
        """As TraceType has it."""
        return self == other


def _label(key: object) -> str:
    return repr(key)[:_LONGEST] if type(key) in _LITERALS else type(key).__name__


def held(part: Part) -> Any:
    """The object or value that a part stands for; None for tensors and objects that are gone."""
    kind = type(part).__name__
    return part._ref() if kind == "Weakref" else part.value if kind == "Literal" else None


def same(old: Part, new: Part) -> bool:
    """True when a trace for `old` also takes `new`."""
    return bool(new.is_subtype_of(old))


def words(part: Part) -> str:
    """A part in a few words: "float32[32, 4]", "3", "'relu'", "function square"."""
    kind = type(part).__name__
    if kind in ("TensorSpec", "VariableSpec"):
        return f"{'variable ' if kind == 'VariableSpec' else ''}{part.dtype.name}{_shape_words(shape(part))}"
    if kind == "Literal":
        value = part.value
        if type(value) is float and len(repr(value)) > _TYPED:  # 0.0028000000000000004
            return f"{value:.4g}"
        return repr(value)[:_LONGEST] if type(value) in _LITERALS else type(value).__name__
    if kind == "Weakref":
        value = part._ref()
        if value is None:
            return "object"  # it is gone
        name = getattr(value, "__name__", None) if callable(value) and type(value).__module__ == "builtins" else None
        return f"{type(value).__name__} {name}" if type(name) is str else f"{type(value).__name__} object"
    if isinstance(part, Structure):
        inside = ", ".join(part.labels[:SHOWN]) if part.kind == "Dict" else str(len(part.labels))
        return f"a {part.kind.lower()} of {inside}" if inside else "an empty dict"
    return kind.removesuffix("Spec").removeprefix("_")


def shape(part: Part) -> tuple[int | None, ...] | None:
    """Of a tensor or variable; None for an unknown rank, and for everything else."""
    known = getattr(part, "shape", None)
    return None if known is None or known.rank is None else tuple(known.as_list())


def is_shaped(part: Part) -> bool:
    """It stands for a tensor or a variable, rather than for a Python value."""
    return getattr(part, "shape", None) is not None


def is_tensor(part: Part) -> bool:
    """It stands for a plain tensor, which an input_signature can describe."""
    return type(part).__name__ == "TensorSpec" and part.dtype.name not in ("resource", "variant")


def _shape_words(sizes: tuple[int | None, ...] | None) -> str:
    return "[?]" if sizes is None else f"[{', '.join('?' if size is None else str(size) for size in sizes)}]"


def common_spec(name: str, seen: Sequence[Part]) -> TensorSpec | None:
    """The narrowest TensorSpec that takes all of them; None where there is none."""
    if not all(is_tensor(part) for part in seen) or len({part.dtype.name for part in seen}) > 1:
        return None
    shapes = [shape(part) for part in seen]
    if any(one is None for one in shapes) or len({len(one or ()) for one in shapes}) > 1:
        return TensorSpec(name, seen[0].dtype.name, None)
    sizes = tuple(
        column[0] if len(set(column)) == 1 else None for column in zip(*(one or () for one in shapes), strict=True)
    )
    return TensorSpec(name, seen[0].dtype.name, sizes)


# ---- what a tf.function has traced --------------------------------------------------------------------------------


class Trace(NamedTuple):
    """One trace of a tf.function."""

    request: Request  #: what it takes
    nodes: int  #: of its graph


def traces_of(function: Any) -> list[Trace]:
    """The traces that a tf.function holds, in the order in which they were made."""
    module = sys.modules[FUNCTION_TYPE]
    return [
        Trace(module.FunctionType(list(one.function_type.parameters.values())), len(one.graph.get_operations()))
        for one in list(function._function_cache.values())
    ]


def building_seconds() -> float:
    """Seconds that all tf.functions of this process have spent on tracing, those traced inside others counted once."""
    return float(sys.modules[COMPILATION]._graph_building_time_counter.get_cell().value()) / 1e6


# ---- self-test ----------------------------------------------------------------------------------------------------


def self_test() -> str | None:
    """Compare with real tf.functions, which trace bodies that do nothing: too few times for TensorFlow to warn."""
    tensorflow = sys.modules["tensorflow"]
    with tensorflow.device("CPU:0"):
        calls = [(tensorflow.zeros([size]), flag) for size, flag in ((1, True), (2, True), (3, 1), (3, 2))]
    for reduce, body in ((False, _first_body), (True, _second_body)):
        real, table = tensorflow.function(body, reduce_retracing=reduce, autograph=False), TraceTable(reduce)
        for value, flag in calls:
            real(value, flag=flag)
            table.take(request_of(body.__code__, [("x", value), ("flag", flag), ("rest", ()), ("options", {})]))
        if len(table) != real.experimental_get_tracing_count() or len(table) != len(traces_of(real)):
            return "calls are matched to traces in another way than hybnb knows"
    return None if building_seconds() > 0.0 else "the time that tracing takes isn't counted"


def _first_body(x: Any, *rest: Any, flag: Any = True, **options: Any) -> None: ...


def _second_body(x: Any, *rest: Any, flag: Any = True, **options: Any) -> None: ...
