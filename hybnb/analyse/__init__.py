"""What the text says: functions, and what their bodies do that bears on tracing. Nothing here runs or imports user code.

`incremental` is the way in: it keeps a `program` of cells and modules (`text`), with its `candidates`, and has `judge` follow
each of these with what is passed to it (`parameters`, `live`), and look at what goes over its `border`. `follow` is the
interpreter, `values` and `scope` what it works on, `lexicon` and `tables` what it knows of libraries, `shapes` what it knows of
shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hybnb.analyse.incremental import Analyser
from hybnb.model import CallHistory, Cell, FunctionFacts, NameFact

__all__ = ["Analyser", "analyse"]


def analyse(
    cells: Sequence[Cell],
    modules: Sequence[Cell] = (),
    names: Mapping[str, NameFact] | None = None,
    histories: Mapping[str, CallHistory] | None = None,
) -> tuple[FunctionFacts, ...]:
    """Facts about every function of the cells and modules, in order of definition.

    `names` are the live global names of a kernel; without them (None) the top level of the cells is followed in order
    instead. `histories` are observed calls by FunctionId.key.
    """
    return Analyser().update(cells, modules, names, histories)
