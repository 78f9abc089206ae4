"""The folder that a worker may write to, and those that killed workers left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

BEGINNING: Final = "hybnb-trial-"  #: of the folders' names; the number of the kernel's process follows


def new() -> tempfile.TemporaryDirectory[str]:
    """A folder of this process's; those of processes that are gone are removed on the way."""
    remove_leftovers()
    return tempfile.TemporaryDirectory(prefix=f"{BEGINNING}{os.getpid()}-", ignore_cleanup_errors=True)


def remove_leftovers() -> None:
    """Folders of workers whose kernel is gone: a process that is killed can't remove its own."""
    for folder in Path(tempfile.gettempdir()).glob(f"{BEGINNING}*"):
        number = folder.name.removeprefix(BEGINNING).partition("-")[0]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            with suppress(OSError):
                shutil.rmtree(folder)
