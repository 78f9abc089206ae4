"""What a name of a library's module or class stands for, as a value."""

from __future__ import annotations

from functools import lru_cache

from hybnb.analyse import lexicon
from hybnb.analyse.values import Value


@lru_cache(maxsize=4096)
def spelled_member(owner: str, name: str, spelled: str) -> Value:
    """The same, under the name by which a text has it."""
    return member(owner, name).named(spelled)


@lru_cache(maxsize=4096)
def member(owner: str, name: str) -> Value:
    """owner.name of a library's module or class."""
    qualified = lexicon.canonical(f"{owner}.{name}")
    entry = lexicon.lookup(qualified)
    if lexicon.class_kind(qualified) is not None:
        return Value("class", ref=qualified)
    if entry is None or entry.returns is None or entry.returns == "module":
        return Value("module", ref=qualified)
    if entry.returns == "dtype" and entry.category == "constant":
        return Value("dtype", ref=qualified, dtype=entry.dtype or name)
    if entry.attribute or entry.category == "constant":
        return Value(entry.returns, dtype=entry.dtype)
    return Value("module", ref=qualified)
