"""What a statement or call changes in place, and which names it makes names of one object: by the text alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from astroid import nodes

from hybnb.syntax import syntax

MUTATORS = frozenset({
    "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault", "popitem", "add",
    "discard", "fill", "appendleft", "popleft", "itemset", "partition", "put", "resize", "extendleft", "rotate", "move_to_end",
    "__setitem__", "__delitem__", "__iadd__", "__imul__", "__ior__", "set", "reset",
})  # fmt: skip
CHANGING = MUTATORS | {"setattr", "delattr", "__setattr__", "__init__", "__setstate__"}
#: functions that change their first argument, by the last part of their name
CHANGE_FIRST = frozenset({
    "copyto", "put", "place", "putmask", "fill_diagonal", "put_along_axis", "shuffle", "heappush", "heappop", "heapify",
    "heapreplace", "heappushpop", "insort", "insort_left", "insort_right", "setitem", "delitem", "iadd", "imul", "at",
})  # fmt: skip
#: functions of NumPy's of two arrays that write into a third one
BINARY = frozenset(
    {"add", "subtract", "multiply", "divide", "true_divide", "power", "maximum", "minimum", "dot", "matmul"}
)
#: setting these sets all attributes
WHOLE = frozenset({"__dict__", "__class__"})
RELOADED = "reload()"  #: all that a module holds is made anew
ANY = "*"  #: a name that is computed
REGISTER = "register"  #: gives a function of functools.singledispatch one more implementation
#: what a function runs when it is called
CODE_PARTS = frozenset({"__code__", "__defaults__", "__kwdefaults__", REGISTER})
Change = tuple[nodes.NodeNG, str, int]


def changed(node: nodes.NodeNG) -> Iterator[Change]:
    """(owner, attribute or "[]" for its contents, line); "*" for an attribute whose name is computed."""
    line = node.lineno or 1
    match node:
        case nodes.Call():
            yield from _called(node, line)
        case nodes.AssignAttr() | nodes.DelAttr():
            yield node.expr, ANY if node.attrname in WHOLE else node.attrname, line
        case nodes.Assign() | nodes.Delete():
            for target in node.targets:
                if isinstance(target, nodes.Subscript):
                    yield from _item(target)
        case nodes.AugAssign() if isinstance(node.target, nodes.Subscript):
            yield from _item(node.target)


def _item(target: nodes.Subscript) -> Iterator[Change]:
    """owner[key] = …, where the owner may be what an object keeps its attributes in."""
    line = target.lineno or 1
    owner = keeper(target.value)
    if owner is None:
        yield target.value, "[]", line
    else:
        key = target.slice
        yield owner, key.value if isinstance(key, nodes.Const) and isinstance(key.value, str) else "*", line


def keeper(node: nodes.NodeNG) -> nodes.NodeNG | None:
    """x of `vars(x)` or `x.__dict__`."""
    match node:
        case nodes.Call(func=nodes.Name(name="vars"), args=[owner]):
            return owner
        case nodes.Attribute(attrname="__dict__"):
            return node.expr
    return None


def last_name(called: nodes.NodeNG) -> str:
    """`f` of f and of some.thing.f; "" where what is called has no name."""
    return called.attrname if type(called) is nodes.Attribute else called.name if type(called) is nodes.Name else ""


def may_change(node: nodes.Call) -> bool:
    """Whether `changed` or `bound_by_text` may find anything: in most calls they don't."""
    return last_name(node.func) in _HEEDED or any(keyword.arg == "out" for keyword in node.keywords)


def _called(node: nodes.Call, line: int) -> Iterator[Change]:
    last = last_name(node.func)
    if last in CHANGING:
        yield from _spelled_out(node, line)
    if last in CHANGE_FIRST and node.args:
        yield node.args[0], "[]", line
    if last == "reload" and len(node.args) == 1:
        yield node.args[0], RELOADED, line
    if last in BINARY and len(node.args) == 3:
        yield node.args[2], "[]", line
    for keyword in node.keywords:
        if keyword.arg == "out":
            yield keyword.value, "[]", line


