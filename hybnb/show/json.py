"""Reports as JSON, schema 1: the shape that other programs read."""

from __future__ import annotations

from typing import Any

import msgspec

from hybnb.errors import HybnbError
from hybnb.model import SCHEMA, Report


def encode(report: Report, indent: int = 2) -> str:
    """The report as JSON text; `indent` 0 puts it on one line.

    A lone surrogate, as in a file name that isn't UTF-8, can't be JSON and becomes a question mark.
    """
    try:
        raw = msgspec.json.encode(report)
    except UnicodeEncodeError:
        raw = msgspec.json.encode(encodable(msgspec.to_builtins(report)))
    return (msgspec.json.format(raw, indent=indent) if indent else raw).decode("utf-8")


def decode(text: str | bytes) -> Report:
    """The report in `text`; HybnbError when it isn't one, or is one of another schema."""
    try:
        number = msgspec.json.decode(text, type=_Numbered).schema
    except (msgspec.DecodeError, UnicodeDecodeError) as bad:
        raise HybnbError(f"this is not a report of hybnb ({bad})") from bad
    if number != SCHEMA:
        raise HybnbError(f"this report has schema {number}, but this hybnb reads schema {SCHEMA}; make the report anew")
    try:
        return msgspec.json.decode(text, type=Report)
    except msgspec.DecodeError as bad:
        raise HybnbError(f"this report can't be read ({bad}); make it anew") from bad


class _Numbered(msgspec.Struct):
    schema: int


def schema() -> dict[str, Any]:
    """The JSON Schema of a report."""
    return msgspec.json.schema(Report)


def encodable(value: Any) -> Any:
    """Plain data with a question mark for every lone surrogate."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {encodable(key): encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encodable(item) for item in value]
    return value
