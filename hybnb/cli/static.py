"""Judging a file by its source alone: no kernel, no TensorFlow."""

from __future__ import annotations

from hybnb.advisor import check
from hybnb.cli.placed import placed
from hybnb.model import Cell, Source, Verdict
from hybnb.observe.modules import modules_beside
from hybnb.observe.notebook import Document, mentions_tensorflow
from hybnb.settings import Settings


def judged(document: Document, settings: Settings) -> Source:
    """The functions of a document and of its own modules; none where nothing can use TensorFlow."""
    modules = modules_beside(document)
    verdicts = _verdicts(document, modules, settings)
    return Source(str(document.path), document.kind, placed(verdicts, document, modules))


def _verdicts(document: Document, modules: tuple[Cell, ...], settings: Settings) -> tuple[Verdict, ...]:
    everything = (*document.cells, *modules)
    if not mentions_tensorflow(everything):
        return ()
    return check((), everything, settings) if document.kind == "module" else check(document.cells, modules, settings)
