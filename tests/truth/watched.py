"""What hybnb says of a sample: when it has only read it, and when it has watched it run in a real IPython."""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from hybnb.advisor import check
from hybnb.model import Cell, Verdict
from hybnb.session import Session
from hybnb.settings import Settings
from tests.shells import new_shell
from tests.truth.sample import Sample

SEED = 1
#: Speed is not asked for, so nothing is recorded; a busy machine must not turn the advice down.
WATCHING = Settings(record=False, cell_budget_ms=60_000.0)


def read(sample: Sample) -> Verdict:
    """The verdict on the function judged, from the source alone."""
    cells = [Cell(number, source) for number, source in enumerate(sample.cells, 1)]
    return _of(sample, check(cells, (), Settings()))


def watched(sample: Sample) -> Verdict:
    """The verdict after the notebook has run, in a folder of its own. Needs TensorFlow."""
    import keras

    keras.backend.clear_session()
    keras.utils.set_random_seed(SEED)
    with _folder(), _quiet(), new_shell() as made:
        shell: Any = made
        InteractiveShell._instance = shell  # IPython's displays ask for the one shell of the process
        shell.InteractiveTB.set_mode("Minimal")  # other tracebacks read TensorFlow's sources
        session = Session(shell, WATCHING)
        session.start()
        try:
            for source in sample.cells:
                shell.run_cell(source, store_history=True)
            found = _of(sample, session.report().sources[0].verdicts)
            assert not session.trouble, session.trouble
        finally:
            session.stop()
    return found


def _of(sample: Sample, verdicts: tuple[Verdict, ...]) -> Verdict:
    """On the function judged; where a cell defines it anew, the last."""
    return [one for one in verdicts if one.function.name == sample.judged.name][-1]


@contextlib.contextmanager
def _folder() -> Iterator[None]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Nothing of what the notebook prints or logs is seen."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = [logging.NullHandler()]
    try:
        with capture_output():
            yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
