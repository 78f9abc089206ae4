"""Astroid's nodes of the kinds that most nodes are of, made in a shorter way than by their own constructors."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, ClassVar, Final

from astroid import nodes
from astroid.manager import AstroidManager
from astroid.nodes.utils import Position
from astroid.rebuilder import (
    BIN_OP_CLASSES,
    CMP_OP_CLASSES,
    CONTEXT_CLASSES,
    REDIRECT,
    UNARY_OP_CLASSES,
    TreeRebuilder,
)

#: names of the methods for the kinds of Python's nodes; astroid's own looks for each anew in every text
METHODS: Final = {
    kind: method
    for name, kind in vars(ast).items()
    if isinstance(kind, type) and hasattr(TreeRebuilder, method := f"visit_{REDIRECT.get(name, name).lower()}")
}


def made(kind: type[nodes.NodeNG], node: Any, parent: nodes.NodeNG) -> Any:
    """A node where Python's has its place, as `NodeNG.__init__` makes it, still without what is its own.

    Their own constructors, which hand each place up by two or three others, take half of the time that a tree takes.
    """
    new = object.__new__(kind)
    new.parent, new.position = parent, None
    new.lineno, new.col_offset = node.lineno, node.col_offset
    new.end_lineno, new.end_col_offset = node.end_lineno, node.end_col_offset
    return new


def _arguments(function: nodes.NodeNG) -> Any:
    """What a function takes that takes nothing."""
    new = object.__new__(nodes.Arguments)
    new.parent, new.position = function, None
    new.lineno = new.col_offset = new.end_lineno = new.end_col_offset = None
    new.vararg = new.vararg_node = new.varargannotation = new.kwarg = new.kwarg_node = new.kwargannotation = None
    new.args = new.defaults = new.annotations = new.type_comment_args = []
    new.kwonlyargs = new.kw_defaults = new.kwonlyargs_annotations = new.type_comment_kwonlyargs = []
    new.posonlyargs = new.posonlyargs_annotations = new.type_comment_posonlyargs = []
    return new


def _keyword(node: Any) -> Position:
    """Where the keyword stands, as Python's tree has it; astroid would look for the end of the name in the text."""
    return Position(node.lineno, node.col_offset, node.lineno, node.col_offset)


def _documented(node: Any) -> bool:
    """It begins with a docstring."""
    first = node.body[0] if node.body else None
    return type(first) is ast.Expr and type(first.value) is ast.Constant and type(first.value.value) is str


