"""The trees are those that astroid makes itself, though most of their nodes are made in a shorter way."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from astroid import nodes
from astroid.manager import AstroidManager
from astroid.rebuilder import TreeRebuilder

from hybnb.analyse.text.rebuilding import Rebuilder

TEXT = """
import numpy as np
x: int = 1
del x

@np.vectorize
def step(a, b=2, *rest, key="k", **more):
    "What it does."
    global counted
    counted = a.size + b[0].real if b else -1.5
    a.count, (b, *rest) = 3, (4, 5)
    a.count += 1
    del a.count, b
    with open("f") as file, key:
        print(f"{counted:>{a}}", end="", *rest, **more)
    for i, j in zip(rest, [one for one in rest if (found := one) and one not in more]):
        more[i:j] = lambda z, *, w=1: z @ w
    try:
        yield i is None
    except (ValueError, KeyError) as trouble:
        raise trouble from None
    match a:
        case {"kind": kind, **others} if kind:
            return kind

def empty(): "Nothing."

def loop(n: int = 3, *, m=1):
    while not n < 3 != m in [n, ~n]:
        n -= -1 if n else +2
    for i in range(n):
        if i: pass
        else: break
    else:
        del n[0], [m.x]
    return n ** m // 2 @ n << 3, {**m, "a": {n}}

@np.final
class Model(np.ndarray, metaclass=type, frozen=True):
    'What it is.'
    b"bytes", ..., True, 2j, u"text"
    async def call(self, x: "np.ndarray") -> None:
        async with x as y:
            return await self.other(y)
"""


def own(node: nodes.NodeNG) -> Iterator[tuple[str, object]]:
    """What a node itself says: kind, places, names, constants; and which names its scope binds, in which lines."""
    yield "kind", type(node)
    for name in {"lineno", "col_offset", "end_lineno", "end_col_offset", *node._other_fields} - {"position"}:
        yield name, getattr(node, name)
    yield "position", node.position and node.position[:2]
    yield "text", getattr(node.doc_node, "value", None) if hasattr(node, "doc_node") else ""
    for name, bound in getattr(node, "locals", {}).items():
        yield name, [(type(one), one.lineno, one.col_offset) for one in bound]


def attributes(node: nodes.NodeNG) -> set[str]:
    return {name for name in vars(node) if not name.startswith("hybnb")} - {"_fixed_source"}


def test_each_node_is_as_astroid_makes_it() -> None:
    ours = [Rebuilder(TEXT).module(ast.parse(TEXT), "cell")]
    theirs = [TreeRebuilder(AstroidManager(), TEXT).visit_module(ast.parse(TEXT), "cell", "<cell>", False)]
    seen = set()
    for one, other in zip(ours, theirs, strict=False):  # both grow meanwhile
        assert dict(own(one)) == dict(own(other))
        assert attributes(one) == attributes(other)
        children, their_children = list(one.get_children()), list(other.get_children())
        assert len(children) == len(their_children)
        assert [child.parent is one for child in children] == [child.parent is other for child in their_children]
        ours += children
        theirs += their_children
        seen.add(type(one))
    assert len(ours) == len(theirs) > 150
    assert {
        nodes.Name, nodes.AssignName, nodes.DelName, nodes.Attribute, nodes.AssignAttr, nodes.Call, nodes.Const, nodes.Assign,
        nodes.AugAssign, nodes.If, nodes.For, nodes.BinOp, nodes.UnaryOp, nodes.Compare, nodes.Subscript, nodes.Tuple, nodes.List,
        nodes.FunctionDef, nodes.AsyncFunctionDef, nodes.ClassDef, nodes.Arguments,
    } <= seen  # fmt: skip
