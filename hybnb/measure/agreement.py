"""Did eager and graph do the same? Two rows of shots side by side → differences, each as small as it can be said.

How much numbers may differ. A graph adds and multiplies in another order, so floats agree up to the rounding of their type,
which grows with the number of operations. Where that isn't enough, a *witness* decides: the same calls run eagerly once
more, with inputs moved in their last digits and other seeds. A number that moves as much between two eager runs as it does
between eager and graph says nothing against the graph: it is random, or the computation magnifies rounding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import sqrt
from typing import Any, Final

from hybnb.measure.picture import ARRAYS, Leaf, Node, Picture, Shot
from hybnb.model import Agreement, Difference, DifferenceKind

ROUNDINGS: Final = 64  #: units in the last place, for one operation
MAGNIFIED: Final = 10.0  #: times what the witness moved
MOST: Final = 8  #: differences that are kept
EPSILON: Final = {"float16": 9.8e-4, "bfloat16": 7.9e-3, "float64": 2.3e-16, "complex128": 2.3e-16}
SINGLE: Final = 1.2e-7  #: of float32; Python's floats mostly come from there
GRAVITY: Final[Mapping[DifferenceKind, int]] = {
    "exception": 0, "stdout": 1, "file": 1, "global": 2, "closure": 2, "attribute": 2, "argument": 2, "variable": 3,
    "draws": 4, "value": 5, "shape": 6, "structure": 6, "dtype": 7, "type": 8,
}  # fmt: skip
#: What a graph can't help to do: those kinds ask for care, they don't change what is computed.
ONLY_TYPES: Final = frozenset({"type"})
ADDRESS: Final = re.compile(r"0x[0-9a-f]+")
SYMBOLIC: Final = "holds a tensor without a value"


def agreement(
    eager: Sequence[Shot],
    graph: Sequence[Shot],
    witness: Sequence[Shot] = (),
    operations: int = 1,
    repeats: Sequence[Sequence[int]] = (),
    flipped: int = 0,
    complete: bool = True,
) -> Agreement:
    """What all calls came to. `repeats` are groups of calls, from 0, that had equal arguments; `operations` is the size of
    the graph; without a `witness` numbers must agree up to rounding."""
    found: list[Difference] = []
    for number, (one, other) in enumerate(zip(eager, graph, strict=True), 1):
        beside = witness[number - 1] if number <= len(witness) else None
        found += _call(number, one, other, beside, operations)
    found += _draws(eager, graph, repeats)
    first = {(each.where, each.kind): each for each in reversed(found)}
    ordered = sorted(first.values(), key=lambda each: (GRAVITY[each.kind], each.call, len(each.where)))
    return Agreement(len(eager), tuple(ordered[:MOST]), _random(eager, witness), flipped, complete)


def doubtful(found: Agreement) -> bool:
    """Numbers differ, which a witness could explain."""
    return any(each.kind not in ONLY_TYPES | {"exception", "dtype"} for each in found.differences)


# ---- one call -----------------------------------------------------------------------------------------------------


def _call(number: int, eager: Shot, graph: Shot, witness: Shot | None, operations: int) -> Iterator[Difference]:
    if eager.exception != graph.exception:
        yield Difference("exception", "the function", _ending(eager), _ending(graph), number, eager.line or graph.line)
    if eager.result is not None and graph.result is not None:
        beside = witness.result if witness is not None else None
        for kind, path, one, other in pairs(eager.result, graph.result, beside, operations):
            yield Difference(kind, f"the result{path}", one, other, number)
    yield from _output(number, eager, graph, witness)
    for name in sorted(eager.state.keys() | graph.state.keys()):
        yield from _state(number, name, eager, graph, witness, operations)


def _ending(shot: Shot) -> str:
    if shot.exception is None:
        return "returns"
    return f"raises {shot.exception}" + (f" ({shot.message[:160]})" if shot.message else "")


def _output(number: int, eager: Shot, graph: Shot, witness: Shot | None) -> Iterator[Difference]:
    one, other = (ADDRESS.sub("0x", shot.stdout) for shot in (eager, graph))
    moving = witness is not None and ADDRESS.sub("0x", witness.stdout) != one
    if one != other and not (moving and one.count("\n") == other.count("\n")):
        yield Difference("stdout", "the function", _printed(one), _printed(other), number)
    for name in sorted(eager.files.keys() | graph.files.keys()):
        if eager.files.get(name) != graph.files.get(name):
            yield Difference("file", name, _written(eager.files.get(name)), _written(graph.files.get(name)), number)


def _printed(text: str) -> str:
    return f"prints {text.strip()[:60]!r}" if text else "prints nothing"


def _written(content: bytes | None) -> str:
    return "isn't written" if content is None else f"has {len(content)} bytes"


def _state(
    number: int, name: str, eager: Shot, graph: Shot, witness: Shot | None, operations: int
) -> Iterator[Difference]:
    one, other = eager.state.get(name), graph.state.get(name)
    if one is None or other is None:
        kind = (one or other or eager.state[name]).kind
        yield Difference(
            kind, name, *(("doesn't exist", "exists") if one is None else ("exists", "doesn't exist")), number
        )
        return
    third = witness.state.get(name) if witness is not None else None
    for kind, path, left, right in pairs(
        one.picture, other.picture, third.picture if third is not None else None, operations
    ):
        where, right = name + path, SYMBOLIC if right == "is a SymbolicTensor" else right
        yield Difference(
            "variable" if kind == "value" and "variables[" in path else one.kind, where, left, right, number
        )


# ---- draws --------------------------------------------------------------------------------------------------------


def _draws(eager: Sequence[Shot], graph: Sequence[Shot], repeats: Sequence[Sequence[int]]) -> Iterator[Difference]:
    """Equal calls that vary eagerly and give one and the same as a graph: numbers or times frozen while tracing."""
    for group in repeats:
        for first, second in combinations(group, 2):
            one, two = eager[first].result, eager[second].result
            if one is None or two is None or graph[first].result is None or graph[second].result is None:
                continue
            varies = any(kind == "value" for kind, *_ in pairs(one, two, None, 1))
            if varies and exact(graph[first].result) == exact(graph[second].result):
                yield Difference("draws", "the result", "varies", "is the same each time", second + 1)


def exact(picture: Picture | None) -> Any:
    """What is equal only for pictures that hold the very same numbers."""
    if picture is None:
        return None
    if isinstance(picture, Node):
        return {key: exact(part) for key, part in picture.parts.items()}
    value = picture.value
    return (value.shape, value.tobytes()) if hasattr(value, "tobytes") else value


def _random(eager: Sequence[Shot], witness: Sequence[Shot]) -> bool:
    """The witness gave clearly other numbers."""
    shots = list(zip(eager, witness, strict=False))
    return any(
        kind == "value"
        for one, other in shots
        if one.result is not None and other.result is not None
        for kind, *_ in pairs(one.result, other.result, None, 10_000)
    )


# ---- pictures -----------------------------------------------------------------------------------------------------

Pair = tuple[DifferenceKind, str, str, str]  #: kind, path, words for eager, words for graph


def pairs(eager: Picture, graph: Picture, witness: Picture | None, operations: int, path: str = "") -> Iterator[Pair]:
    """Where two pictures differ."""
    if isinstance(eager, Leaf) and isinstance(graph, Leaf):
        yield from _leaves(eager, graph, witness, operations, path)
    elif isinstance(eager, Node) and isinstance(graph, Node):
        yield from _nodes(eager, graph, witness, operations, path)
    else:
        yield "structure", path, _is(eager), _is(graph)


def _nodes(eager: Node, graph: Node, witness: Picture | None, operations: int, path: str) -> Iterator[Pair]:
    if eager.type != graph.type:
        yield "type", path, _is(eager), _is(graph)
    if eager.parts.keys() != graph.parts.keys():
        yield from _keys(eager, graph, path)
        return
    for key, part in eager.parts.items():
        beside = witness.parts.get(key) if isinstance(witness, Node) else None
        step = f"[{key}]" if eager.container else f".{key}"
        yield from pairs(part, graph.parts[key], beside, operations, path + step)


def _keys(eager: Node, graph: Node, path: str) -> Iterator[Pair]:
    if len(eager.parts) != len(graph.parts):
        counts = [_count(len(node.parts), node.container) for node in (eager, graph)]
        yield "structure", path, counts[0], counts[1]
        return
    key = next(key for key in eager.parts if key not in graph.parts)
    yield "structure", path, f"has {key}", "hasn't"


def _count(number: int, container: bool) -> str:
    noun = "item" if container else "attribute"
    return f"has {number} {noun}{'' if number == 1 else 's'}"


def _leaves(eager: Leaf, graph: Leaf, witness: Picture | None, operations: int, path: str) -> Iterator[Pair]:
    both = eager.kind in ARRAYS and graph.kind in ARRAYS
    if graph.kind == "symbolic" and eager.kind != "symbolic":
        yield "value", path, _is(eager), "is a SymbolicTensor"
        return
    if eager.type != graph.type and not (both and {eager.kind, graph.kind} != {"ndarray", "tensor"}):
        yield "type", path, _is(eager), _is(graph)
    if eager.value is None or graph.value is None:
        return
    import numpy

    one, other = numpy.asarray(plain(eager.value)), numpy.asarray(plain(graph.value))
    if both and one.dtype != other.dtype:
        yield "dtype", path, f"is {one.dtype}", f"is {other.dtype}"
    if one.shape != other.shape:
        yield "shape", path, f"has shape {one.shape}", f"has shape {other.shape}"
        return
    allowed = tolerance(one, operations) * _magnitude(one, other)
    if isinstance(witness, Leaf) and witness.value is not None:
        allowed = max(allowed, MAGNIFIED * _distance(one, numpy.asarray(plain(witness.value))))
    if _distance(one, other) > allowed:
        yield ("value", *_smallest(path, one, other))


def tolerance(array: Any, operations: int) -> float:
    """Relative to the largest number; 0 for what isn't a float."""
    if array.dtype.kind not in "fcV":
        return 0.0
    name = str(array.dtype)
    epsilon = EPSILON.get(name, SINGLE) if array.shape else EPSILON.get(name if name != "float64" else "", SINGLE)
    return ROUNDINGS * epsilon * sqrt(max(operations, 1))


