"""Are traces counted exactly? What hybnb counts while a function is called, beside what a tf.function of it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import Any

from hybnb.measure.matching import Matching

Arguments = tuple[Any, ...]


def traces(function: Callable[..., Any], arguments: Sequence[Any]) -> tuple[int, int] | None:
    """Counted and true, for calls with all rows and with fewer in turn; None for what isn't a function of its own.

    Arguments that the function doesn't take eagerly are left out.
    """
    import tensorflow as tf

    if not isinstance(function, FunctionType):
        return None
    traced, seen = tf.function(function), Matching()
    names = function.__code__.co_varnames
    taken = [each for each in _with_rows(tuple(arguments)) if _takes(function, each)]
    for passed in (*taken, *taken[::-1]):
        seen.note(function.__code__, list(zip(names, passed, strict=False)))
        traced(*passed)
    counted = seen.result()
    return None if counted is None else (counted.count, traced.experimental_get_tracing_count())


def _with_rows(arguments: Arguments) -> Iterator[Arguments]:
    """As they are, with one row less, with two less, as an array."""
    yield arguments
    yield tuple(_fewer(value, 1) for value in arguments)
    yield tuple(_fewer(value, 2) for value in arguments)
    yield tuple(value.numpy() if _rows(value) else value for value in arguments)


def _fewer(value: Any, rows: int) -> Any:
    return value[:-rows] if _rows(value) > rows else value


def _rows(value: Any) -> int:
    import tensorflow as tf

    return value.shape[0] if isinstance(value, tf.Tensor) and value.shape.rank else 0


def _takes(function: Callable[..., Any], arguments: Arguments) -> bool:
    try:
        function(*arguments)
    except Exception:
        return False
    return True
