"""All rules: every module of this folder that has a `check` made by @rule."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from hybnb.rules.rule import Rule

FOLDER = __name__.rpartition(".")[0]


@cache
def registry() -> tuple[Rule, ...]:
    """Every rule, by code. Adding a file adds a rule; there is no list to edit."""
    folder = import_module(FOLDER)
    modules = (import_module(f"{FOLDER}.{module.name}") for module in iter_modules(folder.__path__))
    found = (getattr(module, "check", None) for module in modules)
    return tuple(sorted((one for one in found if isinstance(one, Rule)), key=lambda one: one.code))
