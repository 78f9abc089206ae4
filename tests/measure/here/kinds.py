"""A seeded program of many kinds of functions that logs every number; with `trials`, each call is followed by a trial.

Run as a process of its own: `python -m tests.measure.here.kinds [trials]` prints one JSON object.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

ROUNDS = 3

Kind = tuple[Callable[..., Any], tuple[Any, ...]]


def learning(tf: Any, np: Any, keras: Any) -> dict[str, Kind]:
    """Functions that write variables."""
    x = tf.constant(np.linspace(-1.0, 1.0, 12, dtype=np.float32).reshape(4, 3))
    labels = tf.constant([0, 1, 2, 1])

    model = keras.Sequential(
        [keras.layers.Dense(8, activation="relu"), keras.layers.Dropout(0.3), keras.layers.BatchNormalization(),
         keras.layers.Dense(3)]
    )  # fmt: skip
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 2, 0.9)
    adam, loss_of = keras.optimizers.Adam(schedule), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    mean, accuracy = keras.metrics.Mean(), keras.metrics.SparseCategoricalAccuracy()

    def train(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = model(x, training=True)
            loss = loss_of(y, logits)
        slopes = tape.gradient(loss, model.trainable_variables)
        adam.apply_gradients(zip(slopes, model.trainable_variables, strict=True))
        mean.update_state(loss)
        accuracy.update_state(y, logits)
        return loss, mean.result(), accuracy.result()

    weight, shadow = tf.Variable(tf.ones([3, 2])), tf.Variable(tf.zeros([3, 2]))

    def descend(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ weight) ** 2)
        weight.assign_sub(0.1 * tape.gradient(loss, weight))
        shadow.assign(0.9 * shadow + 0.1 * weight)
        return loss, tf.reduce_sum(shadow)

    generator = keras.Sequential([keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(3)])
    critic = keras.Sequential([keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(1)])
    ours, theirs = keras.optimizers.SGD(0.05), keras.optimizers.RMSprop(0.01)

    def gan(real: Any) -> Any:
        noise = tf.random.normal([4, 2])
        with tf.GradientTape(persistent=True) as tape:
            fake = generator(noise)
            good, bad = critic(real), critic(fake)
            one, other = tf.reduce_mean(bad - good), -tf.reduce_mean(bad)
        theirs.apply_gradients(
            zip(tape.gradient(one, critic.trainable_variables), critic.trainable_variables, strict=True)
        )
        ours.apply_gradients(
            zip(tape.gradient(other, generator.trainable_variables), generator.trainable_variables, strict=True)
        )
        return one, other

    return {
        "train step": (train, (x, labels)),
        "raw variables": (descend, (x,)),
        "gan": (gan, (x,)),
        "variable argument": (lambda v: v.assign_add(tf.ones([3, 2])), (weight,)),
    }


def objects(tf: Any, keras: Any) -> tuple[Any, Any, Any]:
    """Objects that remember something in Python, in slots, in a variable."""

    class Counting(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.calls = 0
            self.kernel = self.add_weight(shape=(3, 3), initializer="glorot_uniform")

        def call(self, value: Any) -> Any:
            self.calls += 1
            return value @ self.kernel * float(self.calls)

    class Slotted:
        __slots__ = ("total",)

        def __init__(self) -> None:
            self.total = 0.0

        def add(self, value: Any) -> Any:
            self.total += 1.0
            return value + self.total

    class Ema(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.value = tf.Variable(0.0)

        def __call__(self, value: Any) -> Any:
            self.value.assign(0.5 * self.value + 0.5 * tf.reduce_mean(value))
            return self.value + 0.0

    return Counting(), Slotted(), Ema()


def others(tf: Any, np: Any, keras: Any) -> dict[str, Kind]:
    """Random numbers of every sort, state in Python, and what a trial has to refuse or undo."""
    x = tf.constant(np.linspace(-1.0, 1.0, 12, dtype=np.float32).reshape(4, 3))
    cell, stream = keras.layers.GRU(4), keras.random.SeedGenerator(5)
    drawer = tf.random.Generator.from_seed(3)
    mine, hers = random.Random(4), np.random.default_rng(6)
    seen: list[Any] = []
    counts = {"calls": 0}
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2]), -1)
    data = tf.data.Dataset.range(100).shuffle(10, seed=2)
    items, numbers = iter(data), iter(range(1000))
    helper = tf.function(lambda value: value * ema.value)

    counting, slotted, ema = objects(tf, keras)

    def closure() -> Callable[[Any], Any]:
        total = 0

        def bump(value: Any) -> Any:
            nonlocal total
            total += 1
            return value * total

        return bump

    def append(value: Any) -> Any:
        seen.append(value)
        return tf.reduce_sum(value) + len(seen)

    def count(value: Any) -> Any:
        counts["calls"] += 1
        return value * counts["calls"]

    def loop(value: Any) -> Any:
        total = tf.constant(0.0)
        for row in value:
            total += tf.reduce_sum(row) if tf.reduce_sum(row) > 0.0 else -1.0
        return total

    def fresh(value: Any) -> Any:
        return keras.layers.Dense(2)(value)

    def attend(value: Any) -> Any:
        return tf.nn.softmax(value @ tf.transpose(value)) @ value

    return {
        "rnn": (lambda value: cell(value[:, None, :]), (x,)),
        "attention": (attend, (x,)),
        "eager random": (lambda: tf.random.normal([2]), ()),
        "op seed": (lambda: tf.random.uniform([2], seed=7), ()),
        "stateless random": (lambda value: value + tf.random.stateless_normal([3], [1, 2]), (x,)),
        "keras random": (lambda: keras.random.normal([2], seed=stream), ()),
        "keras global random": (lambda: keras.random.uniform([2]), ()),
        "generator": (lambda: drawer.normal([2]), ()),
        "python random": (lambda: tf.constant(random.random()), ()),
        "numpy random": (lambda: tf.constant(np.random.rand()), ()),
        "own python random": (lambda: tf.constant(mine.random()), ()),
        "own numpy random": (lambda: tf.constant(hers.normal()), ()),
        "dropout": (lambda value: tf.nn.dropout(value, 0.5), (x,)),
        "shuffle": (lambda value: tf.random.shuffle(value), (x,)),
        "list": (append, (x,)),
        "dict": (count, (x,)),
        "closure": (closure(), (x,)),
        "layer with a counter": (counting, (x,)),
        "object with slots": (slotted.add, (x,)),
        "module": (ema, (x,)),
        "loop": (loop, (x,)),
        "layers made inside": (fresh, (x,)),
        "table": (lambda key: table.lookup(key), (tf.constant(["a", "c"]),)),
        "dataset": (lambda: data.reduce(tf.constant(0, tf.int64), lambda a, b: a + b), ()),
        "dataset iterator": (lambda: next(items), ()),
        "python iterator": (lambda value: value * float(next(numbers)), (x,)),
        "nested function": (lambda value: helper(value) + 1.0, (x,)),
        "strings": (lambda value: tf.strings.length(value), (tf.constant(["ab", "c"]),)),
        "print": (lambda value: (print("called"), value)[1], (x,)),
        "py function": (lambda value: tf.py_function(lambda v: v * 2.0, [value], tf.float32), (x,)),
        "argument changed": (lambda held: held.append(x) or len(held), ([],)),
        "raises": (lambda value: tf.debugging.assert_less(value, -5.0), (x,)),
        "exponential of a matrix": (lambda value: tf.linalg.expm(value[:3, :3]), (x,)),
    }  # fmt: skip


def kinds(tf: Any, np: Any, keras: Any) -> dict[str, Kind]:
    """By name: a function and the arguments of its calls."""
    return {**learning(tf, np, keras), **others(tf, np, keras)}


def run(trials: bool) -> dict[str, Any]:
    """Call each kind ROUNDS times; what was logged, and how many trials came to what."""
    import keras
    import numpy as np
    import tensorflow as tf

    keras.utils.set_random_seed(11)
    told: list[Any] = []
    outcomes = {"tried": 0, "refused": 0}
    every = kinds(tf, np, keras)
    for turn in range(ROUNDS):
        for name, (function, arguments) in every.items():
            try:
                result = tf.nest.map_structure(lambda part: np.asarray(part).tolist(), function(*arguments))
            except Exception as failure:
                result = type(failure).__name__
            told.append([turn, name, result])
            if trials:
                _try(function, arguments, outcomes)
            told.append(
                [random.random(), float(np.random.rand()), float(tf.random.uniform([])), keras.layers.Dense(1).name]
            )
    new = keras.layers.Dense(2)
    told.append(np.asarray(new(tf.ones([1, 2]))).tolist())
    return {"told": [json.dumps(one) for one in told], **outcomes}


def _try(function: Callable[..., Any], arguments: tuple[Any, ...], outcomes: dict[str, int]) -> None:
    from hybnb.measure.here.trial import trial
    from hybnb.measure.slices import run_through
    from hybnb.model import TrialPlan

    slices = trial(function, arguments, {}, TrialPlan("kind", timing_seconds=0.02), time.perf_counter, (1e-3,) * 6)
    found, _ = run_through(slices)
    outcomes["tried" if found.refusal is None else "refused"] += 1


if __name__ == "__main__":
    print(json.dumps(run("trials" in sys.argv)))
