"""Shells for tests: a fresh in-process IPython, real kernels, and what may be left in a shell."""

from __future__ import annotations

import atexit
import builtins
import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from queue import Empty
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import HTML  # noqa: F401  the display machinery is imported before anything is counted
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from traitlets.config import Config


@contextmanager
def new_shell(**settings: Any) -> Iterator[InteractiveShell]:
    """A shell of its own, with nothing on disk; `settings` become c.Hybnb.…"""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    for name, value in settings.items():
        config.Hybnb[name] = value
    before = InteractiveShell._instance, sys.excepthook, sys.displayhook
    shell = InteractiveShell(config=config)
    try:
        yield shell
    finally:
        atexit.unregister(shell.atexit_operations)
        shell.atexit_operations()
        shell.restore_sys_module_state()
        InteractiveShell._instance, sys.excepthook, sys.displayhook = before


def installed(shell: InteractiveShell) -> dict[str, Any]:
    """Everything in a shell and process that an extension might leave behind."""
    magics = shell.magics_manager.magics
    return {
        "events": {event: list(callbacks) for event, callbacks in shell.events.callbacks.items()},
        "ast": list(shell.ast_transformers),
        "input": [*shell.input_transformers_cleanup, *shell.input_transformers_post],
        "line magics": set(magics["line"]),
        "cell magics": set(magics["cell"]),
        "names": {name for name in shell.user_ns if not name.startswith("_") and name not in {"In", "Out"}},
        "hidden": {name for name in shell.user_ns_hidden if not name.startswith("_")},
        "builtins": set(vars(builtins)),
        "threads": {thread.name for thread in threading.enumerate() if "hybnb" in thread.name},
        "tracing": (sys.gettrace(), sys.getprofile()),
        "completers": list(shell.Completer.custom_matchers) + list(shell.strdispatchers),
    }


def run(shell: InteractiveShell, text: str, **more: Any) -> str:
    """Run a cell as a front end does and give what it printed."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        shell.run_cell(text, **{"store_history": True, **more})
    return out.getvalue()


@dataclass
class Reply:
    """What came back for one cell."""

    content: dict[str, Any]
    text: str = ""  #: both streams and all text/plain
    outputs: list[dict[str, Any]] = field(default_factory=list)


class Kernel:
    """A real kernel, spoken to as JupyterLab speaks to it."""

    def __init__(self, client: BlockingKernelClient, manager: Any) -> None:
        self.client = client
        self.manager = manager

    def send(self, code: str, cell_id: str | None = None, subshell: str | None = None, **more: Any) -> str:
        """Send an execute_request; `more` goes into its content, `metadata=` into its metadata."""
        metadata = more.pop("metadata", {})
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        message = self.client.session.msg("execute_request", {**content, "stop_on_error": False, **more})
        message["metadata"] = {**metadata, **({"cellId": cell_id} if cell_id else {})}
        if subshell:
            message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def run(self, code: str, cell_id: str | None = None, **more: Any) -> Reply:
        """Run a cell and wait for its end."""
        return self.wait(self.send(code, cell_id, **more))

    def wait(self, *asked: str) -> Reply:
        """Wait until the kernel is done with what was asked."""
        reply, pending = Reply({}), set(asked)
        while pending:
            message = self.client.get_iopub_msg(timeout=60)
            parent, content = message["parent_header"].get("msg_id"), message["content"]
            if parent not in asked:
                continue
            match message["msg_type"]:
                case "stream":
                    reply.text += content["text"]
                case "display_data" | "execute_result":
                    reply.outputs.append(content["data"])
                    reply.text += content["data"].get("text/plain", "")
                case "error":
                    reply.text += "\n".join(content["traceback"])
                case "status" if content["execution_state"] == "idle":
                    pending.discard(parent)
        while True:
            try:
                message = self.client.get_shell_msg(timeout=0.2)
            except Empty:
                return reply
            if message["parent_header"].get("msg_id") in asked:
                reply.content = message["content"]

    def interrupt_once_it_says(self, word: str) -> None:
        """Interrupt the running cell as soon as it has printed `word`."""
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["msg_type"] == "stream" and word in message["content"]["text"]:
                self.manager.interrupt_kernel()
                return

    def control(self, kind: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask on the control channel."""
        self.client.control_channel.send(self.client.session.msg(kind, content or {}))
        answer: dict[str, Any] = self.client.get_control_msg(timeout=60)["content"]
        return answer


@contextmanager
def new_kernel(**arguments: Any) -> Iterator[Kernel]:
    """A real ipykernel in a process of its own."""
    manager, client = start_new_kernel(kernel_name="python3", **arguments)
    try:
        yield Kernel(client, manager)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
