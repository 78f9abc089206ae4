"""What a class of the user's does when `isinstance` or `issubclass` asks about it."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse.classes import Class
from hybnb.analyse.follow import calls, definitions, members
from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.run import Run
from hybnb.analyse.scope import Scope
from hybnb.analyse.values import Container, Value


def asked(run: Run, node: nodes.NodeNG, name: str, value: Value, about: Value) -> None:
    """Follow `__instancecheck__` or `__subclasscheck__` of its metaclass, and its own `__subclasshook__`."""
    if isinstance(about.ref, Container):
        for each in about.ref.items or ():
            asked(run, node, name, value, each)
    cls = about.ref
    if not isinstance(cls, Class):
        return
    check = "__instancecheck__" if name.endswith("isinstance") else "__subclasscheck__"
    for one in cls.lineage():
        by = one.node._metaclass  # astroid infers the public one, through all its bases
        meta = evaluate(run, by, one.scope or Scope(one.node, {})).ref if by is not None else None
        if isinstance(meta, Class):
            _follow(run, node, meta, check, about, value)
        if "__subclasshook__" in one.node.locals:
            _follow(run, node, cls, "__subclasshook__", about, Value("class"))
            return


def _follow(run: Run, node: nodes.NodeNG, holder: Class, name: str, cls: Value, given: Value) -> None:
    found = members.find_in_class(holder, name)
    if found is None or not isinstance(found[0], nodes.FunctionDef):
        return
    method = definitions.method_value(run, found[0], found[1], cls)
    calls.call_function(run, node, method, [given], {}, converted=False)
