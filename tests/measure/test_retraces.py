"""Traces counted from sketches: the rules by themselves, and against TensorFlow's own count."""

from __future__ import annotations

import inspect
import math
from collections import namedtuple
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest

from hybnb.measure.retraces import traces
from hybnb.model import Call, CallHistory, ValueSketch


def tensor(*shape: int | None, dtype: str = "float32", kind: Any = "tensor") -> ValueSketch:
    return ValueSketch(kind, dtype=dtype, shape=shape)


def number(value: float | bool) -> ValueSketch:
    return ValueSketch(
        "bool" if isinstance(value, bool) else "number", type=f"builtins.{type(value).__name__}", value=value
    )


def history(*calls: ValueSketch | dict[str, ValueSketch], **more: Any) -> CallHistory:
    made = [call if isinstance(call, dict) else {"x": call} for call in calls]
    return CallHistory("f", calls=tuple(Call(tuple(call.items())) for call in made), **more)


def a_list(*items: ValueSketch, length: int | None = None) -> ValueSketch:
    return ValueSketch("list", type="builtins.list", items=items, length=len(items) if length is None else length)


def test_one_signature_is_one_trace() -> None:
    found = traces(history(tensor(32, 4)))
    assert (found.count, found.exact, found.culprits) == (1, True, ())


def test_each_shape_is_a_trace_and_the_argument_is_named() -> None:
    found = traces(history({"x": tensor(32, 4), "y": tensor(32)}, {"x": tensor(7, 4), "y": tensor(32)}))
    assert found.count == 2
    assert [(blamed.argument, blamed.old, blamed.new) for blamed in found.culprits] == [
        ("x", "float32[32, 4]", "float32[7, 4]")
    ]


def test_reduce_retracing_settles_shapes_after_two_traces() -> None:
    found = history(*(tensor(size) for size in range(1, 11)))
    assert (traces(found).count, traces(found, reduce=True).count) == (10, 2)


def test_reduce_retracing_does_nothing_for_python_numbers() -> None:
    found = history(*(number(value) for value in range(10)))
    assert (traces(found).count, traces(found, reduce=True).count) == (10, 10)


def test_equal_literals_of_different_types_share_a_trace() -> None:
    assert traces(history(number(1), number(1.0), number(True))).count == 1


def test_arrays_and_tensors_of_one_shape_share_a_trace() -> None:
    assert traces(history(tensor(3), tensor(3, kind="ndarray"))).count == 1


def test_calls_inside_a_graph_are_not_counted() -> None:
    inside = Call((("x", tensor(9)),), count=2, in_graph=2)
    assert traces(CallHistory("f", calls=(Call((("x", tensor(1)),)), inside))).count == 1


def test_the_culprit_in_a_container_is_named_with_its_place() -> None:
    found = traces(history(a_list(tensor(1), number(2)), a_list(tensor(1), number(3))))
    assert [(blamed.argument, blamed.old, blamed.new) for blamed in found.culprits] == [("x[1]", "2", "3")]


def test_a_longer_list_is_another_trace_even_with_reduce_retracing() -> None:
    found = history(a_list(tensor(1)), a_list(tensor(1), tensor(1)))
    assert traces(found, reduce=True).count == 2


def test_two_functions_of_the_same_name_read_differently() -> None:
    one, other = (ValueSketch("function", qualified="m.<lambda>", identity=number) for number in (1, 2))
    (blamed,) = traces(history(one, other)).culprits
    assert (blamed.old, blamed.new) == ("function <lambda>", "another function <lambda>")


@pytest.mark.parametrize(
    "unsure",
    [
        a_list(length=40),
        ValueSketch("string", type="builtins.str", length=500),
        ValueSketch("composite", type="RaggedTensor", dtype="int32"),
        ValueSketch("method", identity=5),
        ValueSketch("object"),
    ],
)
def test_what_was_not_seen_in_full_makes_the_count_a_guess(unsure: ValueSketch) -> None:
    assert not traces(history(unsure)).exact


