"""What Keras traces and what it runs in Python: executed, and what hybnb advises about it."""

from __future__ import annotations

import pytest

from hybnb.advisor import check
from hybnb.model import Answer, Cell, Verdict
from hybnb.settings import Settings
from tests.truth.harness import Bench
from tests.truth.sample import cells_of

pytestmark = pytest.mark.tensorflow

LOSS = """
eagerly = []
{decorator}
def my_loss(y_true, y_pred):
    {note}
    return tf.reduce_mean(tf.square(y_true - y_pred))
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", loss=my_loss{options})
# %%
model.fit(tf.ones([8, 2]), tf.ones([8, 1]), batch_size=2, verbose=0)
{proof}
"""
STEP = """
entered = []
class Small(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)
    def call(self, inputs):
        return self.dense(inputs)
    def test_step(self, data):
        {note}
        x, y = data
        return {{"error": tf.reduce_mean((self(x) - y) ** 2)}}
model = Small()
model.compile("sgd"{options})
# %%
model.evaluate(tf.ones([8, 2]), tf.ones([8, 1]), batch_size=2, verbose=0)
{proof}
"""
NOISE = """
def noisy(x):
    return x * 0.0 + {noise}
# %%
ones = tf.data.Dataset.from_tensor_slices(tf.ones([4], tf.float64))
drawn = [float(each) for each in ones.map({mapped})]
"""
CALLBACK = """
seen = []
class Log(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        seen.append((epoch, tf.executing_eagerly()))
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
# %%
model.fit(tf.ones([4, 2]), tf.ones([4, 1]), epochs=2, verbose=0, callbacks=[Log()])
assert seen == [(0, True), (1, True)]
"""


def _verdict(text: str, name: str) -> Verdict:
    cells = [Cell(number, source) for number, source in enumerate(cells_of(text), 1)]
    return next(one for one in check(cells, (), Settings()) if one.function.name == name)


def _codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings}


def _loss(*, decorator: str = "", note: str = "pass", options: str = "", proof: str = "") -> str:
    return LOSS.format(decorator=decorator, note=note, options=options, proof=proof)


def _step(*, note: str = "pass", options: str = "", proof: str = "") -> str:
    return STEP.format(note=note, options=options, proof=proof)


NOTE = "eagerly.append(tf.executing_eagerly())"


def test_a_loss_that_a_model_is_compiled_with_is_traced_by_keras(bench: Bench) -> None:
    bench.prove("loss", cells_of(_loss(note=NOTE, proof="assert eagerly and not any(eagerly)")))
    verdict = _verdict(_loss(), "my_loss")
    assert "HYB101" in _codes(verdict)
    assert verdict.answer == "leave"
    assert _verdict(_loss(decorator="@tf.function"), "my_loss").answer == "remove"


def test_what_python_does_in_such_a_loss_is_frozen_today_and_has_to_be_repaired(bench: Bench) -> None:
    bench.prove("loss", cells_of(_loss(note=NOTE, proof="assert len(eagerly) < 4")))
    verdict = _verdict(_loss(note=NOTE), "my_loss")
    assert "HYB502" in _codes(verdict)
    assert verdict.answer == "repair-first"
    bench.prove("loss", cells_of(_loss(note=NOTE, options=", run_eagerly=True", proof="assert len(eagerly) == 4")))
    assert "HYB502" not in _codes(_verdict(_loss(note=NOTE, options=", run_eagerly=True"), "my_loss"))


@pytest.mark.parametrize(
    ("noise", "mapped", "different", "answer"),
    [
        ("np.random.normal()", "noisy", 1, "repair-first"),
        ("tf.random.normal([], dtype=tf.float64)", "noisy", 4, "leave"),
        ("np.random.normal()", "lambda x: tf.numpy_function(noisy, [x], tf.float64)", 4, None),
    ],
)
def test_numbers_that_python_draws_are_frozen_in_the_graph_of_a_dataset(
    bench: Bench, noise: str, mapped: str, different: int, answer: Answer | None
) -> None:
    text = NOISE.format(noise=noise, mapped=mapped)
    bench.prove("noise", cells_of(f"{text}\nassert len(set(drawn)) == {different}, drawn"))
    verdict = _verdict(text, "noisy")
    assert ("HYB502" in _codes(verdict)) is (different == 1)
    assert answer in (None, verdict.answer)


def test_with_run_eagerly_it_is_not(bench: Bench) -> None:
    eager = ", run_eagerly=True"
    bench.prove("loss", cells_of(_loss(note=NOTE, options=eager, proof="assert all(eagerly)")))
    assert "HYB101" not in _codes(_verdict(_loss(options=eager), "my_loss"))


def test_run_eagerly_makes_each_batch_python(bench: Bench) -> None:
    note, eager = "entered.append(1)", ", run_eagerly=True"
    bench.prove("step", cells_of(_step(note=note, options=eager, proof="assert len(entered) == 4")))
    bench.prove("step", cells_of(_step(note=note, proof="assert len(entered) < 4")))
    assert "HYB107" in _codes(_verdict(_step(options=eager), "Small.test_step"))
    assert "HYB107" not in _codes(_verdict(_step(), "Small.test_step"))
    assert _verdict(_step(), "Small.test_step").answer == "leave"


def test_a_callback_runs_in_python(bench: Bench) -> None:
    bench.prove("callback", cells_of(CALLBACK))
    verdict = _verdict(CALLBACK, "Log.on_epoch_end")
    assert verdict.answer == "leave"
    assert "HYB102" in _codes(verdict)


def test_what_a_model_compiled_with_xla_does_is_judged_as_compiled() -> None:
    text = _step(options=", jit_compile=True").replace("(self(x) - y) ** 2", "tf.gather(self(x) - y, [9])")
    assert "HYB292" in _codes(_verdict(text, "Small.test_step"))
    assert "HYB292" not in _codes(_verdict(text.replace(", jit_compile=True", ""), "Small.test_step"))
