"""Functions and methods that a notebook defines and never mentions again, or only where an object is made: as far as it is
written, nobody else calls them.
"""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.follow.survey import loads_of
from hybnb.analyse.text.collecting import CONSTRUCTORS

if TYPE_CHECKING:
    from hybnb.analyse.packages import Namespace
    from hybnb.analyse.program import Program

#: by these a function is reached whose name is made at run time
BY_COMPUTED_NAME = (
    "getattr(",
    "getattr,",
    "methodcaller",
    "attrgetter",
    "__dict__",
    "vars(",
    "dir(",
    "eval(",
    "exec(",
    "globals(",
    "locals(",
    "__main__",
    "sys.modules",
    "user_ns",
    "getmembers",
)
#: methods that Python and libraries call of any object that has them: of files, mappings, locks, handlers, estimators
BY_WHOEVER = frozenset({
    "write", "writelines", "flush", "read", "readline", "readlines", "readinto", "seek", "tell", "truncate", "isatty", "fileno",
    "close", "aclose", "keys", "items", "values", "acquire", "release", "filter", "handle", "emit", "format", "mro", "tolist",
    "fit", "transform", "fit_transform", "predict", "score", "get_params", "set_params",
})  # fmt: skip
#: classes of libraries that call no method of the user's but those that Python itself calls
PLAIN_BASES = frozenset({"object", "ABC", "Protocol", "Generic", "Module"})


def function(program: Program, bound: nodes.NodeNG) -> bool:
    """Nothing mentions a function of the notebook's top level, nor hands it to a decorator."""
    own = isinstance(bound, nodes.FunctionDef) and bound.decorators is None and _of_notebook(program, bound)
    return own and _never_mentioned(program, bound.name)


def method(program: Program, namespace: Namespace, cls: str, name: str) -> bool:
    """Nothing mentions a method, of a class that the notebook uses and of which no library knows."""
    found = _class(namespace, cls)
    if found is None or _called_by_others(name) or not _plain(namespace, found) or not _of_notebook(program, found):
        return False
    defined = found.locals.get(name, ())
    if len(defined) != 1 or getattr(defined[0], "decorators", None) is not None:
        return False
    used = any(not found.parent_of(use) for unit in namespace.units for use in loads_of(unit, cls))
    return used and _never_mentioned(program, name)


def but_by_constructors(program: Program, namespace: Namespace, cls: str, name: str) -> bool:
    """Only constructors call a method, each on the object that it makes, be it by way of other methods."""
    found = _class(namespace, cls)
    if found is None or name.startswith("__") or "." in name or not _constructing(program, name, frozenset()):
        return False
    private = name.startswith("_")  # libraries don't call it, nor does who imports the module
    return private or (_plain(namespace, found) and _of_notebook(program, found))


def _constructing(program: Program, name: str, known: frozenset[str]) -> bool:
    """Each mention of a method is its `def`, or a call on `self` in a constructor or in such a method."""
    if name in CONSTRUCTORS or name in known:
        return True
    uses = [use for _, use in program.uses.attributes(name)]
    callers = [_calling_method(use) for use in uses]
    if not uses or not all(callers) or not all(_constructing(program, one, known | {name}) for one in set(callers)):
        return False
    return _mentions(program, rf"(?<!def )\b{re.escape(name)}\b") == len(uses)


def _calling_method(use: nodes.NodeNG) -> str:
    """The method around self.name() or super().name(); empty for any other use."""
    call, around, owner = use.parent, use.scope(), use.expr
    while isinstance(around, nodes.ComprehensionScope) and "self" not in around.locals:
        around = around.parent.scope()
    by_itself = (isinstance(owner, nodes.Name) and owner.name in {"self", "cls"}) or (
        isinstance(owner, nodes.Call) and owner.func.as_string() == "super"
    )
    once = len(around.locals.get("self", ())) < 2  # else it may be another object
    if not by_itself or not once or not isinstance(call, nodes.Call) or call.func is not use:
        return ""
    return around.name if isinstance(around, nodes.FunctionDef) and isinstance(around.parent, nodes.ClassDef) else ""


def _called_by_others(name: str) -> bool:
    """Python, IPython or a library may call it of an object that it is handed, as `close`, `_repr_html_`."""
    return name in BY_WHOEVER or (name.startswith("_") and name.endswith("_"))


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
    return _mentions(program, rf"\b{re.escape(name)}\b") == 1


def _mentions(program: Program, pattern: str) -> float:
    """How often the text has this; infinite where a name may be made at run time."""
    found = 0
    for cell in program.parsed:
        if any(word in cell.source for word in BY_COMPUTED_NAME):
            return inf
        found += len(re.findall(pattern, cell.source))
    return found
