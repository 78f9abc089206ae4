"""What a trace keeps of what a function reads. What a function only adds to, no graph looks at again."""

from __future__ import annotations

from typing import Final

from astroid import nodes

from hybnb.analyse.follow.run import Run

ADDING: Final = frozenset({"append", "appendleft", "extend", "insert", "add"})


def note(run: Run, node: nodes.NodeNG, *names: str) -> None:
    """It is read here: a name of the notebook, "module:name" of its modules, or "Class.name" of its objects."""
    if not run.unit.installed and not _only_filled(node):
        run.keeps.update(names)


def _only_filled(node: nodes.NodeNG) -> bool:
    """owner.append(…), owner[…] = … or owner.count += 1 by itself."""
    match node.parent:
        case nodes.Attribute(attrname=method, parent=nodes.Call(func=called, parent=nodes.Expr())) as place:
            return method in ADDING and called is place
        case nodes.Subscript(value=owner, parent=nodes.Assign(targets=targets)) as place:
            return owner is node and place in targets
        case nodes.AugAssign(target=target):
            return target is node
    return False