class Maker(TreeRebuilder):  # type: ignore[misc]  # astroid comes without types
    """Makes each kind "as astroid does it", and leaves Python's tree as it is, where astroid's own takes the docstrings out of it."""

    _methods: ClassVar[dict[type, Callable[..., Any]]]

    def __init_subclass__(cls) -> None:
        cls._methods = {kind: getattr(cls, name) for kind, name in METHODS.items()}
        cls._methods[type(None)] = lambda *_: None

    def __init__(self) -> None:
        super().__init__(AstroidManager())
        self.methods = (
            self._methods
        )  #: for the kinds of Python's nodes; an object's own is found sooner than its class's

    def visit(self, node: Any, parent: nodes.NodeNG) -> Any:
        """By the method for its kind."""
        return self.methods[type(node)](self, node, parent)

    def all_of(self, those: Sequence[Any], parent: nodes.NodeNG) -> list[Any]:
        """Each of some nodes, by the method for its kind."""
        methods = self.methods
        return [methods[type(one)](self, one, parent) for one in those]

    # ---- statements ------------------------------------------------------------------------------------------------

    def visit_expr(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.Expr, node, parent)
        new.value = self.methods[type(node.value)](self, node.value, new)
        return new

    def visit_return(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.Return, node, parent)
        new.value = self.methods[type(node.value)](self, node.value, new)
        return new

    def visit_if(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.If, node, parent)
        new.test = self.methods[type(node.test)](self, node.test, new)
        new.body = self.all_of(node.body, new)
        new.orelse = self.all_of(node.orelse, new)
        return new

    def visit_for(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.For, node, parent)
        new.target = self.methods[type(node.target)](self, node.target, new)
        new.iter = self.methods[type(node.iter)](self, node.iter, new)
        new.body = self.all_of(node.body, new)
        new.orelse = self.all_of(node.orelse, new)
        new.type_annotation = None
        return new

    def visit_functiondef(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._function(nodes.FunctionDef, node, parent)

    def visit_asyncfunctiondef(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._function(nodes.AsyncFunctionDef, node, parent)

    def _function(self, kind: type[nodes.NodeNG], node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        new = made(kind, node, parent)
        new.name, new.locals, new.instance_attrs = node.name, {}, {}
        new.type_comment_args = new.type_comment_returns = new.decorators = None
        new.position = _keyword(node)
        if node.decorator_list:
            new.lineno = node.decorator_list[0].lineno
            new.decorators = self.visit_decorators(node, new)
        self._global_names.append({})
        new.returns = self.visit(node.returns, new)
        new.args = self.visit_arguments(node.args, new)
        self._body(node, new)
        self._global_names.pop()
        parent.set_local(new.name, new)
        return new

    def _body(self, node: Any, new: Any) -> None:
        """What stands in a function or class."""
        documented = _documented(node)
        new.doc_node = self.visit(node.body[0].value, new) if documented else None
        new.body = self.all_of(node.body[1:] if documented else node.body, new)
        new.type_params = self.all_of(getattr(node, "type_params", ()), new)  # from Python 3.12 on

    def visit_arguments(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it, which takes a fifth of the whole tree's time for them. Most are plain parameters."""
        if node.vararg or node.kwarg or node.kwonlyargs or node.posonlyargs:
            return super().visit_arguments(node, parent)
        new, given = _arguments(parent), node.args
        if given:
            new.args = [self.visit_arg(each, new) for each in given]
            new.annotations = [each.annotation and self.visit(each.annotation, new) for each in given]
            new.type_comment_args = [None] * len(given)
            new.lineno, new.end_lineno = given[0].lineno, given[-1].end_lineno
        if node.defaults:
            new.defaults = self.all_of(node.defaults, new)
        return new

    def visit_arg(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.AssignName, node, parent)
        new.name = node.arg
        parent.parent.set_local(node.arg, new)
        return new

    def visit_classdef(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = nodes.ClassDef(
            node.name, node.lineno, node.col_offset, parent,
            end_lineno=node.end_lineno, end_col_offset=node.end_col_offset,
        )  # fmt: skip
        new.position = _keyword(node)
        new.decorators = self.visit_decorators(node, new)
        new.bases, given = self.all_of(node.bases, new), self.all_of(node.keywords, new)
        new.keywords = [one for one in given if one.arg != "metaclass"]
        new._metaclass = next((one.value for one in given if one.arg == "metaclass"), None)
        self._body(node, new)
        parent.set_local(node.name, new)
        return new

    # ---- expressions -----------------------------------------------------------------------------------------------

    def visit_constant(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.Const, node, parent)
        new.value, new.kind = node.value, node.kind
        return new

    def visit_binop(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.BinOp, node, parent)
        new.op = BIN_OP_CLASSES[type(node.op)]
        new.left = self.methods[type(node.left)](self, node.left, new)
        new.right = self.methods[type(node.right)](self, node.right, new)
        return new

    def visit_unaryop(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.UnaryOp, node, parent)
        new.op = UNARY_OP_CLASSES[type(node.op)]
        new.operand = self.methods[type(node.operand)](self, node.operand, new)
        return new

    def visit_compare(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.Compare, node, parent)
        new.left = self.methods[type(node.left)](self, node.left, new)
        written = [CMP_OP_CLASSES[type(one)] for one in node.ops]
        new.ops = list(zip(written, self.all_of(node.comparators, new), strict=True))
        return new

    def visit_subscript(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.Subscript, node, parent)
        new.ctx = CONTEXT_CLASSES[type(node.ctx)]
        new.value = self.methods[type(node.value)](self, node.value, new)
        new.slice = self.methods[type(node.slice)](self, node.slice, new)
        return new

    def visit_tuple(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.Tuple, node, parent)
        new.ctx, new.elts = CONTEXT_CLASSES[type(node.ctx)], self.all_of(node.elts, new)
        return new

    def visit_list(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.List, node, parent)
        new.ctx, new.elts = CONTEXT_CLASSES[type(node.ctx)], self.all_of(node.elts, new)
        return new

    def visit_keyword(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.Keyword, node, parent)
        new.arg = node.arg
        new.value = self.methods[type(node.value)](self, node.value, new)
        return new

    # ---- what astroid would take from the tree ---------------------------------------------------------------------

    def _get_doc(self, node: Any) -> Any:
        return super()._get_doc(copy(node)) if _documented(node) else (node, None)
