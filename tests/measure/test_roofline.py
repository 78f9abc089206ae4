"""Counts of arithmetic and memory traffic, and the weaknesses seen in a sequence of ops."""

from __future__ import annotations

import pytest

from hybnb.measure.roofline import floor_seconds, flops_of
from hybnb.measure.weakness import loops, slacks
from hybnb.model import Calibration, OpRecord

MACHINE = Calibration(1e-5, 2e-4, 1e-6, matmul_flops=1e11, stream_bytes=1e10)


def op(name: str, inputs: tuple[tuple[int, ...], ...] = (), *outputs: tuple[int, ...], size: int = 0) -> OpRecord:
    return OpRecord(name, 1e-5, inputs, outputs, size)


@pytest.mark.parametrize(
    ("made", "flops"),
    [
        (op("MatMul", ((2, 5), (5, 3)), (2, 3)), 2 * 2 * 5 * 3),
        (op("MatMul", ((5, 2), (5, 3)), (2, 3)), 2 * 2 * 5 * 3),  # transpose_a
        (op("BatchMatMulV2", ((7, 2, 5), (7, 5, 3)), (7, 2, 3)), 7 * 2 * 2 * 5 * 3),
        (op("Conv2D", ((1, 8, 8, 4), (3, 3, 4, 6)), (1, 8, 8, 6)), 2 * 64 * 6 * 36),
        (op("Conv2DBackpropInput", ((4,), (3, 3, 4, 6), (1, 8, 8, 6)), (1, 8, 8, 4)), 2 * 64 * 6 * 36),
        (op("Conv2DBackpropFilter", ((1, 8, 8, 4), (4,), (1, 8, 8, 6)), (3, 3, 4, 6)), 2 * 64 * 6 * 36),
        (op("Einsum", ((2, 5), (5, 3)), (2, 3)), 2 * 2 * 5 * 3),
        (op("BlockLSTM", ((), (9, 4, 3), (4, 2), (4, 2), (5, 8)), (9, 4, 2)), 2 * 9 * 4 * 40),
        (op("Add", ((3,), (3,)), (3,)), None),
        (op("MatMul"), None),
        (op("MatMul", ((), ()), ()), None),
    ],
)
def test_products_are_counted(made: OpRecord, flops: float | None) -> None:
    assert flops_of(made) == (None if flops is None else pytest.approx(flops))


def test_elementwise_ops_are_bound_by_memory() -> None:
    assert floor_seconds(op("Add", size=10_000_000), MACHINE) == pytest.approx(1e-3)


def test_dear_functions_cost_more_than_cheap_ones() -> None:
    cheap, dear = (floor_seconds(op(name, size=1_000_000), MACHINE) for name in ("Add", "Sin"))
    assert cheap is not None
    assert dear is not None
    assert dear > cheap


def test_reshaping_is_free_and_unknown_ops_are_unknown() -> None:
    assert floor_seconds(op("Reshape", size=10_000_000), MACHINE) == 0.0
    assert floor_seconds(op("Svd", size=10_000_000), MACHINE) is None


def test_rounds_of_a_loop_over_a_range_are_counted() -> None:
    step = [op("StridedSlice", ((20,), (1,), (1,), (1,)), ()), op("Mul", size=4)]
    assert loops([op("Range", ((), (), ()), (20,)), *step * 20]) == 20


def test_rounds_of_a_while_loop_are_counted() -> None:
    assert loops([op("Less", ((), ()), ()), op("AddV2", ((), ()), ())] * 12) == 12


def test_slices_and_comparisons_of_tensors_are_no_loop() -> None:
    assert loops([op("StridedSlice", ((20, 3),), (3,)), op("Less", ((3,), (3,)), (3,))] * 12) == 0
    assert loops([op("Less", ((), ()), ())]) == 0


def test_a_chain_of_large_elementwise_ops_is_seen_and_a_broken_one_is_not() -> None:
    large, other = op("Add", size=5_000_000), op("MatMul", size=5_000_000)
    assert all(slack.why for slack in slacks([large] * 3))
    assert not any(slack.why for slack in slacks([large, large, other, large, large]))
    assert not any(slack.why for slack in slacks([op("Add", size=5_000)] * 9))
