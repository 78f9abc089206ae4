"""The class that an object was made of, where the notebook has defined another one of its name since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from hybnb.analyse.classes import Class

if TYPE_CHECKING:
    from hybnb.analyse.program import Program
    from hybnb.analyse.values import Instance

GONE: Final = "<cell 0>"  #: file of code whose cell was edited and run again, or deleted


def standing(program: Program, named: Class, place: tuple[str, int] | None) -> Class | None:
    """The class one of whose methods stands at a place: the one that its name means now, or an earlier one.

    None where the text of that earlier one is gone. Where the place is known to nobody, the name decides.
    """
    if place is None:
        return named
    file, line = place
    if file == GONE:
        return None
    those = (cls for cls in program.classes.values() if cls.node.name == named.node.name and _is_of(cls, file))
    return next((cls for cls in those if _begins(cls.node, line)), named)


def remark(instance: Instance) -> str:
    """Why nothing is known of what such an object does; empty where its class is the one that its name means."""
    if not instance.former:
        return ""
    return f"it was made before `{instance.former}` was edited; run the cell that makes it again"


def _is_of(cls: Class, file: str) -> bool:
    return file in (f"<cell {cls.unit.cell.index}>", cls.unit.cell.path)


def _begins(node: nodes.ClassDef, line: int) -> bool:
    return node.lineno is not None and node.end_lineno is not None and node.lineno <= line <= node.end_lineno
