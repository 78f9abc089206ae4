"""The documents are true, the generated ones are fresh, and the code keeps to the sizes that they promise."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
SOURCES = sorted((ROOT / "hybnb").rglob("*.py"))
DEMOS = sorted((ROOT / "demo_notebooks").glob("*.ipynb"))
MODULE_LINES, FUNCTION_LINES, README_LINES = 350, 40, 100
DRAWERS = {"utils", "util", "common", "helpers", "helper", "misc"}

# Between backquotes or in a link: something with a slash or a known ending that would be a path of this repository.
QUOTED = re.compile(r"`([\w./*-]+)`|\]\(([\w./-]+)\)|(?:src|srcset)=\"([\w./-]+)\"")
PATH = re.compile(r"(hybnb|scripts|tests|demo_notebooks|docs)/|.*\.(py|md|toml|ipynb|png)$|\.ci/")
EXAMPLES = {"train.ipynb", "host_clock.py", "use_tf_timestamp.py"}  # of a user's file, and of how to name a file


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_exists(document: str) -> None:
    quoted = ("".join(groups) for groups in QUOTED.findall((ROOT / document).read_text(encoding="utf-8")))
    paths = {text for text in quoted if PATH.match(text)} - EXAMPLES

    assert len(paths) > 3, "the pattern finds no paths any more"
    assert [path for path in sorted(paths) if not any(ROOT.glob(path.rstrip("/")))] == []


def test_the_architecture_names_every_folder_of_the_package_and_what_stands_at_its_top() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    folders = {path.parent for path in SOURCES}
    modules = [path for path in SOURCES if path.parent.name == "hybnb" and path.name != "__main__.py"]

    assert [names(path) for path in sorted(folders) if f"`{names(path)}/" not in text] == []
    assert [
        names(path) for path in (*modules, *(ROOT / "scripts").glob("*.py")) if f"`{names(path)}`" not in text
    ] == []


def test_the_contributors_guide_runs_the_samples_of_a_rule() -> None:
    from hybnb.rules import registry

    (chosen,) = re.findall(r"-k ([\w-]+)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert chosen in {rule.name for rule in registry()}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_that_a_document_names_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b(?=[` \n])", (ROOT / document).read_text(encoding="utf-8")))

    assert named & targets
    assert {name for name in named if f"`make {name}" in (ROOT / document).read_text(encoding="utf-8")} <= targets


def test_the_readme_fits_two_screens() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= README_LINES


def test_every_code_that_a_document_names_is_a_rule() -> None:
    from hybnb.rules import registry

    texts = [(ROOT / document).read_text(encoding="utf-8") for document in [*DOCUMENTS, "CHANGELOG.md"]]

    assert set(re.findall(r"\bHYB\d{3}\b", "".join(texts))) <= {rule.code for rule in registry()}


@pytest.mark.parametrize("script", ["make_rules.py", "make_protocol.py"])
def test_the_generated_files_are_fresh(script: str) -> None:
    done = subprocess.run(
        [sys.executable, f"scripts/{script}", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_the_changelog_tells_of_this_version() -> None:
    import hybnb

    assert f"## [{hybnb.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("demo", DEMOS, ids=names)
def test_a_demo_is_stored_without_outputs_and_begins_with_the_extension(demo: Path) -> None:
    book = nbformat.read(demo, as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]

    nbformat.validate(book)
    assert code[0].source == "%load_ext hybnb"
    assert [cell.source for cell in code if cell.outputs or cell.execution_count] == []


def test_every_module_is_small_named_for_its_subject_and_says_what_it_is_for() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in SOURCES}

    assert [names(path) for path, text in texts.items() if len(text.splitlines()) > MODULE_LINES] == []
    assert [names(path) for path in SOURCES if path.stem in DRAWERS] == []
    assert [names(path) for path, text in texts.items() if not ast.get_docstring(ast.parse(text))] == []


def test_no_function_is_long() -> None:
    assert [
        f"{names(path)}: {one.name}" for path in SOURCES for one in functions(path) if lines(one) > FUNCTION_LINES
    ] == []


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1
