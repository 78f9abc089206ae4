"""The prediction on recordings made up for the test."""

from __future__ import annotations

from typing import Any

import pytest

from hybnb.measure.estimate import Estimate, estimate, merged, trace_seconds
from hybnb.measure.prediction import Predictor, predict
from hybnb.model import Calibration, Call, CallHistory, OpRecord, Prediction, Recording, ValueSketch
from tests.deciding import gain

MACHINE = Calibration(
    dispatch_seconds=10e-6, graph_call_seconds=200e-6, node_seconds=1e-6, matmul_flops=1e11, stream_bytes=4e10
)


def small(count: int, name: str = "Mul", seconds: float = 11e-6) -> tuple[OpRecord, ...]:
    return (OpRecord(name, seconds, ((8,), (8,)), ((8,),), 96),) * count


def product(side: int, seconds: float) -> OpRecord:
    return OpRecord("MatMul", seconds, ((side, side),) * 2, ((side, side),), 12 * side * side)


def recording(*ops: OpRecord, seconds: float = 0.0, **more: Any) -> Recording:
    return Recording("f", ops, seconds or sum(op.seconds for op in ops) * 2, **more)


def history(seconds: float, calls: int = 40, tensors: int = 1) -> CallHistory:
    arguments = tuple((f"x{index}", ValueSketch("tensor")) for index in range(tensors))
    return CallHistory("f", count=calls, recent_seconds=(seconds,) * min(calls, 64), calls=(Call(arguments),))


def predicted(*ops: OpRecord, eager: float, calls: int = 40, **more: Any) -> Prediction:
    found = predict([recording(*ops, **more)], history(eager, calls), MACHINE)
    assert found is not None
    return found


def test_many_small_ops_are_predicted_to_gain() -> None:
    found = predicted(*small(200), eager=5e-3)
    assert found.trusted
    assert found.speedup > 5
    assert found.low < found.speedup < found.high
    assert gain(found, 10_000) == "yes"


def test_few_small_ops_are_predicted_to_lose() -> None:
    found = predicted(*small(3), eager=60e-6)
    assert found.high < 1.0
    assert gain(found, 10_000) == "no"


def test_one_large_op_is_neither() -> None:
    found = predicted(product(1000, 20e-3), eager=20.1e-3)
    assert found.speedup == pytest.approx(1.0, abs=0.1)
    assert gain(found, 10_000) == "neutral"
    assert (found.largest_op, found.largest_op_share > 0.9) == ("MatMul", True)


def test_a_call_shorter_than_an_empty_graph_call_needs_no_recording() -> None:
    found = predict([], history(50e-6), MACHINE)
    assert found is not None
    assert gain(found, 10_000) == "no"


def test_a_longer_call_without_a_recording_is_left_open() -> None:
    assert predict([], history(5e-3), MACHINE) is None


def test_without_any_time_there_is_no_prediction() -> None:
    assert predict([], CallHistory("f"), MACHINE) is None


def test_the_gain_is_never_above_what_an_empty_graph_would_give() -> None:
    found = predicted(*small(30), eager=600e-6)
    assert found.high <= 600e-6 / MACHINE.graph_call_seconds


def test_what_cold_caches_cost_an_op_is_no_part_of_the_graph() -> None:
    quiet, cold = ([recording(*small(40), product(100, seconds))] for seconds in (31e-6, 57e-6))
    assert estimate(cold, MACHINE, 1).graph == pytest.approx(estimate(quiet, MACHINE, 1).graph, rel=0.1)


def test_what_cold_caches_cannot_cost_stays_as_when_work_is_handed_to_other_threads() -> None:
    usual, spread = ([recording(*small(40), OpRecord("Softmax", at, ((9, 9),), ((9, 9),), 648))] for at in (2e-5, 2e-4))
    assert estimate(spread, MACHINE, 1).graph > estimate(usual, MACHINE, 1).graph + 1e-4


def test_random_ops_and_powers_are_slow_only_eagerly() -> None:
    for name in ("RandomStandardNormal", "Pow"):
        usual, slow = ([recording(*small(40), OpRecord(name, at, ((9, 9),), ((9, 9),), 648))] for at in (2e-5, 2e-3))
        assert estimate(slow, MACHINE, 1).graph == pytest.approx(estimate(usual, MACHINE, 1).graph, rel=0.1)


def test_an_op_without_a_roofline_counts_as_measured() -> None:
    assert predicted(OpRecord("Svd", 5e-3), eager=6e-3).graph_seconds > 5e-3