def _spelled_out(node: nodes.Call, line: int) -> Iterator[Change]:
    match node:
        case nodes.Call(func=nodes.Name(name="setattr" | "delattr"), args=[owner, name, *_]):
            yield owner, name.value if isinstance(name, nodes.Const) else "*", line
        case nodes.Call(
            func=nodes.Attribute(attrname="__setattr__"), args=[owner, nodes.Const(value=str() as name), _]
        ):
            yield owner, name, line
        case nodes.Call(func=nodes.Attribute(attrname="update") as func) if (owner := keeper(func.expr)) is not None:
            names = [keyword.arg or "*" for keyword in node.keywords] + ["*"] * len(node.args)
            for name in names:
                yield owner, name, line
        case nodes.Call(func=nodes.Attribute(attrname="__init__" | "__setstate__", expr=nodes.Name() as owner)):
            if isinstance(node.scope(), nodes.Module):  # else a constructor calls that of its base
                yield owner, ANY, line
        case nodes.Call(func=nodes.Attribute() as func) if func.attrname in MUTATORS:
            yield func.expr, "[]", line


#: what sets something of the whole process, by the last part of its name, and what stands for that among the global names
SETTERS = {
    "set_floatx": "keras.floatx", "set_epsilon": "keras.epsilon", "set_image_data_format": "keras.image_data_format",
    "setLevel": "logging.level", "disable": "logging.level",
}  # fmt: skip


_HEEDED = CHANGING | CHANGE_FIRST | BINARY | {"reload", "exec"} | SETTERS.keys()  #: names of calls that are looked into


def bound_by_text(node: nodes.NodeNG) -> Iterator[str]:
    """Global names that `globals()["name"] = …`, `globals().update(name=…)` or `exec("name = …")` binds; what a setter sets."""
    match node:
        case nodes.Assign():
            for target in node.targets:
                match target:
                    case nodes.Subscript(value=holder, slice=key) if _holds_globals(holder):
                        yield key.value if isinstance(key, nodes.Const) and isinstance(key.value, str) else ANY
        case nodes.Call(func=nodes.Attribute(attrname="update", expr=holder)) if _holds_globals(holder):
            yield from (keyword.arg or ANY for keyword in node.keywords)
            yield from (ANY for _ in node.args)
        case nodes.AssignAttr(expr=holder) if _is_some_module(holder):
            yield node.attrname
        case nodes.Call(func=nodes.Name(name="setattr"), args=[holder, key, _]) if _is_some_module(holder):
            yield key.value if isinstance(key, nodes.Const) and isinstance(key.value, str) else ANY
        case nodes.Call(func=nodes.Name(name="exec"), args=[code]):
            yield from _bound_in(code)
        case nodes.Call(func=nodes.Name(name=name) | nodes.Attribute(attrname=name)) if name in SETTERS:
            yield SETTERS[name]


def _holds_globals(node: nodes.NodeNG) -> bool:
    """The dict in which the notebook's names are kept: globals(), or f.__globals__, or the user_ns of its shell."""
    match node:
        case nodes.Call(func=nodes.Name(name="globals"), args=[]):
            return True
        case nodes.Call(func=nodes.Name(name="vars" | "locals"), args=[]):
            return isinstance(node.scope(), nodes.Module)
        case nodes.Attribute(attrname="__globals__" | "user_ns" | "user_global_ns"):
            return True
    return False


def _is_some_module(node: nodes.NodeNG) -> bool:
    """sys.modules[...] or __main__: the notebook itself, most likely."""
    match node:
        case nodes.Subscript(value=nodes.Attribute(attrname="modules")) | nodes.Name(name="__main__"):
            return True
    return False


def _bound_in(code: nodes.NodeNG) -> Iterator[str]:
    """The names that a text binds when it is run; whatever it may bind, where the text isn't known."""
    tree = syntax(code.value) if isinstance(code, nodes.Const) and isinstance(code.value, str) else None
    if tree is None:
        yield ANY
        return
    yield from (one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))