def test_too_many_signatures_make_the_count_a_guess() -> None:
    assert not traces(history(tensor(1), overflowed=True)).exact


def test_a_second_variable_leaves_aliasing_unsure() -> None:
    one, other = (ValueSketch("variable", dtype="float32", shape=(), identity=number) for number in (1, 2))
    assert traces(history({"v": one})).exact
    assert not traces(history({"v": one, "w": other})).exact


class Plain:
    def method(self) -> None: ...


Pair = namedtuple("Pair", "left right")


def call_lists(tf: Any, np: Any, keras: Any) -> dict[str, tuple[Callable[..., None], list[tuple[Any, ...]]]]:
    """Call histories by name: a function that does nothing, and the arguments of its calls."""

    def one(x: Any) -> None: ...

    def two(x: Any, flag: Any = True) -> None: ...

    def many(*values: Any) -> None: ...

    def named(x: Any, **options: Any) -> None: ...

    zeros, keep = tf.zeros, Plain()
    variables = [tf.Variable(1.0), tf.Variable(2.0), tf.Variable([1.0, 2.0])]
    tail = partial(max, 1)
    return {
        "one shape": (one, [(zeros([3]),)] * 4),
        "shapes": (one, [(zeros([n]),) for n in (1, 2, 3, 2, 5, 1)]),
        "ranks": (one, [(zeros([1] * n),) for n in range(5)]),
        "dtypes": (one, [(tf.cast([1, 2], kind),) for kind in (tf.int32, tf.int64, tf.float32, tf.int32)]),
        "shapes of two dtypes": (
            one,
            [(zeros([1]),), (zeros([2]),), (zeros([3], tf.int32),), (zeros([4], tf.int32),), (zeros([5]),)],
        ),
        "one dimension varies": (one, [(zeros([n, 4]),) for n in (32, 32, 7, 32, 9)]),
        "integers": (one, [(n,) for n in (1, 2, 3, 2, 1)]),
        "equal literals": (one, [(1,), (1.0,), (True,), (0,), (False,), (0.0,), (-0.0,)]),
        "not a number": (one, [(math.nan,), (math.nan,), (1.5,)]),
        "strings": (one, [("a",), ("b",), ("a",)]),
        "none and numbers": (one, [(None,), (None,), (0,), (1,)]),
        "text and number": (one, [("1",), (1,)]),
        "default and keyword": (two, [(zeros([2]),), (zeros([2]), True), (zeros([2]), False), (zeros([2]), 1)]),
        "tensor or number": (one, [(zeros([]),), (0.0,), (zeros([]),)]),
        "numpy arrays": (one, [(np.zeros(n, np.float32),) for n in (3, 3, 4)]),
        "numpy and tensors": (one, [(np.zeros(3, np.float32),), (zeros([3]),), (np.zeros(3),)]),
        "numpy scalars": (one, [(np.float32(1),), (np.float32(2),), (np.float64(2),), (np.int64(1),)]),
        "lists of tensors": (one, [([zeros([1])],), ([zeros([1])],), ([zeros([2])],), ([zeros([3])],)]),
        "lists of numbers": (one, [([1, 2],), ([1, 2],), ([1, 3],)]),
        "list lengths": (one, [([zeros([2])] * n,) for n in (1, 2, 3, 2)]),
        "list and tuple": (one, [([1, 2],), ((1, 2),), (Pair(1, 2),), (Pair(1, 2),)]),
        "nested": (one, [({"a": [zeros([n]), 1]},) for n in (1, 2, 3, 2)]),
        "dict order": (one, [({"a": 1, "b": 2},), ({"b": 2, "a": 1},), ({"a": 1},)]),
        "mixed tuple": (one, [((zeros([n]), k),) for n, k in ((1, 1), (2, 1), (3, 2), (4, 2), (5, 1))]),
        "several values": (many, [(zeros([1]), zeros([2])), (zeros([1]), zeros([2])), (zeros([3]), zeros([4]))]),
        "options": (named, [(zeros([1]),), (zeros([1]), {"a": 1}), (zeros([1]), {"a": 2})]),
        "variables": (one, [(variable,) for variable in variables]),
        "shapes of variables": (one, [(tf.Variable(zeros([n])),) for n in (1, 2, 3, 4)]),
        "aliased variables": (two, [(variables[0], variables[0])]),
        "functions": (one, [(abs,), (len,), (abs,), (call_lists,)]),
        "throw-away functions": (one, [(lambda n=n: n,) for n in range(4)]),
        "objects": (one, [(keep,), (Plain(),), (keep,)]),
        "models": (one, [(keras.Sequential(),), (keras.Sequential(),)]),
        "optimizers": (one, [(keras.optimizers.SGD(),), (keras.optimizers.SGD(),)]),
        "keras variables": (one, [(keras.Variable(1.0),), (keras.Variable(2.0),), (keras.Variable([1.0]),)]),
        "datasets": (one, [(tf.data.Dataset.range(3),), (tf.data.Dataset.range(4),)]),
        "iterators": (one, [(iter(tf.data.Dataset.range(3)),), (iter(tf.data.Dataset.range(4)),)]),
        "random generators": (one, [(tf.random.Generator.from_seed(n),) for n in range(3)]),
        "dtypes as arguments": (one, [(tf.float32,), (tf.float32,), (tf.int32,)]),
        "shapes as arguments": (one, [(tf.TensorShape([1, 2]),), (tf.TensorShape([1, 2]),), (tf.TensorShape([3]),)]),
        "ranges": (one, [(range(3),), (range(3),), (range(4),)]),
        "classes and modules": (one, [(Plain,), (math,), (Plain,), (int,)]),
        "partials": (one, [(tail,), (tail,), (partial(max, 1),)]),
    }


