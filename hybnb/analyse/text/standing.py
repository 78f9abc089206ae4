"""The lambda or inner function that stands at a line, where it needs nothing of a function around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from astroid import nodes

from hybnb.analyse.text.parse import Unit

Code: TypeAlias = nodes.FunctionDef | nodes.Lambda


def at(units: Iterable[Unit], place: tuple[str, int]) -> tuple[Code, Unit] | None:
    """Of one of these units, by the file name and the first line of its code object; None where two begin on one line."""
    file, line = place
    for unit in units:
        if file in (f"<cell {unit.cell.index}>", unit.cell.path):
            found = [
                one for one in unit.tree.nodes_of_class((nodes.FunctionDef, nodes.Lambda)) if one.fromlineno == line
            ]
            return (found[0], unit) if len(found) == 1 and _by_itself(found[0]) else None
    return None


def _by_itself(code: Code) -> bool:
    """Neither decorated, nor with default values or names that were worked out around it."""
    arguments = code.args
    defaults = (*(arguments.defaults or ()), *(one for one in arguments.kw_defaults or () if one is not None))
    plain = all(isinstance(one, nodes.Const) for one in defaults) and not getattr(code, "decorators", None)
    around = frozenset(one for one in code.node_ancestors() if isinstance(one, nodes.FunctionDef | nodes.Lambda))
    return plain and not any(name.lookup(name.name)[0] in around for name in code.nodes_of_class(nodes.Name))
