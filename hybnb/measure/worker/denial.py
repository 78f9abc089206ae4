"""What Python and TensorFlow forbid in the worker, and what was tried: an audit hook, a list of ops, a few functions.

The hook sees whatever Python code does, in every thread. It stays for good, so it is for a process of its own. What runs in
C++ it doesn't see: ops that write are known by name and looked for before a graph runs, and at each eager op.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final

from hybnb.measure import adapter

#: Events that are refused whatever their arguments are; a name that ends in a dot stands for all that begin so.
FORBIDDEN: Final = (
    "os.exec", "os.fork", "os.kill", "os.killpg", "os.posix_spawn", "os.spawn", "os.system", "os.startfile",
    "subprocess.", "pty.", "ctypes.dlopen", "signal.pthread_kill", "webbrowser.", "syslog.",
    "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostby",
    "ftplib.", "http.client.", "imaplib.", "nntplib.", "poplib.", "smtplib.", "telnetlib.", "urllib.",
    "sqlite3.enable_load_extension", "winreg.", "msvcrt.",
)  # fmt: skip
NETWORK: Final = ("socket.", "ftplib.", "http.", "imaplib.", "nntplib.", "poplib.", "smtplib.", "telnetlib.", "urllib.")
PROCESS: Final = ("os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "subprocess.", "pty.")
#: Events that change the file their first arguments name.
CHANGING: Final = frozenset({
    "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.setxattr", "os.removexattr",
    "os.symlink", "os.truncate", "os.utime", "shutil.chown", "shutil.copyfile", "shutil.copymode", "shutil.copystat",
    "shutil.copytree", "shutil.make_archive", "shutil.move", "shutil.rmtree", "shutil.unpack_archive", "sqlite3.connect",
})  # fmt: skip
WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: Ops that reach outside of the process.
OUTSIDE: Final = re.compile(
    r"WriteFile|(Merge|Save)V2.*|Save(Slices|Dataset.*)?|MergeV2Checkpoints|Write\w*Summary|CreateSummary\w*|SummaryWriter"
    r"|ImportEvent|FlushSummaryWriter|SnapshotDataset.*|DebugIdentity.*|FileSystemSetConfiguration|_?(Host)?(Send|Recv)"
    r"|DataServiceDataset.*|RegisterDataset.*|\w*Rpc\w*|Collective.*"
)
FILES: Final = ("CreateDir", "RecursivelyCreateDir", "DeleteFile", "DeleteRecursively", "RenameFile", "CopyFile",
                "WriteStringToFile", "WritableFile")  # fmt: skip


class DeniedError(PermissionError):
    """What the trial tried to do isn't allowed there."""


class Denial:
    """Refuses, and remembers what it refused: code may swallow the exception. `folder` is where writing is allowed."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.realpath(folder) + os.sep
        self.denied: list[str] = []

    def install(self) -> None:
        """Once per process, after TensorFlow's import."""
        entry = adapter.entry_module()
        for name, position in adapter.ENTRY_POINTS.items():
            setattr(entry, name, self._checked(getattr(entry, name), position))
        for module, names in (("file", FILES), ("record", ("RecordWriter",))):
            library = sys.modules.get(f"tensorflow.python.lib.io._pywrap_{module}_io")
            for name in names:
                if hasattr(library, name):
                    setattr(library, name, self._refusing(f"tf.io ({name})"))
        sys.addaudithook(self._hear)

    def refuse(self, what: str) -> None:
        """Remember and raise."""
        if what not in self.denied and len(self.denied) < 20:
            self.denied.append(what)
        raise DeniedError(f"a trial may not {what}")

    def check_ops(self, names: Iterable[str]) -> None:
        """Refuse a graph with an op that reaches outside of the process, before it is run."""
        for name in names:
            if OUTSIDE.fullmatch(name):
                self.refuse(f"run the op {name}")

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if (isinstance(mode, str) and any(sign in mode for sign in "wax+")) or (flags or 0) & WRITING:
                self._only_here("write", path)
        elif event in CHANGING:
            for path in arguments[: 2 if event in ("os.rename", "os.link", "shutil.move") else 1]:
                self._only_here("change", path)
        elif event.startswith(FORBIDDEN):
            self.refuse(_named(event))

    def _only_here(self, what: str, path: Any) -> None:
        if isinstance(path, int):
            return  # something that is open already
        name = os.path.realpath(os.fsdecode(path))
        if not (name + os.sep).startswith(self._folder) and name != os.devnull:
            self.refuse(f"{what} {os.fsdecode(path)}")

    def _checked(self, original: Callable[..., Any], position: int) -> Callable[..., Any]:
        known: dict[Any, bool] = {}

        def checked(*arguments: Any) -> Any:
            name = arguments[position]
            outside = known.get(name)
            if outside is None:
                text = name.decode() if isinstance(name, bytes) else str(name)
                outside = known[name] = OUTSIDE.fullmatch(text) is not None
            if outside:
                self.refuse(f"run the op {name}")
            return original(*arguments)

        return checked

    def _refusing(self, what: str) -> Callable[..., Any]:
        def refusing(*_: Any, **__: Any) -> Any:
            self.refuse(f"use {what}")

        return refusing


def _named(event: str) -> str:
    if event.startswith(NETWORK):
        return f"use the network ({event})"
    return f"start a process ({event})" if event.startswith(PROCESS) else f"call {event}"