def split(arguments: tuple[Any, ...], function: Callable[..., None]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Positional arguments and, for `named`, the dict of keywords that stands last."""
    if function.__name__ == "named" and isinstance(arguments[-1], dict):
        return arguments[:-1], arguments[-1]
    return arguments, {}


def observed(function: Callable[..., None], calls: Iterable[tuple[Any, ...]]) -> CallHistory:
    from hybnb.observe.calls.signature import Identities
    from hybnb.observe.values import Sketcher

    sketcher, found = Sketcher(Identities().of), []
    for arguments in calls:
        values, keywords = split(arguments, function)
        bound = inspect.signature(function).bind(*values, **keywords)
        bound.apply_defaults()
        found.append(Call(tuple((name, sketcher.sketch(value)) for name, value in bound.arguments.items())))
    return CallHistory("f", count=len(found), calls=tuple(found))


@pytest.mark.tensorflow
@pytest.mark.parametrize("reduce", [False, True])
def test_counts_equal_tensorflows_own(reduce: bool) -> None:
    import keras
    import numpy as np
    import tensorflow as tf

    wrong = {}
    for name, (function, calls) in call_lists(tf, np, keras).items():
        graph = tf.function(function, reduce_retracing=reduce, autograph=False)
        found = traces(observed(function, calls), reduce)
        try:
            for arguments in calls:
                values, keywords = split(arguments, function)
                graph(*values, **keywords)
        except IndexError:
            assert (reduce, name, found.exact) == (True, "options", False)
            continue
        expected = graph.experimental_get_tracing_count()
        if found.count != expected:
            wrong[name] = (found.count, expected, found.exact)
    assert not wrong


@pytest.mark.tensorflow
def test_aliased_variables_have_a_trace_of_their_own() -> None:
    import tensorflow as tf

    def two(x: Any, flag: Any) -> None: ...

    one, other = tf.Variable(1.0), tf.Variable(2.0)
    assert traces(observed(two, [(one, one), (one, other), (other, one)])).count == 2
