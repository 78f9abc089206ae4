"""Names and what they hold while a function body is followed."""

from __future__ import annotations

from astroid import nodes
from msgspec import Struct, field

from hybnb.analyse.values import Value, join


class Scope(Struct, eq=False):
    """The names of one function's activation. `names` is replaced, never shared, when control flow splits."""

    node: nodes.FunctionDef | nodes.Lambda | nodes.ComprehensionScope | nodes.ClassDef
    names: dict[str, Value] = field(default_factory=dict)
    parent: Scope | None = None  #: the enclosing function's
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    epoch: int | None = None  #: the run in which the function was called
    rebound: dict[str, int] = field(default_factory=dict)  #: name → which of the run's merges set it last

    def owns(self, name: str) -> bool:
        """Python treats `name` as local here."""
        return name in self.names or (
            name in self.node.locals and name not in self.globals and name not in self.nonlocals
        )

    def holder(self, name: str) -> Scope | None:
        """The nearest scope, from here outwards, that owns `name`; None for a global."""
        scope: Scope | None = self
        if name in self.globals:
            return None
        while scope is not None:
            if scope.owns(name) and not (scope is not self and isinstance(scope.node, nodes.ClassDef)):
                return scope
            scope = scope.parent
        return None


def joined(a: dict[str, Value], b: dict[str, Value]) -> dict[str, Value]:
    """The names after two ways have met; a name that only one way defines may be missing, so it isn't sure."""
    result = dict(a)
    for name, value in b.items():
        known = a.get(name)
        if known is not value:  # most names of a notebook aren't bound on either way
            result[name] = value.unsure() if known is None else join(known, value)
    if len(result) > len(b):
        for name in a.keys() - b.keys():
            result[name] = a[name].unsure()
    return result


def unsettled(before: dict[str, Value], after: dict[str, Value]) -> bool:
    """A flag, or a None, that may have decided a condition is no longer sure to be that."""
    return any(
        value.kind in ("none", "bool") and value.constant and not after[name].constant
        for name, value in before.items()
        if after[name] is not value
    )
