"""One server and one browser for all browser tests.

They end with the last of these tests and not with the run: Playwright keeps an event loop going in this thread, and
beside it no other test could start one.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import chromium
from tests.browser.lab import ACT_SECONDS, Server, serving


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=ACT_SECONDS * 1e3)
    with sync_playwright() as playwright:
        found = chromium.launch(playwright)
        yield found
        found.close()
