"""Functions and methods that a notebook defines and never mentions again: as far as it is written, nobody calls them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.follow.survey import loads_of

if TYPE_CHECKING:
    from hybnb.analyse.packages import Namespace
    from hybnb.analyse.program import Program

#: by these a function is reached whose name is made at run time
BY_COMPUTED_NAME = (
    "getattr(",
    "methodcaller",
    "attrgetter",
    "__dict__",
    "vars(",
    "dir(",
    "eval(",
    "exec(",
    "globals(",
    "getmembers",
)
#: classes of libraries that call no method of the user's but those that Python itself calls
PLAIN_BASES = frozenset({"object", "ABC", "Protocol", "Generic", "Module"})


def function(program: Program, bound: nodes.NodeNG) -> bool:
    """Nothing mentions a function of the notebook's top level, nor hands it to a decorator."""
    own = isinstance(bound, nodes.FunctionDef) and bound.decorators is None and _of_notebook(program, bound)
    return own and _never_mentioned(program, bound.name)


def method(program: Program, namespace: Namespace, cls: str, name: str) -> bool:
    """Nothing mentions a method, of a class that the notebook uses and of which no library knows."""
    found = _class(namespace, cls)
    if found is None or name.startswith("__") or not _plain(namespace, found) or not _of_notebook(program, found):
        return False
    defined = found.locals.get(name, ())
    if len(defined) != 1 or getattr(defined[0], "decorators", None) is not None:
        return False
    used = any(not found.parent_of(use) for unit in namespace.units for use in loads_of(unit, cls))
    return used and _never_mentioned(program, name)


def _class(namespace: Namespace, name: str) -> nodes.ClassDef | None:
    found = [unit.tree.locals[name][-1] for unit in namespace.units if name in unit.tree.locals]
    return found[-1] if found and isinstance(found[-1], nodes.ClassDef) else None


def _plain(namespace: Namespace, cls: nodes.ClassDef) -> bool:
    """All that it derives from are classes of the notebook's, or of those that call none of its methods."""
    for base in cls.bases:
        name = (base.value if isinstance(base, nodes.Subscript) else base).as_string().rpartition(".")[2]
        own = _class(namespace, name)
        if name not in PLAIN_BASES and (own is None or own is cls or not _plain(namespace, own)):
            return False
    return cls.decorators is None or all("dataclass" in one.as_string() for one in cls.decorators.nodes)


def _of_notebook(program: Program, node: nodes.NodeNG) -> bool:
    """Others may import a module, and call what is in it."""
    return all(unit.cell.module is None for unit in program.units() if unit.tree is node.root())


def _never_mentioned(program: Program, name: str) -> bool:
    """Its own `def` is the only place where the name stands, be it in a text, and no name is made at run time."""
    mentions = 0
    for cell in program.parsed:
        if any(word in cell.source for word in BY_COMPUTED_NAME):
            return False
        mentions += len(re.findall(rf"\b{re.escape(name)}\b", cell.source))
    return mentions == 1
