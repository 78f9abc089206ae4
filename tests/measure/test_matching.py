"""Traces counted call by call are exactly those that TensorFlow makes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from hybnb.measure.matching import Matching
from hybnb.model import Retraces
from tests.measure.test_retraces import call_lists, split

pytestmark = pytest.mark.tensorflow

Histories = dict[str, tuple[Callable[..., None], Callable[[], Iterator[tuple[Any, ...]]]]]


def more_histories(tf: Any, np: Any, keras: Any) -> Histories:
    """What only TensorFlow's own matching can tell; arguments are made one call at a time, and not kept."""

    def one(x: Any) -> None: ...

    def two(x: Any, y: Any) -> None: ...

    def only_keywords(x: Any, *, scale: Any = 1.0) -> None: ...

    def many(*values: Any) -> None: ...

    class Scale:
        def up(self, value: Any) -> Any:
            return value

    def ragged(*rows: list[int]) -> Any:
        return tf.ragged.constant(list(rows), dtype=tf.int32)

    scale, kept = Scale(), Scale().up
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    return {
        "ragged tensors": (one, lambda: ((ragged([1], [2, 3][:n]),) for n in (1, 2, 1))),
        "ragged ranks": (one, lambda: iter([(ragged([1]),), (tf.ragged.constant([[[1]]]),)])),
        "sparse tensors": (one, lambda: ((tf.sparse.eye(n),) for n in (2, 2, 3))),
        "datasets of two kinds": (one, lambda: iter([(tf.data.Dataset.range(3),), (tf.data.Dataset.range(3).batch(2),)])),
        "a bound method, made anew": (one, lambda: ((scale.up,) for _ in range(3))),
        "a bound method, kept": (one, lambda: ((kept,) for _ in range(3))),
        "objects that are gone": (one, lambda: ((Scale(),) for _ in range(4))),
        "aliased variables": (two, lambda: iter([(v, v), (v, w), (w, v), (w, w)])),
        "long lists": (one, lambda: (([0] * n,) for n in (50, 50, 51))),
        "deep nests": (one, lambda: (([[[[n]]]],) for n in (1, 1, 2))),
        "numbers as keys": (one, lambda: (({n: tf.zeros([1])},) for n in (1, 2, 1))),
        "only keywords": (only_keywords, lambda: ((tf.zeros([n]),) for n in (1, 2, 3))),
        "tensor arrays": (one, lambda: ((tf.TensorArray(tf.float32, n),) for n in (2, 2, 3))),
        "long texts": (one, lambda: (("a" * 300 + str(n),) for n in (1, 1, 2))),
        "growing arguments": (many, lambda: (tuple([tf.zeros([1])] * n) for n in (1, 2, 3, 2))),
        "two shapes that vary": (two, lambda: ((tf.zeros([a]), tf.zeros([b])) for a, b in ((1, 1), (2, 1), (2, 2), (3, 4)))),
        "arrays of many dtypes": (one, lambda: ((np.zeros(3, kind),) for kind in ("f4", "f8", "i4", "f4", "?"))),
        "metrics": (one, lambda: ((keras.metrics.Mean(),) for _ in range(3))),
    }  # fmt: skip


def all_histories() -> Histories:
    import keras
    import numpy as np
    import tensorflow as tf

    fixed = {
        name: (function, lambda calls=calls: iter(calls))
        for name, (function, calls) in call_lists(tf, np, keras).items()
    }
    return {**fixed, **more_histories(tf, np, keras)}


def matched(function: Callable[..., None], calls: Iterator[tuple[Any, ...]]) -> Matching:
    """The calls as a probe sees them."""
    found = Matching()
    for arguments in calls:
        values, keywords = split(arguments, function)
        bound = inspect.signature(function).bind(*values, **keywords)
        bound.apply_defaults()
        found.note(function.__code__, list(bound.arguments.items()))
        del arguments, values, keywords, bound
    return found


def traced(function: Callable[..., None], calls: Iterator[tuple[Any, ...]], **options: Any) -> int | None:
    """TensorFlow's own count; None where it raises IndexError, as it does for *args of two lengths."""
    import tensorflow as tf

    graph = tf.function(function, autograph=False, **options)
    for arguments in calls:
        values, keywords = split(arguments, function)
        try:
            graph(*values, **keywords)
        except IndexError:
            return None
        del arguments, values, keywords
    return int(graph.experimental_get_tracing_count())


def specs(found: Retraces) -> list[Any]:
    import tensorflow as tf

    return [tf.TensorSpec(spec.shape, spec.dtype) for spec in found.signature]


def test_all_counts_are_tensorflows_own_with_and_without_relaxing_and_with_the_signature() -> None:
    wrong, signed = {}, 0
    histories = all_histories()
    assert len(histories) >= 56
    for name, (function, calls) in histories.items():
        found = matched(function, calls()).result()
        assert found is not None, name
        counted = [found.count, found.reduced]
        expected = [traced(function, calls()), traced(function, calls(), reduce_retracing=True)]
        if found.signature:
            signed += 1
            counted.append(found.signed)
            expected.append(traced(function, calls(), input_signature=specs(found)))
        if counted != expected:
            wrong[name] = (counted, expected)
    assert not wrong
    assert signed >= 7


def test_the_argument_and_both_its_values_are_named() -> None:
    import tensorflow as tf

    def step(x: Any, options: Any) -> None: ...

    calls = [
        (tf.zeros([4, 2]), {"rate": 0.1}),
        (tf.zeros([3, 2]), {"rate": 0.1}),
        (tf.zeros([3, 2]), {"rate": 0.1 + 0.2}),
    ]
    found = matched(step, iter(calls)).result()
    assert found is not None
    assert [(one.argument, one.old, one.new) for one in found.culprits] == [
        ("x", "float32[4, 2]", "float32[3, 2]"),
        ("options['rate']", "0.1", "0.3"),
    ]
    assert found.relaxed == ("x",)


def test_a_number_that_becomes_a_tensor_is_no_change_of_shape() -> None:
    import tensorflow as tf

    def step(x: Any, t: Any) -> None: ...

    x = tf.zeros([2])
    found = matched(step, iter([(x, 3), (x, 2), (x, tf.constant(1))])).result()
    assert found is not None
    assert found.count == 3
    assert found.relaxed == ()


def test_objects_that_answer_with_code_of_their_own_are_left_alone() -> None:
    asked = []

    class Curious:
        def __eq__(self, other: object) -> bool:
            asked.append("eq")
            return True

        def __hash__(self) -> int:
            asked.append("hash")
            return 1

        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            raise AttributeError(name)

    def one(x: Any) -> None: ...

    assert matched(one, iter([([Curious()],)])).result() is None
    assert not asked


def test_what_tensorflow_refuses_leaves_the_count_open() -> None:
    @dataclass
    class Config:
        rate: float = 0.1

    def one(x: Any) -> None: ...

    assert matched(one, iter([(Config(),)])).result() is None
    assert matched(one, iter([({1, 2},)])).result() is None


def test_methods_count_for_each_object() -> None:
    import tensorflow as tf

    class Net:
        def call(self, x: Any) -> None: ...

    first, second = Net(), Net()
    found = Matching()
    for net, size in ((first, 1), (first, 2), (second, 1), (first, 1)):
        found.note(Net.call.__code__, [("self", net), ("x", tf.zeros([size]))])
    result = found.result()
    assert result is not None
    assert (result.count, result.reduced, result.signed) == (3, 3, 2)
