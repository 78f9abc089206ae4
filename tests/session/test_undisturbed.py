"""hybnb's own imports and thoughts leave random numbers and warnings as they are."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import warnings

import pytest

from hybnb.session.undisturbed import undisturbed


def test_this_thread_draws_from_a_stream_of_its_own():
    state = random.getstate()
    with undisturbed():
        random.getrandbits(24)
    assert random.getstate() == state


def test_other_threads_draw_from_the_users_stream():
    expected = random.Random(7).getrandbits(24)
    random.seed(7)
    drawn = []
    with undisturbed():
        thread = threading.Thread(target=lambda: drawn.append(random.getrandbits(24)))
        thread.start()
        thread.join()
    assert drawn == [expected]


def test_filters_stay_as_they_are():
    before = list(warnings.filters)
    with undisturbed():
        warnings.filterwarnings("ignore", "something")
        warnings.simplefilter("error")
    assert warnings.filters == before


def test_everything_is_put_back():
    before = random.getrandbits, warnings.filterwarnings, warnings.simplefilter
    with undisturbed():
        assert random.getrandbits is not before[0]
    assert (random.getrandbits, warnings.filterwarnings, warnings.simplefilter) == before


def test_what_somebody_else_put_there_meanwhile_stays(monkeypatch):
    monkeypatch.setattr(warnings, "simplefilter", warnings.simplefilter)
    theirs = print
    with undisturbed():
        warnings.simplefilter = theirs
    assert warnings.simplefilter is theirs


NOTEBOOK = """
import random, sys, warnings
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
config = Config()
config.HistoryManager.enabled = False
config.Hybnb.record = False
shell = InteractiveShell.instance(config=config)
registry = {}
warnings.warn_explicit("once", UserWarning, "cell", 1, registry=registry)
before = random.getstate(), list(warnings.filters), registry["version"]
cells = ["%load_ext hybnb", "import random  # tensorflow", "def f(x):\\n    print('\\d', x)\\n    return x", "f(1)",
         "%hybnb", "%hybnb f", "%%hybnb\\nf(2)", "%unload_ext hybnb"]
for cell in cells:
    shell.run_cell(cell, store_history=True)
    session = getattr(shell, "_hybnb_session", None)
    if session is not None:
        session._warmth.wait()
warnings.warn_explicit("twice", UserWarning, "cell", 2, registry=registry)
after = random.getstate(), list(warnings.filters), registry["version"]
print("RESULT", *[a == b for a, b in zip(before, after)])
"""


@pytest.fixture(scope="module")
def kept():
    done = subprocess.run([sys.executable, "-c", NOTEBOOK], capture_output=True, text=True, check=False)
    return done.stdout.rpartition("RESULT")[2].split()


def test_a_notebook_keeps_its_random_numbers_and_its_filters(kept):
    assert kept[:2] == ["True", "True"]


def test_warnings_shown_once_per_place_are_not_shown_again(kept):
    assert kept[2] == "True"


SEEDED_EARLY = """
import random, time
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
config = Config()
config.HistoryManager.enabled = False
shell = InteractiveShell.instance(config=config)
shell.run_cell("import random; random.seed(1)")
shell.run_cell({first!r})
session = getattr(shell, "_hybnb_session", None)
if session is not None:
    session._warmth.wait()
shell.run_cell("import rich.style  # as Keras does")
print("RESULT", random.random())
"""


def test_a_library_that_draws_as_it_is_imported_draws_as_without_hybnb():
    drawn = [
        subprocess.run(
            [sys.executable, "-c", SEEDED_EARLY.format(first=first)], capture_output=True, text=True, check=True
        )
        for first in ("pass", "%load_ext hybnb")
    ]
    assert drawn[0].stdout.rpartition("RESULT")[2] == drawn[1].stdout.rpartition("RESULT")[2] != ""
