"""Astroid's tree of a text, and with it what each function in it reads and calls, noted while the tree is made."""

from __future__ import annotations

import ast
from collections.abc import Callable
from copy import copy
from typing import Any, Final, NamedTuple, TypeAlias

from astroid import nodes
from astroid.manager import AstroidManager
from astroid.nodes.utils import Position
from astroid.rebuilder import REDIRECT, TreeRebuilder
from msgspec import Struct, field

Code: TypeAlias = nodes.FunctionDef | nodes.Lambda | nodes.Module
Visit: TypeAlias = Callable[[Any, nodes.NodeNG], nodes.NodeNG]
#: names of the methods for the kinds of Python's nodes; astroid's own looks for each anew in every text
METHODS: Final = {
    kind: method
    for name, kind in vars(ast).items()
    if isinstance(kind, type) and hasattr(TreeRebuilder, method := f"visit_{REDIRECT.get(name, name).lower()}")
}
NOTED: Final = "hybnb: survey"  #: where a function's node has its Survey, to go when the tree goes
PARTS: Final = "hybnb: parts"  #: where a module's node has its Parts


class Survey(Struct):
    """What stands in a function, also in the functions within it; in the order of the text."""

    refusals: list[tuple[nodes.NodeNG, str]] = field(default_factory=list)  #: refused construct, its name
    loads: dict[str, list[nodes.Name]] = field(default_factory=dict)  #: name → where it is read
    attributes: dict[str, list[nodes.Attribute]] = field(default_factory=dict)  #: attribute → where it is read
    calls: dict[str, list[nodes.Call]] = field(default_factory=dict)  #: the last name of what is called → the calls
    lambdas: list[nodes.Lambda] = field(default_factory=list)
    generates: bool = False  #: it has a `yield` of its own

    def mentions(self, name: str) -> bool:
        """It reads a name, or an attribute of that name."""
        return name in self.loads or name in self.attributes

    def take_in(self, function: Code, inner: Survey) -> None:
        """What stands in a nested function stands in the outer one, too; only its `yield` is its own."""
        if type(function) is nodes.Lambda:
            self.lambdas.append(function)
        self.lambdas += inner.lambdas
        self.refusals += [one for one in inner.refusals if one[0] is not function]
        for name, loads in inner.loads.items():
            self.loads.setdefault(name, []).extend(loads)
        for name, attributes in inner.attributes.items():
            self.attributes.setdefault(name, []).extend(attributes)
        for name, calls in inner.calls.items():
            self.calls.setdefault(name, []).extend(calls)


class Parts(NamedTuple):
    """A module, without the functions and with them."""

    module: nodes.Module
    outside: Survey  #: what stands outside of all functions
    functions: list[Code]  #: those that stand in no other


def survey(function: Code) -> Survey:
    """What stands in a function; in a module, everything."""
    noted: Survey | None = function.__dict__.get(NOTED)
    if noted is None:
        noted = function.__dict__[NOTED] = _together(parts(function))
    return noted


def parts(module: nodes.Module) -> Parts:
    """What `Rebuilder` noted of a module."""
    noted: Parts = module.__dict__[PARTS]
    return noted


def _together(noted: Parts) -> Survey:
    found = Survey()
    found.take_in(noted.module, noted.outside)
    for function in noted.functions:
        found.take_in(function, survey(function))
    return found


def _made(kind: type[nodes.NodeNG], node: Any, parent: nodes.NodeNG) -> Any:
    """A node where Python's has its place, as `NodeNG.__init__` makes it, still without what is its own.

    Of the kinds that most nodes are of. Their own constructors, which hand each place up by two or three others, take a third
    of the time that a tree takes.
    """
    made = object.__new__(kind)
    made.parent, made.position = parent, None
    made.lineno, made.col_offset = node.lineno, node.col_offset
    made.end_lineno, made.end_col_offset = node.end_lineno, node.end_col_offset
    return made


