"""How observed calls are told apart: as tf.function does it, without TensorFlow."""

from __future__ import annotations

import pytest

from hybnb.analyse.signatures import variations
from hybnb.model import Call, CallHistory, ValueSketch
from tests.decide.making import calls, number, tensor


def _string(text: str) -> ValueSketch:
    return ValueSketch("string", value=text)


def _list(*items: ValueSketch) -> ValueSketch:
    return ValueSketch("list", items=items, length=len(items))


def _dict(**items: ValueSketch) -> ValueSketch:
    return ValueSketch("dict", items=tuple(items.values()), keys=tuple(items), length=len(items))


def _method() -> ValueSketch:
    return ValueSketch("method", qualified="Scale.up", identity=3)


def _changes(*values: ValueSketch) -> list[tuple[str, str, int]]:
    return [(v.path, v.change, len(v.seen)) for v in variations(calls(*({"a": value} for value in values)))]


TOLD_APART = {
    "numbers": ([number(0.1), number(0.2), number(0.3)], [("a", "value", 3)]),
    "texts": ([_string("x"), _string("y")], [("a", "value", 2)]),
    "shapes": ([tensor(1, 8), tensor(2, 8), tensor(3, 8), tensor(4, 8)], [("a", "shape", 4)]),
    "ranks": ([tensor(1), tensor(1, 1), tensor(1, 1, 1)], [("a", "rank", 3)]),
    "dtypes": ([tensor(2), tensor(2, dtype="int32")], [("a", "dtype", 2)]),
    "objects": ([ValueSketch("instance", identity=i) for i in (1, 2, 3)], [("a", "object", 3)]),
    "lambdas": ([ValueSketch("function", identity=i) for i in (1, 2)], [("a", "object", 2)]),
    "a bound method, made anew for each call": ([_method(), _method()], [("a", "object", 2)]),
    "ranges": (
        [ValueSketch("range", items=(number(0), number(n), number(1))) for n in (2, 3)], [("a", "object", 2)],
    ),
    "long texts": ([ValueSketch("string", length=n) for n in (400, 500)], [("a", "value", 2)]),
    "lengths": ([_list(tensor(2)), _list(tensor(2), tensor(2))], [("a", "structure", 2)]),
    "keys": ([_dict(u=tensor(2)), _dict(v=tensor(2))], [("a", "structure", 2)]),
    "numbers in a dictionary": ([_dict(r=number(1)), _dict(r=number(2))], [("a['r']", "value", 2)]),
    "shapes in a list": ([_list(tensor(1)), _list(tensor(2))], [("a[0]", "shape", 2)]),
    "a tensor and a number": ([tensor(), number(1)], [("a", "kind", 2)]),
    "a variable and a tensor": (
        [tensor(2), ValueSketch("variable", dtype="float32", shape=(2,))], [("a", "kind", 2)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", TOLD_APART)
def test_told_apart(title: str) -> None:
    values, changes = TOLD_APART[title]
    assert _changes(*values) == changes


SHARED = {
    "the same number": [number(1), number(1)],
    "numbers that are equal": [number(1), number(1.0), ValueSketch("bool", value=True)],
    "a tensor and an array": [tensor(2), ValueSketch("ndarray", dtype="float32", shape=(2,))],
    "two variables of one shape": [ValueSketch("variable", dtype="float32", shape=(2,), identity=i) for i in (1, 2)],
    "two datasets of one spec": [ValueSketch("dataset", identity=i) for i in (1, 2)],
    "a range": [ValueSketch("range", items=(number(0), number(3), number(1)))] * 2,
    "the same keys in another order": [_dict(u=tensor(2), v=tensor(3)), _dict(v=tensor(3), u=tensor(2))],
    "one object": [ValueSketch("instance", identity=7), ValueSketch("instance", identity=7)],
}


@pytest.mark.parametrize("title", SHARED)
def test_one_trace_serves(title: str) -> None:
    assert _changes(*SHARED[title]) == []


def test_what_calls_inside_a_graph_were_given_does_not_count() -> None:
    inside = Call((("x", number(1)),), count=2, in_graph=2)
    outside = Call((("x", number(2)),), count=2, in_graph=1)
    history = CallHistory("step", 3, calls=(inside, outside))
    assert variations(history) == ()
    assert variations(history, inside=True)


def test_without_calls_nothing_varies() -> None:
    assert variations(CallHistory("step")) == ()
