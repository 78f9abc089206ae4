"""All probes of one shell, put in and taken out together."""

from __future__ import annotations

import ast
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING

from hybnb.errors import HybnbError, log
from hybnb.model import CallHistory
from hybnb.observe.calls.hook import Hook
from hybnb.observe.calls.keeping import Keeper
from hybnb.observe.calls.ledger import Matching, Store
from hybnb.observe.calls.monitor import Monitor
from hybnb.observe.calls.probe import Surroundings
from hybnb.observe.calls.recording import Recorder, Recordings
from hybnb.observe.calls.rewrite import Change
from hybnb.observe.calls.roster import Roster
from hybnb.observe.calls.watched import Watched
from hybnb.observe.calls.written import DEPTH, Written
from hybnb.uncollected import uncollected

if TYPE_CHECKING:  # the command line gets here where no IPython is wanted
    from IPython.core.interactiveshell import InteractiveShell


def _original(body: list[ast.stmt], changes: Iterable[Change]) -> ast.Module:
    """A cell's tree as it was parsed, once its code has run."""
    for change in changes:
        change.undo()
    return ast.Module(body, [])


def _log(trouble: Exception) -> None:
    log.warning("hybnb could not watch a call: %s", trouble)


class Probes:
    """Watches the calls of the functions that a notebook defines.

    `trouble` is told hybnb's own failures; none reaches the user's code. `recorder(key)` gives a context manager around
    a call that is to be recorded; `parsed` is handed what gives the tree of the cell that is about to run, once it has; `matching()` what asks TensorFlow about one function's calls. For the bound on memory see `ledger`. Times are in seconds of `clock`.

    On Python 3.11 probes are written into functions as their cell is compiled. Not watched there: functions of modules,
    functions defined before `install`, lambdas, functions with an unknown decorator, and all functions once the
    notebook imports a library that reads bytecode. On 3.12 and newer sys.monitoring watches all of them. Functions with
    a tf.function decorator don't run through a probe when AutoGraph converts them, because it reads the source.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        *,
        max_signatures: int = 50,
        max_functions: int = 500,
        clock: Callable[[], float] = time.perf_counter,
        recorder: Recorder | None = None,
        matching: Callable[[], Matching] | None = None,
        trouble: Callable[[Exception], None] = _log,
        parsed: Callable[[Callable[[], ast.Module]], None] = lambda _: None,
        watcher: Monitor | None = None,
    ) -> None:
        if watcher is None and sys.version_info >= (3, 12):
            watcher = Monitor()
        self._shell = shell
        self._trouble = trouble
        self._parsed = parsed
        self._recordings = Recordings(recorder)
        depth = watcher.depth if watcher else DEPTH
        self._surroundings = Surroundings(clock, Store(max_signatures, matching), self._recordings, depth, trouble)
        self._roster = Roster(self._surroundings, max_functions)
        self._back: Watched | Written
        if watcher:
            self._back = Watched(self._roster, shell.user_ns, watcher)
        else:
            self._back = Written(self._roster, shell.user_ns)
        self._hook = Hook(shell, self._take)
        self._installed = False
        self._paused = False

    @property
    def recorder(self) -> Recorder | None:
        """What wraps the calls that are recorded; None records nothing."""
        return self._recordings.recorder

    @recorder.setter
    def recorder(self, recorder: Recorder | None) -> None:
        self._recordings.recorder = recorder

    @property
    def keeper(self) -> Keeper:
        """What the last calls were given."""
        return self._surroundings.keeper

    @property
    def active(self) -> bool:
        """True while calls are watched."""
        return self._installed and not self._paused

    def install(self) -> None:
        """Watch functions from the next cell on. Twice is once."""
        if self._installed:
            return
        if not self._back.install():
            self._trouble(
                HybnbError("calls aren't watched: other tools hold all ids of sys.monitoring; close one of them")
            )
            return
        self._installed = True
        self._paused = False
        self._surroundings.find_tensorflow()
        self._hook.install()

    def remove(self) -> None:
        """Leave nothing behind; code with a probe in it runs on. Histories stay readable. Twice is once."""
        if not self._installed:
            return
        self._hook.remove()
        self._back.remove()
        self._installed = False
        self._let_go()

    def pause(self) -> None:
        """Watch nothing until `resume`; on Python 3.11 an empty call remains in code already written to."""
        if self.active:
            self._back.pause()
            self._paused = True
            self._let_go()

    def resume(self) -> None:
        """Watch again; functions defined meanwhile only on Python 3.12 and newer."""
        if self._installed and self._paused:
            self._paused = False
            self._back.resume()

    def watch_module(self, module: ModuleType) -> int:
        """Watch the functions of one of the user's modules too; how many were new. Nothing on Python 3.11."""
        return self._back.watch_module(module) if self.active else 0

    def histories(self) -> Mapping[str, CallHistory]:
        """What was seen of each watched function, by FunctionId.key; functions never called have a count of 0."""
        return self._roster.histories()

    def history(self, key: str) -> CallHistory | None:
        """What was seen of one function; None when it isn't watched."""
        return self._roster.history(key)

    def version(self, key: str) -> frozenset[str]:
        """What tells the code of a watched function from that of another version; empty when it isn't watched."""
        return self._roster.version(key)

    def forget(self, key: str) -> None:
        """Start a function's history anew."""
        self._roster.forget(key)

    def _take(self, tree: ast.AST) -> None:
        try:
            if self.active and isinstance(tree, ast.Module):
                self._surroundings.find_tensorflow()
                with uncollected():
                    alone = len(self._shell.ast_transformers) == 1
                    if not alone:  # others' nodes may still lack their places
                        ast.fix_missing_locations(tree)
                    body = list(tree.body)  # IPython adds to the list
                    changes = self._back.transform(tree)
                    if alone:
                        self._parsed(partial(_original, body, changes))
        except Exception as trouble:  # a tree too deep to walk, say: the cell runs without further probes
            self._surroundings.tell(trouble)

    def _let_go(self) -> None:
        for probe in self._roster.probes():
            probe.drop_running()
        try:
            self._recordings.end(raised=True)
        except Exception as trouble:
            self._surroundings.tell(trouble)
