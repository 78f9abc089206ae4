"""Astroid's tree of a text, and with it what each function in it reads and calls, and where something may change; noted while
the tree is made.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias

from astroid import nodes
from astroid.rebuilder import BIN_OP_CLASSES
from msgspec import Struct, field

from hybnb.analyse.text.in_place import may_change
from hybnb.analyse.text.making import Maker, made

Code: TypeAlias = nodes.FunctionDef | nodes.Lambda | nodes.Module
Visit: TypeAlias = Callable[[Any, nodes.NodeNG], nodes.NodeNG]
ATTRIBUTES: Final = {ast.Load: nodes.Attribute, ast.Store: nodes.AssignAttr, ast.Del: nodes.DelAttr}
NOTED: Final = "hybnb: survey"  #: where a function's node has its Survey, to go when the tree goes
PARTS: Final = "hybnb: parts"  #: where a module's node has its Parts
NOTES: Final = "hybnb: notes"


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


class Around(Struct, frozen=True):
    """What a statement stands in."""

    function: str = ""  #: qualified name; "" at the top level, and in the body of a class
    cls: str = ""
    looped: bool = False  #: it may run more than once


Note: TypeAlias = tuple[nodes.NodeNG, Around]


class Notes(NamedTuple):
    """What changes something in a module, or may; in the order of the text."""

    changing: list[Note]  #: what binds something, or changes it in place, and what imports
    calls: dict[str, list[Note]]  #: the last name of what is called → the calls


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


def notes(module: nodes.Module) -> Notes:
    """What `Rebuilder` noted of changes; to be had once, as the garbage collector would go through it again and again."""
    noted: Notes = module.__dict__.pop(NOTES)
    return noted


def _together(noted: Parts) -> Survey:
    found = Survey()
    found.take_in(noted.module, noted.outside)
    for function in noted.functions:
        found.take_in(function, survey(function))
    return found


class Rebuilder(Maker):
    """Makes the tree, and notes what the analysis looks for in it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self._outside = self._here = Survey()  #: of what stands outside of all functions, and of the innermost one
        self._functions: list[Code] = []
        self._notes: list[Note] = []
        self._calls: dict[str, list[Note]] = {}
        self._around = Around()
        self._declares_globals = "global " in source

    def module(self, tree: ast.Module, name: str) -> nodes.Module:
        """The whole tree, with its `parts` and the `survey` of each function. SyntaxError and the like where it can't be."""
        new = self.visit_module(tree, name, "<cell>", False)
        new.__dict__[PARTS] = Parts(new, self._outside, self._functions)
        new.__dict__[NOTES] = Notes(self._notes, self._calls)
        return new

    # ---- functions and classes -------------------------------------------------------------------------------------

    def visit_functiondef(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._apart(super().visit_functiondef, node, parent)

    def visit_asyncfunctiondef(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._apart(super().visit_asyncfunctiondef, node, parent, "async")

    def visit_lambda(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._apart(super().visit_lambda, node, parent)

    def _apart(self, visit: Visit, node: Any, parent: nodes.NodeNG, construct: str = "") -> nodes.NodeNG:
        """Note what stands in one function. What it holds that is refused keeps an outer one from being converted too."""
        outer, own = self._here, Survey()
        self._here = own
        new = visit(node, parent)
        self._here = outer
        if construct:
            own.refusals.insert(0, (new, construct))
        new.__dict__[NOTED] = own
        if outer is self._outside:
            self._functions.append(new)
        else:
            outer.take_in(new, own)
        return new

    def _body(self, node: Any, new: Any) -> None:
        outer = self._around
        self._notes.append((new, outer))
        if type(new) is nodes.ClassDef:
            self._around = Around("", new.name, outer.looped)
        else:
            within = outer.function or outer.cls
            self._around = Around(f"{within}.{new.name}" if within else new.name, outer.cls)
        super()._body(node, new)
        self._around = outer

    # ---- what is read and called -----------------------------------------------------------------------------------

    def visit_name(self, node: Any, parent: nodes.NodeNG) -> Any:
        """A third of all nodes, and nearly all of them are read."""
        if type(node.ctx) is ast.Load:
            new = made(nodes.Name, node, parent)
            new.name = node.id
            self._here.loads.setdefault(node.id, []).append(new)
            return new
        if type(node.ctx) is ast.Store:
            return self.visit_assignname(node, parent, node.id)
        new = super().visit_name(node, parent)
        self._notes.append((new, self._around))
        return new

    def visit_assignname(self, node: Any, parent: nodes.NodeNG, node_name: str | None) -> nodes.NodeNG | None:
        """As astroid does it."""
        if node_name is None:
            return None
        new = made(nodes.AssignName, node, parent)
        new.name = node_name
        self._save_assignment(new)
        around = self._around
        if self._declares_globals or not (around.function or around.cls):
            self._notes.append((new, around))
        return new

    def visit_attribute(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        kind, name = ATTRIBUTES[type(node.ctx)], node.attr
        new = made(kind, node, parent)
        new.attrname = name
        if kind is nodes.Attribute:
            self._here.attributes.setdefault(name, []).append(new)
        else:
            self._notes.append((new, self._around))
        if name.startswith("__") and not name.endswith("__") and kind is not nodes.DelAttr:
            self._here.refusals.append((new, "mangled name"))
        new.expr = self.methods[type(node.value)](self, node.value, new)
        return new

    def visit_call(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.Call, node, parent)
        called = node.func
        name = called.attr if type(called) is ast.Attribute else called.id if type(called) is ast.Name else ""
        self._here.calls.setdefault(name, []).append(new)
        note = new, self._around
        self._calls.setdefault(name, []).append(note)
        if may_change(name, node):
            self._notes.append(note)
        new.func = self.methods[type(called)](self, called, new)
        new.args = self.all_of(node.args, new) if node.args else []
        new.keywords = self.all_of(node.keywords, new) if node.keywords else []
        return new

    # ---- what changes something ------------------------------------------------------------------------------------

    def visit_assign(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.Assign, node, parent)
        self._notes.append((new, self._around))
        new.targets = self.all_of(node.targets, new)
        new.value = self.methods[type(node.value)](self, node.value, new)
        new.type_annotation = None
        return new

    def visit_augassign(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        new = made(nodes.AugAssign, node, parent)
        self._notes.append((new, self._around))
        new.op = BIN_OP_CLASSES[type(node.op)] + "="
        new.target = self.methods[type(node.target)](self, node.target, new)
        new.value = self.methods[type(node.value)](self, node.value, new)
        return new

    def visit_delete(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._noted(super().visit_delete, node, parent)

    def visit_import(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._noted(super().visit_import, node, parent)

    def visit_importfrom(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._noted(super().visit_importfrom, node, parent)

    def _noted(self, visit: Visit, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        place = len(self._notes)  # before what stands in it
        new = visit(node, parent)
        self._notes.insert(place, (new, self._around))
        return new

    # ---- what AutoGraph refuses ------------------------------------------------------------------------------------

    def _refused(self, visit: Visit, node: Any, parent: nodes.NodeNG, construct: str) -> nodes.NodeNG:
        refusals = self._here.refusals
        place = len(refusals)  # before what stands in it
        new = visit(node, parent)
        if construct:
            refusals.insert(place, (new, construct))
            self._here.generates = self._here.generates or construct == "yield"
        return new

    def visit_for(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._looped(super().visit_for, node, parent, "for-else")

    def visit_asyncfor(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._looped(super().visit_asyncfor, node, parent, "for-else")

    def visit_while(self, node: Any, parent: nodes.NodeNG) -> nodes.NodeNG:
        """As astroid does it."""
        return self._looped(super().visit_while, node, parent, "while-else")

    def _looped(self, visit: Visit, node: Any, parent: nodes.NodeNG, construct: str) -> nodes.NodeNG:
        outer = self._around
        self._around = outer if outer.looped else Around(outer.function, outer.cls, True)
        new = self._refused(visit, node, parent, construct if node.orelse else "")
        self._around = outer
        return new

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
