"""Which methods of the user's classes Keras traces, or calls, by itself."""

from __future__ import annotations

from hybnb.analyse import lexicon
from hybnb.analyse.classes import Class
from hybnb.analyse.values import Function

TRACED = frozenset({"call", "train_step", "test_step", "predict_step", "compute_loss", "update_state", "result"})
KINDS = frozenset({"layer", "model", "loss", "metric"})


def role_of(cls: Class, name: str) -> str | None:
    """`name`, when it is a method that Keras traces, or one of a callback's."""
    bases = cls.library_bases()
    if name.startswith("on_"):
        return name if any(base.startswith("keras.callbacks.") for base in bases) else None
    return name if name in TRACED and KINDS.intersection(map(lexicon.class_kind, bases)) else None


def traced_by_keras(function: Function) -> bool:
    """It becomes part of a graph of Keras's, or of whoever calls the object."""
    name = getattr(function.node, "name", "")
    return name in TRACED and function.cls is not None and role_of(function.cls, name) is not None
