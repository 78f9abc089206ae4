"""Judging a file by its source alone: no kernel, no TensorFlow."""

from __future__ import annotations

from hybnb import advise
from hybnb.cli.placed import placed
from hybnb.model import Cell, Source
from hybnb.observe.modules import modules_beside
from hybnb.observe.notebook import Document, mentions_tensorflow
from hybnb.settings import Settings


def judged(document: Document, settings: Settings) -> Source:
    """The functions of a document and of its own modules; none where nothing can use TensorFlow."""
    modules = modules_beside(document)
    verdicts = advise.check(document.cells, modules, settings) if _may_use_tensorflow(document, modules) else ()
    return Source(str(document.path), document.kind, placed(verdicts, document, modules))


def _may_use_tensorflow(document: Document, modules: tuple[Cell, ...]) -> bool:
    return mentions_tensorflow((*document.cells, *modules))
