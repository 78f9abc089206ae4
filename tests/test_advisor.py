"""What holds between functions: one that only serves others that should be graphs is left to them."""

from __future__ import annotations

from hybnb.advisor import Advisor
from hybnb.model import Calibration, Call, CallHistory, Cell, OpRecord, Recording, ValueSketch, Verdict
from hybnb.settings import Settings

MACHINE = Calibration(
    dispatch_seconds=10e-6, graph_call_seconds=200e-6, node_seconds=1e-6, matmul_flops=1e11, stream_bytes=4e10
)
SOURCE = """import tensorflow as tf
def residual(x):
    for _ in range(40):
        x = tf.tanh(x) * 2.0 + tf.cos(x)
    return x
def step(x):
    return tf.reduce_mean(residual(x) ** 2)
"""
ENDS = "for _ in range(5000): step(tf.ones(8))"


def history(key: str, *callers: str) -> CallHistory:
    call = Call((("x", ValueSketch("tensor", dtype="float32", shape=(8,))),), 5000, 25.0, callers=callers)
    return CallHistory(key, 5000, 25.0, (0.005,) * 64, calls=(call,))


def recording(key: str) -> Recording:
    return Recording(key, (OpRecord("Mul", 11e-6, ((8,), (8,)), ((8,),), 96),) * 200, 0.005)


def advised(*cells: str, residual: tuple[str, ...] = ("step",), advisor: Advisor | None = None) -> dict[str, Verdict]:
    """Verdicts by name, when `step` was called from a cell and `residual` by these."""
    histories = {"residual": history("residual", *residual), "step": history("step", "<cell>")}
    verdicts = (advisor or Advisor(Settings())).update(
        [Cell(number, text) for number, text in enumerate(cells, 1)],
        histories=histories,
        recordings={key: (recording(key),) for key in histories},
        calibration=MACHINE,
    )
    return {verdict.function.name: verdict for verdict in verdicts}


def test_only_the_outermost_of_two_is_to_be_decorated() -> None:
    verdicts = advised(SOURCE, ENDS)
    assert {name: one.answer for name, one in verdicts.items()} == {"step": "decorate", "residual": "leave"}
    assert "`step`" in verdicts["residual"].faster.why


def test_a_function_that_a_cell_calls_as_well_is_decorated_itself() -> None:
    assert advised(SOURCE, f"{ENDS}\nresidual(tf.ones(8))")["residual"].answer == "decorate"
    assert advised(SOURCE, ENDS, residual=("step", "<cell>"))["residual"].answer == "decorate"


def test_a_function_whose_caller_must_stay_python_is_decorated_itself() -> None:
    printing = SOURCE.replace("    return tf.reduce_mean", "    print('.')\n    return tf.reduce_mean")
    verdicts = advised(printing, ENDS)
    assert verdicts["step"].safe.value == "no"
    assert verdicts["residual"].answer == "decorate"


def test_the_same_verdicts_come_again_when_nothing_changed() -> None:
    advisor = Advisor(Settings())
    first = advised(SOURCE, ENDS, advisor=advisor)
    again = advised(SOURCE, ENDS, advisor=advisor)
    assert first == again


def test_a_caller_that_is_taken_back_leaves_the_function_to_itself() -> None:
    advisor = Advisor(Settings())
    advised(SOURCE, ENDS, advisor=advisor)
    printing = SOURCE.replace("    return tf.reduce_mean", "    print('.')\n    return tf.reduce_mean")
    assert advised(printing, ENDS, advisor=advisor)["residual"].answer == "decorate"


STALE = SOURCE.replace("x = tf.tanh(x) * 2.0", "x = tf.tanh(x) * rate").replace(
    "def residual", "rate = 2.0\ndef residual"
)


def test_what_keeps_several_from_being_decorated_is_told_of_the_outermost() -> None:
    verdicts = advised(STALE, ENDS, "rate = 3.0", ENDS)
    assert {name: one.answer for name, one in verdicts.items()} == {"step": "repair-first", "residual": "leave"}
    assert verdicts["residual"].safe.value == "no"
    assert "Look at `step`." in verdicts["residual"].findings[-1].next_step


def test_a_function_to_be_repaired_that_a_cell_calls_is_told_itself() -> None:
    verdicts = advised(STALE, ENDS, "rate = 3.0", ENDS, residual=("step", "<cell>"))
    assert verdicts["residual"].answer == "repair-first"


def test_a_function_whose_caller_is_a_tf_function_by_now_is_left_to_it() -> None:
    advisor = Advisor(Settings())
    cells = (SOURCE, ENDS, "step = tf.function(step)", ENDS)
    assert advised(*cells, advisor=advisor)["residual"].answer == "leave"
    assert advised(*cells, residual=("step", "<cell>"), advisor=advisor)["residual"].answer == "decorate"


def test_a_partial_may_be_made_further_down_in_its_cell_than_the_cell_of_its_function_is_long() -> None:
    cells = (SOURCE, "\n" * 40 + "import functools\nother = functools.partial(step)", ENDS)
    assert advised(*cells)["other"].function.line == 42
