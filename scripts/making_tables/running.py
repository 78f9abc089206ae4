"""Run a function of TensorFlow's eagerly and traced, and say what was seen."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import op_def_registry

from making_tables.kinds import kind_of

Values = dict[str, Any]


class Outcome(NamedTuple):
    """What one run gave: kinds and values of the leaves, in order, and how they hang together."""

    structure: str
    kinds: tuple[str, ...]
    leaves: tuple[Any, ...]


class Seen(NamedTuple):
    """A function run both ways on the same arguments."""

    eager: Outcome
    graph: Outcome
    repeats: bool  #: a second eager run gave the same
    agrees: bool  #: the graph gave the same
    redraws: bool  #: two runs of the graph differ
    stateful: frozenset[str]  #: stateful ops in the graph


def eagerly(function: Callable[..., Any], arguments: Values) -> Outcome:
    """One eager run."""
    with _quietly():
        positional, named = split(arguments)
        return _outcome(function(*positional, **named))


def both_ways(function: Callable[..., Any], arguments: Values) -> Seen:
    """Two eager runs, one trace, two runs of the graph. Whatever TensorFlow raises goes on to the caller."""
    _reseed()
    first, second = eagerly(function, arguments), eagerly(function, arguments)
    _reseed()
    holder: list[Outcome] = []
    tensors = {name: value for name, value in arguments.items() if name != "seed" and _symbolic(value)}

    def keep(result: Any) -> list[Any]:
        holder.append(_outcome(result))
        return [leaf for kind, leaf in zip(holder[-1].kinds, holder[-1].leaves, strict=True) if _passes(kind)]

    kept = tf.autograph.experimental.do_not_convert(keep)

    def body(given: Values) -> Any:
        positional, named = split({**arguments, **given})
        return kept(function(*positional, **named))

    with _quietly():
        concrete = tf.function(body).get_concrete_function(tensors)  # with AutoGraph, as users have it
        runs = [concrete(tensors), concrete(tensors)]
    graph = holder[-1]
    values = [_fill(graph, run) for run in runs]
    return Seen(
        eager=first,
        graph=graph,
        repeats=_same(first, second),
        agrees=first.structure == graph.structure and _same(first, values[0]),
        redraws=not _same(values[0], values[1]),
        stateful=frozenset(_stateful_ops(concrete.graph)),
    )


def split(arguments: Values) -> tuple[list[Any], Values]:
    """Positional arguments, whose keys are "*0", "*1", …, and those with a name."""
    positional = [value for name, value in arguments.items() if name.startswith("*")]
    return positional, {name: value for name, value in arguments.items() if not name.startswith("*")}


def _symbolic(value: Any) -> bool:
    """Whether users would hand a traced function such a value as tensors."""
    if kind_of(value) in ("list", "tuple"):
        return bool(value) and all(map(_symbolic, value))
    return kind_of(value) in ("tensor", "composite")


def _passes(kind: str) -> bool:
    return kind in ("tensor", "composite", "variable")


def _outcome(result: Any) -> Outcome:
    leaves = list(_leaves(result))
    return Outcome(_structure(result), tuple(kind_of(leaf) for leaf in leaves), tuple(leaves))


def _leaves(result: Any) -> Iterator[Any]:
    if kind_of(result) in ("list", "tuple", "dict"):
        for item in result.values() if isinstance(result, dict) else result:
            yield from _leaves(item)
    else:
        yield result


def _structure(result: Any) -> str:
    kind = kind_of(result)
    if kind in ("list", "tuple"):
        return f"{kind}({','.join(map(_structure, result))})"
    if kind == "dict":
        return f"dict({','.join(map(str, result))})"
    return kind


def _fill(graph: Outcome, tensors: list[Any]) -> Outcome:
    """The outcome of the trace with the tensors that a run of the graph gave."""
    rest = iter(tensors)
    leaves = tuple(next(rest) if _passes(kind) else leaf for kind, leaf in zip(graph.kinds, graph.leaves, strict=True))
    return Outcome(graph.structure, graph.kinds, leaves)


def _same(one: Outcome, other: Outcome) -> bool:
    return one.kinds == other.kinds and all(map(_equal, one.leaves, other.leaves))


def _equal(one: Any, other: Any) -> bool:
    kind = kind_of(one)
    if kind == "composite":
        parts, others = tf.nest.flatten(one, expand_composites=True), tf.nest.flatten(other, expand_composites=True)
        return len(parts) == len(others) and all(map(_equal, parts, others))
    if kind in ("tensor", "variable", "ndarray", "numpy_scalar"):
        return _equal_arrays(one, other)
    if kind in ("number", "bool", "string", "bytes", "none", "dtype", "shape"):
        return bool(type(one) is type(other) and (one == other or one is other))
    return type(one) is type(other)


def _equal_arrays(one: Any, other: Any) -> bool:
    if one.dtype in (tf.variant, tf.resource) or other.dtype in (tf.variant, tf.resource):
        return bool(one.dtype == other.dtype)
    first, second = np.asarray(one), np.asarray(other)
    if first.dtype != second.dtype or first.shape != second.shape:
        return False
    if first.dtype.kind in "fc":
        return bool(np.allclose(first, second, rtol=1e-4, atol=1e-5, equal_nan=True))
    if first.dtype.kind in "OSUbiu?":
        return bool((first == second).all())
    return bool(np.allclose(first.astype("float32"), second.astype("float32"), rtol=1e-2, equal_nan=True))


def _stateful_ops(graph: Any) -> Iterator[str]:
    definition = graph.as_graph_def()
    nodes = [*definition.node, *(node for function in definition.library.function for node in function.node_def)]
    for node in nodes:
        described = op_def_registry.get(node.op)
        if described is not None and described.is_stateful and node.op not in _FRAME:
            yield str(node.op)


#: Stateful only because of what they hold, which is listed by itself.
_FRAME = frozenset({"Placeholder", "StatefulPartitionedCall", "If", "While", "Case"})


def _reseed() -> None:
    tf.random.set_seed(20)
    np.random.seed(20)
    random.seed(20)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
