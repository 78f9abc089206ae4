"""A running notebook with TensorFlow and hybnb: cells by id, run in any order, and what hybnb has to say of a function then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from hybnb.model import Verdict
from hybnb.session import Session
from hybnb.settings import Settings
from tests.shells import new_shell, run

STALE = "HYB506"

#: Speed is not asked for, so nothing is recorded; a busy machine must not turn the advice down.
WATCHING = Settings(record=False, cell_budget_ms=60_000.0)


class Notebook:
    """Its first cell imports tf, np and keras."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.session = Session(shell, WATCHING)
        self.session.start()
        self.run("import tensorflow as tf, numpy as np, keras", "imports")

    def run(self, text: str, cell: str) -> str:
        return run(self.shell, text, cell_id=cell)

    def of(self, function: str) -> Verdict:
        """The verdict on a function; where a cell defines it anew, the last."""
        found = [one for one in self.session.report().sources[0].verdicts if one.function.name == function]
        assert not self.session.trouble, self.session.trouble
        return found[-1]

    def said(self, function: str, code: str = STALE) -> list[str]:
        """The findings of one code, each with its next step."""
        return [f"{one.message} {one.next_step}" for one in self.of(function).findings if one.code == code]


@contextmanager
def live_notebook() -> Iterator[Notebook]:
    """A new one; IPython's displays ask for the one shell of the process."""
    with new_shell() as shell:
        made: Any = shell
        InteractiveShell._instance = made
        notebook = Notebook(made)
        yield notebook
        notebook.session.stop()
