"""Where two pictures differ, in the smallest words; what moves as much by itself is no difference.

How much numbers may differ. A graph adds and multiplies in another order, so floats agree up to the rounding of their type,
which grows with the number of operations. Where that isn't enough, the *spread* decides: how far the same number moves between
eager runs. A number that moves as much by itself as it does between eager and graph says nothing against the graph: it is
random, or the computation magnifies rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf, sqrt
from typing import Any, Final

from hybnb.measure.picture import ARRAYS, Leaf, Node, Picture
from hybnb.model import DifferenceKind

ROUNDINGS: Final = 64  #: units in the last place, for one operation
MAGNIFIED: Final = 10.0  #: times what moves by itself
EPSILON: Final = {"float16": 9.8e-4, "bfloat16": 7.9e-3, "float64": 2.3e-16, "complex128": 2.3e-16}
SINGLE: Final = 1.2e-7  #: of float32; Python's floats mostly come from there

Spread = Mapping[str, float]  #: how far what stands there moves by itself; infinite where its shape or parts do
STILL: Final[Spread] = {}

Pair = tuple[DifferenceKind, str, str, str]  #: kind, path, words for eager, words for graph


def pairs(eager: Picture, graph: Picture, path: str, operations: int = 1, spread: Spread = STILL) -> Iterator[Pair]:
    """Where two pictures differ; `path` is where they stand."""
    if isinstance(eager, Leaf) and isinstance(graph, Leaf):
        yield from _leaves(eager, graph, path, operations, spread.get(path, 0.0))
    elif isinstance(eager, Node) and isinstance(graph, Node):
        yield from _nodes(eager, graph, path, operations, spread)
    elif spread.get(path) != inf:
        yield "structure", path, _is(eager), _is(graph)


def spreads(runs: Iterable[tuple[str, Picture, Picture]]) -> Spread:
    """By where they stand, how far the numbers of pictures move; each is given with the one of another run."""
    found: dict[str, float] = {}
    for path, one, other in runs:
        for where, distance in _moves(one, other, path):
            found[where] = max(found.get(where, 0.0), distance)
    return found


def _moves(one: Picture, other: Picture, path: str) -> Iterator[tuple[str, float]]:
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        if one.value is not None and other.value is not None:
            yield path, _distance(*_arrays(one, other))
    elif not isinstance(one, Node) or not isinstance(other, Node) or one.parts.keys() != other.parts.keys():
        yield path, inf
    else:
        for key, part in one.parts.items():
            yield from _moves(part, other.parts[key], path + _step(one, key))


def _step(node: Node, key: str) -> str:
    return f"[{key}]" if node.container else f".{key}"


def _arrays(one: Leaf, other: Leaf) -> tuple[Any, Any]:
    import numpy

    return numpy.asarray(plain(one.value)), numpy.asarray(plain(other.value))


def _nodes(eager: Node, graph: Node, path: str, operations: int, spread: Spread) -> Iterator[Pair]:
    if eager.type != graph.type:
        yield "type", path, _is(eager), _is(graph)
    if eager.parts.keys() == graph.parts.keys():
        for key, part in eager.parts.items():
            yield from pairs(part, graph.parts[key], path + _step(eager, key), operations, spread)
    elif spread.get(path) != inf:
        yield from _keys(eager, graph, path)


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


def _leaves(eager: Leaf, graph: Leaf, path: str, operations: int, moves: float) -> Iterator[Pair]:
    both = eager.kind in ARRAYS and graph.kind in ARRAYS
    if graph.kind == "symbolic" and eager.kind != "symbolic":
        yield "value", path, _is(eager), "is a SymbolicTensor"
        return
    if eager.type != graph.type and not (both and {eager.kind, graph.kind} != {"ndarray", "tensor"}):
        yield "type", path, _is(eager), _is(graph)
    if eager.value is None or graph.value is None:
        return
    one, other = _arrays(eager, graph)
    if both and one.dtype != other.dtype:
        yield "dtype", path, f"is {one.dtype}", f"is {other.dtype}"
    if one.shape != other.shape:
        if moves != inf:
            yield "shape", path, f"has shape {one.shape}", f"has shape {other.shape}"
        return
    allowed = max(tolerance(one, operations) * _magnitude(one, other), MAGNIFIED * moves)
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
        return inf
    return float(_apart(one, other).max()) if one.size else 0.0


def _apart(one: Any, other: Any) -> Any:
    """How far two arrays of one shape are apart, element by element."""
    import numpy

    if one.dtype.kind not in "fciubV" or other.dtype.kind not in "fciubV":
        return numpy.where(one == other, 0.0, inf)
    left, right = one.astype(complex), other.astype(complex)
    same = (left == right) | (numpy.isnan(left) & numpy.isnan(right))
    with numpy.errstate(invalid="ignore"):
        return numpy.nan_to_num(numpy.where(same, 0.0, abs(left - right)), nan=inf, posinf=inf)


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


def exact(picture: Picture | None) -> Any:
    """What is equal only for pictures that hold the very same numbers."""
    if picture is None:
        return None
    if isinstance(picture, Node):
        return {key: exact(part) for key, part in picture.parts.items()}
    value = picture.value
    return (value.shape, value.tobytes()) if hasattr(value, "tobytes") else value