def extended(decorator: nodes.NodeNG) -> Iterator[str]:
    """@area.register or @area.register(Circle): `area` does something else from now on."""
    called = decorator.func if isinstance(decorator, nodes.Call) else decorator
    if isinstance(called, nodes.Attribute) and called.attrname == REGISTER and isinstance(called.expr, nodes.Name):
        yield called.expr.name


def same_object(node: nodes.Assign) -> Iterator[tuple[str, str]]:
    """Two names, ".attribute"s or parts of what a name holds, that an assignment makes names of one object."""
    value = node.value
    if _holds_globals(value):  # what is stored under the other name may be any global one
        yield from ((ANY, target.name) for target in node.targets if isinstance(target, nodes.AssignName))
    others = [_spelled(value)] if isinstance(value, nodes.Name | nodes.Attribute) else part(value)
    for target in node.targets:
        if isinstance(target, nodes.AssignName | nodes.AssignAttr):
            yield from ((_spelled(target), other) for other in others)


VIEWS = frozenset({
    "T", "flat", "real", "imag", "reshape", "ravel", "view", "transpose", "swapaxes", "squeeze", "diagonal", "asarray", "atleast_1d",
    "atleast_2d", "broadcast_to", "expand_dims", "moveaxis", "split", "array_split", "hsplit", "vsplit", "flip", "rot90", "memoryview",
    "frombuffer", "nditer", "sliding_window_view",
})  # fmt: skip


def views(node: nodes.Assign) -> Iterator[tuple[str, str]]:
    """A name, and another one for what is a view of it if it is an array."""
    if isinstance(node.value, nodes.Subscript | nodes.Attribute | nodes.Call):
        base = _viewed(node.value)
        name = str(base.name) if isinstance(base, nodes.Name) else ""
        for target in node.targets if name else ():
            yield from ((name, one.name) for one in target.nodes_of_class(nodes.AssignName) if one.name != name)


def _viewed(node: nodes.NodeNG) -> nodes.Name | nodes.Attribute | None:
    """The array of which an expression may be a view: a name, or an attribute."""
    match node:
        case nodes.Name():
            return node
        case nodes.Subscript(value=owner):
            return _viewed(owner)
        case nodes.Attribute(expr=owner, attrname=name):
            return _viewed(owner) if name in VIEWS else node
        case nodes.Call(func=nodes.Attribute(attrname=name, expr=owner), args=args) if name in VIEWS:
            array = args[0] if args and isinstance(owner, nodes.Name) and owner.name in ("np", "numpy") else owner
            return _viewed(array)
    return None


def part(node: nodes.NodeNG) -> list[str]:
    """The names of `config["a"]` or `rows[0]` as an object of its own. Of an array, rows[0] is a view of rows[...]."""
    if not isinstance(node, nodes.Subscript) or not isinstance(node.value, nodes.Name | nodes.Subscript):
        return []
    root, key = node.value, node.slice
    text = isinstance(key, nodes.Const) and isinstance(key.value, str)
    views = [] if text or not _cuts(key) or not isinstance(root, nodes.Name) else [entries(root)]
    return [node.as_string(), *views]


def entries(owner: nodes.Name) -> str:
    """What stands for all that is stored by `owner[...] = `."""
    return f"{owner.name}[...]"


def _cuts(key: nodes.NodeNG) -> bool:
    """An array indexed by it gives a view, not a copy."""
    if isinstance(key, nodes.Tuple):
        return all(_cuts(one) for one in key.elts)
    return isinstance(key, nodes.Slice | nodes.UnaryOp) or (
        isinstance(key, nodes.Const) and not isinstance(key.value, str)
    )


def _spelled(node: nodes.NodeNG) -> str:
    return node.name if isinstance(node, nodes.Name | nodes.AssignName) else f".{node.attrname}"


