"""`hybnb.advise` judges one function anywhere, and runs nothing."""

from __future__ import annotations

import functools
import importlib
import subprocess
import sys

import pytest

import hybnb
from hybnb.errors import HybnbError
from tests.shells import new_shell, run

MODULE = '''
"""A module that would be noticed if it were run."""
import functools

rows = []

def quiet(x, factor=2):
    return helper(x) * factor

def noisy(x):
    rows.append(x)
    return x

def helper(x):
    return x + 1

def wrap(f):
    @functools.wraps(f)
    def inner(*args):
        return f(*args)
    return inner

@wrap
def wrapped(x):
    rows.append(x)
    return x

class Model:
    def step(self, x):
        self.seen = x
        return x

def make():
    def inner(x):
        raise AssertionError("it was run")
    return inner

double = lambda x: x * 2
'''


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    (folder / "single_sample.py").write_text(MODULE)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    yield importlib.import_module("single_sample")
    sys.path.remove(str(folder))
    del sys.modules["single_sample"]


@pytest.mark.parametrize(
    ("get", "name"),
    [
        (lambda m: m.quiet, "quiet"),
        (lambda m: m.wrapped, "wrapped"),
        (lambda m: m.Model.step, "Model.step"),
        (lambda m: m.Model().step, "Model.step"),
        (lambda m: functools.partial(m.quiet, factor=3), "quiet"),
        (lambda m: m.make(), "make.inner"),
        (lambda m: m.double, "double"),
    ],
)
def test_functions_of_all_shapes_are_found(module, get, name):
    verdict = hybnb.advise(get(module))
    assert verdict.function.name == name
    assert verdict.function.path == module.__file__


def test_a_function_with_a_side_effect_is_not_called_safe(module):
    assert hybnb.advise(module.noisy).safe.value == "no"
    assert hybnb.advise(module.Model().step).safe.value != "yes"


def test_arguments_are_looked_at_and_the_function_is_not_run(module):
    verdict = hybnb.advise(module.make(), 1)
    assert verdict.function.name == "make.inner"
    assert module.rows == []


def test_arguments_that_do_not_fit_are_told(module):
    with pytest.raises(HybnbError, match="quiet doesn't take these arguments"):
        hybnb.advise(module.quiet, 1, nonsense=2)


@pytest.mark.parametrize("what", [3, "f", len, int, None, object()])
def test_what_is_no_python_function_is_told(what):
    with pytest.raises(HybnbError, match="not an object of type"):
        hybnb.advise(what)


def test_a_function_without_source_is_told():
    space = {"__name__": "__main__"}
    exec("def f(x):\n    return x", space)
    with pytest.raises(HybnbError, match="source of f can't be found"):
        hybnb.advise(space["f"])


def test_in_a_script_the_globals_count(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import hybnb\nrows = []\ndef step(x):\n    rows.append(x)\n    return x\n"
        "verdict = hybnb.advise(step, 1.0)\nprint(verdict.function.name, verdict.function.line, verdict.safe.value)\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["step", "3", "no"], done.stderr


def test_in_a_notebook_without_hybnb_loaded_other_cells_count(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with new_shell() as shell:
        run(shell, "rows = []\ndef note(x):\n    rows.append(x)")
        run(shell, "def step(x):\n    note(x)\n    return x")
        verdict = hybnb.advise(shell.user_ns["step"])
        assert (verdict.function.name, verdict.safe.value) == ("step", "no")


def test_in_a_notebook_with_hybnb_loaded_its_session_answers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with new_shell(record=False) as shell:
        from IPython.core.interactiveshell import InteractiveShell

        monkeypatch.setattr(InteractiveShell, "_instance", shell)
        run(shell, "%load_ext hybnb")
        run(shell, "def step(x):\n    return x\nstep(1); step(2)")
        verdict = hybnb.advise(shell.user_ns["step"])
        run(shell, "%unload_ext hybnb")
    assert verdict.facts.calls == 2


@pytest.mark.tensorflow
def test_a_tf_function_is_judged_by_the_function_inside(module):
    tf = pytest.importorskip("tensorflow")
    verdict = hybnb.advise(tf.function(module.noisy), tf.ones([2]))
    assert verdict.function.name == "noisy"
    assert verdict.facts.tensor_parameters == ("x",)


@pytest.mark.parametrize("loaded", [True, False])
def test_a_lambda_without_a_name_is_answered_with_what_to_write(loaded, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with new_shell(record=False) as shell:
        from IPython.core.interactiveshell import InteractiveShell

        monkeypatch.setattr(InteractiveShell, "_instance", shell)
        run(shell, "%load_ext hybnb" if loaded else "pass")
        run(shell, "f = lambda x: x * 2")
        run(shell, "held = [lambda x: x * 3]")
        assert hybnb.advise(shell.user_ns["f"]).function.name == "f"
        with pytest.raises(HybnbError, match="write `f = lambda …` or `def f"):
            hybnb.advise(shell.user_ns["held"][0])
        run(shell, "%unload_ext hybnb" if loaded else "pass")


@pytest.mark.tensorflow
def test_a_function_is_measured_with_the_arguments_given_when_asked(tmp_path, monkeypatch):
    import tensorflow as tf

    monkeypatch.chdir(tmp_path)
    with new_shell(record=False) as shell:
        from IPython.core.interactiveshell import InteractiveShell

        run(shell, "import tensorflow as tf\nseen = []")
        run(shell, "def chain(x):\n    for _ in range(40):\n        x = tf.sin(x) + tf.cos(x)\n    return x")
        run(shell, "def grow(x):\n    seen.append(1)\n    return x * len(seen)")
        alone = hybnb.advise(shell.user_ns["chain"], tf.ones([3]), measure=True)
        differs = hybnb.advise(shell.user_ns["grow"], tf.ones([3]), measure=True)
        monkeypatch.setattr(InteractiveShell, "_instance", shell)
        run(shell, "%load_ext hybnb")
        loaded = hybnb.advise(shell.user_ns["chain"], tf.ones([3]), measure=True)
        run(shell, "%unload_ext hybnb")
        assert shell.user_ns["seen"] == []
    for verdict in (alone, loaded):
        assert (verdict.faster.basis, verdict.safe.value) == ("measured", "yes")
        assert "Eager and graph did the same in 4 calls" in verdict.safe.why
    assert [one.code for one in differs.findings if one.code == "HYB295"]


def test_what_cannot_be_measured_says_why(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import hybnb\nfrom hybnb.errors import HybnbError\ndef f(x):\n    return x\n"
        "try:\n    hybnb.advise(f, 1, measure=True)\nexcept HybnbError as bad:\n    print(bad)"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "import tensorflow before you ask hybnb to measure", done.stderr
