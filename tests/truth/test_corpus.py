"""Reading the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.truth.corpus import functions

NOTEBOOK = "```python\ndef f(x):\n    return x\n# %%\nf(1)\n```\n"


def _written(folder: Path, text: str) -> Path:
    (folder / "some.md").write_text(text, encoding="utf-8")
    return folder


def test_each_section_is_a_function(tmp_path: Path) -> None:
    text = f"# Title\n\n## One\n\n{NOTEBOOK}\nrare: a zero\n\n## Two\n\nWords.\n\n{NOTEBOOK}"
    one, two = functions(_written(tmp_path, text))
    assert (one.id, one.rare, two.id, two.rare) == ("some: One", "a zero", "some: Two", "")
    assert one.sample.judged.name == "f"


@pytest.mark.parametrize(
    "text", ["## One\n\nWords.\n", f"## One\n\n{NOTEBOOK}\n{NOTEBOOK}", f"## One\n\n{NOTEBOOK}" * 2]
)
def test_a_section_without_one_notebook_of_its_own_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"some\.md|same title"):
        functions(_written(tmp_path, text + "\n"))


def test_a_notebook_that_calls_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="calls none"):
        functions(_written(tmp_path, "## One\n\n```python\nx = 1\n# %%\nprint(x)\n```\n"))


def test_a_function_can_be_marked_as_deadly(tmp_path: Path) -> None:
    marked = NOTEBOOK.replace("f(1)", "f(1)  # takes its process down")
    first, second = functions(_written(tmp_path, f"## One\n\n{NOTEBOOK}\n## Two\n\n{marked}"))
    assert (first.deadly, second.deadly) == (False, True)


def test_the_corpus_is_large() -> None:
    assert len(functions()) >= 150
