"""In a real JupyterLab and Notebook 7, the advice shows under the cell it is about, unfolds, and can be read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser.contrast import hard_to_read
from tests.browser.lab import App, Notebook, Server, Theme

pytestmark = [pytest.mark.browser, pytest.mark.tensorflow, pytest.mark.xdist_group("browser")]

CELLS = [
    "get_ipython().config.Hybnb.show = 'always'  # a panel that is installed would do the talking\n%load_ext hybnb",
    "import tensorflow as tf\nlosses = []",
    "@tf.function\ndef step(x):\n    losses.append(tf.reduce_sum(x))\n    return tf.square(x)",
    "for _ in range(5):\n    step(tf.ones(3))",
    "answer = 1 + 1",
    "%hybnb",
    "%hybnb step",
]
LOAD, IMPORT, DEFINE, CALL, PLAIN, TABLE, CARD = range(1, 8)
VIEWS = list(product(("lab", "notebook"), ("JupyterLab Light", "JupyterLab Dark")))


@pytest.fixture(scope="module", params=VIEWS, ids=[f"{app}, {theme.split()[1].lower()}" for app, theme in VIEWS])
def notebook(request: pytest.FixtureRequest, server: Server, browser: object) -> Iterator[Notebook]:
    """The notebook above, run from top to bottom."""
    app, theme = request.param
    page = browser.new_page(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    yield opened(page, server, app, theme)
    page.close()


def opened(page: Page, server: Server, app: App, theme: Theme) -> Notebook:
    name = f"{app}-{theme.split()[1].lower()}.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), server.folder / name)
    notebook = Notebook(page, server, name, app)
    notebook.use_theme(theme)
    notebook.run_all()
    return notebook


def test_the_line_shows_under_a_cell_that_made_it_worth_saying(notebook: Notebook) -> None:
    said = notebook.advice(DEFINE).or_(notebook.advice(CALL))

    expect(said.first).to_be_visible()
    expect(said.first).to_contain_text("step")
    expect(said.first).to_contain_text("repair step")


@pytest.mark.parametrize("cell", [LOAD, IMPORT, PLAIN])
def test_nothing_shows_under_cells_with_nothing_to_say(notebook: Notebook, cell: int) -> None:
    expect(notebook.cell(cell).locator(".jp-OutputArea-output")).to_have_count(0)


def test_the_details_are_folded_until_they_are_asked_for(notebook: Notebook) -> None:
    details = notebook.advice(DEFINE).or_(notebook.advice(CALL)).locator("details").first
    reason = details.get_by_text("losses").last
    expect(reason).to_be_hidden()

    details.locator("summary").click()

    expect(reason).to_be_visible()
    details.locator("summary").click()
    expect(reason).to_be_hidden()


def test_the_details_open_by_keyboard(notebook: Notebook) -> None:
    details = notebook.advice(DEFINE).or_(notebook.advice(CALL)).locator("details").first

    details.locator("summary").focus()
    notebook.page.keyboard.press("Enter")

    expect(details).to_have_attribute("open", "")
    notebook.page.keyboard.press("Enter")


def test_the_table_and_the_card_are_drawn(notebook: Notebook) -> None:
    expect(notebook.advice(TABLE).locator("tbody tr")).to_have_count(1)
    expect(notebook.advice(CARD).first).to_contain_text("losses")
    for cell, outputs in ((TABLE, 1), (CARD, 2)):  # the card, and its buttons
        expect(notebook.cell(cell).locator(".jp-OutputArea-output")).to_have_count(outputs)


def test_a_button_below_the_card_explains_the_findings(notebook: Notebook) -> None:
    notebook.cell(CARD).get_by_role("button", name="Why").click()

    expect(notebook.advice(CARD).last).to_contain_text("outer-mutation")


def test_every_word_can_be_read_against_its_background(notebook: Notebook) -> None:
    said = notebook.advice(DEFINE).or_(notebook.advice(CALL)).first
    said.locator("summary").first.click()

    unreadable = [
        text
        for drawn in (said, notebook.advice(TABLE), notebook.advice(CARD).first, notebook.advice(CARD).last)
        for text in hard_to_read(drawn)
    ]

    assert unreadable == []
    said.locator("summary").first.click()


def test_nothing_is_wider_than_its_place(notebook: Notebook) -> None:
    for drawn in (notebook.advice(TABLE), notebook.advice(CARD).first, notebook.advice(CARD).last):
        assert drawn.evaluate("element => element.scrollWidth <= element.clientWidth + 1")
