"""Calls by which old code says what Python says by itself: `six.iteritems(d)`, `tf.compat.dimension_value(size)`."""

from __future__ import annotations

from collections.abc import Callable

from astroid import nodes

from hybnb.analyse.follow import members, methods
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Value

METHODS = {"iteritems": "items", "iterkeys": "keys", "itervalues": "values"}


def _method(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: dict[str, Value]) -> Value:
    """six.iteritems(d): d.items()."""
    if len(args) != 1:
        return run.unknown(node, f"`{name}`")
    method = members.Method(args[0], METHODS[name.rpartition(".")[2]])
    return methods.call_method(run, node, method, [], {})


def _itself(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: dict[str, Value]) -> Value:
    """tf.compat.dimension_value: a size is a number, or None, since TensorFlow 2."""
    return args[0] if args else keywords.get("dimension", Value())


Special = Callable[[Run, nodes.NodeNG, str, list[Value], dict[str, Value]], Value]
SPECIAL: dict[str, Special] = {
    **{f"six.{name}": _method for name in METHODS},
    "tensorflow.compat.dimension_value": _itself,
}
