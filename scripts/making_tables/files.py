"""The tables as text: JSON with one row a line, so that a change is a line in a diff."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import keras
import msgspec
import numpy as np
import tensorflow as tf

from hybnb.analyse.lexicon import Entry
from making_tables import attributes, python_tables
from making_tables.notation import Rows


def texts(only: str | None) -> Iterator[tuple[str, str]]:
    """(file name, text) of every table."""
    makers = {"python": _python, "numpy": _numpy, "methods": _methods, "keras": _keras, "tensorflow": _tensorflow}
    for name, make in makers.items():
        if only in (None, name):
            yield f"{name}.json", _text(make())


def _python() -> dict[str, Any]:
    library = python_tables.standard_library()
    more = python_tables.probability()
    return _library(
        library._replace(
            entries=library.entries | more.entries,
            below=library.below | python_tables.packages(),
            internal=library.internal | more.internal,
        )
    )


def _library(library: python_tables.Library) -> dict[str, Any]:
    return {
        "entries": _grouped(library.entries),
        "below": _plain(library.below),
        "internal": {"": library.internal},
        "classes": library.classes,
    }


def _numpy() -> dict[str, Any]:
    return {"versions": {"numpy": np.__version__}, **_library(python_tables.numpy())}


def _methods() -> dict[str, Any]:
    return {"methods": {kind: _grouped(rows) for kind, rows in python_tables.methods().items()}}


def _keras() -> dict[str, Any]:
    return {"versions": {"keras": keras.__version__}, "looked_at": attributes.looked_at()}


def _tensorflow() -> dict[str, Any]:
    from making_tables.tensorflow_tables import tensorflow_and_keras

    tables = tensorflow_and_keras()
    return {
        "versions": {"tensorflow": tf.__version__, "keras": keras.__version__},
        "entries": _grouped(tables.entries),
        "same": tables.same,
        "internal": tables.internal,
        "classes": tables.classes,
    }


def _grouped(rows: Rows) -> dict[str, dict[str, Any]]:
    """Rows by category, which they then leave out."""
    groups: dict[str, Rows] = {}
    for name, entry in rows.items():
        groups.setdefault(entry.category, {})[name] = msgspec.structs.replace(entry, category="unknown")
    return {category: _plain(groups[category]) for category in sorted(groups)}


def _plain(rows: Mapping[str, Entry]) -> dict[str, Any]:
    return {name: msgspec.to_builtins(rows[name]) for name in sorted(rows)}


def _text(value: Any, depth: int = 0) -> str:
    """JSON; what has no dictionary inside is one line."""
    if not isinstance(value, dict) or (not any(isinstance(item, dict | list) for item in value.values()) and depth > 2):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    lines = [f"{' ' * (depth + 1)}{json.dumps(key)}:{_text(item, depth + 1)}" for key, item in _sorted(value, depth)]
    text = "{\n" + ",\n".join(lines) + f"\n{' ' * depth}}}" if lines else "{}"
    return text if depth else text + "\n"


def _sorted(value: dict[str, Any], depth: int) -> list[tuple[str, Any]]:
    return sorted(value.items()) if depth else list(value.items())
