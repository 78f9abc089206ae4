"""The worker, for real: what it carries, what it survives, how it ends. One process serves most of these tests."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from msgspec.structs import replace

from hybnb.measure import adapter_state
from hybnb.measure.comparison import FRESH
from hybnb.measure.worker.carry import Call, NotCarriedError, TooLargeError, pack
from hybnb.measure.worker.client import Worker, keras_settings
from hybnb.measure.worker.trying import Tools, _Running
from hybnb.model import Trial, TrialPlan
from tests.measure.worker.hostile import ABORTS, HOSTILE
from tests.measure.worker.typical import CARRIED, NOT_CARRIED, ran

pytestmark = [pytest.mark.tensorflow, pytest.mark.xdist_group("worker")]
#: Of each kind of long test; `make trials` runs all, and more kills.
SHARE = int(os.environ.get("HYBNB_TRIALS", "0"))
SOME = slice(None) if SHARE else slice(None, None, 4)
PLAN = TrialPlan("function", deadline_seconds=60.0, timing_seconds=0.1)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    one = Worker()
    yield one
    one.stop()


def call(names: dict[str, Any]) -> Call:
    function, arguments = names["function"], names["arguments"]
    return Call(function, tuple(arguments), {}, function.__code__.co_varnames[: function.__code__.co_argcount])


def trial(worker: Worker, text: str, plan: TrialPlan = PLAN) -> Trial:
    names = ran("a trial", text if "arguments" in text else dedent(text) + "\narguments = (tf.ones([3]),)\n")
    job = worker.run(plan, pack(call(names), time.monotonic, seconds=30.0))
    assert job.ended.wait(120)
    assert job.trial is not None
    while worker.busy or (worker._thread is not None and worker._thread.is_alive()):
        time.sleep(0.01)
    return job.trial


def test_eager_calls_are_as_slow_as_the_users_own(worker: Worker) -> None:
    found = trial(worker, "def function(x):\n    return tf.sin(x) + 1.0\n", replace(PLAN, eager_seconds=1.0))
    assert found.comparison is not None
    assert found.comparison.high >= FRESH * found.comparison.low
    assert found.eager is not None
    assert found.eager.high >= FRESH * found.eager.low


def test_what_was_tried_before_is_only_timed_when_that_is_asked_for(worker: Worker) -> None:
    again = replace(PLAN, again=True)
    found = trial(worker, "def function(x):\n    return tf.sin(x) + tf.random.normal([3])\n", again)
    assert found.comparison is not None
    assert found.comparison.speedup > 0.0
    assert (found.refusal, found.agreement) == (None, None)
    denied = trial(worker, "def function(x):\n    open('/etc/hybnb', 'w')\n    return x\n", again)
    assert denied.refusal is not None
    assert (denied.refusal.reason, denied.comparison) == ("denied", None)
    raises = trial(worker, "def function(x):\n    raise ValueError\n", again)
    assert (raises.refusal, raises.comparison) == (None, None)


def test_what_runs_on_a_gpu_in_the_kernel_is_compared_without_it_and_not_timed(worker: Worker) -> None:
    text = "def function(x):\n    with tf.device('/GPU:0'):\n        return tf.sin(x) + 1.0\n"
    found = trial(worker, text, replace(PLAN, accelerator="GPU"))
    assert found.refusal is None
    assert found.agreement is not None
    assert found.agreement.agreed
    assert (found.comparison, found.eager, found.without) == (None, None, "GPU")


@pytest.mark.parametrize(
    ("seeded", "operation", "left"),
    [(False, "RandomStandardNormal", None), (True, "RandomStandardNormal", 7), (False, "StatelessRandomNormalV2", 7)],
)
def test_where_the_kernel_has_no_seed_eager_calls_that_draw_are_timed_without_one(
    tmp_path: Path, seeded: bool, operation: str, left: int | None
) -> None:
    import tensorflow as tf

    silent: Any = None
    running = _Running(PLAN, (), Tools(tmp_path, silent, time.perf_counter, print, seeded))
    running.ops, running.pairs = frozenset({"MatMul", operation}), [(1.0, 1.0)]
    running.eager = running.graph = SimpleNamespace(call=lambda: None)
    tf.random.set_seed(7)
    try:
        known = running._known_pairs()
        assert sys.modules["tensorflow.python.eager.context"].global_seed() == left
        assert known == (() if left is None else running.pairs)
        assert adapter_state.seeded() is (left is not None)
    finally:
        tf.random.set_seed(None)


@pytest.mark.parametrize("title", list(CARRIED)[SOME])
def test_typical_functions_are_carried_and_do_the_same_both_ways(worker: Worker, title: str) -> None:
    names = ran(title, CARRIED[title])
    names["function"](*names["arguments"])
    job = worker.run(PLAN, pack(call(names), time.monotonic, seconds=30.0))
    assert job.ended.wait(120)
    found = job.trial
    assert found is not None
    assert found.refusal is None
    assert found.agreement is not None
    assert [one.message for one in found.agreement.differences] == []
    assert found.agreement.calls >= 4
    assert found.comparison is not None
    assert found.graph is not None
    assert found.operations > 0


@pytest.mark.parametrize("title", list(NOT_CARRIED))
def test_what_cant_be_carried_is_named(title: str) -> None:
    text, words = NOT_CARRIED[title]
    with pytest.raises(NotCarriedError, match=re.escape(words)):
        pack(call(ran(title, text)), time.monotonic)


def test_packing_leaves_nothing_on_the_users_classes() -> None:
    text = """
    import collections, enum
    Row = collections.namedtuple("Row", "x y")
    class Meters(float):
        pass
    class Colour(enum.Enum):
        RED = 1
    class Mine:
        pass
    held = [Row(1, 2), Meters(3), Colour.RED, Mine()]
    def function(x):
        return x * len(held)
    arguments = (rows,)
    """
    names = ran("classes", text)
    classes = [type(one) for one in names["held"]]
    before = [sorted(vars(one)) for one in classes]
    pack(call(names), time.monotonic, seconds=30.0)
    assert [sorted(vars(one)) for one in classes] == before


def test_asking_for_kerass_settings_leaves_the_policy_open() -> None:
    import keras

    state = adapter_state.keras_names()
    kept = state.pop("dtype_policy", None)
    try:
        assert keras_settings()["dtype_policy"] == "float32"
        assert "dtype_policy" not in state
        keras.config.set_dtype_policy("mixed_float16")
        assert keras_settings()["dtype_policy"] == "mixed_float16"
    finally:
        state.pop("dtype_policy", None)
        state.update({} if kept is None else {"dtype_policy": kept})


def test_too_much_is_not_carried() -> None:
    names = ran("large", "big = np.ones(2**23)\ndef function(x):\n    return big[0] * x\narguments = (rows,)\n")
    with pytest.raises(TooLargeError, match="more than 50 MB"):
        pack(call(names), time.monotonic)


def test_packing_gives_up_when_it_takes_too_long() -> None:
    names = ran(
        "long", "many = list(range(3_000_000))\ndef function(x):\n    return many[0] * x\narguments = (rows,)\n"
    )
    ticks = iter(range(10**9))
    with pytest.raises(TooLargeError, match="too long"):
        pack(call(names), lambda: float(next(ticks)), seconds=3.0)


DISAGREEING = {
    "a list grows": (
        """
        losses = []
        def function(x):
            losses.append(1.0)
            return x * 2
        """,
        "after 2 calls `losses` has 2 items eagerly, 1 item as a graph",
    ),
    "a class counts": (
        """
        class Counter:
            total = 0
        def function(x):
            Counter.total += 1
            return x * 2
        """,
        "after 2 calls `Counter.total` is 2 eagerly, 1 as a graph",
    ),
    "frozen Python noise": (
        """
        def function(x):
            return x * random.random()
        """,
        "as a graph",
    ),
    "a frozen coin": (
        """
        def function(x):
            return 1.0 if random.random() < 0.5 else tf.random.uniform([]) * 0.0
        """,
        "as a graph",
    ),
    "printing": (
        "def function(x):\n    print('called')\n    return x\n",
        "prints 'called' eagerly, nothing as a graph",
    ),
    "a file in its own folder": (
        """
        def function(x):
            with open("log.txt", "a") as file:
                file.write("called\\n")
            return x
        """,
        "`log.txt` has 14 bytes eagerly, 7 bytes as a graph",
    ),
    "numpy": ("def function(x):\n    return x.numpy() + 1\n", "raises AttributeError"),
    "a clock": (
        """
        import time
        def function(x):
            return x * (time.perf_counter() % 1000)
        """,
        "varies eagerly, is the same each time as a graph",
    ),
}


@pytest.mark.parametrize("title", list(DISAGREEING))
def test_a_disagreement_is_told_by_its_smallest_evidence(worker: Worker, title: str) -> None:
    text, words = DISAGREEING[title]
    found = trial(worker, text).agreement
    assert found is not None
    assert words in found.differences[0].message


USED_UP = {
    "an iterator": "next(numbers)",
    "a list": "numbers_left.pop()",
}


@pytest.mark.parametrize("title", list(USED_UP))
def test_what_is_used_up_while_it_is_timed_keeps_what_was_found_before(worker: Worker, title: str) -> None:
    found = trial(
        worker,
        f"""
        numbers = iter([float(n) for n in range(20)])
        numbers_left = [float(n) for n in range(20)]
        def function(x):
            return x * {USED_UP[title]}
        """,
    )
    assert found.refusal is None
    assert found.agreement is not None
    assert found.agreement.differences
    assert found.comparison is None


RAISING = {
    "while it is traced": (
        """
        def twice(x):
            return x * 2
        def function(x):
            y = twice(x)

            return y.numpy() + 1
        """,
        3,
        "raises AttributeError (",
    ),
    "in a helper while it is traced": (
        """
        def host(x):
            return x.numpy()
        def function(x):
            y = x * 2
            return host(y)
        """,
        2,
        "raises AttributeError (",
    ),
    "while it runs": (
        """
        def function(x):
            try:
                tf.debugging.assert_less(x, 0.0, "too large")
            except tf.errors.InvalidArgumentError:
                x = -x
            return x
        """,
        None,
        "raises InvalidArgumentError (assertion failed: [too large",
    ),
}


@pytest.mark.parametrize("title", list(RAISING))
def test_what_only_the_graph_raises_is_told_with_its_line(worker: Worker, title: str) -> None:
    text, line, words = RAISING[title]
    found = trial(worker, text).agreement
    assert found is not None
    assert (found.differences[0].kind, found.differences[0].line) == ("exception", line)
    assert words in found.differences[0].message
    assert "AttributeError: " not in found.differences[0].message


AGREEING = {
    "TensorFlow's own noise": "def function(x):\n    return x + tf.random.normal([3])\n",
    "noise with two outcomes": "def function(x):\n    return tf.random.categorical([[0.0, 0.5]], 1)[0, 0]\n",
    "noise with a rare outcome": "def function(x):\n    return tf.random.uniform([]) < 0.2\n",
    "noise that decides a size": """
        def function(x):
            return tf.boolean_mask(tf.range(6), tf.random.uniform([6]) < 0.5)
        """,
    "dropout by Keras": """
        layer = keras.layers.Dropout(0.5)
        def function(x):
            return layer(tf.ones([2]), training=True)
        """,
    "a branch on values": "def function(x):\n    if tf.reduce_sum(x) > 0:\n        return x * 2\n    return -x\n",
    "a branch on values, in annotated code": """
        from typing import Any as Anything
        def function(x: Anything) -> tf.Tensor:
            if tf.reduce_sum(x) > 0:
                return x * 2
            return -x
        """,
    "a counter in a variable": "n = tf.Variable(0)\ndef function(x):\n    n.assign_add(1)\n    return x\n",
}


@pytest.mark.parametrize("title", list(AGREEING))
def test_what_only_seems_to_differ_agrees(worker: Worker, title: str) -> None:
    found = trial(worker, AGREEING[title]).agreement
    assert found is not None
    assert [one.message for one in found.differences] == []
    assert found.random == ("noise" in title)
    assert (found.flipped > 0) == ("branch" in title)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    (tmp_path / "kept.txt").write_text("as it was")
    return tmp_path


@pytest.mark.parametrize("title", list(HOSTILE)[slice(None) if SHARE else slice(3, None)])
def test_hostile_functions_harm_nobody(worker: Worker, title: str, outside: Path) -> None:
    text, reason, words = HOSTILE[title]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        made = text.replace("{outside}", str(outside)).replace("{port}", str(port))
        found = trial(worker, made, TrialPlan("function", deadline_seconds=12.0 if reason == "deadline" else 90.0))
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert [path.name for path in outside.iterdir()] == ["kept.txt"]
    assert (outside / "kept.txt").read_text() == "as it was"
    refused, said = (found.refusal.reason, found.refusal.message) if found.refusal is not None else ("", "")
    assert re.fullmatch(reason, refused), found.refusal
    assert re.search(words.replace("{outside}", str(outside)), said), found.refusal
    assert "\n" not in said


def test_a_function_that_branches_at_random_is_compared_all_the_same(worker: Worker) -> None:
    text = """
    def function(x):
        picture = tf.image.random_flip_left_right(tf.reshape(x, [1, 3, 1]))
        if tf.reduce_sum(picture) > tf.random.uniform([]):
            picture = -picture
        return tf.image.random_brightness(picture, 0.2)
    """
    found = trial(worker, text)
    assert found.refusal is None
    assert found.agreement is not None
    assert found.agreement.random


def test_what_is_compiled_is_timed_beside_a_graph_too_and_its_hazards_are_told(worker: Worker) -> None:
    text = """
    def function(x):
        for _ in range(30):
            x = tf.sin(x) + tf.cos(x)
        return tf.gather(x, tf.argsort(x))
    """
    found = trial(worker, text, TrialPlan("function", "xla", deadline_seconds=60.0, timing_seconds=0.1))
    assert found.refusal is None
    assert found.agreement is not None
    assert found.agreement.agreed
    assert found.over_graph is not None
    assert found.hazards == ("an index out of range isn't an error (GatherV2)",)


def test_a_crash_under_xla_ends_only_the_worker(worker: Worker) -> None:
    """TensorFlow refuses to compile it the first time, and aborts the process the second time."""
    plan = TrialPlan("function", "xla", deadline_seconds=60.0)
    refusals = [trial(worker, ABORTS, plan).refusal for _ in range(2)]
    ended = [one for one in refusals if one is not None]
    assert [one.reason for one in ended] == ["died"]
    assert "running the graph" in ended[0].message


def test_the_operating_system_keeps_the_worker_in_its_folder_where_it_can(worker: Worker) -> None:
    trial(worker, "def function(x):\n    return x\n")
    assert worker.confined is (sys.platform == "linux" and _has_landlock())


def _has_landlock() -> bool:
    modules = Path("/sys/kernel/security/lsm")
    import ctypes

    return bool(ctypes.CDLL(None).syscall(444, None, 0, 1) > 0) or (
        modules.exists() and "landlock" in modules.read_text()
    )


def test_a_worker_killed_at_any_moment_is_told_in_one_line(worker: Worker) -> None:
    dice = random.Random(5)
    names = ran("killed", CARRIED["linear regression on raw variables"])
    parcel = pack(call(names), time.monotonic)
    before = names["w"].numpy().tobytes()
    for _ in range(SHARE or 3):
        job = worker.run(PLAN, parcel)
        time.sleep(dice.uniform(0.0, 5.0))
        if worker.pid is not None:
            os.kill(worker.pid, signal.SIGKILL)
        assert job.ended.wait(10)
        assert job.trial is not None
        refusal = job.trial.refusal
        assert refusal is None or (refusal.reason == "died" and "\n" not in refusal.message)
        while worker.pid is not None and refusal is None:  # it was killed when it had nothing to do any more
            time.sleep(0.01)
    assert names["w"].numpy().tobytes() == before


def test_cancelling_ends_a_trial_at_once(worker: Worker) -> None:
    names = ran("endless", "def function(x):\n    while True:\n        pass\narguments = (rows,)\n")
    job = worker.run(PLAN, pack(call(names), time.monotonic))
    while job.stage != "eager":
        assert not job.ended.wait(0.05), job.trial
    worker.cancel()
    assert job.trial is not None
    assert job.trial.refusal is not None
    assert job.trial.refusal.reason == "cancelled"
    assert worker.pid is None


ORPHAN = """
import sys, time
import tensorflow as tf
from hybnb.measure.worker.carry import Call, pack
from hybnb.measure.worker.client import Worker, keras_settings
from hybnb.measure.worker.trying import Tools, _Running
from hybnb.model import TrialPlan
def endless(x):
    while True:
        pass
worker = Worker()
worker.run(TrialPlan("endless", deadline_seconds=1000.0), pack(Call(endless, (1,)), time.monotonic))
print(worker.pid, flush=True)
time.sleep(1000)
"""


def test_a_worker_does_not_outlive_its_kernel_even_when_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True) as kernel:
        assert kernel.stdout is not None
        worker = psutil.Process(int(kernel.stdout.readline()))
        kernel.kill()
    _, alive = psutil.wait_procs([worker], timeout=10)
    assert not alive


def test_nothing_is_left_after_stopping(worker: Worker) -> None:
    folder, pid = worker._folder, worker.pid
    worker.stop()
    assert worker.pid is None
    assert folder is None or not Path(folder.name).exists()
    assert pid is None or not psutil.pid_exists(pid)
