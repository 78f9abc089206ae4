"""Finds a Chromium for the browser tests; run as a script, it installs one where none is found.

Order: the program named by HYBNB_CHROMIUM, the system's, the one that playwright keeps for itself. Installing: with
Debian's package manager where we may (root), else by playwright. Failing to find one is an error and never a skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Without these, a Chromium on a machine with a closed network spends its time on connections that are refused.
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find(playwright: Playwright) -> str | None:
    """The path of a Chromium, or None."""
    candidates = (
        os.environ.get("HYBNB_CHROMIUM"),
        *map(shutil.which, SYSTEM_NAMES),
        playwright.chromium.executable_path,
    )
    return next((path for path in candidates if path and Path(path).exists()), None)


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium; RuntimeError says what to do when there is none."""
    path = find(playwright)
    if path is None:
        raise RuntimeError("no Chromium found: run `make test` once, or name one in HYBNB_CHROMIUM")
    # Root has no user namespace to build the sandbox in; everybody else keeps the sandbox.
    sandbox = () if os.geteuid() else ("--no-sandbox",)
    return playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox])


def install() -> None:
    """Install a Chromium by the first way that works here; the tools' own output shows what went wrong."""
    if not os.geteuid() and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        if not subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False).returncode:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Exit code 0 when a Chromium is there in the end."""
    with sync_playwright() as playwright:
        if find(playwright) is None:
            install()
        path = find(playwright)
    if path is None:
        print("no Chromium could be installed; install one and name it in HYBNB_CHROMIUM", file=sys.stderr)
        return 1
    print(f"browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
