"""A hundred cells with two hundred functions, and hostile texts: what changes is drawn, and nothing else; text stays text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lab import Server
from tests.browser.panel import HOSTILE, Panel, opened, written

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CELLS = 100
TWO = """if False:
    import tensorflow as tf

def first_{0}(x):
    losses.append(x)
    return tf.square(x)

def second_{0}(x):
    return tf.square(x)"""
SLOW = 120_000

# Keeps the cards, and the cells other than the active one, in which anything of hybnb's is drawn from now on.
WATCH = """() => {
  window.drawn = new Set();
  const watcher = new MutationObserver(changes => {
    for (const {target, addedNodes} of changes) {
      const element = target.nodeType === 1 ? target : target.parentElement;
      const ours = [...addedNodes].some(node => node.nodeType === 1 && node.outerHTML.includes('hybnb-'));
      const place = element?.closest('.hybnb-card') ?? (ours && element?.closest('.jp-CodeCell:not(.jp-mod-active)'));
      if (place) window.drawn.add(place);
    }
  });
  for (const root of document.querySelectorAll('#hybnb-panel, .jp-Notebook'))
    watcher.observe(root, {subtree: true, childList: true, characterData: true});
}"""


@pytest.fixture(scope="module")
def panel(server: Server, browser: Browser) -> Iterator[Panel]:
    cells = ["%load_ext hybnb\nlosses = []", *(TWO.format(number) for number in range(CELLS))]
    notebook = opened(browser, server, written(server, "many.ipynb", cells))
    panel = Panel(notebook)
    notebook.run_all()
    expect(panel.node.locator(".hybnb-card")).to_have_count(2 * CELLS, timeout=SLOW)
    panel.unfold()
    yield panel
    notebook.page.close()


def test_every_cell_has_its_marks(panel: Panel) -> None:
    expect(panel.page.locator(".jp-CodeCell:has(.hybnb-gutter .hybnb-icon)")).to_have_count(CELLS)


def test_when_one_function_changes_only_its_card_is_drawn_anew(panel: Panel) -> None:
    cell = panel.notebook.cell(2)
    panel.page.evaluate(WATCH)
    cell.locator(".cm-line").last.click()
    panel.page.keyboard.press("End")
    panel.page.keyboard.type(" + 1.0")
    expect(panel.card("second_0")).to_contain_text("run the cell again")
    cards = panel.page.evaluate(
        "() => [...window.drawn].filter(e => e.matches('.hybnb-card')).map(e => e.dataset.function)"
    )
    cells = panel.page.evaluate("() => [...window.drawn].filter(e => e.matches('.jp-CodeCell')).length")

    assert sorted(cards) == ["first_0", "second_0"]
    assert cells == 0


def test_a_single_function_is_found_among_them(panel: Panel) -> None:
    panel.node.get_by_role("searchbox").fill("first_77")
    expect(panel.node.locator(".hybnb-card")).to_have_count(1)
    panel.card("first_77").get_by_role("button", name="Go to: first_77").click()
    expect(panel.notebook.cell(79)).to_be_in_viewport()


def test_whatever_a_notebook_holds_is_shown_as_text(server: Server, browser: Browser) -> None:
    notebook = opened(browser, server, written(server, "hostile.ipynb", [HOSTILE]))
    notebook.page.on("dialog", lambda dialog: pytest.fail(f"a script of the notebook ran: {dialog.message}"))
    panel = Panel(notebook)
    notebook.run_all()
    cards = panel.node.locator(".hybnb-card")
    expect(cards.first).to_be_attached(timeout=SLOW)
    panel.unfold()
    for fold in panel.node.locator(".hybnb-fold").all():
        fold.click()

    expect(panel.node.locator(".hybnb-evidence")).to_have_count(cards.count())
    assert panel.node.locator("img, script, iframe, svg").count() == 0
    expect(panel.node).to_contain_text("<img src=x onerror=alert(1)>")
    wide = panel.node.evaluate(
        "p => [...p.querySelectorAll('.hybnb-card')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    assert wide == 0
    assert panel.barriers() == []
    notebook.page.close()
