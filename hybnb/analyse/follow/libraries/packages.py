"""Calls into packages other than TensorFlow, Keras and NumPy, of which the tables say nothing or little."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.follow import calls
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Value

Keywords = dict[str, Value]

#: packages that work on arrays, and so ask a tensor for its values
ON_ARRAYS = frozenset({"scipy", "sklearn", "skimage", "cv2", "statsmodels", "pandas", "PIL"})
PACKAGE_BUDGET = 2000  #: nodes followed for one call into a package


def asks_for_values(name: str, args: list[Value], keywords: Keywords) -> bool:
    """A package that works on arrays is given a tensor without a value."""
    return name.partition(".")[0] in ON_ARRAYS and any(map(_traced, (*args, *keywords.values())))


def _traced(value: Value) -> bool:
    return value.is_tensor and value.sure and not (value.outer and value.kind == "tensor")


def follow(
    run: Run, node: nodes.NodeNG, name: str, found: Value, args: list[Value], keywords: Keywords
) -> Value:  # fmt: skip
    """Follow a function or class of an installed package, as far as it is short."""
    left, spent = run.budget, run.spent
    run.budget = given = min(left, PACKAGE_BUDGET)
    result = calls.call_value(run, node, found, args, keywords)
    run.budget = left - (given - max(run.budget, 0))
    if run.spent and not spent:
        run.spent = False
        run.effect("unknown-call", node, call=name, why="its source is too long to follow")
        return Value(name=f"{name}()")
    return result if result.is_known else run.unknown(node, f"what `{name}` returns")
