"""The short list of facts in a verdict, from what the source says and what was observed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hybnb.model import CallHistory, Evidence, Facts, Kind, Parameter, ValueSketch
from hybnb.rules.calls import call_seconds

TENSORS: Final = frozenset[Kind]({"tensor", "symbolic", "composite", "variable", "ndarray", "numpy_scalar"})
PRIMITIVES: Final = frozenset[Kind]({"number", "bool", "string"})
CONTAINERS: Final = frozenset[Kind]({"list", "tuple", "dict"})


def facts(evidence: Evidence) -> Facts:
    """What other programs read of a function."""
    of, history = evidence.facts, evidence.history
    return Facts(
        tensor_parameters=_parameters(evidence, TENSORS),
        primitive_parameters=_parameters(evidence, PRIMITIVES),
        python_side_effects=of.python_side_effects,
        recursive=of.recursive,
        tensor_computation=of.tensor_computation,
        calls=history.count if history else 0,
        eager_seconds=call_seconds(evidence),
        signatures=len(history.calls) if history else 0,
        inside_graph_calls=history.in_graph if history else 0,
        trace_calls=evidence.retraces.at if evidence.retraces is not None else (),
    )


def _parameters(evidence: Evidence, wanted: frozenset[Kind]) -> tuple[str, ...]:
    """Parameters that take one of these kinds, by observed calls or else by what the source tells."""
    return tuple([p.name for p in evidence.facts.parameters if _takes(p, evidence.history, wanted)])


def _takes(parameter: Parameter, history: CallHistory | None, wanted: frozenset[Kind]) -> bool:
    if not wanted.isdisjoint(parameter.kinds):
        return True
    if history is None:
        return False
    return _holds((s for call in history.calls for name, s in call.arguments if name == parameter.name), wanted)


def _holds(sketches: Iterable[ValueSketch], wanted: frozenset[Kind]) -> bool:
    """One of them is of a wanted kind, or is a container with tensors in it."""
    for sketch in sketches:
        if sketch.kind in wanted:
            return True
        if wanted is TENSORS and sketch.kind in CONTAINERS and _holds(sketch.items, wanted):
            return True
    return False
