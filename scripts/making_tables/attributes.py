"""Which attributes Keras's own code looks at: of its layers, models, optimizers, metrics and losses."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

import keras

from making_tables.kinds import kind_of_class

_BASES: dict[str, type[Any]] = {
    "layer": keras.layers.Layer,
    "model": keras.Model,
    "optimizer": keras.optimizers.Optimizer,
    "metric": keras.metrics.Metric,
    "loss": keras.losses.Loss,
}


def looked_at() -> dict[str, list[str]]:
    """Names by the kind of the object: what any of Keras's classes of that kind, or what it derives from, defines or reads of
    `self`.
    """
    return {
        kind: sorted({name for cls in _family(kind, base) for name in _names(cls)}) for kind, base in _BASES.items()
    }


def _family(kind: str, base: type[Any]) -> set[type[Any]]:
    """Keras's classes of one kind, and all classes that they derive from."""
    own = {cls for cls in _derived(base) if kind_of_class(cls) == kind and cls.__module__.startswith("keras.")}
    return {each for cls in own for each in cls.__mro__ if each is not object}


def _derived(base: type[Any]) -> Iterator[type[Any]]:
    yield base
    for cls in base.__subclasses__():
        yield from _derived(cls)


def _names(cls: type[Any]) -> Iterator[str]:
    for name in vars(cls):
        if not name.startswith("__"):
            yield name
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(cls)))):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and _is_self(node.value):
            yield node.attr


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"
