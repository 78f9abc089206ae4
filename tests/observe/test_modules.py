"""The user's own modules are found, installed ones are not."""

from __future__ import annotations

import importlib
import json
import os
import sys

import pytest

from hybnb.observe import modules
from hybnb.observe.live_modules import LiveModules
from hybnb.observe.modules import modules_beside, project_folders
from hybnb.observe.notebook import read


@pytest.fixture
def project(tmp_path):
    """A project with a notebook in a folder of its own."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "src" / "lab").mkdir(parents=True)
    (tmp_path / "src" / "lab" / "__init__.py").write_text("from . import losses\n")
    (tmp_path / "src" / "lab" / "losses.py").write_text("from .deep import thing\nimport json\nx = 1\n")
    (tmp_path / "src" / "lab" / "deep.py").write_text("from .. import nowhere\nfrom lab import losses\ny = 1\n")
    (tmp_path / "notebooks" / "scale.py").write_text("import top\n")
    (tmp_path / "top.py").write_text("def f(:\n")
    (tmp_path / "alone.py").write_text("")
    return tmp_path


def notebook(folder, *sources):
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    file = folder / "a.ipynb"
    file.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return read(file)


def test_imports_are_followed_from_file_to_file(project):
    document = notebook(project / "notebooks", "import os, lab.losses", "from scale import top as t")
    cells = modules_beside(document)
    assert [cell.module for cell in cells] == ["lab", "lab.losses", "scale", "lab.deep", "top"]
    assert all(cell.path and cell.source for cell in cells)


def test_a_notebook_that_imports_nothing_of_its_own_has_no_modules(project):
    assert modules_beside(notebook(project / "notebooks", "import tensorflow as tf\nimport nowhere.at_all")) == ()


def test_cells_that_do_not_parse_are_no_obstacle(project):
    document = notebook(project / "notebooks", "import (", "import scale")
    assert next(cell.module for cell in modules_beside(document)) == "scale"


def test_a_module_does_not_count_itself(project):
    file = project / "src" / "lab" / "losses.py"
    assert [cell.module for cell in modules_beside(read(file))] == ["lab", "lab.deep"]


def test_the_number_of_files_and_lines_is_bounded(project, monkeypatch):
    document = notebook(project / "notebooks", "import scale, lab")
    monkeypatch.setattr(modules, "MOST_FILES", 2)
    assert len(modules_beside(document)) == 2
    monkeypatch.setattr(modules, "MOST_LINES", 1)
    assert modules_beside(document) == ()


def test_a_package_without_a_project_is_found_from_within(tmp_path):
    (tmp_path / "lab" / "nets").mkdir(parents=True)
    for folder in ("lab", "lab/nets"):
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "lab" / "losses.py").touch()
    (tmp_path / "lab" / "nets" / "small.py").write_text("from lab.losses import mse\nfrom ..nets import small\n")
    found = modules_beside(read(tmp_path / "lab" / "nets" / "small.py"))
    assert [cell.module for cell in found] == ["lab", "lab.losses", "lab.nets"]


def test_folders_without_an_init_file_are_packages_too(project):
    (project / "src" / "deep" / "down").mkdir(parents=True)
    (project / "src" / "deep" / "down" / "there.py").touch()
    document = notebook(project / "notebooks", "from deep.down import there")
    assert [cell.module for cell in modules_beside(document)] == ["deep.down.there"]


def test_without_a_project_only_the_folder_itself_counts(tmp_path):
    assert project_folders(tmp_path) == (tmp_path.resolve(),)


@pytest.fixture
def imported(tmp_path, monkeypatch):
    """A fresh module of the user's own, imported."""
    (tmp_path / "own_live_module.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    importlib.invalidate_caches()
    yield importlib.import_module("own_live_module")
    sys.modules.pop("own_live_module", None)


def test_a_live_module_has_its_text(tmp_path, imported):
    live = LiveModules(tmp_path)
    (cell,) = live.cells()
    assert (cell.module, cell.path, cell.source) == ("own_live_module", imported.__file__, "x = 1\n")


def test_an_edited_module_keeps_the_text_that_runs_until_it_is_reloaded(tmp_path, imported):
    live = LiveModules(tmp_path)
    live.cells()
    file = tmp_path / "own_live_module.py"
    file.write_text("x = 22\n")
    os.utime(file, (1, 1))
    assert live.cells()[0].source == "x = 1\n"
    importlib.reload(imported)
    assert live.cells()[0].source == "x = 22\n"


def test_a_function_whose_code_is_changed_in_place_as_by_autoreload_was_loaded_anew(tmp_path, imported):
    file = tmp_path / "own_live_module.py"
    file.write_text("def f():\n    return 1\n")
    importlib.reload(imported)
    live = LiveModules(tmp_path)
    live.cells()
    edited = "def f():\n    return 22\n"
    file.write_text(edited)
    assert "return 1\n" in live.cells()[0].source
    namespace = {}
    exec(compile(edited, str(file), "exec"), namespace)
    imported.f.__code__ = namespace["f"].__code__
    assert live.cells()[0].source == edited


def test_another_function_set_from_outside_is_no_sign_that_a_module_was_loaded_anew(tmp_path, imported):
    file = tmp_path / "own_live_module.py"
    file.write_text("def f():\n    return 1\n")
    importlib.reload(imported)
    live = LiveModules(tmp_path)
    live.cells()
    file.write_text("def f():\n    return 22\n")
    imported.f = lambda: 3
    assert "return 1\n" in live.cells()[0].source


def test_a_module_that_is_gone_is_forgotten_and_found_again(tmp_path, imported):
    live = LiveModules(tmp_path)
    live.cells()
    del sys.modules["own_live_module"]
    assert live.cells() == ()
    sys.modules["own_live_module"] = imported
    assert len(live.cells()) == 1


def test_installed_modules_are_not_the_users_own(tmp_path):
    assert LiveModules(tmp_path).cells() == ()
    site = os.path.dirname(pytest.__file__)  # noqa: PTH120
    assert [
        cell.module for cell in LiveModules(__import__("pathlib").Path(site)).cells() if cell.module == "pytest"
    ] == []


class Hostile:
    def __getattribute__(self, name):
        raise AssertionError(f"hybnb asked for {name}")


def test_of_an_installed_package_nothing_but_the_package_is_looked_at(tmp_path, monkeypatch):
    looked = []
    live = LiveModules(tmp_path)
    monkeypatch.setattr(live, "_look", looked.append)
    live.cells()
    tops = {name.partition(".")[0] for name in looked}
    assert "json" in sys.modules
    assert "msgspec.json" in sys.modules
    assert not tops & {"json", "msgspec", "hybnb"}


def test_odd_things_among_the_modules_are_not_touched(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "hostile_thing", Hostile())
    assert LiveModules(tmp_path).cells() == ()
