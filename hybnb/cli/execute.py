"""`hybnb check --execute`: what a run of the notebook saw, as places in its file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hybnb.cli import kernel, static
from hybnb.cli.placed import moved, placed
from hybnb.model import Environment, Source, Verdict
from hybnb.observe.modules import modules_beside
from hybnb.observe.notebook import Document
from hybnb.settings import Settings


def judged(
    document: Document, settings: Settings, timeout: int, tell: Callable[[str], None], measure: bool = False
) -> tuple[Source, Environment | None]:
    """The verdicts of the run; where it stopped early, the source alone speaks for the functions it didn't reach.

    With `measure` the functions that are worth it are tried both ways after the last cell.
    """
    outcome = kernel.run(document.path, _magics(settings), timeout, tell, ["measure"] if measure else [])
    seen = _seen(outcome, document)
    read = static.judged(document, settings).verdicts if outcome.trouble else ()
    reached = {one.function.key for one in seen}
    unseen = (one for one in read if one.function.key not in reached)
    source = Source(str(document.path), "notebook", (*seen, *unseen), outcome.trouble)
    return source, outcome.report.environment if outcome.report else None


def _magics(settings: Settings) -> list[str]:
    """Lines for %hybnb that make the kernel's hybnb show nothing and heed the same codes."""
    codes = [f"{key}={','.join(getattr(settings, key))}" for key in ("select", "ignore") if getattr(settings, key)]
    return [" ".join(["settings", "show=never", "trials=ask", *codes])]


def _seen(outcome: kernel.Outcome, document: Document) -> tuple[Verdict, ...]:
    if outcome.report is None:
        return ()
    verdicts = [verdict for source in outcome.report.sources for verdict in source.verdicts]
    cells = _cells(verdicts, outcome.ran)
    ids = {cell.index: cell.id for cell in document.cells}
    in_file = (moved(verdict, cells, ids) for verdict in verdicts)
    return placed(in_file, document, modules_beside(document))


def _cells(verdicts: Iterable[Verdict], ran: tuple[int, ...]) -> Mapping[int, int]:
    """The kernel's cell numbers → the notebook's: by the ids it was told, else by the order in which cells ran."""
    by_order = dict(enumerate(ran, 1))
    by_id = {one.function.cell: kernel.position(one.function.cell_id) for one in verdicts if one.function.path is None}
    return by_order | {cell: at for cell, at in by_id.items() if at is not None}
