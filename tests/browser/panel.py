"""hybnb's panel beside a notebook, used as a person uses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, expect

from tests.browser.lab import APP, App, Notebook, Server

ROOT = Path(__file__).parents[2]
AXE = ROOT / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
CONNECT_SECONDS = 120
JUDGED_SECONDS = 180  #: the machine may have to be calibrated first
GRAVE = ("serious", "critical")

# Whatever a test has left open, written or muted.
SET_BACK = f"""texts => {{
  document.querySelectorAll('.jp-Dialog .jp-mod-reject').forEach(button => button.click());
  const panel = document.querySelector('#hybnb-panel');
  panel.querySelectorAll(".hybnb-fold[aria-expanded='true'], .hybnb-muted button").forEach(button => button.click());
  const {{cells}} = {APP}.shell.currentWidget.content.model.sharedModel;
  cells.filter(cell => cell.cell_type === 'code').forEach((cell, number) => {{
    if (cell.getSource() !== texts[number]) cell.setSource(texts[number]);
  }});
}}"""

# A cell that sends a panel the sample of a hostile report, whose findings lie in this very cell.
HOSTILE = f"""import comm, hashlib, json
from pathlib import Path
message = json.loads(Path({str(ROOT / "tests" / "samples" / "wire" / "report_hostile.json")!r}).read_text())
digest = hashlib.sha1(In[-1].encode()).hexdigest()
message["cells"] = [dict(cell=1, cell_id="cell-1", digest=digest, execution_count=1)]
lines = []
def opened(line, _):
    lines.append(line)
    line.on_msg(lambda said: line.send(message) if said["content"]["data"]["type"] == "hello" else None)
opened(comm.create_comm(target_name="hybnb"), None)"""

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def written(server: Server, name: str, cells: Sequence[str], **metadata: dict[str, Any]) -> str:
    """A notebook's file with these code cells; `metadata` gives that of a cell by its number, as `cell_2`."""
    made = [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(cells, 1)]
    for number, cell in enumerate(made, 1):
        cell.metadata.update(metadata.get(f"cell_{number}", {}))
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=PYTHON), server.folder / name)
    return name


class Panel:
    """The panel, brought to the front."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.node = self.page.locator("#hybnb-panel")
        self.show()

    def show(self) -> None:
        if not self.node.is_visible():
            self.notebook.command("hybnb:show-panel")
        self.node.wait_for()

    @property
    def totals(self) -> Locator:
        """The line that counts."""
        return self.node.locator(".hybnb-totals")

    def says(self, reason: str) -> None:
        """Wait until there is no advice for this reason."""
        expect(self.node.locator(".hybnb-empty h3")).to_have_text(reason, timeout=CONNECT_SECONDS * 1e3)

    def load(self) -> None:
        """Load hybnb by the button, and wait until it is connected."""
        self.says("hybnb is not loaded")
        self.node.get_by_role("button", name="Load hybnb").click()
        self.says("No function yet")

    def group(self, title: str) -> Locator:
        """The cards below a heading."""
        return self.node.locator(".hybnb-group").filter(has=self.page.get_by_role("heading", name=title))

    def unfold(self) -> None:
        """Open all groups."""
        self.node.evaluate(
            "panel => panel.querySelectorAll('details.hybnb-group').forEach(one => { one.open = true; })"
        )

    def card(self, function: str) -> Locator:
        """The card of a function."""
        return self.node.locator(f".hybnb-card[data-function='{function}']")

    def button(self, word: str, function: str) -> Locator:
        """A button of a card."""
        return self.card(function).get_by_role("button", name=f"{word}: {function}", exact=True)

    def agree(self) -> None:
        """Say yes to the change that is shown."""
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)

    def set_back(self, texts: Sequence[str]) -> None:
        """As it was when its code cells had these texts: no dialog, no search, nothing muted, unfolded or pointed at."""
        self.page.mouse.move(0, 0)
        self.page.evaluate(SET_BACK, list(texts))
        search = self.node.get_by_role("searchbox")
        if search.count():
            search.fill("")
        self.notebook.use_theme("JupyterLab Light")

    def barriers(self, part: str = "#hybnb-panel") -> list[str]:
        """What axe-core finds in a part of the page that shuts people out."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.add_script_tag(path=AXE)
        found = self.page.evaluate("part => axe.run(part)", part)
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"] if one["impact"] in GRAVE
        ]


@contextmanager
def settings(panel: Panel, title: str) -> Iterator[Locator]:
    """The switch with this title, in the settings editor while that is open in front of the notebook."""
    panel.notebook.command("settingeditor:open", query="hybnb")
    yield panel.page.get_by_label(title)
    panel.notebook.command("application:close")
    panel.notebook.cell(1).wait_for()


def text_of(notebook: Notebook, number: int) -> str:
    """The text of a code cell as it is saved, without what is only drawn into it."""
    model = f"{APP}.shell.currentWidget.content.model.sharedModel.cells"
    return str(notebook.page.evaluate(f"n => {model}.filter(c => c.cell_type === 'code')[n - 1].getSource()", number))


def opened(browser: Any, server: Server, name: str, app: App = "lab", width: int = 1280) -> Notebook:
    """A notebook in a page of its own."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    return Notebook(page, server, name, app)
