"""With the panel through a real notebook: advice, evidence, a change applied and undone, the advice that follows.

Each test begins with the notebook as it was run, whatever became of the test before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.lab import APP, Server, Theme
from tests.browser.panel import JUDGED_SECONDS, Panel, opened, settings, text_of, written

pytestmark = [pytest.mark.browser, pytest.mark.tensorflow, pytest.mark.xdist_group("browser")]

MANY_OPS = "\n".join(f"    x = tf.tanh(x * {number}.0 + 1.0)" for number in range(2, 30))
FAST = f'def fast(x):\n    """Many small steps."""\n{MANY_OPS}\n    return x'
STEP = f"losses = []\n\ndef step(x):\n    losses.append(tf.reduce_sum(x))\n{MANY_OPS}\n    return x"
SAFE = ("fast", "locked", "again", "twice")
CALLED = ("step", *SAFE)
EXECUTE = (
    f"async code => {{ await {APP}.shell.currentWidget.sessionContext.session.kernel.requestExecute({{code}}).done; }}"
)
CELLS = [
    "import tensorflow as tf\n%hybnb trials ask",
    FAST,
    STEP,
    f"def locked(x):\n{MANY_OPS}\n    return x",
    f"def again(x):\n{MANY_OPS}\n    return x",
    f"def twice(x):\n{MANY_OPS}\n    return x",
    "for _ in range(60):\n" + "\n".join(f"    {name}(tf.ones(3))" for name in CALLED),
]
IMPORT, FAST_CELL, STEP_CELL, LOCKED_CELL, AGAIN_CELL, TWICE_CELL, CALLS = range(1, 8)
LOCKED = {"editable": False}
MEASURED = re.compile(r"measured:? \d")  #: of a gain that is repaid, and of one that isn't
THEMES: tuple[Theme, ...] = ("JupyterLab Dark", "JupyterLab Dark High Contrast")


@pytest.fixture(scope="module", params=["lab", "notebook"])
def walk(request: pytest.FixtureRequest, server: Server, browser: object) -> Iterator[Panel]:
    """The notebook above with hybnb loaded by the button, run from top to bottom, on a machine unknown to hybnb."""
    app = request.param
    notebook = opened(browser, server, written(server, f"walk-{app}.ipynb", CELLS, cell_4=LOCKED), app)
    panel = Panel(notebook)
    panel.load()
    notebook.run_all()
    for name in CALLED:
        expect(panel.card(name)).not_to_contain_text("measured yet", timeout=JUDGED_SECONDS * 1e3)
    # A core that is taken away while a call is recorded leaves it without a prediction.
    unsure = [name for name in SAFE if "faster: yes" not in panel.card(name).inner_text()]
    if unsure:
        notebook.page.evaluate(EXECUTE, f"%hybnb measure {' '.join(unsure)}")
    for name in SAFE:
        expect(panel.card(name)).to_contain_text("faster: yes", timeout=JUDGED_SECONDS * 1e3)
    yield panel
    notebook.page.close()


@pytest.fixture
def panel(walk: Panel) -> Iterator[Panel]:
    yield walk
    walk.set_back(CELLS)


def undo(panel: Panel, number: int) -> None:
    """Undo until the cell has its text again: what is typed slowly is undone in several steps."""
    for _ in range(20):
        if text_of(panel.notebook, number) != CELLS[number - 1]:
            panel.page.keyboard.press("Control+z")
    assert text_of(panel.notebook, number) == CELLS[number - 1]


def test_each_function_stands_where_its_verdict_belongs(panel: Panel) -> None:
    expect(panel.group("Decorate").locator(".hybnb-card[data-function='fast']")).to_have_count(1)
    expect(panel.group("Repair first").locator(".hybnb-card[data-function='step']")).to_have_count(1)
    expect(panel.totals).to_contain_text("4 to decorate")
    expect(panel.totals).to_contain_text("1 to repair")


def test_a_card_tells_both_signals_in_words(panel: Panel) -> None:
    expect(panel.card("step")).to_contain_text("safe: no")
    expect(panel.card("fast")).to_contain_text("safe: yes")
    expect(panel.card("fast")).to_contain_text("faster: yes")
    expect(panel.card("fast")).to_contain_text("@tf.function")


def test_the_code_is_marked_where_the_cards_speak_of_it(panel: Panel) -> None:
    notebook = panel.notebook

    expect(notebook.cell(STEP_CELL).locator(".hybnb-gutter .hybnb-icon")).to_have_count(1)
    expect(notebook.cell(STEP_CELL).locator(".hybnb-underline").first).to_contain_text("losses")
    expect(notebook.cell(FAST_CELL).locator(".hybnb-lens")).to_contain_text("safe")
    expect(notebook.cell(IMPORT).locator(".hybnb-gutter, .hybnb-lens, .hybnb-underline")).to_have_count(0)


@pytest.mark.parametrize("walk", ["lab"], indirect=True)  # Notebook has its settings in a page of their own
def test_the_words_behind_the_def_go_and_come_with_their_setting_at_once(panel: Panel) -> None:
    words = panel.page.locator(".jp-Notebook .hybnb-lens")
    expect(words).not_to_have_count(0)
    with settings(panel, "Words behind the def") as setting:
        setting.uncheck()
        expect(words).to_have_count(0)
        setting.check()
        expect(words).not_to_have_count(0)


def test_pointing_at_a_mark_gives_the_reason(panel: Panel) -> None:
    panel.notebook.cell(STEP_CELL).locator(".hybnb-underline").first.hover()

    hover = panel.page.locator(".hybnb-hover")
    expect(hover).to_contain_text("blocks")
    expect(hover).to_contain_text("losses")
    assert panel.barriers(".hybnb-hover") == []
    panel.page.mouse.move(0, 0)
    expect(hover).to_have_count(0)


def test_why_shows_the_evidence_and_the_rule_behind_it(panel: Panel) -> None:
    card = panel.card("step")
    expect(card.locator(".hybnb-evidence")).to_have_count(0)

    panel.button("Why", "step").click()

    expect(card.locator(".hybnb-evidence")).to_contain_text("Calls")
    card.get_by_role("button", name="HYB201").first.click()
    expect(card.locator(".hybnb-told")).to_contain_text("outer-mutation")
    panel.button("Less", "step").click()
    expect(card.locator(".hybnb-evidence")).to_have_count(0)


def test_going_to_a_function_puts_the_cursor_at_its_def(panel: Panel) -> None:
    panel.card("step").get_by_role("button", name="Go to: step").click()

    cell = panel.notebook.cell(STEP_CELL)
    expect(cell).to_have_class(re.compile("jp-mod-active"))
    expect(cell.locator(".cm-content")).to_be_focused()
    panel.page.keyboard.type("# here\n")
    assert "\n# here\ndef step(x):\n" in text_of(panel.notebook, STEP_CELL)
    undo(panel, STEP_CELL)


def test_search_leaves_only_what_matches(panel: Panel) -> None:
    search = panel.node.get_by_role("searchbox")
    search.fill("HYB201")
    expect(panel.node.locator(".hybnb-card")).to_have_count(1)
    search.fill("no such function")
    expect(panel.node).to_contain_text("No function matches.")
    search.fill("")
    expect(panel.card("fast")).to_be_visible()


def test_a_change_is_shown_then_made_and_undone_by_one_stroke(panel: Panel) -> None:
    cell = panel.notebook.cell(FAST_CELL)
    panel.button("Apply", "fast").click()
    expect(panel.page.locator(".jp-Dialog")).to_contain_text("+@tf.function")
    assert panel.barriers(".hybnb-agree") == []
    assert text_of(panel.notebook, FAST_CELL) == FAST

    panel.agree()

    assert text_of(panel.notebook, FAST_CELL) == f"@tf.function\n{FAST}"
    expect(panel.card("fast")).to_contain_text("run the cell again")
    expect(panel.button("Apply", "fast")).to_be_disabled()
    cell.locator(".cm-content").click()
    panel.page.keyboard.press("Control+z")
    assert text_of(panel.notebook, FAST_CELL) == FAST
    expect(panel.card("fast")).not_to_contain_text("run the cell again")
    expect(cell.locator(".hybnb-lens")).to_be_visible()


def test_a_change_that_is_thought_better_of_is_not_made(panel: Panel) -> None:
    panel.button("Apply", "fast").click()
    panel.page.locator(".jp-Dialog .jp-mod-reject").click()

    expect(panel.page.locator(".jp-Dialog")).to_have_count(0)
    assert text_of(panel.notebook, FAST_CELL) == FAST


def test_a_locked_cell_is_left_alone(panel: Panel) -> None:
    before = text_of(panel.notebook, LOCKED_CELL)
    panel.button("Apply", "locked").click()

    expect(panel.card("locked")).to_contain_text("is locked")
    expect(panel.page.locator(".jp-Dialog")).to_have_count(0)
    assert text_of(panel.notebook, LOCKED_CELL) == before


def test_all_safe_changes_are_made_at_once_but_for_the_locked_one(panel: Panel) -> None:
    cells = (FAST_CELL, AGAIN_CELL, TWICE_CELL)
    panel.node.get_by_role("button", name="Apply all safe fixes (4)").click()
    dialog = panel.page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Apply these 3 changes?")
    expect(dialog.get_by_text("+@tf.function")).to_have_count(3)
    assert panel.barriers(".hybnb-agree") == []

    panel.agree()

    for number in (*cells, LOCKED_CELL, STEP_CELL):
        assert text_of(panel.notebook, number).startswith("@tf.function\n") is (number in cells)
    expect(panel.card("locked")).to_contain_text("is locked")
    for number in cells:
        panel.notebook.cell(number).locator(".cm-content").click()
        panel.page.keyboard.press("Control+z")
        assert text_of(panel.notebook, number) == CELLS[number - 1]


def test_typing_greys_the_advice_at_once_and_marks_follow_the_text(panel: Panel) -> None:
    cell = panel.notebook.cell(STEP_CELL)
    cell.locator(".cm-line").first.click()
    panel.page.keyboard.press("Home")
    panel.page.keyboard.type("# a line above\n")

    expect(panel.card("step")).to_have_class(re.compile("hybnb-mod-stale"))
    expect(cell.locator(".hybnb-underline").first).to_have_text("losses.append(tf.reduce_sum(x))")
    undo(panel, STEP_CELL)
    expect(panel.card("step")).not_to_have_class(re.compile("hybnb-mod-stale"))


def test_a_muted_function_is_gone_until_it_is_brought_back(panel: Panel) -> None:
    panel.button("Mute", "step").click()
    expect(panel.card("step")).to_have_count(0)
    expect(panel.notebook.cell(STEP_CELL).locator(".hybnb-underline")).to_have_count(0)

    muted = panel.group("Muted")
    muted.locator("summary").click()
    muted.get_by_role("button", name="Unmute step").click()
    expect(panel.card("step")).to_be_visible()


def test_the_panel_shuts_nobody_out(panel: Panel) -> None:
    panel.button("Why", "step").click()
    assert panel.barriers() == []
    for theme in THEMES:
        panel.notebook.use_theme(theme)
        assert panel.barriers() == [], theme


def test_a_card_is_opened_and_its_change_refused_by_keyboard_alone(panel: Panel) -> None:
    keyboard = panel.page.keyboard
    first, second = (panel.node.locator(".hybnb-fold").nth(number) for number in range(2))
    first.focus()
    keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    fold = panel.card("fast").locator(".hybnb-fold")
    fold.focus()
    keyboard.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "true")
    keyboard.press("Tab")
    expect(panel.card("fast").get_by_role("button", name="Go to: fast")).to_be_focused()
    keyboard.press("Tab")
    expect(panel.button("Apply", "fast")).to_be_focused()
    keyboard.press("Enter")
    expect(panel.page.locator(".jp-Dialog :focus")).to_have_count(1)
    keyboard.press("Escape")
    expect(panel.page.locator(".jp-Dialog")).to_have_count(0)
    assert text_of(panel.notebook, FAST_CELL) == FAST


def test_nothing_is_wider_than_a_narrow_panel(panel: Panel) -> None:
    panel.button("Why", "step").click()
    wide = panel.node.evaluate(
        "p => [...p.querySelectorAll('.hybnb-card, .hybnb-card > *, .hybnb-header > *')]"
        ".filter(e => e.getBoundingClientRect().right > p.getBoundingClientRect().right + 1).map(e => e.className)"
    )
    assert wide == []


def test_run_again_with_the_change_the_function_is_judged_anew(panel: Panel) -> None:
    panel.button("Apply", "again").click()
    panel.agree()
    panel.card("again").get_by_role("button", name="Run cell").click()

    expect(panel.group("Decorate").locator(".hybnb-card[data-function='again']")).to_have_count(0)
    expect(panel.card("again")).not_to_contain_text("run the cell again")
    assert text_of(panel.notebook, AGAIN_CELL).startswith("@tf.function\n")


def test_a_measurement_tells_that_it_goes_on_and_what_came_out(panel: Panel) -> None:
    card = panel.card("locked")
    panel.button("Measure", "locked").click()

    expect(card.locator("button[aria-label^='Cancel']").or_(card.get_by_text(MEASURED))).to_have_count(1)
    assert panel.barriers() == []
    expect(card).to_contain_text(MEASURED, timeout=JUDGED_SECONDS * 1e3)
    expect(card.locator("button[aria-label^='Measure']")).to_have_count(1)


def test_a_measurement_is_called_off(panel: Panel) -> None:
    card = panel.card("twice")
    panel.button("Measure", "twice").click()
    cancel = card.locator("button[aria-label^='Cancel']")
    expect(cancel.or_(card.get_by_text(MEASURED))).to_have_count(1)
    if cancel.count():  # it may be done
        cancel.click()

    expect(card.locator("button[aria-label^='Measure']")).to_have_count(1)
