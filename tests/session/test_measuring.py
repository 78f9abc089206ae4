"""Trials in a real kernel: by themselves, on request, cancelled, refused; nothing of the notebook's changes meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from hybnb.session.policy import SITTINGS
from tests.shells import Kernel, new_kernel

pytestmark = [pytest.mark.tensorflow, pytest.mark.xdist_group("measuring")]
SESSION = "get_ipython()._hybnb_session"
SETUP = """
import tensorflow as tf
def solve(x):
    for _ in range(40):
        x = 0.5 * (x + 2.0 / x)
    return x
losses = []
def log(x):
    losses.append(1)
    return x * 2
def endless(x):
    return x * sum(1 for _ in iter(int, 1)) if stuck else x
stuck = False
"""
CALLS = (
    "for _ in range(300): solve(tf.constant([1.0, 2.0]))\nfor _ in range(5): log(tf.ones([2])); endless(tf.ones([2]))"
)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    with new_kernel(env=environment) as one:
        one.run("%load_ext hybnb")
        one.run("from hybnb.session import policy; policy.APART = 0.1  # seconds are too long for a test\ndel policy")
        one.run(SETUP)
        yield one


def settled(kernel: Kernel, expression: str, seconds: float = 60.0) -> str:
    """What an expression gives once it gives something true; asked silently, so that the kernel idles in between."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(0.5)
        found = kernel.run(f"print({expression})").text.strip().partition("\n")[0]  # advice may follow below
        if found not in ("", "False", "None"):
            return found
        time.sleep(2.0)
    raise AssertionError(f"{expression} never came")


def test_an_idle_kernel_tries_by_itself_what_may_pay(kernel: Kernel) -> None:
    kernel.run(CALLS)
    assert settled(kernel, f"{SESSION}.measuring.tried.has('solve')") == "True"
    text = kernel.run("%hybnb solve").text
    assert "measured" in text
    assert "did the same in" in text
    assert kernel.run("print(len(losses), tf.executing_eagerly())").text.split() == ["5", "True"]


def test_it_is_timed_at_other_moments_too_and_nothing_is_said_of_that(kernel: Kernel) -> None:
    assert settled(kernel, f"{SESSION}.measuring.tried.of('solve').sittings == {SITTINGS}") == "True"
    assert kernel.run(f"print({SESSION}.measuring.waiting, {SESSION}.trouble)").text.strip() == "() ()"


def test_what_is_not_worth_it_is_only_tried_when_asked(kernel: Kernel) -> None:
    assert kernel.run(f"print({SESSION}.measuring.tried.has('log'))").text.strip() == "False"
    text = kernel.run("%hybnb measure log").text
    assert "timing both" in text  # a stage that is over at once isn't told
    assert "eagerly" in text
    assert "HYB295" in text
    assert kernel.run("print(len(losses))").text.strip() == "5"


def test_a_function_defined_anew_is_not_judged_by_an_old_trial(kernel: Kernel) -> None:
    kernel.run("def solve(x):\n    return tf.sqrt(x) + len(losses)")
    assert "measured" not in kernel.run("%hybnb solve").text


def test_an_interrupt_ends_a_trial_at_once_and_the_kernel_goes_on(kernel: Kernel) -> None:
    kernel.run("stuck = True")
    asked = kernel.send("%hybnb measure endless")
    kernel.interrupt_once_it_says("running it eagerly")
    began = time.monotonic()
    reply = kernel.wait(asked)
    assert "KeyboardInterrupt" in reply.text
    assert time.monotonic() - began < 5.0
    assert kernel.run(f"print({SESSION}.measuring.waiting, {SESSION}.measuring._worker.pid)").text.strip() == "() None"
    assert kernel.run("print(float(tf.reduce_sum(tf.ones([3]))))").text.strip() == "3.0"


def test_a_trial_in_the_kernel_itself_is_made_on_request(kernel: Kernel) -> None:
    kernel.run(
        "w = tf.Variable(1.0)\ndef add(x):\n    return tf.sin(x) * w + tf.cos(x)\nfor _ in range(8): add(tf.ones([2]))"
    )
    seen = f"print({SESSION}.verdict('add').facts.calls)"
    before = kernel.run(seen).text
    assert "no result" not in kernel.run("%hybnb measure add --here").text
    assert kernel.run(seen).text == before  # a trial's calls aren't the user's
    assert kernel.run("print(float(w))").text.strip() == "1.0"


def test_what_no_process_takes_is_tried_in_the_idle_kernel_where_that_is_allowed(kernel: Kernel) -> None:
    kernel.run("%hybnb settings trials_here=true")
    kernel.run(
        "large = tf.Variable(tf.ones([15_000_000]))\ndef scaled(x):\n    for _ in range(40):\n        x = tf.sin(x) * large[0]\n"
        "    return x\nfor _ in range(300): scaled(tf.ones([2]))"
    )
    place = f"getattr({SESSION}.measuring.tried.of('scaled'), 'place', None) == 'kernel'"
    assert settled(kernel, place) == "True"
    assert "did the same in 4 calls" in kernel.run("%hybnb scaled").text
    kernel.run("%hybnb settings trials_here=false")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%hybnb measure nobody", "hybnb knows no function nobody"),
        ("%hybnb measure solve --fast", "unrecognized arguments: --fast"),
        ("%hybnb measure solve --budget never", "argument --budget: takes seconds"),
        ("%hybnb measure solve --xla --here", "don't go together"),
        ("%hybnb trials perhaps", "takes auto, ask or off"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(kernel: Kernel, line: str, words: str) -> None:
    text = kernel.run(line).text
    assert words in text
    assert "Traceback" not in text


def test_a_function_that_was_never_called_says_what_to_do(kernel: Kernel) -> None:
    kernel.run("def idle(x):\n    return tf.sin(x)")
    assert "call it once more and ask again" in kernel.run("%hybnb measure idle").text


def test_without_trials_nothing_is_kept_and_nothing_runs(kernel: Kernel) -> None:
    assert "tries nothing" in kernel.run("%hybnb trials off").text
    kernel.run("def fresh(x):\n    return tf.sin(x)\nfor _ in range(5): fresh(tf.ones([2]))")
    assert kernel.run(f"print({SESSION}._probes.keeper.kept('fresh'))").text.strip() == "None"


def test_unloading_leaves_no_process_and_no_thread(kernel: Kernel) -> None:
    kernel.run("%hybnb trials auto\nimport psutil, threading")
    kernel.run("def fresh(x):\n    return tf.sin(x)\nfor _ in range(5): fresh(tf.ones([2]))")
    kernel.run("%hybnb measure fresh")
    assert kernel.run("print(len(psutil.Process().children()))").text.strip() != "0"
    kernel.run("%unload_ext hybnb")
    assert kernel.run("print(len(psutil.Process().children()))").text.strip() == "0"
    assert kernel.run("print([t.name for t in threading.enumerate() if 'hybnb' in t.name])").text.strip() == "[]"
