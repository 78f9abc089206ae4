"""Rewriting a notebook so that it computes the same never turns "no" into "yes".

HYBNB_REWRITTEN sets how many rewritten notebooks are read.
"""

from __future__ import annotations

import os
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from hybnb.advisor import check
from hybnb.model import Cell, Tri
from hybnb.settings import Settings
from tests.truth.corpus import Function, functions
from tests.truth.rewriting import REWRITES, Notebook, suits

SUITABLE = tuple(one for one in functions() if suits(one.sample))
MANY = int(os.environ.get("HYBNB_REWRITTEN", "60"))


def _answer(notebook: Notebook) -> Tri:
    cells = [Cell(number, text) for number, text in enumerate(notebook.texts, 1)]
    found = [one for one in check(cells, (), Settings()) if one.function.name == notebook.name]
    return found[-1].safe.value


@cache
def _before(function: Function) -> Tri:
    return _answer(Notebook.of(function.sample))


def test_most_of_the_corpus_can_be_rewritten() -> None:
    assert len(SUITABLE) > len(functions()) // 2


@settings(max_examples=MANY, deadline=None, derandomize=True)
@given(st.sampled_from(SUITABLE), st.sets(st.sampled_from(list(REWRITES)), min_size=1, max_size=3))
def test_no_rewriting_turns_no_into_yes(function: Function, chosen: set[str]) -> None:
    if _before(function) != "no":
        return
    notebook = Notebook.of(function.sample)
    for title in (title for title in REWRITES if title in chosen):
        notebook = REWRITES[title](notebook)
    assert _answer(notebook) != "yes", "\n# %%\n".join(notebook.texts)


def test_rewritten_notebooks_are_python_and_define_the_function() -> None:
    for function in SUITABLE[::40]:
        for rewrite in REWRITES.values():
            assert _answer(rewrite(Notebook.of(function.sample))) in ("yes", "no", "unknown")
