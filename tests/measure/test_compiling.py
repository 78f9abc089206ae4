"""What hybnb calls a hazard of XLA is one, and what it doesn't isn't: run eagerly, as a graph and compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hybnb.measure.compiling import hazards

pytestmark = pytest.mark.tensorflow
Kind = tuple[Callable[..., Any], tuple[Any, ...], tuple[Any, ...]]  #: function, good arguments, bad ones


def kinds(tf: Any) -> dict[str, Kind]:
    """Functions that do the same compiled on good input, and not on bad input."""
    x, names = tf.constant([1.0, 2.0, 3.0]), tf.constant([0, 1, 2])
    square, singular = tf.constant([[2.0, 0.0], [0.0, 1.0]]), tf.zeros([2, 2])
    table = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])

    def summed(n: Any, item: Callable[[Any], Any]) -> Any:
        return tf.while_loop(lambda i, _: i < n, lambda i, total: (i + 1, total + item(i)), (0, 0.0))[1]

    def grown(n: Any) -> Any:
        rows = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
        for i in tf.range(n):
            rows = rows.write(i, tf.cast(i, tf.float32))
        return rows.stack()

    def checked(value: Any) -> Any:
        tf.debugging.assert_positive(value)
        return tf.sqrt(value)

    return {
        "gather": (tf.gather, (x, names), (x, names + 5)),
        "gather_nd": (lambda a, i: tf.gather_nd(a, i[:, None]), (x, names), (x, names + 5)),
        "embedding": (lambda i: tf.nn.embedding_lookup(table, i), (names,), (names + 5,)),
        "scatter": (lambda a, i: tf.tensor_scatter_nd_add(a, i[:, None], a), (x, names), (x, names + 5)),
        "elements": (lambda a, n: summed(n, lambda i: a[i]), (x, tf.constant(3)), (x, tf.constant(7))),
        "slices": (lambda a, n: summed(n, lambda i: tf.slice(a, [i], [1])[0]), (x, tf.constant(3)), (x, tf.constant(5))),
        "a list read": (lambda a, i: tf.TensorArray(tf.float32, 3).unstack(a).read(i), (x, names[1]), (x, names[1] + 7)),
        "stitches": (lambda a, i: tf.dynamic_stitch([i], [a]), (x, names), (x, names - 3)),
        "parts": (lambda a, i: tf.dynamic_partition(a, i, 3)[0], (x, names), (x, names + 5)),
        "counts": (lambda i: tf.math.bincount(i, minlength=3, maxlength=3), (names,), (names - 5,)),
        "lengths": (lambda a, n: tf.reverse_sequence(a[None], n, 1), (x, names[2:]), (x, names[2:] + 7)),
        "powers": (lambda a, b: a**b, (names, names), (names + 2, names - 5)),
        "segments": (lambda a, i: tf.math.unsorted_segment_sum(a, i, 3), (x, names), (x, names + 5)),
        "labels": (
            lambda i, a: tf.nn.sparse_softmax_cross_entropy_with_logits(i, a),
            (tf.constant([1]), square[:1]), (tf.constant([7]), square[:1]),
        ),
        "integers divided": (lambda a, b: a // b, (names, names + 1), (names, names * 0)),
        "a remainder": (lambda a, b: a % b, (names, names + 1), (names, names * 0)),
        "rounding": (lambda a: tf.cast(a, tf.int32), (x,), (x * float("nan"),)),
        "an assertion": (checked, (x,), (-x,)),
        "numerics": (lambda a: tf.debugging.check_numerics(a, "bad"), (x,), (x * float("nan"),)),
        "an inverse": (tf.linalg.inv, (square,), (singular,)),
        "a system": (lambda a: tf.linalg.solve(a, a), (square,), (singular,)),
        "a list that grows": (grown, (), (tf.constant(3),)),
        "other random numbers": (lambda a: a + tf.random.stateless_normal([3], [1, 2]), (), (x,)),
    }  # fmt: skip


def quiet(tf: Any, keras: Any) -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    """Functions of which XLA makes nothing else."""
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    weight, dense = tf.Variable(tf.eye(2)), keras.layers.Dense(2, kernel_initializer="ones")
    adam = keras.optimizers.SGD(0.1, momentum=0.9)
    dense.build((None, 2))

    def descend(value: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(value @ weight - 1.0))
        weight.assign_sub(0.1 * tape.gradient(loss, weight))
        return loss

    def learn(value: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.softplus(dense(value)))
        adam.apply_gradients(zip(tape.gradient(loss, dense.trainable_weights), dense.trainable_weights, strict=True))
        return loss

    return {
        "layers": (lambda value: tf.nn.softmax(dense(value)), (x,)),
        "a step by hand": (descend, (x,)),
        "a step of Keras's": (learn, (x,)),
        "constant indices": (lambda value: tf.gather(value, [1, 0]) + value[0], (x,)),
        "a fixed slice": (lambda value: value[:, :1] / 2.0 + tf.cast(tf.range(2) // 2, tf.float32), (x,)),
        "a loop": (lambda value: tf.while_loop(lambda i, v: i < 5, lambda i, v: (i + 1, tf.sin(v)), (0, value))[1], (x,)),
    }  # fmt: skip


def outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """What a call gives, as bytes or the exception's name."""
    try:
        result = function(*arguments)
    except Exception as trouble:
        return type(trouble).__name__
    return result.numpy().round(4).tobytes()


def test_every_hazard_is_told_and_is_one() -> None:
    import tensorflow as tf

    for title, (function, good, bad) in kinds(tf).items():
        graph, compiled = tf.function(function), tf.function(function, jit_compile=True)
        found = hazards(graph.get_concrete_function(*bad).graph.as_graph_def())
        assert found, f"{title}: no hazard was told"
        if good:
            assert outcome(function, good) == outcome(compiled, good), f"{title}: shows on good input already"
        assert outcome(graph, bad) != outcome(compiled, bad), f"{title}: is no hazard on bad input"


def test_what_is_no_hazard_is_not_told() -> None:
    import keras
    import tensorflow as tf

    for title, (function, arguments) in quiet(tf, keras).items():
        graph, compiled = tf.function(function), tf.function(function, jit_compile=True)
        assert hazards(graph.get_concrete_function(*arguments).graph.as_graph_def()) == (), title
        assert isinstance(outcome(compiled, arguments), bytes), title
