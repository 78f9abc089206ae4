"""What installed packages do is read in their source, where that is short; nothing of them is imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hybnb.advisor import Advisor, check
from hybnb.model import Cell, Verdict
from hybnb.settings import Settings

INIT = "from .core import *\nfrom .core import scaled as rescaled\n__all__ = ['scaled', 'tidied', 'mean_of', 'noted']\n"
CORE = '''
import functools
import random
from . import state
from .state import FACTOR

def scaled(x):
    """Twice as much."""
    return x * FACTOR

def mean_of(xs):
    return functools.reduce(lambda a, b: a + b, xs) / len(xs)

def noted(x):
    state.seen.append(x)
    return x

def jittered(x):
    return x + random.random()

def rounded(x):
    return float(x.numpy())

def tidied(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args) + 0.0
    return wrapper

class Scale:
    def __init__(self, by):
        self.by = by
    def __call__(self, x):
        return x * self.by
'''
STATE = "seen = []\nFACTOR = 2.0\n"
HEAD = "import tensorflow as tf\nimport tinytools\nfrom tinytools import core\nx = tf.constant(1.0)\n"
SAFE = {
    "a helper": "def f(x):\n    return tinytools.scaled(x)\n",
    "a helper by another name": "def f(x):\n    return tinytools.rescaled(x)\n",
    "a helper imported by itself": "from tinytools.core import scaled\ndef f(x):\n    return scaled(x)\n",
    "a helper of helpers": "def f(x):\n    return core.mean_of([x, x])\n",
    "a decorator": "@tinytools.tidied\ndef f(x):\n    return x * 2.0\n",
    "a class": "def f(x):\n    return core.Scale(2.0)(x)\n",
}
NOT_SAFE = {
    "state of its own": "def f(x):\n    return tinytools.noted(x)\n",
    "random numbers": "def f(x):\n    return core.jittered(x)\n",
    "a value asked for": "def f(x):\n    return core.rounded(x)\n",
    "a name that it hasn't": "def f(x):\n    return core.missing(x)\n",
    "a module that it hasn't": "def f(x):\n    return tinytools.other.scaled(x)\n",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package that is installed to be edited."""
    folder = tmp_path / "tinytools"
    folder.mkdir()
    for name, text in (("__init__", INIT), ("core", CORE), ("state", STATE)):
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    assert not any(name.startswith("tinytools") for name in sys.modules), "it was imported"


def judged(body: str) -> Verdict:
    """The verdict on a function of one number."""
    (verdict,) = check([Cell(1, f"{HEAD}{body}f(x)\n")], (), Settings())
    return verdict


@pytest.mark.parametrize("title", SAFE)
def test_short_helpers_are_followed(package: Path, title: str) -> None:
    assert judged(SAFE[title]).safe.value == "yes"


@pytest.mark.parametrize("title", NOT_SAFE)
def test_what_a_package_does_beside_is_never_called_safe(package: Path, title: str) -> None:
    assert judged(NOT_SAFE[title]).safe.value != "yes"


def test_what_is_not_known_is_named(package: Path) -> None:
    assert "tinytools.other.scaled" in judged(NOT_SAFE["a module that it hasn't"]).safe.why


def test_a_long_module_is_not_read(package: Path) -> None:
    (package / "core.py").write_text(CORE + "# more\n" * 3000, encoding="utf-8")
    verdict = judged(SAFE["a helper imported by itself"])
    assert verdict.safe.value == "unknown"
    assert "tinytools.core.scaled" in verdict.safe.why


def test_a_package_that_is_edited_is_read_again(package: Path) -> None:
    advisor = Advisor(Settings())
    cells = [Cell(1, f"{HEAD}{SAFE['a helper']}f(x)\n")]
    (before,) = advisor.update(cells, (), None, {})
    (package / "core.py").write_text(CORE.replace("return x * FACTOR", "return noted(x)"), encoding="utf-8")
    os.utime(package / "core.py", ns=(1, 1))
    (after,) = advisor.update(cells, (), None, {})
    assert (before.safe.value, after.safe.value) == ("yes", "unknown")


def test_folders_in_folders_without_an_init_are_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "outerfolder" / "inner"
    inner.mkdir(parents=True)
    (inner / "core.py").write_text("def scaled(x):\n    return 2.0 * x\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    step = "from outerfolder.inner.core import scaled\ndef step(x):\n    return scaled(x)"

    assert [one.safe.value for one in check([Cell(1, step)], (), Settings())] == ["yes"]
