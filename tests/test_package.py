"""hybnb loads quickly, once, and goes without a trace; in a process of its own, as users have it."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import weakref

import nbformat
import pytest
from nbclient import NotebookClient

from hybnb.session import Session
from tests.shells import installed, new_kernel, new_shell, run

HEAVY = ["IPython", "astroid", "ipywidgets", "jupyterlab", "libcst", "msgspec", "numpy", "rich", "tensorflow", "keras"]
NO_RECORDS = "from traitlets.config import Config; get_ipython().config.Hybnb.record = False"
LOSS = """# tensorflow is only mentioned
losses = []
def step(x):
    losses.append(x)
    return x
"""


def python(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_hybnb_imports_nothing_heavy():
    assert python(f"import sys, hybnb; print([m for m in {HEAVY!r} if m in sys.modules])").strip() == "[]"


def test_loading_hybnb_imports_neither_tensorflow_nor_what_only_drawing_needs():
    code = (
        "import sys, threading\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "before = set(sys.modules)\n"
        "from hybnb.session import warm\n"
        "warm._warm = lambda: None\n"
        "shell = InteractiveShell.instance()\n"
        "shell.extension_manager.load_extension('hybnb')\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules and m not in before])"
    )
    assert set(eval(python(code))) <= {"msgspec", "rich"}  # of rich only its styles


def test_the_public_names_are_there_and_others_are_not():
    code = "import hybnb; print(hybnb.Verdict.__name__, hybnb.Report.__name__, callable(hybnb.advise), hybnb.__version__, 'advise' in dir(hybnb))"
    assert python(code).split() == ["Verdict", "Report", "True", "0.1.0", "True"]
    with pytest.raises(AttributeError):
        _ = __import__("hybnb").nonsense


@pytest.mark.parametrize(
    "first", ["import hybnb.advisor", "from hybnb.session import advise", "from hybnb import advise", "pass"]
)
def test_advise_can_be_called_whoever_imported_the_module_first(first):
    code = f"{first}\nimport hybnb\ntry:\n    hybnb.advise(3)\nexcept Exception as bad:\n    print(type(bad).__name__)"
    assert python(code).strip() == "HybnbError"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_loading_twice_is_loading_once_and_unloading_leaves_nothing(folder):
    with new_shell(record=False) as shell:
        before = installed(shell)
        assert run(shell, "%load_ext hybnb") == ""
        session = Session.of(shell)
        assert session._warmth.wait(60)  # the thread ends by itself
        loaded = installed(shell)
        assert loaded != before
        import hybnb

        hybnb.load_ipython_extension(shell)
        assert Session.of(shell) is session
        assert installed(shell) == loaded
        assert run(shell, "%unload_ext hybnb") == ""
        assert installed(shell) == before
        assert Session.of(shell) is None
        hybnb.unload_ipython_extension(shell)
        run(shell, "%load_ext hybnb")
        assert Session.of(shell) is not session
        assert Session.of(shell)._warmth.wait(60)
        run(shell, "%unload_ext hybnb")
        assert installed(shell) == before


def test_unloading_lets_go_of_all_that_was_known(folder):
    with new_shell(record=False) as shell:
        for cell in ("%load_ext hybnb", LOSS, "step(1)", "%hybnb step"):
            run(shell, cell)
        assert Session.of(shell)._warmth.wait(60)
        session = weakref.ref(Session.of(shell))
        run(shell, "%unload_ext hybnb")
        gc.collect()
        assert session() is None


def test_settings_come_from_the_folder_and_then_from_ipython(folder):
    (folder / "pyproject.toml").write_text("[tool.hybnb]\nmin_calls = 9\nmax_functions = 8\n")
    with new_shell(max_functions=7, record=False) as shell:
        run(shell, "%load_ext hybnb")
        settings = Session.of(shell).settings
        run(shell, "%unload_ext hybnb")
    assert (settings.min_calls, settings.max_functions, settings.record) == (9, 7, False)


@pytest.mark.parametrize(
    ("file", "config"), [("[tool.hybnb]\nmin_cals = 9\n", {}), ("[tool", {}), ("", {"shw": "never"})]
)
def test_bad_settings_are_told_in_a_sentence_and_hybnb_goes_on(folder, file, config):
    (folder / "pyproject.toml").write_text(file)
    with new_shell(**config) as shell:
        said = run(shell, "%load_ext hybnb")
        session = Session.of(shell)
        assert "hybnb goes on with its defaults" in said
        assert "Traceback" not in said
        assert session.active
        assert any("defaults" in sentence for sentence in session.trouble)
        run(shell, "%unload_ext hybnb")


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with new_kernel(cwd=str(tmp_path_factory.mktemp("notebooks"))) as kernel:
        kernel.run(NO_RECORDS)
        yield kernel
        assert "True" in kernel.run("import sys; print('tensorflow' not in sys.modules)").text


def test_in_a_real_kernel_advice_comes_as_one_bundle_after_the_cell(kernel):
    assert kernel.run("%load_ext hybnb", "load").text == ""
    reply = kernel.run(LOSS, "a")
    assert [set(bundle) for bundle in reply.outputs] in ([], [{"text/plain", "text/html"}])
    assert kernel.run(LOSS, "a").outputs == []
    assert kernel.run("%unload_ext hybnb", "unload").text == ""
    assert kernel.run("1 + 1", "b").text == "2"


def test_in_a_real_kernel_loading_late_knows_the_cells_that_ran(kernel):
    kernel.run("def early(x):\n    return x  # tensorflow", "early")
    kernel.run("%load_ext hybnb", "load")
    assert "early" in kernel.run("%hybnb", "ask").text
    kernel.run("%unload_ext hybnb", "unload")


def test_in_a_real_kernel_an_interrupt_leaves_hybnb_at_work(kernel):
    kernel.run("%load_ext hybnb", "load")
    asked = kernel.send(LOSS + "print('ready', flush=True)\nimport time\ntime.sleep(60)", "long")
    kernel.interrupt_once_it_says("ready")
    said = kernel.wait(asked).text
    assert "KeyboardInterrupt" in said
    assert "Error in callback" not in said
    assert "step" in kernel.run("%hybnb", "ask").text
    kernel.run("%unload_ext hybnb", "unload")


def test_in_a_real_kernel_cells_of_a_subshell_are_judged_too(kernel):
    kernel.run("%load_ext hybnb", "load")
    subshell = kernel.control("create_subshell_request")["subshell_id"]
    kernel.run("import threading; go = threading.Event()", "go")
    main = kernel.send("print(go.wait(30))", "waiting")
    kernel.wait(main, kernel.send("def aside(x):\n    return x  # tensorflow\ngo.set()", "sub", subshell=subshell))
    kernel.control("delete_subshell_request", {"subshell_id": subshell})
    assert "aside" in kernel.run("%hybnb", "ask").text
    kernel.run("%unload_ext hybnb", "unload")


def test_it_loads_from_a_profile(tmp_path):
    profile = tmp_path / "profile_default"
    profile.mkdir()
    (profile / "ipython_config.py").write_text('c = get_config()\nc.InteractiveShellApp.extensions = ["hybnb"]\n')
    code = "print(type(get_ipython()._hybnb_session).__name__)"
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--simple-prompt", "-c", code],
        capture_output=True, text=True, check=False, cwd=tmp_path, env={**os.environ, "IPYTHONDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.stdout.strip() == "Session", done.stderr


def test_in_a_real_kernel_a_cell_can_be_run_with_everything_about_it(kernel):
    kernel.run("%load_ext hybnb", "load")
    reply = kernel.run("%%hybnb\n" + LOSS, "everything")
    (bundle,) = [each for each in reply.outputs if "HYB201" in each["text/plain"]]
    assert "text/html" in bundle
    assert kernel.run("1", "after").outputs == [{"text/plain": "1"}]
    kernel.run("%unload_ext hybnb", "unload")


def test_without_cell_ids_the_numbers_are_those_of_the_file(folder):
    texts = [
        "%load_ext hybnb",
        "x = 1",
        "",
        "x = 1",
        "def f(x):\n    return x  # tensorflow",
        "%hybnb report --format json",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in texts])
    NotebookClient(book, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    report = json.loads(book.cells[-1].outputs[0]["text"])
    (verdict,) = report["sources"][0]["verdicts"]
    assert verdict["function"]["cell"] == 4, "empty cells aren't run, all others count"
    assert [cell.outputs for cell in book.cells[:-1]] == [[]] * 5, "without a front end nothing is said"
    assert "widgets" not in book.metadata


@pytest.mark.tensorflow
def test_a_real_function_gets_real_advice(tmp_path):
    with new_kernel(cwd=str(tmp_path)) as kernel:
        kernel.run(NO_RECORDS)
        kernel.run("%load_ext hybnb", "load")
        kernel.run("import tensorflow as tf", "tf")
        reply = kernel.run(LOSS.replace("return x", "return tf.reduce_sum(x)").replace("def", "@tf.function\ndef"), "a")
        (bundle,) = [each for each in reply.outputs if "text/html" in each]
        assert "step" in bundle["text/plain"]
        assert "losses" in bundle["text/plain"]
        assert "hybnb" in bundle["text/html"]
