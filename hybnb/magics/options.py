"""The words behind a command of %hybnb, read: options, names, settings."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from hybnb.errors import HybnbError
from hybnb.session.asking import Asked
from hybnb.settings import Settings

FORMATS = ("json", "html", "csv", "text")
SUFFIXES = {".json": "json", ".html": "html", ".htm": "html", ".csv": "csv"}
LONGEST = 3600.0  #: seconds


class _Words(argparse.ArgumentParser):
    """Reads the words of one command; what is wrong with them is a HybnbError that shows how to write it."""

    def __init__(self, usage: str) -> None:
        super().__init__(usage=usage, add_help=False, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise HybnbError(f"{message}; write {self.usage}")


def of_measure(words: Sequence[str]) -> Asked:
    """What `%hybnb measure …` asks for; HybnbError when that can't be."""
    reader = _Words("%hybnb measure [NAME …] [--xla] [--here] [--budget SECONDS]; without a name all that are worth it")
    reader.add_argument("names", nargs="*")
    reader.add_argument("--xla", action="store_true")
    reader.add_argument("--here", action="store_true")
    reader.add_argument("--budget", type=_seconds)
    given = reader.parse_intermixed_args(words)
    if given.xla and given.here:
        raise HybnbError("--xla and --here don't go together: what XLA compiled may end the process it runs in")
    return Asked(tuple(given.names), given.xla, given.here, given.budget)


def _seconds(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = 0.0
    if not 0.0 < value <= LONGEST:
        raise argparse.ArgumentTypeError("takes seconds, as --budget 2")
    return value


def of_report(words: Sequence[str]) -> tuple[str, Path | None]:
    """The form that `%hybnb report …` asks for, one of FORMATS, and the file, if any."""
    reader = _Words(f"%hybnb report [--format {'|'.join(FORMATS)}] [FILE]")
    reader.add_argument("--format", choices=FORMATS)
    reader.add_argument("file", nargs="?", type=Path)
    given = reader.parse_intermixed_args(words)
    file = given.file.expanduser() if given.file else None
    return given.format or (SUFFIXES.get(file.suffix.lower(), "text") if file else "text"), file


def of_settings(words: Sequence[str]) -> dict[str, Any]:
    """Settings as typed, `key=value`, in the types of their fields; codes are separated by commas."""
    types = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    found: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals and key in types:
            raise HybnbError(f"%hybnb settings {key} needs a value, as KEY=VALUE; %hybnb settings shows those of now")
        if not equals or key not in types:
            raise HybnbError(f"{word} isn't a setting; write KEY=VALUE with one of {', '.join(types)}")
        given: object = [one for one in value.upper().split(",") if one] if key in ("select", "ignore") else value
        try:
            found[key] = msgspec.convert(given, types[key], strict=False)
        except msgspec.ValidationError as bad:
            raise HybnbError(f"{key}={value}: {bad}") from bad
    return found
