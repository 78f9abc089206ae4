"""Where probes are written into code, some code is left alone."""

from __future__ import annotations

import sys
import types

import pytest

from hybnb.observe.calls import Probes
from tests.observe.calls.probing import WRITTEN, watching
from tests.shells import new_shell, run

only_written = pytest.mark.skipif(not WRITTEN, reason="on Python 3.12 and newer no probe is written into code")


@pytest.fixture
def written():
    with watching("written") as watch:
        yield watch


@only_written
def test_functions_with_unknown_decorators_are_left_alone(written):
    written.run(
        "import types\nlib = types.SimpleNamespace(jit=lambda f: f)\n"
        "@lib.jit\ndef f():\n    def inner(): pass\n    inner()\n"
        "@lib.jit\nclass A:\n    def go(self): pass\n"
        "def g(): pass",
        "f()\nA().go()\ng()",
    )
    assert written.counts() == {"g": 1}


@only_written
def test_the_users_own_decorators_do_no_harm(written):
    written.run(
        "import functools\ndef timed(f):\n    @functools.wraps(f)\n    def wrapper(*a): return f(*a)\n    return wrapper",
        "@timed\ndef f(x): pass\n@functools.lru_cache(maxsize=None)\ndef g(x): pass",
        "f(1)\ng(1)\ng(1)",
    )
    assert written.counts() == {"timed": 1, "timed.wrapper": 1, "f": 1, "g": 1}


@only_written
@pytest.mark.parametrize("use", ["import numba", "from numba import njit", "import numba.cuda as nc"])
def test_nothing_is_written_once_a_library_reads_bytecode(written, use, monkeypatch):
    module = types.ModuleType("numba")
    module.njit = lambda f: f
    module.cuda = types.ModuleType("numba.cuda")
    module.__path__ = []
    monkeypatch.setitem(sys.modules, "numba", module)
    monkeypatch.setitem(sys.modules, "numba.cuda", module.cuda)
    written.run("def early(): pass", use, "def f(): pass", "early()\nf()")
    assert written.counts() == {"early": 1}
    assert "__hybnb__" not in written.shell.user_ns["f"].__code__.co_names


@only_written
def test_nothing_is_written_when_such_a_library_was_there_before(monkeypatch):
    with new_shell() as shell:
        shell.user_ns["nb"] = types.ModuleType("numba")
        monkeypatch.setitem(sys.modules, "numba", shell.user_ns["nb"])
        probes = Probes(shell)
        probes.install()
        run(shell, "def f(): pass")
        assert probes.histories() == {}
        probes.remove()
