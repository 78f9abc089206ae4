"""IPython's cells, as they run → `Cell`; keeps what is known of each and forgets what was edited away."""

from __future__ import annotations

import ast
import linecache
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from IPython.core.error import InputRejected
from IPython.core.interactiveshell import InteractiveShell

from hybnb.errors import guard
from hybnb.model import Cell
from hybnb.model.wire import SeenCell
from hybnb.observe import digests
from hybnb.observe.magic_lines import Peeled, parses, peel
from hybnb.observe.runs import Kept, Run, SoFar, is_body, one_run

MOST_CELLS = 2000  #: cells remembered; beyond it the one that ran longest ago goes
_MOST_FILES = 5 * MOST_CELLS  #: file names remembered; plain IPython makes a new one with each run
_SYNTAX = frozenset({"SyntaxError", "IndentationError", "TabError", "_IncompleteInputError"})


class CellObserver:
    """Watches one shell. `on_cell` is told each cell after it ran; nested runs are only remembered. `on_busy` is told when
    a thread begins to run cells, and when it has come to the end.

    Cells may run on several threads (subshells), so everything kept is behind a lock; `on_cell` is called outside it.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        on_cell: Callable[[Cell], None],
        on_trouble: Callable[[BaseException], None],
        clock: Callable[[], float] = time.perf_counter,
        on_busy: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._shell = shell
        self._on_cell = on_cell
        self._on_busy = on_busy
        self._clock = clock
        self._lock = threading.RLock()
        self._running = threading.local()
        self.edition = 0  #: another one where a file that `place_of` knew may have another place
        self.began = 0.0  #: when the last run that was asked for began, by the clock given
        self._hooks = {
            "pre_run_cell": guard(on_trouble)(_patient(self._before)),
            "post_run_cell": guard(on_trouble)(_patient(self._after)),
        }
        self.clear()

    def clear(self) -> None:
        """Forget all cells."""
        with self._lock:
            self.edition += 1
            self._kept: dict[int, Kept] = {}  # in the order of their last run
            self._all: tuple[Cell, ...] | None = None  # the same cells, until there are others
            self._seen: tuple[SeenCell, ...] | None = None
            self._holders: dict[str, int] = {}  # digest → number of the cell that has this text and ran last
            self._numbers: dict[str, int] = {}  # cell id, or digest where there is none → number
            self._texts: dict[str, str] = {}  # file name of compiled code → digest
            self._digests: set[str] = set()  # of all texts that files were compiled from
            self._last_number = 0
            self._last_count = 0  # execution count of the last run seen

    def install(self) -> None:
        """Start to watch; once is enough."""
        for event, hook in self._hooks.items():
            self._shell.events.register(event, hook)

    def remove(self) -> None:
        """Stop to watch; what is known stays."""
        for event, hook in self._hooks.items():
            if hook in self._shell.events.callbacks[event]:
                self._shell.events.unregister(event, hook)
        if self._runs():  # their ends won't be seen, and what comes later isn't inside of them
            self._runs().clear()
            self._on_busy(False)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All known cells, the last to run at the end."""
        with self._lock:
            if self._all is None:
                self._all = tuple(kept.cell for kept in self._kept.values())
            return self._all

    def raw(self, number: int) -> str | None:
        """A cell's text as typed, magics and all; None for one that isn't known."""
        with self._lock:
            return self._kept[number].raw if number in self._kept else None

    def seen(self) -> tuple[SeenCell, ...]:
        """How a front end recognises all known cells."""
        with self._lock:
            if self._seen is None:
                self._seen = tuple(kept.seen for kept in self._kept.values())
            return self._seen

    def place_of(self, filename: str, line: int) -> tuple[int, int] | None:
        """Cell number and line in the cell for a place in compiled code; all count from 1.

        The number is 0 where the cell was edited and run again, or deleted: its text is gone.
        """
        with self._lock:
            digest = self._texts.get(filename)
            if digest is None:
                return None
            number = self._holders.get(digest)
            return (0, line) if number is None else (number, self._kept[number].peeled.line_of(line))

    def earlier_cells(self) -> tuple[Cell, ...]:
        """Take over the cells that ran unseen, up to the one that is running now, from the history; gives all cells."""
        history = self._shell.history_manager
        if history is None:
            return ()
        raws, compiled = list(history.input_hist_raw), list(history.input_hist_parsed)
        running = getattr(getattr(self._shell.displayhook, "exec_result", None), "info", None)
        if raws and running is not None and raws[-1] == running.raw_cell:
            raws.pop()
        failures: dict[int, Any] = getattr(history, "exceptions", None) or {}
        with self._lock:
            for count in range(max(self._last_count + 1, len(raws) - MOST_CELLS), len(raws)):
                failure = failures.get(count)
                self._take_earlier(raws[count], compiled[count] if count < len(compiled) else "", count, failure)
            return self.cells

    def _take_earlier(self, raw: str, compiled: str, count: int, failure: Any) -> None:
        if not raw.strip():
            return
        peeled, digest = peel(raw), digests.own(raw)
        same = next((kept.cell for kept in self._kept.values() if kept.digest == digest), None)
        number = same.index if same and same.id else self._number(None, digest)
        self._last_count = count
        if failure is not None and failure.get("ename") in _SYNTAX and not parses(peeled.source):
            return
        for end in ("", "\n"):  # the history leaves out newlines at the end
            name = self._code_name(raw + end, compiled + "\n", count)
            if name:
                self._name(name, digest)
        kept = Kept(_cell(number, peeled, same.id if same else None, failure is None), raw, digest, peeled, count)
        self._keep(kept)

    def parsed(self, tree: Callable[[], ast.Module]) -> None:
        """IPython has parsed the cell that this thread is about to run; `tree` gives the tree once it has run."""
        runs = self._runs()
        if runs and not runs[-1].parsed:  # what comes later within the cell is another text, as below a %%time
            runs[-1].parsed, runs[-1].tree = True, tree

    def running_cell(self) -> Cell | None:
        """The cell that this thread is running, as if it had ended now; None between cells."""
        runs = self._runs()
        if not runs:
            return None
        run = runs[0]
        with self._lock:
            return self._take(SoFar(run.info), run.info, run)

    def _before(self, info: Any) -> None:
        runs = self._runs()
        if getattr(info, "cell_id", None) is not None:  # only the front end gives ids, so nothing encloses this run
            runs.clear()
        if not runs:
            self.began = self._clock()
            self._on_busy(True)
        runs.append(Run(info))

    def _after(self, result: Any) -> None:
        was = bool(self._runs())
        try:
            self._ended(result)
        finally:
            if was and not self._runs():
                self._on_busy(False)

    def _ended(self, result: Any) -> None:
        runs = self._runs()
        info = getattr(result, "info", None)
        if info is None:
            del runs[-1:]
            return
        run = next((each for each in reversed(runs) if one_run(each.info, info)), None)
        if run is not None:  # else the cell that loaded hybnb, or an empty one: no start was seen
            del runs[runs.index(run) :]
        outer = runs[-1] if runs else None
        if not isinstance(info.raw_cell, str) or not info.raw_cell.strip():
            return
        try:
            cell = self._noted(result, run or Run(info), outer)
        except KeyboardInterrupt:  # meant for a cell that has ended: it is known nevertheless
            cell = self._noted(result, run or Run(info), outer)
        if cell is not None and outer is None:
            if run is not None:
                run.give_tree(cell.source)
            self._on_cell(cell)

    def _noted(self, result: Any, run: Run, outer: Run | None) -> Cell | None:
        """What is known now of the cell that ended; None for the body of another, a tool's and one that didn't begin."""
        with self._lock:
            if outer is not None and is_body(result.info.raw_cell, outer.info.raw_cell):
                self._note_body(outer, result)
                return None
            self._forget(self._deleted(result.info))
            return None if outer is None and self._for_a_tool() else self._take(result, result.info, run)

    def _runs(self) -> list[Run]:
        runs: list[Run] | None = getattr(self._running, "runs", None)
        if runs is None:
            runs = self._running.runs = []
        return runs

    def _note_body(self, outer: Run, result: Any) -> None:
        """The body of a cell magic such as %%capture: one cell with the magic, not two."""
        outer.body_ran = True
        outer.body_failed = outer.body_failed or not result.success
        name = self._file_name(result, result.info)
        if name:
            outer.files.append(name)

    def _take(self, result: Any, info: Any, run: Run) -> Cell | None:
        raw: str = info.raw_cell
        peeled, digest = peel(raw), digests.own(raw)
        if peeled.foreign is not None and run.body_ran:  # somebody else's magic, which does run Python here
            peeled = peel(raw, frozenset({peeled.foreign}))
        identity: str | None = getattr(info, "cell_id", None)
        number = run.number = run.number or self._number(identity, digest)
        self._last_count = max(self._last_count, result.execution_count or 0)
        succeeded = bool(result.success) and not run.body_failed
        if not succeeded and (isinstance(result.error_before_exec, InputRejected) or not parses(peeled.source)):
            return None  # nothing of it ran, so what ran before is still what holds
        for name in (self._file_name(result, info), *run.files):
            if name:
                self._name(name, digest)
        cell = _cell(number, peeled, identity, succeeded)
        return self._keep(Kept(cell, raw, digest, peeled, result.execution_count))

    def _keep(self, kept: Kept) -> Cell:
        number = kept.cell.index
        self._drop(number)
        self._kept[number], self._all, self._seen = kept, None, None
        self.edition += kept.digest in self._holders
        self._holders[kept.digest] = number
        if len(self._kept) > MOST_CELLS:
            oldest = next(iter(self._kept))
            self._drop(oldest)
            self._numbers = {key: known for key, known in self._numbers.items() if known != oldest}
        return kept.cell

    def _number(self, identity: str | None, digest: str) -> int:
        """A cell's number: its own when it ran before, else the next.

        Without ids each run uses up a number, so that in a notebook run from top to bottom by nbclient the numbers
        stay those of the file, also where two cells have the same text.
        """
        if identity is None:
            self._last_number += 1
            return self._numbers.setdefault(digest, self._last_number)
        if identity not in self._numbers:
            earlier = self._numbers.pop(digest, None)  # it ran before hybnb was loaded, when its id wasn't seen
            if earlier is None:
                self._last_number += 1
            self._numbers[identity] = earlier or self._last_number
        return self._numbers[identity]

    def _name(self, filename: str, digest: str) -> None:
        if self._texts.pop(filename, digest) != digest or digest in self._digests:
            self.edition += 1
        self._texts[filename] = digest
        self._digests.add(digest)
        if len(self._texts) > _MOST_FILES:
            del self._texts[next(iter(self._texts))]
            self._digests = set(self._texts.values())
            self.edition += 1

    def _forget(self, identities: Iterable[str]) -> None:
        for identity in identities:
            number = self._numbers.pop(identity, None)
            if number is not None:
                self._drop(number)

    def _drop(self, number: int) -> None:
        kept, self._all, self._seen = self._kept.pop(number, None), None, None
        self.edition += kept is not None
        if kept is None or self._holders.get(kept.digest) != number:
            return
        del self._holders[kept.digest]
        others = [other for other, each in self._kept.items() if each.digest == kept.digest]
        if others:
            self._holders[kept.digest] = others[-1]

    def _deleted(self, info: Any) -> list[str]:
        """Ids of cells that the front end says were deleted since the last run."""
        metadata = getattr(info, "cell_meta", None) or self._parent().get("metadata")
        deleted = metadata.get("deletedCells") if isinstance(metadata, dict) else None
        return [each for each in deleted if isinstance(each, str)] if isinstance(deleted, list) else []

    def _for_a_tool(self) -> bool:
        """Was the run asked for by a tool, such as a variable inspector, which keeps it out of the history?"""
        content = self._parent().get("content")
        return isinstance(content, dict) and content.get("store_history") is False

    def _parent(self) -> dict[str, Any]:
        """The message that asked for the run; empty where there is no kernel."""
        get_parent = getattr(self._shell, "get_parent", None)
        try:
            parent = get_parent() if get_parent is not None else None
        except LookupError:  # nothing was ever asked for on this thread
            return {}
        return parent if isinstance(parent, dict) else {}

    def _file_name(self, result: Any, info: Any) -> str | None:
        """The name IPython gave to the compiled code."""
        text = getattr(info, "transformed_cell", None) or info.raw_cell
        count = self._shell.execution_count
        for number in (result.execution_count, count, count - 1):
            name = self._code_name(info.raw_cell, text, number)
            if name:
                return name
        return None

    def _code_name(self, raw: str, compiled: str, count: int) -> str | None:
        try:
            name: str = self._shell.compile.get_code_name(raw, compiled, count)
        except UnicodeError:  # half a surrogate pair: such a cell can't be compiled
            return None
        return name if name in linecache.cache else None


def _cell(number: int, peeled: Peeled, identity: str | None, succeeded: bool) -> Cell:
    return Cell(number, peeled.source, id=identity, succeeded=succeeded, timed_magic=peeled.timed)


def _patient(hook: Callable[[Any], None]) -> Callable[[Any], None]:
    """An interrupt that comes when the user's cell is already done ends the hook, without a word under the cell."""

    def patient(argument: Any) -> None:
        try:
            hook(argument)
        except KeyboardInterrupt:
            return

    return patient
