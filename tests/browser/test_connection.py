"""The panel and its kernel: restarts, deaths, other kernels, reloads, busy kernels, several notebooks and pages.

No TensorFlow is imported here: the text alone makes these functions worth judging, and kernels start quickly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lab import APP, Notebook, Server
from tests.browser.panel import Panel, opened, text_of, written

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DEFINE = (
    "if False:\n    import tensorflow as tf\nlosses = []\n\ndef step(x):\n    losses.append(x)\n    return tf.square(x)"
)
SLEEP = "import time\nfor _ in range(40):\n    time.sleep(0.1)"
CELLS = [DEFINE, SLEEP]
DEFINED, SLEEPS = range(1, 3)
CONTEXT = f"{APP}.shell.currentWidget.sessionContext"
SLOW = 60_000


@pytest.fixture(scope="module")
def panel(server: Server, browser: Browser) -> Iterator[Panel]:
    notebook = opened(browser, server, written(server, "connection.ipynb", CELLS))
    yield Panel(notebook)
    notebook.page.close()


def run(notebook: Notebook, number: int) -> None:
    """Run one cell, without waiting for it."""
    notebook.cell(number).locator(".cm-content").click()
    notebook.page.keyboard.press("Control+Enter")


def advised(panel: Panel) -> None:
    """Load hybnb, run the cell with the function, and wait for its card."""
    panel.load()
    run(panel.notebook, DEFINED)
    expect(panel.card("step")).to_have_count(1, timeout=SLOW)


def test_after_a_restart_the_panel_forgets_and_connects_again(panel: Panel) -> None:
    advised(panel)
    panel.page.evaluate(f"() => {CONTEXT}.session.kernel.restart()")
    panel.says("hybnb is not loaded")
    expect(panel.card("step")).to_have_count(0)
    advised(panel)


def test_a_page_that_is_loaded_again_shows_what_the_kernel_knows(panel: Panel) -> None:
    panel.notebook.command("docmanager:save")
    panel.page.reload()
    panel.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=SLOW)
    panel.show()

    expect(panel.card("step")).to_have_count(1, timeout=SLOW)
    expect(panel.notebook.cell(DEFINED).locator(".hybnb-gutter .hybnb-icon")).to_have_count(1)


def test_a_second_page_on_the_same_kernel_shows_the_same(panel: Panel, browser: Browser, server: Server) -> None:
    second = Panel(opened(browser, server, "connection.ipynb"))
    expect(second.card("step")).to_have_count(1, timeout=SLOW)

    second.unfold()
    second.button("Mute", "step").click()
    for one in (second, panel):
        expect(one.group("Muted")).to_have_count(1)
    second.unfold()
    second.node.get_by_role("button", name="Unmute step").click()
    for one in (second, panel):
        expect(one.card("step")).to_have_count(1)
    second.page.close()


def test_a_busy_kernel_is_said_to_be_busy_and_what_is_asked_of_it_waits(panel: Panel) -> None:
    panel.unfold()
    run(panel.notebook, SLEEPS)
    expect(panel.node.locator(".hybnb-kernel")).to_contain_text("kernel busy")
    panel.button("Mute", "step").click()
    expect(panel.group("Muted")).to_have_count(1, timeout=SLOW)
    panel.unfold()
    panel.node.get_by_role("button", name="Unmute step").click()
    expect(panel.node.locator(".hybnb-kernel")).to_contain_text("kernel idle", timeout=SLOW)
    expect(panel.card("step")).to_have_count(1)


def test_two_notebooks_each_have_their_own_advice(panel: Panel, server: Server) -> None:
    written(server, "other.ipynb", ["answer = 1 + 1"])
    panel.notebook.command("docmanager:open", path="other.ipynb")
    expect(panel.node.locator("h2")).to_have_text("other.ipynb", timeout=SLOW)
    panel.says("hybnb is not loaded")
    expect(panel.card("step")).to_have_count(0)

    panel.notebook.command("docmanager:open", path="connection.ipynb")
    expect(panel.node.locator("h2")).to_have_text("connection.ipynb")
    expect(panel.card("step")).to_have_count(1)


def test_advice_moves_with_its_cell_and_goes_with_it(panel: Panel) -> None:
    panel.notebook.cell(DEFINED).locator(".jp-InputPrompt").click()
    panel.notebook.command("notebook:move-cell-down")
    moved = panel.notebook.cell(DEFINED + 1)
    expect(moved.locator(".hybnb-gutter .hybnb-icon")).to_have_count(1)
    expect(panel.card("step")).not_to_have_class(re.compile("hybnb-mod-stale"))

    panel.page.wait_for_timeout(1000)  # what is done within half a second is undone together
    panel.notebook.command("notebook:delete-cell")
    expect(panel.card("step")).to_contain_text("no longer in this notebook")
    panel.notebook.command("notebook:undo-cell-action")
    expect(panel.card("step")).not_to_contain_text("no longer in this notebook")
    moved.locator(".jp-InputPrompt").click()  # undoing may have made another cell the active one
    panel.notebook.command("notebook:move-cell-up")
    assert text_of(panel.notebook, DEFINED) == DEFINE


def test_hybnb_unloaded_and_loaded_by_cells_is_noticed_at_once(panel: Panel) -> None:
    panel.page.evaluate(f"() => {CONTEXT}.session.kernel.requestExecute({{code: '%unload_ext hybnb'}}).done")
    panel.says("hybnb is not loaded")
    expect(panel.notebook.cell(DEFINED).locator(".hybnb-icon")).to_have_count(0)
    panel.page.evaluate(f"() => {CONTEXT}.session.kernel.requestExecute({{code: '%load_ext hybnb'}}).done")
    expect(panel.card("step")).to_have_count(1, timeout=SLOW)


def test_a_kernel_that_dies_is_said_to_have_died_and_its_successor_is_asked(panel: Panel) -> None:
    # Not by a cell: what is asked for while the kernel dies is not answered, and a cell would wait for ever.
    panel.page.evaluate(f"() => {{ {CONTEXT}.session.kernel.requestExecute({{code: 'import os; os._exit(1)'}}); }}")
    dialog = panel.page.locator(".jp-Dialog .jp-mod-accept")
    dialog.wait_for(timeout=SLOW)
    dialog.click()
    panel.says("hybnb is not loaded")
    advised(panel)


def test_another_kernel_is_asked_by_itself(panel: Panel) -> None:
    panel.page.evaluate(f"() => {CONTEXT}.changeKernel({{name: 'python3'}})")
    panel.says("hybnb is not loaded")
    advised(panel)


def test_without_a_kernel_the_panel_asks_for_one(panel: Panel) -> None:
    panel.page.evaluate(f"() => {CONTEXT}.shutdown()")
    panel.says("No kernel")
    expect(panel.notebook.cell(DEFINED).locator(".hybnb-icon")).to_have_count(0)
