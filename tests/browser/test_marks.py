"""The marks in the code: each can be switched off and on, and whatever a notebook holds is text in them as well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Response, expect

from tests.browser.lab import Server
from tests.browser.panel import HOSTILE, JUDGED_SECONDS, Panel, opened, settings, written

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

#: Written from right to left: a function, its parameter, and what its text says.
HEBREW = """if False:
    import tensorflow as tf
רשימה = []

def צעד(קלט):
    רשימה.append(tf.reduce_sum(קלט))  # <img src=x onerror=alert(1)>
    return tf.square(קלט)"""
LOAD, DEFINED = range(1, 3)
UNDERLINE, GUTTER = ".hybnb-underline", ".hybnb-gutter .hybnb-icon"


@pytest.fixture(scope="module")
def panel(server: Server, browser: Browser) -> Iterator[Panel]:
    notebook = opened(browser, server, written(server, "marks.ipynb", ["%load_ext hybnb", HEBREW]))
    panel = Panel(notebook)
    notebook.run_all()
    expect(panel.card("צעד")).to_have_count(1, timeout=JUDGED_SECONDS * 1e3)
    yield panel
    notebook.page.close()


def test_names_written_from_right_to_left_leave_the_sentence_in_order(panel: Panel) -> None:
    expect(panel.notebook.cell(DEFINED).locator(UNDERLINE).first).to_have_text("רשימה.append(tf.reduce_sum(קלט))")
    name, place = panel.card("צעד").locator(".hybnb-name"), panel.card("צעד").locator(".hybnb-place").first

    assert left(name) < left(place)
    assert panel.barriers() == []


def test_pointing_at_a_name_from_right_to_left_gives_the_reason(panel: Panel) -> None:
    panel.notebook.cell(DEFINED).locator(UNDERLINE).first.hover()
    expect(panel.page.locator(".hybnb-hover")).to_contain_text("רשימה")
    panel.page.mouse.move(0, 0)


SWITCHED = [("Mark in the gutter", GUTTER), ("Underline findings", UNDERLINE)]


@pytest.mark.parametrize(("title", "mark"), SWITCHED, ids=[title for title, _ in SWITCHED])
def test_a_mark_goes_and_comes_with_its_setting_at_once(panel: Panel, title: str, mark: str) -> None:
    drawn = panel.page.locator(f".jp-Notebook {mark}")
    expect(drawn).not_to_have_count(0)
    with settings(panel, title) as setting:
        setting.uncheck()
        expect(drawn).to_have_count(0)
        setting.check()
        expect(drawn).not_to_have_count(0)


def test_nothing_is_explained_on_hover_when_that_is_switched_off(panel: Panel) -> None:
    with settings(panel, "Explain on hover") as setting, panel.page.expect_response(kept):
        setting.uncheck()
    underlined = panel.notebook.cell(DEFINED).locator(UNDERLINE).first
    underlined.hover()
    panel.page.wait_for_timeout(1000)  # more than a pointer has to rest for
    expect(panel.page.locator(".hybnb-hover")).to_have_count(0)
    panel.page.mouse.move(0, 0)
    with settings(panel, "Explain on hover") as setting, panel.page.expect_response(kept):
        setting.check()
    underlined.hover()
    expect(panel.page.locator(".hybnb-hover")).to_have_count(1)
    panel.page.mouse.move(0, 0)


def test_whatever_a_notebook_holds_is_text_where_it_is_pointed_at(server: Server, browser: Browser) -> None:
    notebook = opened(browser, server, written(server, "hostile-marks.ipynb", [HOSTILE]))
    notebook.page.on("dialog", lambda dialog: pytest.fail(f"a script of the notebook ran: {dialog.message}"))
    panel = Panel(notebook)
    notebook.run_all()
    notebook.cell(1).locator(UNDERLINE).first.hover()

    hover = notebook.page.locator(".hybnb-hover")
    expect(hover).to_contain_text("<img src=x onerror=alert(1)>")
    assert hover.locator("img, script, iframe, svg").count() == 0
    assert hover.evaluate("box => box.scrollWidth <= box.clientWidth + 1")
    assert panel.barriers(".hybnb-hover") == []
    notebook.page.close()


def kept(response: Response) -> bool:
    """The server has kept hybnb's settings."""
    return response.request.method == "PUT" and "hybnb" in response.url


def left(drawn: Locator) -> float:
    """Where it begins, in pixels from the left."""
    box = drawn.bounding_box()
    assert box is not None
    return box["x"]
