"""One frozen set of settings: defaults, then pyproject.toml, then IPython's config, then %hybnb."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from hybnb.errors import HybnbError


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What the user can choose. Every field is also a key of [tool.hybnb] and of c.Hybnb in IPython's config."""

    #: after a cell, functions newly worth a change: where no panel shows them, always, or never (%hybnb quiet)
    show: Literal["auto", "always", "never"] = "auto"
    #: Measure, Apply, Why and Mute: below what %hybnb NAME shows, below every line after a cell as well, or never
    buttons: Literal["asked", "always", "never"] = "asked"
    probe: bool = True  #: watch calls of the notebook's own functions
    record: bool = True  #: record the ops of one call per function, to predict the gain
    trials: Literal["auto", "ask", "off"] = (
        "auto"  #: try functions as graphs in a process of their own: when idle, after asking below the cell, or never
    )
    #: when idle, try in this kernel itself what can't be taken to another process: on copies, all else put back
    trials_here: bool = False
    cell_budget_ms: float = 50.0  #: hybnb's own time per cell above which it turns down, if over 5 % of the cell's too
    max_signatures: int = 50  #: distinct call signatures kept per function
    min_calls: int = 3  #: calls before anything is said about speed
    max_functions: int = 500  #: functions watched in one kernel
    select: tuple[str, ...] = ()  #: only these codes, or beginnings of codes; empty means all
    ignore: tuple[str, ...] = ()  #: not these codes

    def with_changes(self, changes: Mapping[str, Any], where: str) -> Settings:
        """These settings with `changes` applied; HybnbError names `where` and the bad key."""
        try:
            return msgspec.convert({**msgspec.to_builtins(self), **changes, **_renamed(changes)}, Settings)
        except msgspec.ValidationError as bad:
            raise HybnbError(f"{where}: {bad}; known settings are {', '.join(self.__struct_fields__)}") from bad


def _renamed(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Values that had another name in hybnb 0.1."""
    return {"show": "auto"} if changes.get("show") == "changes" else {}


def from_pyproject(folder: Path) -> Settings:
    """Settings of the nearest pyproject.toml at or above `folder`."""
    for parent in (folder, *folder.parents):
        file = parent / "pyproject.toml"
        if file.is_file():
            try:
                table = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("hybnb", {})
            except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as bad:
                raise HybnbError(f"{file} can't be read as TOML ({bad}); mend it or remove it") from bad
            return Settings().with_changes(table, f"[tool.hybnb] in {file}")
    return Settings()


def from_ipython(shell: Any, settings: Settings) -> Settings:
    """`settings` with what c.Hybnb says in a shell's configuration; HybnbError names a bad key."""
    section = dict(shell.config.Hybnb) if "Hybnb" in shell.config else {}
    types = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    for key, value in section.items():
        if isinstance(value, str) and type(value) is not str and key in types:  # typed on IPython's command line
            with suppress(msgspec.ValidationError):
                section[key] = msgspec.convert(str(value), types[key], strict=False)
    return settings.with_changes(section, "c.Hybnb in IPython's configuration")


def given(shell: Any, folder: Path) -> tuple[Settings, str | None]:
    """The settings of the folder's pyproject.toml and of a shell's configuration; defaults, and why, where one is bad."""
    try:
        return from_ipython(shell, from_pyproject(folder)), None
    except HybnbError as bad:
        return Settings(), f"{bad}; hybnb goes on with its defaults"
