"""Running a notebook in a kernel of its own, with hybnb loaded beside it and the file left as it is."""

from __future__ import annotations

import asyncio
import logging
import shlex
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from msgspec import Struct
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from hybnb.errors import HybnbError
from hybnb.model import Report
from hybnb.show import json
from hybnb.show.inert import inert

#: Runs in the kernel, silently: it makes and changes no name of the user's, and no execution is counted.
_SHELL = "__import__('IPython').get_ipython()"
_LOAD = f"{_SHELL}.extension_manager.load_extension('hybnb')"
_PATIENCE = 60  #: seconds for a request of hybnb's own
_MUCH_PATIENCE = 1800  #: the same, for trials of all functions
_LESS_PATIENCE = 10  #: the same, once a cell has failed
_PAUSE = 0.1  #: seconds
_NAME = "hybnb-cell-{}"  #: the cell id that the kernel is told


class Outcome(Struct, frozen=True):
    """What a run came to; cells count among the code cells, from 1."""

    report: Report | None  #: the last one that the kernel gave
    ran: tuple[int, ...] = ()
    trouble: str | None = None  #: what stopped the run, one sentence


def run(path: Path, magics: list[str], timeout: int, tell: Callable[[str], None], last: Sequence[str] = ()) -> Outcome:
    """Run the notebook cell by cell in its own folder and ask hybnb for its report after each.

    `magics` are lines for %hybnb, run before the first cell, and `last` such after the last one; `timeout` is in seconds, for each cell; `tell` hears which
    cell runs. The run ends at the first cell that raises, hangs or ends the kernel.
    """
    with TemporaryDirectory(prefix="hybnb-") as folder:
        running = _Run(path, Path(folder) / "report.json", timeout, tell, last)
        asyncio.run(running.everything(magics))
        return Outcome(running.report, tuple(running.ran), running.trouble)


def position(cell_id: str | None) -> int | None:
    """The code cell that the kernel was told this id for."""
    prefix = _NAME.format("")
    return int(cell_id.removeprefix(prefix)) if cell_id and cell_id.startswith(prefix) else None


class _Run:
    def __init__(self, path: Path, file: Path, timeout: int, tell: Callable[[str], None], last: Sequence[str]) -> None:
        self.path, self.file, self.tell, self.last = path, file, tell, last
        book = _book(path)
        self.cells = [cell for cell in book.cells if cell.cell_type == "code"]
        self.kernel = str(book.metadata.get("kernelspec", {}).get("name") or "python3")
        quiet = logging.getLogger("hybnb.kernel")
        quiet.setLevel(logging.CRITICAL + 1)  # what happens is said once, in our words
        self.client = NotebookClient(book, timeout=timeout, kernel_name=self.kernel, log=quiet)
        self.timeout = timeout
        self.report: Report | None = None
        self.ran: list[int] = []
        self.trouble: str | None = None

    async def everything(self, magics: list[str]) -> None:
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        try:
            async with self.client.async_setup_kernel(cwd=str(self.path.resolve().parent), **silent):
                # nbclient would only end the kernel at Ctrl-C, and the next notebook would be run
                asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
                if await self._loaded(magics):
                    await self._all_cells()
        except NoSuchKernel:
            self.trouble = f"{self.path} asks for the kernel {self.kernel}, which isn't installed; its source was read"
        except (RuntimeError, OSError) as bad:
            self.trouble = (
                f"{self.path}: the kernel {self.kernel} didn't start ({_first_line(bad)}); its source was read"
            )

    async def _loaded(self, magics: list[str]) -> bool:
        reply = await self._hidden(_LOAD)
        if reply.get("status") != "ok":
            why = f"{reply.get('ename', 'no answer')}: {reply.get('evalue', '')}"
            self.trouble = f"{self.path}: hybnb can't be loaded in the kernel {self.kernel} ({why}); install it there"
            return False
        for line in magics:
            await self._magic(line)
        return True

    async def _all_cells(self) -> None:
        for number, cell in enumerate(self.cells, 1):
            self.tell(f"cell {number} of {len(self.cells)}")
            if cell.source.strip() and self.client.skip_cells_with_tag not in cell.metadata.get("tags", []):
                self.ran.append(number)
            self.trouble = await self._trouble_with(number, cell)
            if await self.client.km.is_alive():
                await self._collect()
            if self.trouble:
                return
        for line in self.last:
            self.tell(line)
            await self._magic(line, _MUCH_PATIENCE)
            await self._collect()

    async def _trouble_with(self, number: int, cell: Any) -> str | None:
        """Run one cell; what stopped it, if something did."""
        here, rest = f"{self.path}: cell {number}", "the cells after it were not run"
        self.client.kc.session.metadata = {"cellId": _NAME.format(number)}
        try:
            await self.client.async_execute_cell(cell, number - 1)
        except CellExecutionError as raised:
            return f"{here} raised {raised.ename}: {inert(raised.evalue, 200)}; {rest}"
        except CellTimeoutError:
            await self.client.km.interrupt_kernel()
            return f"{here} ran longer than {self.timeout} s and was stopped; {rest} (see --timeout)"
        except DeadKernelError:
            return f"{here} ended the kernel; {rest}"
        finally:
            self.client.kc.session.metadata = {}
        return None

    async def _collect(self) -> None:
        """Keep the kernel's report; the last one stays where it gives none."""
        self.file.unlink(missing_ok=True)
        await self._magic(f"report --format json {shlex.quote(str(self.file))}")
        try:
            self.report = json.decode(self.file.read_bytes())
        except (OSError, HybnbError):
            if self.trouble is None:
                self.trouble = f"{self.path}: hybnb gave no report in the kernel; see what %hybnb says there"

    async def _magic(self, line: str, patience: int | None = None) -> None:
        await self._hidden(f"{_SHELL}.run_line_magic('hybnb', {line!r})", patience)

    async def _hidden(self, code: str, patience: int | None = None) -> dict[str, Any]:
        """Run code that the notebook doesn't notice; an empty reply when none comes in time.

        For a moment after a failed cell the kernel refuses what comes next, so a refusal is asked again.
        """
        patience = patience or (_LESS_PATIENCE if self.trouble else _PATIENCE)
        options = {"silent": True, "store_history": False, "reply": True, "timeout": patience}
        for _ in range(round(patience / _PAUSE)):
            try:
                reply = await self.client.kc.execute(code, **options)
            except (TimeoutError, Empty):
                return {}
            if reply["content"].get("status") != "aborted":
                return dict(reply["content"])
            await asyncio.sleep(_PAUSE)
        return {}


def _book(path: Path) -> Any:
    try:
        return nbformat.read(path, as_version=4)
    except Exception as bad:
        raise HybnbError(f"{path} can't be run: it isn't a valid notebook ({_first_line(bad)})") from bad


def _first_line(bad: Exception) -> str:
    return inert((str(bad).splitlines() or [type(bad).__name__])[0], 200)
