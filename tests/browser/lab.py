"""A real Jupyter server, and a notebook in JupyterLab or Notebook 7 driven as a person drives it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Locator, Page

App = Literal["lab", "notebook"]
Theme = Literal["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"]
# Upper bounds, for two busy cores; nothing waits for longer than it must.
START_SECONDS, PAGE_SECONDS, RUN_SECONDS, ACT_SECONDS = 180, 180, 300, 60

# All code cells have run: each has a number, and none is waiting.
ALL_RUN = """() => {
  const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')].filter(
    cell => cell.querySelector('.cm-content')?.textContent.trim());
  const prompts = cells.map(cell => cell.querySelector('.jp-InputPrompt')?.textContent ?? '');
  return prompts.length > 0 && prompts.every(text => /\\[\\d+\\]/.test(text));
}"""
APP = "(window.jupyterapp || window.jupyterlab)"
COMMAND = f"async ([name, args]) => {{ await {APP}.commands.execute(name, args); }}"
# What is run before the kernel has answered is quietly dropped.
KERNEL_READY = f"""async () => {{
  const context = {APP}.shell.currentWidget.sessionContext;
  await context.ready;
  await context.session.kernel.info;
}}"""


class Server(NamedTuple):
    """A running server whose files are those of `folder`."""

    address: str
    folder: Path


@contextmanager
def serving(folder: Path, scratch: Path) -> Iterator[Server]:
    """A Jupyter server on this machine only, without a password, its own settings kept in `scratch`."""
    _settle(scratch)
    port = _free_port()
    log = scratch / "server.log"
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder,
        "IdentityProvider.token": "",
        "ServerApp.password": "",
        "JupyterNotebookApp.expose_app_in_browser": True,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser", "--allow-root"]
    command += [f"--{name}={value}" for name, value in options.items()]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=_environment(scratch))
        try:
            _wait_for(f"http://127.0.0.1:{port}/api", process, log)
            yield Server(f"http://127.0.0.1:{port}", folder)
        finally:
            process.terminate()
            process.wait(30)


def _settle(scratch: Path) -> None:
    """Settings under which the front end asks nothing and looks nothing up, and hybnb takes its time on busy cores."""
    folder = scratch / "settings" / "@jupyterlab" / "apputils-extension"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    profile = scratch / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_config.py").write_text("c.Hybnb.cell_budget_ms = 30_000.0\n")


def _environment(scratch: Path) -> dict[str, str]:
    """Nobody's settings, profiles, extensions or measurements of this machine but those of this Python and this run."""
    own = {
        "JUPYTER_CONFIG_DIR": scratch / "config",
        "JUPYTER_DATA_DIR": scratch / "data",
        "JUPYTER_RUNTIME_DIR": scratch / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": scratch / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": scratch / "workspaces",
        "IPYTHONDIR": scratch / "ipython",
        "XDG_CACHE_HOME": scratch / "cache",
    }
    return {**os.environ, **{name: str(path) for name, path in own.items()}, "TF_CPP_MIN_LOG_LEVEL": "3"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).read()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the Jupyter server did not start:\n{log.read_text(errors='replace')[-3000:]}")


class Notebook:
    """An open notebook."""

    def __init__(self, page: Page, server: Server, name: str, app: App) -> None:
        tree = "lab/tree" if app == "lab" else "notebooks"
        self.page = page
        page.set_default_timeout(ACT_SECONDS * 1e3)
        page.goto(f"{server.address}/{tree}/{name}?reset", timeout=PAGE_SECONDS * 1e3)
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=PAGE_SECONDS * 1e3)
        page.wait_for_function(f"{APP}?.shell.currentWidget?.sessionContext", timeout=PAGE_SECONDS * 1e3)
        page.evaluate(KERNEL_READY)

    def command(self, name: str, **arguments: object) -> None:
        """Run one of the front end's own commands, as its menus do."""
        self.page.evaluate(COMMAND, [name, arguments])

    def use_theme(self, theme: Theme) -> None:
        """Change to a theme, and wait until it is there."""
        self.command("apputils:change-theme", theme=theme)
        self.page.locator(f"body[data-jp-theme-name='{theme}']").wait_for(state="attached", timeout=PAGE_SECONDS * 1e3)

    def run_all(self) -> None:
        """Run all cells and wait until the last one has its number."""
        self.page.locator(".jp-Notebook .jp-Cell").first.click()
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(ALL_RUN, timeout=RUN_SECONDS * 1e3)

    def cell(self, number: int) -> Locator:
        """The code cell with this number, from 1."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").nth(number - 1)

    def advice(self, number: int) -> Locator:
        """What hybnb drew under a cell."""
        return self.cell(number).locator(".jp-OutputArea-output .hybnb")