class Rebuilder(TreeRebuilder):  # type: ignore[misc]  # astroid comes without types
    """Leaves Python's tree as it is, where astroid's own takes the docstrings out of it."""

    def __init__(self, source: str) -> None:
        super().__init__(AstroidManager(), source)
        self._visit_meths = {kind: getattr(self, name) for kind, name in METHODS.items()}
        self._visit_meths[type(None)] = lambda *_: None
        self._outside = self._here = Survey()  #: of what stands outside of all functions, and of the innermost one
        self._functions: list[Code] = []

    def module(self, tree: ast.Module, name: str) -> nodes.Module:
        """The whole tree, with its `parts` and the `survey` of each function. SyntaxError and the like where it can't be."""
        made = self.visit_module(tree, name, "<cell>", False)
        made.__dict__[PARTS] = Parts(made, self._outside, self._functions)
        return made

    def visit(self, node: Any, parent: nodes.NodeNG) -> Any:
        """By the method for its kind."""
        return self._visit_meths[type(node)](node, parent)

    # ---- functions -------------------------------------------------------------------------------------------------

    def visit_functiondef(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._apart(super().visit_functiondef, node, parent)

    def visit_asyncfunctiondef(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._apart(super().visit_asyncfunctiondef, node, parent, "async")

    def visit_arguments(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it, which takes a fifth of the whole tree's time for them. Most are plain parameters."""
        if node.vararg or node.kwarg or node.kwonlyargs or node.posonlyargs:
            return super().visit_arguments(node, parent)
        made = nodes.Arguments(None, None, parent, None, None)
        none: list[Any] = []
        made.postinit(
            [self.visit_assignname(each, made, each.arg) for each in node.args],
            [self.visit(each, made) for each in node.defaults],
            none, none, [self.visit(each.annotation, made) for each in node.args], none, none, none,
            type_comment_args=[None] * len(node.args), type_comment_kwonlyargs=none, type_comment_posonlyargs=none,
        )  # fmt: skip
        if node.args:
            made.lineno, made.end_lineno = node.args[0].lineno, node.args[-1].end_lineno
        return made

    def visit_lambda(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._apart(super().visit_lambda, node, parent)

    def _apart(self, visit: Visit, node: Any, parent: nodes.NodeNG, construct: str = "") -> nodes.NodeNG:
        """Note what stands in one function. What it holds that is refused keeps an outer one from being converted too."""
        outer, own = self._here, Survey()
        self._here = own
        made = visit(node, parent)
        self._here = outer
        if construct:
            own.refusals.insert(0, (made, construct))
        made.__dict__[NOTED] = own
        if outer is self._outside:
            self._functions.append(made)
        else:
            outer.take_in(made, own)
        return made

    # ---- what is read and called -----------------------------------------------------------------------------------

    def visit_name(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """A third of all nodes, and nearly all of them are read."""
        if type(node.ctx) is ast.Store:
            return self.visit_assignname(node, parent, node.id)
        if type(node.ctx) is ast.Del:
            return super().visit_name(node, parent)
        made = _made(nodes.Name, node, parent)
        made.name = node.id
        self._here.loads.setdefault(node.id, []).append(made)
        return made

    def visit_assignname(self, node: Any, parent: nodes.NodeNG, node_name: str | None) -> nodes.NodeNG | None:
        """As astroid does it."""
        if node_name is None:
            return None
        made = _made(nodes.AssignName, node, parent)
        made.name = node_name
        self._save_assignment(made)
        return made

    def visit_constant(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        made = _made(nodes.Const, node, parent)
        made.value, made.kind = node.value, node.kind
        return made

    def visit_attribute(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        mangled = node.attr.startswith("__") and not node.attr.endswith("__")
        if type(node.ctx) is not ast.Load:
            mangled = mangled and type(node.ctx) is ast.Store
            return self._refused(super().visit_attribute, node, parent, "mangled name" if mangled else "")
        made = _made(nodes.Attribute, node, parent)
        made.attrname = node.attr
        self._here.attributes.setdefault(node.attr, []).append(made)
        if mangled:
            self._here.refusals.append((made, "mangled name"))
        made.expr = self._visit_meths[type(node.value)](node.value, made)
        return made

    def visit_call(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        made = _made(nodes.Call, node, parent)
        called = node.func
        name = called.attr if type(called) is ast.Attribute else called.id if type(called) is ast.Name else ""
        self._here.calls.setdefault(name, []).append(made)
        methods = self._visit_meths
        made.func = methods[type(called)](called, made)
        made.args = [methods[type(argument)](argument, made) for argument in node.args]
        made.keywords = [self.visit_keyword(keyword, made) for keyword in node.keywords]
        return made

    # ---- other frequent ones ---------------------------------------------------------------------------------------

    def visit_assign(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        made = _made(nodes.Assign, node, parent)
        made.targets = [self.visit(target, made) for target in node.targets]
        made.value = self.visit(node.value, made)
        made.type_annotation = None
        return made

    def visit_expr(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        made = _made(nodes.Expr, node, parent)
        made.value = self.visit(node.value, made)
        return made

    def visit_return(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        made = _made(nodes.Return, node, parent)
        made.value = self.visit(node.value, made)
        return made

    def visit_keyword(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        made = _made(nodes.Keyword, node, parent)
        made.arg = node.arg
        made.value = self.visit(node.value, made)
        return made

    # ---- what AutoGraph refuses ------------------------------------------------------------------------------------

    def _refused(self, visit: Visit, node: Any, parent: nodes.NodeNG, construct: str) -> nodes.NodeNG:
        refusals = self._here.refusals
        place = len(refusals)  # before what stands in it
        made = visit(node, parent)
        if construct:
            refusals.insert(place, (made, construct))
            self._here.generates = self._here.generates or construct == "yield"
        return made

    def visit_for(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._refused(super().visit_for, node, parent, "for-else" if node.orelse else "")

    def visit_asyncfor(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._refused(super().visit_asyncfor, node, parent, "for-else" if node.orelse else "")

    def visit_while(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._refused(super().visit_while, node, parent, "while-else" if node.orelse else "")

    def visit_namedexpr(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._refused(super().visit_namedexpr, node, parent, "walrus")

    def visit_match(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._refused(super().visit_match, node, parent, "match")

    def visit_yield(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._refused(super().visit_yield, node, parent, "yield")

    def visit_yieldfrom(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._refused(super().visit_yieldfrom, node, parent, "yield")

    def visit_await(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._refused(super().visit_await, node, parent, "async")

    # ---- what astroid would take from the tree or the text ---------------------------------------------------------

    def _get_doc(self, node: Any) -> Any:
        documented = node.body and type(node.body[0]) is ast.Expr
        return super()._get_doc(copy(node)) if documented else (node, None)

    def _get_position_info(self, node: Any, _: nodes.NodeNG) -> Position:
        """Where the keyword stands, as Python's tree has it; astroid would look for the end of the name in the text."""
        return Position(node.lineno, node.col_offset, node.lineno, node.col_offset)
