"""What it takes to tell a panel of a notebook with 200 functions: everything, and what one cell changed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import msgspec
from jupyter_client.session import json_packer

from hybnb.advisor import Advisor
from hybnb.model import Cell, Verdict
from hybnb.model.wire import KernelState, ReportMessage, SeenCell
from hybnb.session.reports import Reports
from hybnb.settings import Settings
from hybnb.show.news import news
from tests.benchmarks.rows import Row, give

FUNCTIONS = 200
ROUNDS = 20
SOURCE = """
def step_{0}(x, model, lr=0.1):
    losses.append(float(tf.reduce_sum(x)))
    for i in range({1}):
        x = tf.nn.relu(x * lr)
        if tf.reduce_mean(x) > 0:
            print("step", x.numpy())
    return x
"""


class Shell:
    """Where a report looks for the notebook's name."""

    user_ns: dict[str, str] = {}


def cells(turns: int) -> list[Cell]:
    """One function a cell; `turns` makes the last of them another one."""
    defined = [SOURCE.format(number, 3) for number in range(FUNCTIONS - 1)] + [SOURCE.format(FUNCTIONS - 1, turns)]
    first = Cell(1, "import tensorflow as tf\nlosses = []\n")
    return [first, *(Cell(number, source, id=f"cell-{number}") for number, source in enumerate(defined, 2))]


def message(reports: Reports, verdicts: tuple[Verdict, ...], known: list[Cell]) -> ReportMessage:
    """The whole report, as the session makes it."""
    seen = tuple(SeenCell(cell.index, cell.id, "0" * 40, 1) for cell in known)
    reports.note(verdicts, seen, {cell.index: cell.source for cell in known})
    made = reports.message(lambda every: every, KernelState(True, Settings()), again=True)
    assert made is not None
    return made


def packed(sent: ReportMessage) -> bytes:
    """As a kernel puts it on its socket."""
    raw: bytes = json_packer(msgspec.to_builtins(sent))
    return raw


def median_ms(work: Callable[[int], object]) -> float:
    """Milliseconds of one run, the first one left out."""
    taken = []
    for turn in range(ROUNDS + 1):
        start = time.perf_counter()
        work(turn)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:]) * 1e3


def rows() -> list[Row]:
    """The verdicts are given; their cost is that of the cell hook."""
    advisor, reports = Advisor(Settings()), Reports(Shell())  # type: ignore[arg-type]
    versions = [(advisor.update(known), known) for known in (cells(2 + turn) for turn in range(ROUNDS + 1))]
    before = message(reports, *versions[0])

    def one_change(turn: int) -> None:
        nonlocal before
        after = message(reports, *versions[turn])
        packed(news(after, before))
        before = after

    return [
        Row(f"telling a panel what one cell changed among {FUNCTIONS} functions", median_ms(one_change), "ms", 5.0),
        Row(f"telling a panel everything, {FUNCTIONS} functions", median_ms(lambda _: packed(message(Reports(Shell()), *versions[0]))), "ms"),  # type: ignore[arg-type]
        Row(f"everything about {FUNCTIONS} functions", len(packed(before)) / 1e6, "MB"),
    ]  # fmt: skip


if __name__ == "__main__":
    give(rows())
