"""What to write above a function, in the words of the notebook it stands in."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from hybnb.model import Answer, Evidence, Finding, TensorSpec, Tri
from hybnb.syntax import syntax

SAME: Final = frozenset({"tensorflow", "tensorflow.compat.v1", "tensorflow.compat.v2"})  # all have tf.function
RELAXING: Final = frozenset({"reduce_retracing", "experimental_relax_shapes"})
RELAX: Final = "reduce_retracing=True"
COMPILE: Final = "jit_compile=True"
SIGNATURE_SAVES: Final = 2  #: traces; reduce_retracing takes one more than a signature, because its first isn't relaxed


def wanted(answer: Answer, safe: Tri) -> bool:
    """A decorator is only named where following the advice could not change results."""
    return answer in ("decorate", "adjust") or (answer == "measure" and safe == "yes")


def decorator(evidence: Evidence, name: str = "tf.function", *, compiled: bool = False) -> str:
    """The cheapest decorator that doesn't retrace needlessly. `name` is how the notebook spells tf.function."""
    if compiled:  # only advised where one trace does for all calls
        return f"@{name}({COMPILE})"
    prefix, dot, _ = name.rpartition(".")
    if dot and signing_helps(evidence):
        return f"@{name}(input_signature=[{', '.join(_spec(one, prefix) for one in _signature(evidence))}])"
    return f"@{name}({RELAX})" if relaxing_helps(evidence) else f"@{name}"


def _spec(spec: TensorSpec, prefix: str) -> str:
    shape = None if spec.shape is None else list(spec.shape)
    return f"{prefix}.TensorSpec({shape}, {prefix}.{spec.dtype})"


def _signature(evidence: Evidence) -> tuple[TensorSpec, ...]:
    return evidence.retraces.signature if evidence.retraces is not None else ()


def adjusted(evidence: Evidence, findings: Sequence[Finding], name: str = "tf.function") -> str | None:
    """The decorator of a decorated function with the option that helps added; None when none does."""
    decoration = evidence.facts.decoration
    if decoration is None or decoration.own or not adjusting_helps(evidence, findings):
        return None
    given = decoration.options.items()
    kept = [f"**{value}" if key == "**" else f"{key}={value}" for key, value in given if key not in RELAXING]
    options = ", ".join([*kept, RELAX])
    return f"{name}({evidence.facts.function.name}, {options})" if decoration.by_call else f"@{name}({options})"


def adjusting_helps(evidence: Evidence, findings: Sequence[Finding]) -> bool:
    """The rules or the calls seen say that reduce_retracing=True is what the decorator lacks."""
    return any(finding.name == "relaxation-missing" for finding in findings) or relaxing_helps(evidence)


def relaxing_helps(evidence: Evidence) -> bool:
    """With reduce_retracing=True the calls seen so far would take fewer traces, and nothing would break.

    The option makes varying dimensions unknown while tracing, so they may not be of a parameter whose static shape
    the body reads, and none may vary where it reads that of what it computes.
    """
    retraces = evidence.retraces
    if retraces is None or retraces.reduced is None or retraces.reduced >= retraces.count:
        return False
    read = evidence.facts.static_shape_reads
    return not read or (retraces.relaxed is not None and not {"", *retraces.relaxed}.intersection(read))


def signing_helps(evidence: Evidence) -> bool:
    """An input_signature would save at least SIGNATURE_SAVES traces more than anything simpler.

    It makes a call with any other dtype or rank an error, so one trace less isn't worth it.
    """
    retraces, read = evidence.retraces, evidence.facts.static_shape_reads
    if retraces is None or retraces.signed is None or not retraces.exact:
        return False
    if any(
        (spec.parameter in read or "" in read) and (spec.shape is None or None in spec.shape)
        for spec in retraces.signature
    ):
        return False
    simpler = retraces.reduced if retraces.reduced is not None and relaxing_helps(evidence) else retraces.count
    return retraces.signed + SIGNATURE_SAVES <= simpler


def planned(evidence: Evidence) -> int | None:
    """Traces that the calls so far would have taken with the decorator advised; None when nothing was counted."""
    retraces = evidence.retraces
    if retraces is None:
        return None
    if signing_helps(evidence):
        return retraces.signed
    return retraces.reduced if relaxing_helps(evidence) else retraces.count


def spelling(sources: Iterable[str]) -> str | None:
    """How tf.function is called in these sources, as "tf.function"; None when they don't import TensorFlow.

    The last import counts, as it does for Python. Imports inside functions don't.
    """
    return next((found for source in reversed(list(sources)) if (found := _spelling(source)) is not None), None)


@lru_cache(maxsize=4096)  # every function of a notebook asks for that of every cell
def _spelling(source: str) -> str | None:
    found: str | None = None
    tree = syntax(source) if "tensorflow" in source else None  # parsing every cell would take too long
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