def is_global(name: nodes.Name) -> bool:
    """The name is one of the notebook's, or of a module's, and not a function's own."""
    scope = name.scope()
    while not isinstance(scope, nodes.Module):
        if name.name in scope.locals and not isinstance(scope, nodes.ClassDef):
            return False
        scope = scope.parent.scope()
    return True


def declared_global(node: nodes.NodeNG, name: str) -> bool:
    """A function binds the name as one of the notebook's."""
    scope = node.scope()
    return isinstance(scope, nodes.FunctionDef) and any(
        name in statement.names for statement in scope.nodes_of_class(nodes.Global)
    )


def global_name(node: nodes.NodeNG) -> str:
    """The name of the notebook's, or of a module's, that stands here; "" where none does."""
    return str(node.name) if isinstance(node, nodes.Name) and is_global(node) else ""


#: methods and functions that give what a container holds, rather than something new
GIVE = frozenset({"get", "setdefault", "values", "items", "pop", "popitem", "get_layer"})
WALK = frozenset({"enumerate", "reversed", "zip", "iter", "next", "list", "tuple", "sorted", "chain"})


MOST = 8  #: places that bind one name and are looked at


def reached_by(name: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    """What a name holds is, or is a part of, what these hold: `parts = obj.parts`, `for group in opt.groups`."""
    for value, part in _all_given(name):
        yield from _held_by(value, part)


def viewed_by(name: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    """What a name may hold a view of, where that is an array: `flat = table.ravel()`."""
    for value, _ in _all_given(name):
        if isinstance(value, nodes.Call | nodes.Attribute) and (base := _viewed(value)) is not None:
            yield base


def _all_given(name: nodes.NodeNG) -> Iterator[tuple[nodes.NodeNG, bool]]:
    """All that a name is given where it stands, and whether it gets a part of that."""
    if isinstance(name, nodes.Name | nodes.AssignName):
        for bound in name.scope().locals.get(name.name, ())[:MOST]:
            if isinstance(bound, nodes.AssignName) and not isinstance(bound.parent, nodes.Arguments):
                value, part = _given(bound)
                if value is not None:
                    yield value, part


def _given(bound: nodes.AssignName) -> tuple[nodes.NodeNG | None, bool]:
    """What a name is given, and whether it gets a part of that."""
    part, node, place = False, bound, bound.parent
    while isinstance(place, nodes.Tuple | nodes.List | nodes.Starred):
        part, node, place = True, place, place.parent
    match place:
        case nodes.Assign() | nodes.AnnAssign() | nodes.NamedExpr():
            return place.value, part
        case nodes.For() if place.target is node:
            return place.iter, True
    return None, False


def _held_by(value: nodes.NodeNG, part: bool) -> Iterator[nodes.NodeNG]:
    match value:
        case nodes.Name() | nodes.Attribute() | nodes.Subscript():
            yield value
        case nodes.Tuple(elts=elements) | nodes.List(elts=elements) if part:
            for element in elements:
                yield from _held_by(element, False)
        case nodes.Call(func=nodes.Attribute(attrname=name, expr=owner)) if name in GIVE:
            yield from _held_by(owner, True)
        case nodes.Call(func=nodes.Name(name=name) | nodes.Attribute(attrname=name), args=args) if (
            part and name in WALK
        ):
            for argument in args:
                yield from _held_by(argument, True)
        case nodes.Call() if (owner := keeper(value)) is not None:
            yield value


def taken(node: nodes.Import | nodes.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import binds, as what they are imported as, with the module."""
    for name, alias in node.names:
        if isinstance(node, nodes.ImportFrom):
            yield imported(alias or name), str(node.modname or "")
        else:
            yield imported_whole(alias or name.partition(".")[0]), name


def imported(name: str) -> str:
    """What stands for the places that take a name out of a module."""
    return f"import {name}"


def imported_whole(name: str) -> str:
    """What stands for the places that import a module under a name."""
    return f"import module {name}"
