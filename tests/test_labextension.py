"""The panel's own tests, in TypeScript, and what must hold of its sources."""

from __future__ import annotations

import json
import subprocess

import pytest

from scripts import build_panel

pytestmark = pytest.mark.xdist_group("packaging")  # Node's modules are installed once


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    build_panel.install()


def test_the_panel_passes_its_own_tests() -> None:
    build_panel.run("test", "--silent")


def test_the_panel_was_built_from_these_sources() -> None:
    assert build_panel.fresh(), "run `make panel`"


def test_the_sources_are_formatted() -> None:
    build_panel.run("run", "--silent", "lint")


def test_the_lock_names_no_registry_and_every_package_has_its_digest() -> None:
    packages = json.loads((build_panel.SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_no_module_is_long() -> None:
    files = [path for path in (build_panel.SOURCES / "src").rglob("*.ts*") if path.name != "protocol.ts"]

    assert len(files) > 15
    assert [path.name for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 350] == []


def test_nothing_is_ever_inserted_as_html() -> None:
    ways = ("innerHTML", "outerHTML", "insertAdjacentHTML", "dangerouslySetInnerHTML", "document.write", "eval(")
    texts = {path: path.read_text(encoding="utf-8") for path in (build_panel.SOURCES / "src").glob("*.ts*")}

    assert [(path.name, way) for path, text in texts.items() for way in ways if way in text] == []


def test_a_failure_of_the_panels_tests_is_noticed() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        build_panel.run("run", "--silent", "no-such-script")
