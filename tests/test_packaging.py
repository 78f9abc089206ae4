"""The wheel installs without Node, is complete and small, and works where only it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MEGABYTE = 1_000_000
PANEL = "share/jupyter/labextensions/hybnb"
HEAVY = ("IPython", "ipywidgets", "comm", "tensorflow", "keras", "numpy", "astroid", "nbclient", "rich", "libcst")

pytestmark = pytest.mark.xdist_group("packaging")  # the wheel is built once


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built where the panel is there, and no program but Python can be found, Node least of all."""
    return built(ROOT, tmp_path_factory.mktemp("wheel"))


def built(root: Path, folder: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(root),
    ]
    done = subprocess.run(command, env={"PATH": "", "HOME": str(folder)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = folder.glob("hybnb-*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel in it; what hybnb depends on is borrowed from this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    place = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    (Path(place) / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin" / "python"


def loaded(python: Path, code: str) -> dict[str, list[str]]:
    """Which of the heavy packages are imported after `code`, and where hybnb was found."""
    tell = f"\nimport json, sys, hybnb; print(json.dumps([[m for m in {HEAVY!r} if m in sys.modules], hybnb.__file__]))"
    # -I would ignore PYTHONPATH only; a folder without the repository makes sure that the wheel is what is tested.
    done = subprocess.run(
        [python, "-c", code + tell], cwd=python.parent, env={"PATH": ""}, capture_output=True, text=True, check=True
    )
    heavy, where = json.loads(done.stdout.splitlines()[-1])
    assert str(python.parents[1]) in where, "this is not the hybnb of the wheel"
    return {"heavy": heavy}


def test_the_wheel_holds_the_package_its_tables_and_its_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert "hybnb/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    for file in (ROOT / "hybnb").rglob("*"):
        if file.is_file() and file.suffix != ".pyc" and "labextension" not in file.parts:
            assert file.relative_to(ROOT).as_posix() in names


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    folders = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {folder for folder in folders if not folder.startswith("hybnb")} == set()


def test_the_wheel_brings_the_panel_once_and_as_it_was_built(wheel: Path) -> None:
    place = f".data/data/{PANEL}/"
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name.split(place)[1]: archive.read(name) for name in archive.namelist() if place in name}
        assert not [name for name in archive.namelist() if "labextension" in name and place not in name]

    told = json.loads(shipped["package.json"])["jupyterlab"]["_build"]
    assert told["load"] in shipped
    assert {"install.json", "schemas/hybnb/plugin.json"} <= set(shipped)
    for path in (ROOT / "hybnb" / "labextension").rglob("*"):
        if path.is_file():
            assert shipped[path.relative_to(ROOT / "hybnb" / "labextension").as_posix()] == path.read_bytes()


def test_the_panel_and_the_package_have_one_version() -> None:
    assert json.loads((ROOT / "labextension" / "package.json").read_text())["version"] == version()


def test_without_node_and_without_a_built_panel_the_wheel_comes_without_it(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for name in ("hybnb", "scripts", "labextension"):
        skipped = shutil.ignore_patterns("labextension", "node_modules", "lib", "__pycache__")
        shutil.copytree(ROOT / name, copy / name, ignore=skipped)
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)

    names = zipfile.ZipFile(built(copy, tmp_path)).namelist()

    assert "hybnb/__init__.py" in names
    assert not [name for name in names if PANEL in name]


def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < MEGABYTE


def test_loading_the_extension_does_not_import_tensorflow(python: Path) -> None:
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance(); shell.run_line_magic('load_ext', 'hybnb')\n"
        "shell.run_cell('def step(x):\\n    return x\\nstep(1)')\n"
        "assert 'hybnb' in shell.magics_manager.magics['line']"
    )
    assert not {"tensorflow", "keras"} & set(loaded(python, code)["heavy"])


def test_a_static_check_needs_neither_a_kernel_nor_tensorflow(python: Path, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("import tensorflow as tf\n\ndef step(x):\n    print(x)\n    return tf.square(x)\n")
    code = f"from hybnb.cli import main\ncode = main(['check', {str(module)!r}])\nassert code in (0, 1), code"

    assert not {"tensorflow", "keras", "numpy", "IPython", "nbclient"} & set(loaded(python, code)["heavy"])


@pytest.mark.parametrize("first", ["import hybnb", "import hybnb.session", "from hybnb.advisor import Advisor"])
def test_the_public_names_are_there_whatever_was_imported_first(python: Path, first: str) -> None:
    loaded(python, f"{first}\nfrom hybnb import Report, Verdict, __version__, advise\nassert callable(advise), advise")


def test_the_command_is_installed_and_tells_its_version(python: Path) -> None:
    done = subprocess.run(
        [python, "-m", "hybnb", "--version"], cwd=python.parent, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["hybnb", version()]


def version() -> str:
    text = (ROOT / "hybnb" / "__init__.py").read_text(encoding="utf-8")
    return text.split('__version__ = "')[1].split('"')[0]