def test_the_shortest_time_of_each_op_counts() -> None:
    first, second = recording(*small(2, "Svd", 3e-3)), recording(*small(1, "Svd", 1e-3), *small(1, "Svd", 5e-3))
    assert [op.seconds for op in merged([first, second])] == [1e-3, 3e-3]


def test_recordings_of_other_shapes_are_not_mixed_in() -> None:
    usual = recording(product(100, 1e-3))
    assert [op.input_shapes[0] for op in merged([usual, usual, recording(product(7, 1e-6))])] == [(100, 100)]


def test_more_tensor_arguments_cost_more() -> None:
    ops = [recording(*small(20))]
    assert estimate(ops, MACHINE, 20).graph > 2 * estimate(ops, MACHINE, 1).graph


def test_a_machine_under_load_is_expected_to_slow_the_graph_too() -> None:
    quiet, loaded = recording(*small(50)), recording(*small(50, seconds=40e-6))
    assert estimate([loaded], MACHINE, 1).graph > 1.1 * estimate([quiet], MACHINE, 1).graph


def test_the_spread_of_calls_widens_the_range() -> None:
    steady = history(5e-3)
    shaky = CallHistory("f", count=40, recent_seconds=(3e-3, 5e-3, 9e-3) * 13, calls=steady.calls)
    narrow, wide = (predict([recording(*small(200))], one, MACHINE) for one in (steady, shaky))
    assert narrow is not None
    assert wide is not None
    assert wide.low < narrow.low


@pytest.mark.parametrize(
    ("ops", "more", "why"),
    [
        (small(5), {"truncated": True}, "more ops than"),
        (small(5), {"accelerator": "GPU"}, "GPU"),
        (small(5), {"seconds": 1.0, "host_seconds": 0.9}, "90% of its time"),
        ((OpRecord("EagerPyFunc", 1e-3),), {}, "py_function"),
        ((OpRecord("AnonymousIteratorV3", 1e-3), *small(9)), {}, "dataset"),
        ((OpRecord("Abs", 5e-3, ((9_000_000,),), ((9_000_000,),), 72_000_000),) * 4, {}, "elementwise"),
        ((OpRecord("Pow", 9e-3, ((9_000_000,), ()), ((9_000_000,),), 72_000_000),), {}, "powers"),
        ((OpRecord("__inference_g_1", 9e-3),), {}, "another tf.function"),
    ],
)
def test_where_the_model_is_weak_it_says_so(ops: tuple[OpRecord, ...], more: dict[str, Any], why: str) -> None:
    found = predicted(*ops, eager=1e-2, **more)
    assert not found.trusted
    assert why in found.weakness
    assert gain(found, 10_000) == "unknown"


def test_a_call_without_ops_has_nothing_to_gain() -> None:
    found = predicted(eager=1e-2, seconds=1.0)
    assert not found.trusted
    assert "no TensorFlow ops" in found.weakness
    assert gain(found, 10_000) == "no"


def test_weak_ops_that_hardly_count_do_not_spoil_the_prediction() -> None:
    chain = (OpRecord("Abs", 2e-4, ((500_000,),), ((500_000,),), 4_000_000),) * 3
    found = predicted(*chain, product(2000, 0.2), *small(300), eager=0.5)
    assert found.trusted


def test_tracing_takes_longer_with_more_ops() -> None:
    assert 0.02 < trace_seconds(1, MACHINE) < trace_seconds(400, MACHINE) < 1.0


def test_recorded_calls_count_only_where_there_is_little_else() -> None:
    slow = [recording(*small(200), seconds=9e-3)] * 3
    few, many = CallHistory("f", count=4, recent_seconds=(5e-3, 20e-3)), history(5e-3)
    assert [found.eager_seconds for one in (few, many) if (found := predict(slow, one, MACHINE))] == [9e-3, 5e-3]


def test_calls_slower_than_the_recorded_ones_do_not_look_like_a_gain() -> None:
    found = predict([recording(product(1000, 20e-3), seconds=20.1e-3)], history(40e-3), MACHINE)
    assert found is not None
    assert found.speedup == pytest.approx(1.0, abs=0.1)


def test_estimates_are_kept_as_long_as_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    import hybnb.measure.prediction as module

    made = []

    def counted(*given: Any) -> Estimate:
        made.append(given)
        return estimate(*given)

    monkeypatch.setattr(module, "estimate", counted)
    predictor, one = Predictor(), [recording(*small(200))]
    for eager in (5e-3, 6e-3):
        predictor.predict(one, history(eager), MACHINE)
    assert len(made) == 1
    predictor.predict([*one, recording(*small(200))], history(5e-3), MACHINE)
    assert len(made) == 2
