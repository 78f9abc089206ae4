"""Make the README's pictures: the first demo notebook, run in a real JupyterLab in headless Chromium, light and dark.

python scripts/make_pictures.py    writes docs/pictures/*.png
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import chromium  # noqa: E402  the tests and the pictures drive JupyterLab in the same way
from tests.browser.lab import Notebook, Theme, serving  # noqa: E402
from tests.browser.panel import Panel  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page

DEMO = ROOT / "demo_notebooks" / "01_first_advice.ipynb"
PICTURES = ROOT / "docs" / "pictures"
THEMES: dict[str, Theme] = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

WIDE = 1180  #: pixels
BEST = "train_step"
TRIED = 300e3  #: milliseconds within which an idle kernel has tried it, on a machine that hybnb doesn't know yet

# Which picture shows the cell that begins how.
CELLS = {"table": "%hybnb"}
# What TensorFlow logs when it is imported differs from machine to machine and says nothing about hybnb.
HIDE = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr'] { display: none !important }"


def main() -> None:
    """Write one picture per cell and theme."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo() as (notebook, page):
        for name, theme in THEMES.items():
            notebook.use_theme(theme)
            for picture, beginning in CELLS.items():
                file = PICTURES / f"{picture}-{name}.png"
                shoot(notebook, page, beginning, file)
                print(file.relative_to(ROOT))
            shoot_panel(notebook, page, PICTURES / f"panel-{name}.png")


@contextmanager
def demo() -> Iterator[tuple[Notebook, Page]]:
    """A copy of the demo notebook, opened and run."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as scratch:
        shutil.copy(DEMO, folder)
        with serving(Path(folder), Path(scratch)) as server, sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            page = browser.new_page(viewport={"width": WIDE, "height": 1600}, device_scale_factor=2)
            notebook = Notebook(page, server, DEMO.name, "lab")
            page.add_style_tag(content=HIDE)
            notebook.command("application:toggle-left-area")
            notebook.run_all()
            show_again(notebook)
            yield notebook, page
            browser.close()


def show_again(notebook: Notebook) -> None:
    """Run the cells of the pictures once more when all is known: the machine's speed, and how a trial came out."""
    panel = Panel(notebook)
    card = panel.card(BEST)
    card.get_by_text("(measured").first.wait_for(timeout=TRIED)
    panel.node.get_by_role("button", name="Cancel").first.wait_for(state="detached", timeout=TRIED)
    notebook.command("hybnb:show-panel")
    for beginning in CELLS.values():
        cell = notebook.cell(number_of(notebook.page, beginning))
        cell.locator(".cm-content").click()
        notebook.page.keyboard.press("Control+Enter")
        cell.locator(".jp-OutputArea-output").get_by_text("(measured").first.wait_for(timeout=TRIED)
    notebook.page.locator(".jp-Notebook .jp-MarkdownCell").first.click()  # so that no picture shows a cell as chosen


def shoot_panel(notebook: Notebook, page: Page, file: Path) -> None:
    """A picture of the notebook at the function that is worth most, with its card open in the panel."""
    page.set_viewport_size({"width": WIDE, "height": 720})
    panel = Panel(notebook)
    card = panel.card(BEST)
    card.get_by_role("button", name=f"Go to: {BEST}").click()
    if not card.locator(".hybnb-evidence").count():
        panel.button("Why", BEST).click()
    panel.node.evaluate("panel => { panel.scrollTop = 0; }")
    page.mouse.move(0, 0)
    page.screenshot(path=file)
    print(file.relative_to(ROOT))
    notebook.command("hybnb:show-panel")
    page.set_viewport_size({"width": WIDE, "height": 1600})


def shoot(notebook: Notebook, page: Page, beginning: str, file: Path) -> None:
    """A picture of the code cell whose text begins so, its outputs with it."""
    cell = notebook.cell(number_of(page, beginning))
    cell.scroll_into_view_if_needed()
    page.mouse.move(0, 0)  # no toolbar of a cell that is pointed at
    box = cell.bounding_box()
    assert box is not None
    page.screenshot(path=file, clip=box)


def number_of(page: Page, beginning: str) -> int:
    """The number of the code cell whose first line is this."""
    texts = page.locator(".jp-Notebook .jp-CodeCell .cm-content").all_inner_texts()
    return next(number for number, text in enumerate(texts, 1) if (text + "\n").startswith(beginning + "\n"))


if __name__ == "__main__":
    main()
