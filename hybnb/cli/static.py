"""Judging a file by its source alone: no kernel, no TensorFlow."""

from __future__ import annotations

from collections.abc import Collection

from hybnb.advisor import check
from hybnb.cli.placed import placed
from hybnb.model import Cell, Source, Verdict
from hybnb.observe.modules import modules_beside
from hybnb.observe.notebook import Document, mentions_tensorflow
from hybnb.settings import Settings


def judged(document: Document, settings: Settings, others: Collection[str] = ()) -> Source:
    """The functions of a document and of its own modules; none where nothing can use TensorFlow. The modules in the files
    `others` are judged by themselves.
    """
    modules = modules_beside(document)
    verdicts = _verdicts(document, modules, settings, others)
    return Source(str(document.path), document.kind, placed(verdicts, document, modules))


def _verdicts(
    document: Document, modules: tuple[Cell, ...], settings: Settings, others: Collection[str]
) -> tuple[Verdict, ...]:  # fmt: skip
    everything = (*document.cells, *modules)
    if not mentions_tensorflow(everything):
        return ()
    cells, modules = ((), everything) if document.kind == "module" else (document.cells, modules)
    return check(cells, modules, settings, others)
