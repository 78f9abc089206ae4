"""An argument is sometimes 1, sometimes 1.0 or True.

Sees        calls, observed or written in the notebook, that pass equal Python values of different types for one parameter.
Matters     tf.function finds its trace by `==`, and 1 == 1.0 == True: the later calls get the trace of the first one, with
            its dtype and its branches.
Wrong when  the parameter's type makes no difference to what is computed.
Instead     pass one type always, or tensors.
Source      TensorFlow source, core/function/trace_type/default_types.
"""

from __future__ import annotations

from collections.abc import Iterator

from hybnb.model import CallHistory, Evidence, Span, ValueSketch
from hybnb.rules import wording
from hybnb.rules.rule import Place, rule

FIRES = {
    "an int, then a float": """
        def constant(value):
            return tf.constant(value) * 2
        # %%
        constant(1)
        constant(1.0)
        """,
    "a number, then a flag": """
        def total(x, axis):
            if isinstance(axis, bool):
                return tf.reduce_sum(x)
            return tf.reduce_sum(x, axis)
        # %%
        total(tf.ones([2, 3]), 0)
        total(tf.ones([2, 3]), False)
        """,
}
QUIET = {
    "always a float": """
        def constant(value):
            return tf.constant(value) * 2
        # %%
        constant(1.0)
        constant(2.0)
        """,
    "values that aren't equal": """
        def constant(value):
            return tf.constant(value) * 2
        # %%
        constant(1)
        constant(2.0)
        """,
}
Route = tuple[str, ...]  #: a parameter's name, then positions within tuples and lists


@rule("HYB282", "literal-argument-alias", stance="blocks", needs=("source",), covers=("literal-alias",))
def check(evidence: Evidence) -> Iterator[Place]:
    """One place per parameter: the `def` itself."""
    function = evidence.facts.function
    written = {p.name: p.aliases for p in evidence.facts.parameters if p.aliases}
    seen = aliases(evidence.history) if evidence.history is not None else {}
    span = Span(function.cell, function.line, 0, function.line, 0, function.path)
    for parameter, types in sorted({**written, **seen}.items()):
        message = f"{wording.code(parameter)} was passed equal values as {wording.listed(types)}, which would share one trace."
        yield Place(
            span, message, "Pass one type always, or a tensor.", {"parameter": parameter, "types": ", ".join(types)}
        )


def aliases(history: CallHistory) -> dict[str, tuple[str, ...]]:
    """Parameters that were passed equal numbers of different Python types, with those types."""
    seen: dict[tuple[Route, float], set[str]] = {}
    for call in history.calls:
        for name, sketch in call.arguments:
            for path, value in _numbers((name,), sketch):
                seen.setdefault((path, float(value)), set()).add(type(value).__name__)
    found: dict[str, set[str]] = {}
    for (path, _), types in seen.items():
        if len(types) > 1:
            found.setdefault(path[0], set()).update(types)
    return {name: tuple(sorted(types)) for name, types in found.items()}


def _numbers(path: Route, sketch: ValueSketch) -> Iterator[tuple[Route, float]]:
    """Python numbers in an argument, with where they stand in it."""
    if sketch.kind in ("number", "bool") and isinstance(sketch.value, int | float):
        yield path, sketch.value
    for position, item in enumerate(sketch.items):
        yield from _numbers((*path, sketch.keys[position] if position < len(sketch.keys) else str(position)), item)
