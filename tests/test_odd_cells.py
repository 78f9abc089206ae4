"""Ten thousand odd cells run as if hybnb were not there: same output, same errors, and nobody's objects touched."""

from __future__ import annotations

import gc
import os
import random
import re
import sys
import time
import warnings
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from hybnb.session import Session
from tests.odd_cells import TOUCHED, cells
from tests.shells import new_shell

CELLS_PER_NOTEBOOK = 10
NOTEBOOKS = 20
# Each part is generated from a seed of its own and fails by itself, so that it can be run again alone. `make odd` runs 50:
# 10 000 cells.
PARTS = range(int(os.environ.get("HYBNB_ODD_PARTS", "4")))
SECONDS_PER_CELL = 120.0  # a cell that hangs, not one on a busy machine


# What differs between any two runs: addresses, the lines that %time prints, and the names of AutoGraph's temporary files.
CHANGING = re.compile(
    r"0x[0-9a-f]{6,}|(?<=CPU times: ).*|(?<=Wall time: ).*|<ipython-input-[^>]*>|(?<=__autograph_generated_file)\w+"
)

# IPython's own names, which a new notebook keeps.
KEPT = {"__name__", "__builtin__", "__builtins__", "__doc__", "__loader__", "__package__", "__spec__",
        "_ih", "_oh", "_dh", "In", "Out", "get_ipython", "exit", "quit", "open"}  # fmt: skip


class Outcome(NamedTuple):
    """What a user can see of a cell."""

    stdout: str
    stderr: str
    error: str
    touched: tuple[str, ...]


class Shells(NamedTuple):
    """The same IPython twice, one of them without hybnb."""

    bare: InteractiveShell
    watched: InteractiveShell
    originals: list[dict[str, object]]  #: IPython's own names of both


@pytest.fixture(scope="module")
def shells() -> Iterator[Shells]:
    pytest.importorskip("tensorflow")
    with warnings.catch_warnings(), new_shell() as bare, new_shell() as watched:
        warnings.simplefilter("ignore")
        for shell in (bare, watched):
            shell.InteractiveTB.set_mode("Plain")  # the others take a tenth of a second for each traceback
        bare.register_magic_function(lambda line: None, magic_name="hybnb")
        originals = [{name: shell.user_ns[name] for name in KEPT & set(shell.user_ns)} for shell in (bare, watched)]
        yield Shells(bare, watched, originals)
        for shell, own in zip((bare, watched), originals, strict=True):
            shell.user_ns.update(own)


class Process(NamedTuple):
    """What cells of both shells share, because they run in one process."""

    random: object
    recursion: int
    collects: bool

    @classmethod
    def now(cls) -> Process:
        return cls(random.getstate(), sys.getrecursionlimit(), gc.isenabled())

    def restore(self) -> None:
        _seed_tensorflow(0)
        random.setstate(self.random)
        sys.setrecursionlimit(self.recursion)
        (gc.enable if self.collects else gc.disable)()


def _seed_tensorflow(number: int) -> None:
    """Random numbers that aren't seeded are never the same twice."""
    sys.modules["tensorflow"].random.set_seed(number)


def run(shell: InteractiveShell, cell: str) -> tuple[Outcome, list[str]]:
    """Run one cell; what a user sees of it, and the rich outputs that came beside it."""
    touched = shell.user_ns[TOUCHED]
    InteractiveShell._instance = shell  # IPython's traceback and display ask for the one shell of the process
    with capture_output() as captured, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = shell.run_cell(cell, store_history=True)
            error = result.error_before_exec or result.error_in_exec
        except RecursionError as own:  # IPython's own: it cannot show some errors of cells that are nested too deeply
            error = own
    rich = [repr(output.data) for output in captured.outputs]
    stdout, stderr = (CHANGING.sub("", text) for text in (captured.stdout, captured.stderr))
    return Outcome(stdout, stderr, type(error).__name__, tuple(touched)), rich


def begin(shell: InteractiveShell, originals: dict[str, object]) -> None:
    """An empty notebook with TensorFlow imported."""
    sys.settrace(None)  # what an odd cell's own tracer needs is about to go
    shell.history_manager.reset(new_session=False)
    shell.compile.reset_compiler_flags()
    shell.execution_count = 1
    for name in set(shell.user_ns) - KEPT:  # %reset would collect garbage each time, for a third of a second
        del shell.user_ns[name]
    shell.user_ns.update(originals)
    shell.user_ns[TOUCHED] = []
    shell.user_ns["tf"] = sys.modules["tensorflow"]


def assert_unnoticed(shells: Shells, notebook: list[str]) -> None:
    """hybnb's own magics aside, every cell shows the same with and without hybnb, and in bounded time."""
    for cell in notebook:
        before = Process.now()
        before.restore()
        expected, _ = run(shells.bare, cell)
        after = Process.now()
        before.restore()
        start = time.perf_counter()
        actual, rich = run(shells.watched, cell)
        seconds = time.perf_counter() - start

        if actual.error == expected.error == "RecursionError":  # IPython's own frames reach the limit elsewhere
            assert actual.touched == expected.touched
        elif "hybnb" not in cell:
            assert actual == expected, f"{cell}\n\nwithout hybnb {expected}\n   with hybnb {actual}"
            assert Process.now() == after
        assert not any("Traceback" in text for text in rich)
        assert seconds < SECONDS_PER_CELL


@pytest.mark.tensorflow
@pytest.mark.parametrize("part", PARTS)
def test_an_odd_notebook_cannot_tell_that_hybnb_is_loaded(shells: Shells, part: int) -> None:
    process = Process.now()

    @seed(part)
    @settings(
        max_examples=NOTEBOOKS, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # a shorter notebook with the same failure would take minutes to find
    )  # fmt: skip
    @given(st.lists(cells, min_size=CELLS_PER_NOTEBOOK, max_size=CELLS_PER_NOTEBOOK))
    def check(notebook: list[str]) -> None:
        process.restore()
        for shell, own in zip((shells.bare, shells.watched), shells.originals, strict=True):
            begin(shell, own)
        with capture_output() as loading:
            shells.watched.run_line_magic("load_ext", "hybnb")
        try:
            assert_unnoticed(shells, notebook)
            session = Session.of(shells.watched)
            assert not session or not [said for said in session.trouble if "failed" in said and "Recursion" not in said]
        finally:
            shells.watched.run_line_magic("unload_ext", "hybnb")
        assert loading.stdout + loading.stderr == ""

    check()
