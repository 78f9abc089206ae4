"""Classes written by the user, with what they derive from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

if TYPE_CHECKING:
    from hybnb.analyse.scope import Scope
    from hybnb.analyse.text.parse import Unit
    from hybnb.analyse.values import Value


@dataclass(eq=False, slots=True)
class Class:
    """A class written by the user."""

    node: nodes.ClassDef
    unit: Unit
    scope: Scope | None = None
    bases: tuple[Value, ...] = ()
    _lineage: tuple[Class, ...] = ()

    def lineage(self) -> tuple[Class, ...]:
        """Itself and the user's classes among its bases, in a plain depth-first order."""
        if not self._lineage:
            found: list[Class] = [self]
            for base in self.bases:
                if isinstance(base.ref, Class):
                    found += [c for c in base.ref.lineage() if c not in found]
            self._lineage = tuple(found)
        return self._lineage

    def library_bases(self) -> list[str]:
        """Public names of the library classes it derives from; "?" for a base hybnb knows nothing of."""
        found: list[str] = []
        for base in self.bases:
            if isinstance(base.ref, Class):
                found += base.ref.library_bases()
            elif isinstance(base.ref, str):
                found.append(base.ref)
            else:
                found.append("?")
        return found
