"""Two runs of the same notebook, side by side. A third run with other seeds tells what is random anyway."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.truth.differences import Difference, Differences, Kind
from tests.truth.picture import ARRAYS, Leaf, Node, Picture
from tests.truth.running import Outcome, Trace

RELATIVE, ABSOLUTE = 1e-4, 1e-6
ADDRESS = re.compile(r"0x[0-9a-f]+")


def compare(eager: Trace, other: Trace, graph: Trace) -> Differences:
    """`eager` and `graph` had the same seeds, `other` is eager with different ones."""
    found = [*_calls(eager, other, graph), *_state(eager, other, graph), *_files(eager, other, graph)]
    found += _repeats(eager, graph)
    raised = tuple(
        g.exception
        for e, g in zip(eager.calls, graph.calls, strict=False)
        if g.exception and g.exception != e.exception
    )
    return Differences(tuple(found), graph.traces, raised)


def _calls(eager: Trace, other: Trace, graph: Trace) -> Iterator[Difference]:
    outcomes = zip(eager.calls, other.calls, graph.calls, strict=True)
    for number, (e, o, g) in enumerate(outcomes, 1):
        where = f"call {number}, {e.source}"
        if e.exception != g.exception:
            yield Difference("exception", where, f"{_ending(e)} eagerly, {_ending(g)} in the graph")
        elif e.value is not None and g.value is not None and o.value is not None:
            for kind, path, words in pairs(e.value, g.value, o.value):
                yield Difference(kind, where + path, words)
        yield from _output(where, e, o, g)


def _ending(outcome: Outcome) -> str:
    return f"raises {outcome.exception}: {outcome.message[:200]}" if outcome.exception else "returns"


def _output(where: str, e: Outcome, o: Outcome, g: Outcome) -> Iterator[Difference]:
    for name in ("text", "log", "warnings"):
        a, b, c = (ADDRESS.sub("0x", getattr(one, name)) for one in (e, g, o))
        if a != b and (a == c or bool(a) != bool(b)):
            yield Difference("output", where, f"{name} is {a[:80]!r} eagerly, {b[:80]!r} in the graph")


def _state(eager: Trace, other: Trace, graph: Trace) -> Iterator[Difference]:
    for name in sorted(eager.names.keys() | graph.names.keys()):
        a, b = eager.names.get(name), graph.names.get(name)
        if a is None or b is None:
            yield Difference("state", name, f"exists only {'in the graph' if a is None else 'eagerly'}")
            continue
        for _, path, words in pairs(a, b, other.names.get(name, a)):
            yield Difference("state", name + path, words)


def _files(eager: Trace, other: Trace, graph: Trace) -> Iterator[Difference]:
    for name in sorted(eager.files.keys() | graph.files.keys()):
        a, b, c = eager.files.get(name), graph.files.get(name), other.files.get(name)
        if a != b and a == c:
            yield Difference("files", name, f"holds {str(a)[:80]} eagerly, {str(b)[:80]} in the graph")


def _repeats(eager: Trace, graph: Trace) -> Iterator[Difference]:
    """Equal calls that vary in one way only: numbers frozen while tracing."""
    for first, second in itertools.combinations(range(len(eager.calls)), 2):
        if eager.calls[first].source != eager.calls[second].source:
            continue
        varies = [_differ(trace.calls[first].value, trace.calls[second].value) for trace in (eager, graph)]
        if None not in varies and varies[0] != varies[1]:
            words = "two equal calls differ only " + ("eagerly" if varies[0] else "in the graph")
            yield Difference("repeats", f"calls {first + 1} and {second + 1}, {eager.calls[first].source}", words)


def _differ(a: Picture | None, b: Picture | None) -> bool | None:
    """Exactly: two draws or two times may lie close together."""
    return None if a is None or b is None else _exact(a) != _exact(b)


def _exact(picture: Picture) -> Any:
    if isinstance(picture, Node):
        return {key: _exact(part) for key, part in picture.parts.items()}
    value = picture.value
    return (value.shape, value.tobytes()) if hasattr(value, "tobytes") else value


# ---- pictures -----------------------------------------------------------------------------------------------------


def pairs(a: Picture, b: Picture, other: Picture, path: str = "") -> Iterator[tuple[Kind, str, str]]:
    """Differences of `a` (eager) and `b` (graph) as (kind, path, words); where `a` and `other` differ, the value is
    random and only its type and shape count.
    """
    if isinstance(a, Leaf) and isinstance(b, Leaf):
        yield from _leaves(a, b, other, path)
    elif isinstance(a, Node) and isinstance(b, Node):
        yield from _nodes(a, b, other, path)
    else:
        yield "structure", path, f"{_name(a)} eagerly, {_name(b)} in the graph"


def _nodes(a: Node, b: Node, other: Picture, path: str) -> Iterator[tuple[Kind, str, str]]:
    if a.type != b.type:
        yield "type", path, f"{a.type} eagerly, {b.type} in the graph"
    if a.parts.keys() != b.parts.keys():
        random = isinstance(other, Node) and a.parts.keys() != other.parts.keys()
        if not random:
            yield "structure", path, f"{list(a.parts)[:8]} eagerly, {list(b.parts)[:8]} in the graph"
        return
    for key, part in a.parts.items():
        beside = other.parts.get(key, part) if isinstance(other, Node) else part
        yield from pairs(part, b.parts[key], beside, f"{path}[{key}]")


def _leaves(a: Leaf, b: Leaf, other: Picture, path: str) -> Iterator[tuple[Kind, str, str]]:
    both_arrays = a.kind in ARRAYS and b.kind in ARRAYS
    if a.kind != b.kind or (a.type != b.type and not both_arrays):
        yield "type", path, f"{a.type} eagerly, {b.type} in the graph"
    elif a.kind == "symbolic":
        yield "value", path, "a tensor without a value"
    if a.value is None or b.value is None:
        return
    x, y = np.asarray(_plain(a.value)), np.asarray(_plain(b.value))
    if both_arrays and x.dtype != y.dtype:
        yield "dtype", path, f"{x.dtype} eagerly, {y.dtype} in the graph"
    if x.shape != y.shape:
        yield "shape", path, f"shape {x.shape} eagerly, {y.shape} in the graph"
    elif not _close(x, y) and not _random(a, other):
        yield "value", path, f"{_short(x)} eagerly, {_short(y)} in the graph"


def _random(a: Leaf, other: Picture) -> bool:
    if not isinstance(other, Leaf) or other.value is None:
        return False
    x, y = np.asarray(_plain(a.value)), np.asarray(_plain(other.value))
    return x.shape != y.shape or not _close(x, y)


def _close(x: Any, y: Any) -> bool:
    if x.dtype.kind in "fc" or y.dtype.kind in "fc":
        try:
            return bool(np.allclose(x.astype(complex), y.astype(complex), RELATIVE, ABSOLUTE, equal_nan=True))
        except (TypeError, ValueError):
            return False
    return bool(np.array_equal(x, y))


def _plain(value: Any) -> Any:
    """Text and bytes alike: a graph gives strings back as bytes."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.ndarray) and value.dtype.kind in "OSU":
        return np.vectorize(
            lambda one: one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one), otypes=[object]
        )(value)
    return value


def _short(array: Any) -> str:
    return " ".join(str(array).split())[:60]


def _name(picture: Picture) -> str:
    return picture.type
