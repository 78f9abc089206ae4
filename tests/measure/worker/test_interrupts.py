"""SIGINT at random moments while a trial is waited for: the notebook's state stays, the interrupt comes at once."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from hybnb.session import Session
from tests.shells import new_shell, run

pytestmark = [pytest.mark.tensorflow, pytest.mark.xdist_group("worker")]
TIMES = int(os.environ.get("HYBNB_TRIALS", "0")) or 2
CELL = """
import tensorflow as tf
import random
import numpy as np
w = tf.Variable([1.0, 2.0])
seen = []
def step(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum((x * w) ** 2)
    w.assign_sub(0.01 * tape.gradient(loss, w))
    return loss
for _ in range(5): seen.append(float(step(tf.ones([2]))))
"""


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests may have it ignored
    with new_shell(trials="ask") as one:
        run(one, "%load_ext hybnb")
        run(one, CELL)
        yield one
        run(one, "%unload_ext hybnb")
    signal.signal(signal.SIGINT, before)


def state(shell: InteractiveShell) -> tuple[object, ...]:
    names = shell.user_ns
    return (
        names["w"].numpy().tobytes(),
        tuple(names["seen"]),
        random.getstate(),
        names["np"].random.get_state()[1].tobytes(),
    )


def test_an_interrupt_at_any_moment_leaves_everything_as_it_was(shell: InteractiveShell) -> None:
    session, dice, late, interrupted = Session.of(shell), random.Random(3), [], 0
    assert session is not None
    before = state(shell)
    for _ in range(TIMES):
        timer = threading.Timer(dice.uniform(0.0, 0.3 if TIMES < 10 else 4.0), os.kill, (os.getpid(), signal.SIGINT))
        sent = time.perf_counter()
        timer.start()
        try:
            session.measure("step", budget=0.2)
            timer.join()
            time.sleep(0.05)
        except KeyboardInterrupt:
            interrupted += 1
            late.append(time.perf_counter() - sent - timer.interval)
        assert state(shell) == before
        assert session.measuring.waiting == ()
    assert interrupted
    print(f"{interrupted} of {TIMES} interrupted, at most {max(late):.3f} s late")
    assert "3.0" in run(shell, "print(float(tf.reduce_sum(tf.ones([3]))))")
    assert session.measure("step").refusal is None
