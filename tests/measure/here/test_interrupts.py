"""An interrupt at any moment of a trial ends it soon, changes nothing, and leaves a kernel that works.

HYBNB_INTERRUPTS sets how many moments are tried; `make interrupts` tries 300.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.tensorflow

MOMENTS = int(os.environ.get("HYBNB_INTERRUPTS", "12"))
#: seconds; on a machine that others use as well it may take longer
SOON = 0.5 if "HYBNB_INTERRUPTS" in os.environ else 5.0


class Work:
    """Functions of three kinds, and the state that they touch."""

    def __init__(self) -> None:
        import keras
        import tensorflow as tf

        keras.utils.set_random_seed(3)
        self.x, self.sum = tf.random.normal([16, 8]), tf.Variable(0.0)
        self.model = keras.Sequential(
            [keras.layers.Dense(16, activation="relu"), keras.layers.Dropout(0.2), keras.layers.Dense(1)]
        )
        self.optimizer = keras.optimizers.Adam()
        self.train()

    def train(self) -> Any:
        """Writes variables."""
        import tensorflow as tf

        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.model(self.x, training=True) ** 2)
        self.optimizer.apply_gradients(
            zip(tape.gradient(loss, self.model.trainable_variables), self.model.trainable_variables, strict=True)
        )
        return loss

    def long(self) -> Any:
        """Takes long, eagerly and as a graph, and writes a variable."""
        import tensorflow as tf

        product = tf.eye(200)
        for _ in tf.range(200):
            product = tf.linalg.matmul(product, tf.eye(200))
        self.sum.assign(product[0, 0])
        return product

    def pure(self) -> Any:
        """Writes nothing, so that it is run eagerly too."""
        import tensorflow as tf

        value = self.x
        for _ in range(40):
            value = tf.tanh(value) * 1.01
        return value

    def state(self) -> list[Any]:
        """All that must stay as it is."""
        import keras
        import numpy as np
        from tensorflow.python.eager import context

        held = [self.sum, *self.model.variables, *self.optimizer.variables]
        names = keras.src.backend.common.global_state.get_global_attribute("object_name_uids", {})
        own = context.context()
        return [
            [np.asarray(value).tobytes() for value in held],
            dict(names), random.getstate(), np.random.get_state()[1].tobytes(), own._seed, own._rng.getstate(),
            sorted(vars(self)),
        ]  # fmt: skip


def whole(function: Callable[[], Any]) -> None:
    """One trial from beginning to end."""
    from hybnb.measure.here.trial import trial
    from hybnb.model import TrialPlan

    for _ in trial(function, (), {}, TrialPlan("f", timing_seconds=0.2), time.perf_counter, (0.02,) * 8):
        pass


def interrupted(function: Callable[[], Any], after: float) -> float | None:
    """Interrupt a trial so many seconds after its start: how long it went on; None when it had ended before.

    None also when the interrupt came while a weak reference's callback or a `__del__` ran: Python drops it there, in any code.
    """
    sent: list[float] = []
    dropped: list[type[BaseException] | None] = []
    hook, sys.unraisablehook = sys.unraisablehook, lambda told: dropped.append(told.exc_type)

    def send() -> None:
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    timer, finished = threading.Timer(after, send), False
    timer.name = "hybnb-test"  # one of the user's could meet the copies, so eager code wouldn't be run on any
    try:
        timer.start()
        whole(function)
        finished = True
        timer.join()
        time.sleep(0.05)  # for the signal of a trial that had ended before it
    except KeyboardInterrupt:
        ended = time.perf_counter()
        timer.join()
        return None if finished else ended - sent[0]
    finally:
        sys.unraisablehook = hook
    if KeyboardInterrupt in dropped:
        return None
    raise AssertionError("the interrupt was lost")


def test_interrupts_at_random_moments_change_nothing_and_come_soon() -> None:
    import tensorflow as tf

    work, moments = Work(), random.Random(5)
    functions = [work.train, work.long, work.pure]
    lengths = []
    for function in functions:
        began = time.perf_counter()
        whole(function)
        lengths.append(time.perf_counter() - began)
    before, handler, delays = work.state(), signal.getsignal(signal.SIGINT), list[float]()
    for number in range(MOMENTS):
        function = functions[number % len(functions)]
        delay = interrupted(function, moments.uniform(0.0, lengths[number % len(lengths)]))
        delays += [delay] if delay is not None else []
        assert signal.getsignal(signal.SIGINT) is handler
        assert work.state() == before, (number, function.__name__)
        assert float(tf.reduce_sum(tf.ones([3]))) == 3.0
    print(f"{len(delays)} of {MOMENTS} came during a trial; the slowest took {max(delays):.2f} s to end it")
    assert len(delays) >= MOMENTS // 3
    assert max(delays) < SOON
