"""Methods of the user's that Keras traces: who calls what from within them, and who does the work."""

from __future__ import annotations

from hybnb.analyse import analyse
from hybnb.model import Cell, FunctionFacts

CODER = """
import keras, tensorflow as tf
class Coder(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dense(4)

    def encode(self, x):
        return tf.nn.relu(self.inner(x)) * 2.0

    def call(self, x):
        return tf.reduce_sum(tf.square(self.encode(x)), -1)

coder = Coder()
def predict(x):
    return coder(x).numpy()
"""


def facts(more: str = "") -> dict[str, FunctionFacts]:
    return {found.function.name: found for found in analyse([Cell(1, CODER), Cell(2, more)])}


def test_what_keras_traces_calls_as_part_of_it() -> None:
    assert facts()["Coder.encode"].keras_callers == ("Coder.call",)
    assert facts()["Coder.encode"].eager_callers == ()


def test_the_users_own_calls_are_none_of_keras() -> None:
    found = facts("def look(x):\n    return coder.encode(x)\n")["Coder.encode"]
    assert found.eager_callers == ("look",)


def test_a_method_of_that_name_of_another_class_is_traced_by_nobody() -> None:
    found = facts(
        "class Tool:\n    def call(self, x):\n        return helper(x)\ndef helper(x):\n    return tf.abs(x)\n"
    )
    assert (found["helper"].keras_callers, found["helper"].eager_callers) == ((), ("Tool.call",))


def test_a_models_call_is_part_of_the_work_of_who_calls_it() -> None:
    assert facts()["predict"].workers == ()


def test_a_function_works_for_who_only_calls_it() -> None:
    found = facts("def score(x):\n    return tf.exp(tf.abs(x) + 1.0)\ndef show(x):\n    print(score(x))\n")
    assert found["show"].workers == ("score",)


AS_USUAL = "coder.compile('sgd', 'mse')\n"
EAGERLY = "coder.compile('sgd', 'mse', run_eagerly=True)\n"


def _eager(compiled: str) -> bool:
    return any(effect.kind == "keras-eager" for effect in facts(compiled)["Coder.call"].effects)


def test_a_models_methods_are_eager_as_it_was_compiled_last() -> None:
    assert _eager(EAGERLY)
    assert _eager(AS_USUAL + EAGERLY)
    assert not _eager(EAGERLY + AS_USUAL)
    assert not _eager("")


def test_one_model_that_runs_eagerly_leaves_the_others_of_its_class_in_graphs() -> None:
    other = EAGERLY.replace("coder", "other")
    assert not _eager(f"{AS_USUAL}other = Coder()\n{other}")
    assert not _eager(f"other = Coder()\n{other}{AS_USUAL}")
    assert _eager(f"{EAGERLY}other = Coder()\n{other}")
