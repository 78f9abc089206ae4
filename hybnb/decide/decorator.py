"""What to write above a function, in the words of the notebook it stands in."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hybnb.decide.text import parsed
from hybnb.model import Answer, Evidence, Finding, Tri

SAME: Final = frozenset({"tensorflow", "tensorflow.compat.v1", "tensorflow.compat.v2"})  # all have tf.function
RELAXING: Final = frozenset({"reduce_retracing", "experimental_relax_shapes"})
RELAX: Final = "reduce_retracing=True"


def wanted(answer: Answer, safe: Tri) -> bool:
    """A decorator is only named where following the advice could not change results."""
    return answer in ("decorate", "adjust") or (answer == "measure" and safe == "yes")


def decorator(evidence: Evidence, name: str = "tf.function") -> str:
    """The cheapest decorator that doesn't retrace needlessly. `name` is how the notebook spells tf.function."""
    return f"@{name}({RELAX})" if relaxing_helps(evidence) else f"@{name}"


def adjusted(evidence: Evidence, findings: Sequence[Finding], name: str = "tf.function") -> str | None:
    """The decorator of a decorated function with the option that helps added; None when none does."""
    decoration = evidence.facts.decoration
    if decoration is None or not adjusting_helps(evidence, findings):
        return None
    kept = [f"{key}={value}" for key, value in decoration.options.items() if key not in RELAXING]
    options = ", ".join([*kept, RELAX])
    return f"{name}({evidence.facts.function.name}, {options})" if decoration.by_call else f"@{name}({options})"


def adjusting_helps(evidence: Evidence, findings: Sequence[Finding]) -> bool:
    """The rules or the calls seen say that reduce_retracing=True is what the decorator lacks."""
    return any(finding.name == "relaxation-missing" for finding in findings) or relaxing_helps(evidence)


def relaxing_helps(evidence: Evidence) -> bool:
    """With reduce_retracing=True the calls seen so far would take fewer traces, and nothing would break.

    The option makes varying dimensions unknown while tracing, so it is not for bodies that read a static shape.
    """
    if evidence.facts.static_shape_reads:
        return False
    retraces = evidence.retraces
    return retraces is not None and retraces.reduced is not None and retraces.reduced < retraces.count


def spelling(sources: Iterable[str]) -> str | None:
    """How tf.function is called in these sources, as "tf.function"; None when they don't import TensorFlow.

    The last import counts, as it does for Python. Imports inside functions don't.
    """
    found: str | None = None
    for source in sources:
        tree = parsed(source) if "tensorflow" in source else None  # parsing every cell would take too long
        for node in _top_level(tree.body) if tree else ():
            found = _imported(node) or found
    return found


def _top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run at the top level, those in `try`, `if` and `with` included."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        yield node
        for field in ("body", "orelse", "finalbody", "handlers"):
            for child in getattr(node, field, ()):
                yield from _top_level(child.body if isinstance(child, ast.ExceptHandler) else [child])


def _imported(node: ast.stmt) -> str | None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name in SAME or (alias.name.startswith("tensorflow.") and not alias.asname):
                return f"{alias.asname or 'tensorflow'}.function"
    if isinstance(node, ast.ImportFrom) and node.module in SAME and not node.level:
        for alias in node.names:
            if alias.name == "function":
                return alias.asname or alias.name
    return None