def _magnitude(one: Any, other: Any) -> float:
    import numpy

    if one.dtype.kind not in "fciubV" or not one.size:
        return 0.0
    finite = [abs(each.astype(complex))[numpy.isfinite(each.astype(complex))] for each in (one, other)]
    return max((float(each.max()) for each in finite if each.size), default=0.0)


def _distance(one: Any, other: Any) -> float:
    """The largest difference of two elements; infinite where shapes, texts, or what isn't finite differ."""
    if one.shape != other.shape:
        return float("inf")
    return float(_apart(one, other).max()) if one.size else 0.0


def _apart(one: Any, other: Any) -> Any:
    """How far two arrays of one shape are apart, element by element."""
    import numpy

    if one.dtype.kind not in "fciubV" or other.dtype.kind not in "fciubV":
        return numpy.where(one == other, 0.0, float("inf"))
    left, right = one.astype(complex), other.astype(complex)
    same = (left == right) | (numpy.isnan(left) & numpy.isnan(right))
    with numpy.errstate(invalid="ignore"):
        return numpy.nan_to_num(numpy.where(same, 0.0, abs(left - right)), nan=float("inf"), posinf=float("inf"))


def _smallest(path: str, one: Any, other: Any) -> tuple[str, str, str]:
    """Path and words for the element that differs most."""
    import numpy

    at = tuple(int(each) for each in numpy.unravel_index(int(_apart(one, other).argmax()), one.shape))
    index = f"[{', '.join(map(str, at))}]" if at else ""
    return f"{path}{index}", f"is {_word(one[at])}", f"is {_word(other[at])}"


def _word(value: Any) -> str:
    if isinstance(value, str | bytes):
        return repr(value[:40])
    number = value.item() if hasattr(value, "item") else value
    return f"{number:.6g}" if isinstance(number, float) else str(number)[:40]


def _is(picture: Picture) -> str:
    names = {"Tensor": "a tensor", "Variable": "a variable", "NoneType": "None", "ndarray": "a NumPy array"}
    name = names.get(picture.type) or f"{'an' if picture.type[:1] in 'aeiouAEIOU' else 'a'} {picture.type}"
    return f"is {name}"


def plain(value: Any) -> Any:
    """Texts as bytes, as a graph gives them back."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    if getattr(getattr(value, "dtype", None), "kind", "") in "OU" and getattr(value, "shape", None) is not None:
        import numpy

        texts = [plain(each) for each in value.flat]
        return numpy.array(texts, dtype=object).reshape(value.shape)
    return value
