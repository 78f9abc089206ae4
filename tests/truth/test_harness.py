"""The bench sees each kind of difference, and none where there is none."""

from __future__ import annotations

import pytest

from tests.truth.differences import Differences
from tests.truth.harness import Bench, SampleError
from tests.truth.sample import sample

pytestmark = pytest.mark.tensorflow

CALLS = "# %%\nf(tf.constant(1.0))\nf(tf.constant(1.0))\n"
SAME = {
    "a condition on a tensor": f"def f(x):\n    if x > 0.0:\n        return x\n    return -x\n{CALLS}",
    "random numbers of TensorFlow": f"def f(x):\n    return x + tf.random.normal([])\n{CALLS}",
    "random weights": f"layer = keras.layers.Dense(3)\nlayer.build((None, 1))\ndef f(x):\n    return layer(x[None, None])\n{CALLS}",
    "weights made in the first call": f"layer = keras.layers.Dense(3)\ndef f(x):\n    return layer(x[None, None])\n{CALLS}",
    "tf.print": f"def f(x):\n    tf.print('now', x)\n    return x\n{CALLS}",
    "a closure": f"def make(k):\n    def inner(x):\n        return x * k\n    return inner\nf = make(2.0)\n{CALLS}",
    "a lambda": f"f = lambda x: x if x > 0.0 else -x\n{CALLS}",
    "a partial": f"from functools import partial\nf = partial(tf.add, tf.constant(1.0))\n{CALLS}",
    "a static method": "class T:\n    @staticmethod\n    def f(x):\n        return x * 2.0\n# %%\nT.f(tf.constant(1.0))\n",
    "the same exception": f"def f(x):\n    raise KeyError('a')\n{CALLS}",
    "nothing returned": f"v = tf.Variable(1.0)\ndef f(x):\n    v.assign_add(x)\n{CALLS}",
    "an optimizer's state": "v = tf.Variable(1.0)\no = keras.optimizers.Adam()\ndef f(x):\n    o.apply([x], [v])\n"
    "    return v + 0.0\n" + CALLS,
}
DIFFERENT = {
    "value": f"n = [0.0]\ndef f(x):\n    n[0] += 1.0\n    return x * n[0]\n{CALLS}",
    "type": f"def f(x):\n    return 1.5\n{CALLS}",
    "structure": f"def f(x):\n    return {{1, 2}} if isinstance(x, int) else sorted(tf.stack([x, x]))\n{CALLS}",
    "exception": f"def f(x):\n    return max(x, 0.0)\n{CALLS}",
    "output": f"def f(x):\n    print('now')\n    return x\n{CALLS}",
    "state": f"losses = []\ndef f(x):\n    losses.append(1)\n    return x\n{CALLS}",
    "files": f"def f(x):\n    open('a', 'a').write('x')\n    return x\n{CALLS}",
    "repeats": f"def f(x):\n    return x + np.random.rand()\n{CALLS}",
}
COUNTER = "class T:\n    n = 0\n    def f(self, x):\n        self.n += 1\n        return x\nt = T()\n# %%\n"
CLOSURE = "def make():\n    n = 0\n    def inner(x):\n        nonlocal n\n        n += 1\n        return x\n    return inner\n"
WARNS = "n = [0]\ndef f(x):\n    n.append(0)\n    warnings.warn(str(len(n)))\n    return x\n"
MORE = {
    "a logger": (
        "output",
        f"import logging\ndef f(x):\n    logging.getLogger('a').warning('b')\n    return x\n{CALLS}",
    ),
    "a warning": ("output", f"import warnings\n{WARNS}{CALLS}"),
    "an attribute": ("state", f"{COUNTER}t.f(tf.constant(1.0))\nt.f(tf.constant(1.0))\n"),
    "a variable of a closure": ("state", f"{CLOSURE}f = make()\n{CALLS}"),
    "a leaked symbol": ("state", f"kept = [None]\ndef f(x):\n    kept[0] = x * 2.0\n    return x\n{CALLS}"),
    "a clock": ("repeats", f"import time\ndef f(x):\n    return tf.cast(x, tf.float64) + time.time()\n{CALLS}"),
}


def _compared(bench: Bench, text: str) -> Differences:
    return bench.compare(sample("any", text))


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_no_difference_where_there_is_none(bench: Bench, text: str) -> None:
    found = _compared(bench, text)
    assert not found, str(found)


@pytest.mark.parametrize(("kind", "text"), DIFFERENT.items(), ids=DIFFERENT)
def test_each_kind_of_difference_is_seen(bench: Bench, kind: str, text: str) -> None:
    assert kind in _compared(bench, text).kinds


@pytest.mark.parametrize(("kind", "text"), MORE.values(), ids=MORE)
def test_hidden_state_and_quiet_channels_are_looked_at(bench: Bench, kind: str, text: str) -> None:
    assert kind in _compared(bench, text).kinds


def test_traces_are_counted_over_all_instances(bench: Bench) -> None:
    text = """
        class T:
            def f(self, x):
                return x * 2.0
        t = T()
        b = T()
        # %%
        t.f(tf.constant(1.0))
        b.f(tf.constant(1.0))
        b.f(tf.constant([1.0]))
        """
    assert _compared(bench, text).traces == 3


def test_a_decorator_of_the_samples_own_is_kept(bench: Bench) -> None:
    relaxed = "@tf.function(reduce_retracing=True)\ndef f(x):\n    return x * 2.0\n# %%\n"
    calls = "".join(f"f(tf.ones({n}))\n" for n in range(1, 6))
    assert _compared(bench, relaxed + calls).traces == 2
    assert bench.compare(sample("any", relaxed + calls), {"reduce_retracing": False}).traces == 5


def test_options_reach_tf_function(bench: Bench) -> None:
    text = "def f(x, i):\n    return tf.gather(x, i)\n# %%\nf(tf.constant([1.0, 2.0]), tf.constant(7))\n"
    assert bench.compare(sample("any", text)).raised == ()
    assert bench.compare(sample("any", text), {"jit_compile": True}).kinds == {"exception"}


def test_an_endless_trace_is_told_and_the_next_sample_still_runs(bench: Bench) -> None:
    text = "ds = tf.data.Dataset.range(2)\ndef f(x):\n    return x + len([v for v in ds])\n# %%\nf(tf.constant(1))  # never ends\n"
    assert _compared(bench, text).kinds == {"hangs"}
    assert not _compared(bench, SAME["a lambda"])


def test_a_process_that_dies_is_told(bench: Bench) -> None:
    text = "import os\ndef f(x):\n    if not tf.executing_eagerly():\n        os._exit(3)\n    return x\n# %%\nf(tf.constant(1.0))\n"
    assert _compared(bench, text).kinds == {"dies"}


def test_a_sample_that_fails_before_its_calls_is_refused(bench: Bench) -> None:
    with pytest.raises(SampleError, match="NameError"):
        _compared(bench, f"missing\ndef f(x):\n    return x\n{CALLS}")
