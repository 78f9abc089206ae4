"""What the operating system forbids the worker: writing outside of its folder, connecting, signalling, living on.

On Linux 5.13 and newer Landlock forbids it to the whole process, C++ code included, whatever the code does. Elsewhere only
`denial` stands guard. Called before any other thread exists, because a thread inherits what its maker may not do.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from typing import Final

import psutil

#: Landlock's rights, by the version of its interface that knows them; reading is never restricted.
RIGHTS: Final = {1: 0b1_1111_1111_0011, 2: 1 << 13, 3: 1 << 14}  # run, write, remove, make …; move; truncate
NET: Final = 0b11  #: bind and connect, from version 4
SCOPE: Final = 0b11  #: abstract sockets and signals, from version 6
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
BENEATH: Final = 1
WRITE_FILE: Final = 1 << 1
EXECUTE: Final = 1 << 0
SET_DEATH_SIGNAL, NO_NEW_PRIVILEGES = 1, 38
NICE: Final = 5
ROOM: Final = 1 << 30  #: bytes of addresses for stacks and pools, beside what a trial may use


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scope", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def confine(folder: str) -> bool:
    """Forbid all writing but in `folder`, and all of the network; True when the system can do that."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    rights = sum(bits for since, bits in RIGHTS.items() if since <= version)
    ruleset = _Ruleset(rights, NET if version >= 4 else 0, SCOPE if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    made = libc.syscall(CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    if made < 0:
        return False
    _allow(libc, made, folder, rights & ~EXECUTE)
    _allow(libc, made, os.devnull, WRITE_FILE)
    done = bool(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and libc.syscall(RESTRICT_SELF, made, 0) == 0)
    os.close(made)
    return done


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        libc.syscall(ADD_RULE, ruleset, BENEATH, ctypes.byref(_Beneath(rights, parent)), 0)
    finally:
        os.close(parent)


def follow_to_death(owner: int) -> None:
    """End with the process that started this one, however it ends. The end of standard input tells the same, later."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != owner:
            os._exit(1)


def stand_back() -> None:
    """Let others go first, and leave no core file.

    Not at the lowest priority: on a busy machine a graph, which needs several threads at once, would seem slower than it is.
    What keeps the user's cells free is that the worker stands still while they run.
    """
    with suppress(OSError, AttributeError):
        os.nice(NICE)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_memory(more: int) -> int:
    """Let this process take `more` bytes beside what it has; the resident bytes that are too many."""
    process = psutil.Process()
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = process.memory_info().vms + more + ROOM
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
    return int(process.memory_info().rss) + more
