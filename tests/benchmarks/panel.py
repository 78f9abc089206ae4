"""What the panel costs the page: a notebook with 100 cells and 200 functions in a real JupyterLab.

An update counts from the arrival of the kernel's message to the last change of the panel; a long task is time in which
the page draws no frame and hears no key.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import expect, sync_playwright

from tests.benchmarks.rows import Row, give
from tests.browser import chromium
from tests.browser.lab import APP, serving
from tests.browser.panel import Panel, opened, written
from tests.browser.test_many_functions import CELLS, TWO

ROUNDS = 7
UPDATE_MS, FRAME_MS = 100.0, 200.0
KERNEL = f"{APP}.shell.currentWidget.sessionContext.session.kernel"

# Runs code in the kernel; gives how long after a message of hybnb's the panel was complete, and the longest task.
TIMED = f"""async code => {{
  let arrived = 0, drawn = 0, longest = 0;
  const heard = (_, {{msg, direction}}) => {{
    if (direction === 'recv' && msg.header.msg_type === 'comm_msg' && msg.content.data?.type === 'report')
      arrived ||= performance.now();
  }};
  const mutations = new MutationObserver(() => {{ if (arrived) drawn = performance.now(); }});
  const tasks = new PerformanceObserver(list => list.getEntries().forEach(e => {{ longest = Math.max(longest, e.duration); }}));
  {KERNEL}.anyMessage.connect(heard);
  mutations.observe(document.querySelector('#hybnb-panel'), {{subtree: true, childList: true, characterData: true}});
  tasks.observe({{entryTypes: ['longtask']}});
  await {KERNEL}.requestExecute({{code}}).done;
  await new Promise(done => setTimeout(done, 1500));
  {KERNEL}.anyMessage.disconnect(heard);
  mutations.disconnect();
  tasks.disconnect();
  return {{update: drawn - arrived, longest}};
}}"""


def rows() -> list[Row]:
    """Medians of some rounds; of long tasks the longest."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as scratch,
        serving(Path(folder), Path(scratch)) as server,
        sync_playwright() as playwright,
    ):
        browser = chromium.launch(playwright)
        cells = ["%load_ext hybnb\nlosses = []", *(TWO.format(number) for number in range(CELLS))]
        panel = Panel(opened(browser, server, written(server, "many.ipynb", cells)))
        panel.notebook.run_all()
        expect(panel.node.locator(".hybnb-card")).to_have_count(2 * CELLS, timeout=120_000)
        panel.unfold()
        everything = [timed(panel, "%reload_ext hybnb") for _ in range(ROUNDS)]
        browser.close()
    return [
        Row(
            "panel: 200 functions drawn at once",
            statistics.median(each["update"] for each in everything),
            "ms",
            UPDATE_MS,
        ),
        Row("panel: longest task of drawing all", max(each["longest"] for each in everything), "ms", FRAME_MS),
    ]


def timed(panel: Panel, code: str) -> dict[str, Any]:
    """One round."""
    found: dict[str, Any] = panel.page.evaluate(TIMED, code)
    return found


if __name__ == "__main__":
    give(rows())
