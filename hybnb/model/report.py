"""The report: the one shape that every face draws and other programs read (schema 1)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hybnb.model.decided import Verdict
from hybnb.model.observed import Environment

SCHEMA = 1


class Source(Struct, frozen=True):
    """One notebook, module or kernel and the verdicts on its functions."""

    path: str
    kind: Literal["notebook", "module", "kernel"]
    verdicts: tuple[Verdict, ...] = ()
    error: str | None = None  #: one sentence when the source could not be judged, or not to its end


class Tool(Struct, frozen=True):
    """Who wrote the report."""

    version: str
    name: str = "hybnb"


class Report(Struct, frozen=True):
    """Verdicts of one or more sources; `msgspec.json.encode` of it is schema 1."""

    tool: Tool
    environment: Environment
    sources: tuple[Source, ...] = ()
    sequence: int = 0  #: grows by one with each report of a kernel
    schema: int = SCHEMA
