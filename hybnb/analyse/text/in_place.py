"""What a statement or call changes in place, and which names it makes names of one object: by the text alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.text import computed, computed_attributes
from hybnb.analyse.text.computed import ANY
from hybnb.syntax import syntax

MUTATORS = frozenset({
    "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault", "popitem", "add",
    "discard", "fill", "appendleft", "popleft", "itemset", "partition", "put", "resize", "extendleft", "rotate", "move_to_end",
    "__setitem__", "__delitem__", "__iadd__", "__imul__", "__ior__", "set", "reset",
})  # fmt: skip
AGAIN = frozenset(
    {"__init__", "__post_init__", "__setstate__"}
)  #: called by name, they set all of an object that is there
#: functions that call what they are given, or make something that does
CALLS_IT = frozenset({"map", "starmap", "partial", "reduce"})
CHANGING = MUTATORS | AGAIN | {"setattr", "delattr", "__setattr__"}
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
WHOLE = frozenset({"__dict__", "__class__", "__bases__"})
RELOADED = "reload()"  #: all that a module holds is made anew
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
        yield from ((owner, name, line) for name in computed_attributes.names(key))


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


def may_change(name: str, node: ast.Call) -> bool:
    """Whether `changed` or `bound_by_text` may find anything in a call of what has this last name: in most they don't."""
    return name in _HEEDED or (bool(node.keywords) and any(keyword.arg == "out" for keyword in node.keywords))


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
    if last in CALLS_IT:
        for given in node.args:
            if isinstance(given, nodes.Attribute) and given.attrname in AGAIN:
                yield given.expr, ANY, line
    for keyword in node.keywords:
        if keyword.arg == "out":
            yield keyword.value, "[]", line


def _spelled_out(node: nodes.Call, line: int) -> Iterator[Change]:
    match node:
        case nodes.Call(func=nodes.Name(name="setattr" | "delattr"), args=[owner, name, *_]):
            yield from ((owner, one, line) for one in computed_attributes.names(name))
        case nodes.Call(func=nodes.Attribute(attrname="__setattr__"), args=[owner, name, _]):
            yield from ((owner, one, line) for one in computed_attributes.names(name))
        case nodes.Call(func=nodes.Attribute(attrname="update") as func) if (owner := keeper(func.expr)) is not None:
            names = [keyword.arg or "*" for keyword in node.keywords] + ["*"] * len(node.args)
            for name in names:
                yield owner, name, line
        case nodes.Call(func=nodes.Attribute(attrname=name, expr=owner)) if name in AGAIN:
            if not _makes(node.scope(), owner):
                yield owner, ANY, line
        case nodes.Call(func=nodes.Attribute() as func) if func.attrname in MUTATORS:
            yield func.expr, "[]", line


def _makes(around: nodes.NodeNG, owner: nodes.NodeNG) -> bool:
    """A constructor calls that of its base; or the object has been made in this function, by `__new__`."""
    if not isinstance(around, nodes.FunctionDef):
        return False
    if around.name in AGAIN and isinstance(around.parent, nodes.ClassDef):
        return True
    made = around.locals.get(owner.name, ()) if isinstance(owner, nodes.Name) else ()
    given = [one.parent.value for one in made if isinstance(one.parent, nodes.Assign)]
    return bool(given) and all(isinstance(one, nodes.Call) and last_name(one.func) == "__new__" for one in given)


#: what sets something of the whole process, by the last part of its name, and what stands for that among the global names
SETTERS = {
    "set_floatx": "keras.floatx", "set_epsilon": "keras.epsilon", "set_image_data_format": "keras.image_data_format",
    "setLevel": "logging.level", "disable": "logging.level", "setcontext": "decimal.context",
    "seterr": "numpy.geterr", "seterrcall": "numpy.geterr", "set_printoptions": "numpy.get_printoptions",
}  # fmt: skip


_HEEDED = (
    CHANGING | CHANGE_FIRST | BINARY | CALLS_IT | {"reload", "exec", REGISTER} | SETTERS.keys()
)  #: names of calls that are looked into


def bound_by_text(node: nodes.NodeNG) -> Iterator[str]:
    """Global names that `globals()["name"] = …`, `globals().update(name=…)` or `exec("name = …")` binds; what a setter sets.
    With ANY in the place of what is computed.
    """
    match node:
        case nodes.Assign():
            for target in node.targets:
                match target:
                    case nodes.Subscript(value=holder, slice=key) if holds_globals(holder):
                        yield computed.spelling(key)
        case nodes.Call(func=nodes.Attribute(attrname="update", expr=holder)) if holds_globals(holder):
            yield from (keyword.arg or ANY for keyword in node.keywords)
            yield from (name for given in node.args for name in computed.keys_of(given))
        case nodes.AssignAttr(expr=holder) if is_some_module(holder):
            yield node.attrname
        case nodes.AssignAttr(expr=nodes.Call(func=nodes.Name(name=name) | nodes.Attribute(attrname=name))):
            if name == "getcontext":
                yield SETTERS["setcontext"]
        case nodes.Call(func=nodes.Name(name="setattr"), args=[holder, key, _]) if is_some_module(holder):
            yield computed.spelling(key)
        case nodes.Call(func=nodes.Name(name="exec"), args=[code]):
            yield from _bound_in(code)
        case nodes.Call(func=nodes.Name(name=name) | nodes.Attribute(attrname=name)) if name in SETTERS:
            if name != "seterr" or not _only_warns(node):
                yield SETTERS[name]


def _only_warns(call: nodes.Call) -> bool:
    """np.seterr(divide="ignore"), which changes what is printed alone."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return all(isinstance(one, nodes.Const) and one.value in ("ignore", "warn", None) for one in given)


def holds_globals(node: nodes.NodeNG) -> bool:
    """The dict in which the notebook's names are kept: globals(), or f.__globals__, or the user_ns of its shell."""
    match node:
        case nodes.Call(func=nodes.Name(name="globals"), args=[]):
            return True
        case nodes.Call(func=nodes.Name(name="vars" | "locals"), args=[]):
            return isinstance(node.scope(), nodes.Module)
        case (
            nodes.Call(func=nodes.Name(name="vars"), args=[holder]) | nodes.Attribute(attrname="__dict__", expr=holder)
        ):
            return is_some_module(holder)
        case nodes.Attribute(attrname="__globals__" | "user_ns" | "user_global_ns"):
            return True
    return False


def is_some_module(node: nodes.NodeNG) -> bool:
    """sys.modules[...] or __main__: the notebook itself, most likely."""
    match node:
        case nodes.Subscript(value=nodes.Attribute(attrname="modules")) | nodes.Name(name="__main__"):
            return True
        case nodes.Call(
            func=nodes.Name(name=name) | nodes.Attribute(attrname=name), args=[nodes.Const(value="__main__")]
        ):
            return bool(name == "import_module")
        case nodes.Name(name=name):
            bound = node.scope().locals.get(name, ())
            given = bound[0].parent if len(bound) == 1 and isinstance(bound[0].parent, nodes.Assign) else None
            return given is not None and is_this_module(given.value)
    return False


def is_this_module(node: nodes.NodeNG) -> bool:
    """sys.modules[__name__] or sys.modules["__main__"]."""
    match node:
        case nodes.Subscript(value=nodes.Attribute(attrname="modules"), slice=nodes.Name(name="__name__")):
            return True
        case nodes.Subscript(value=nodes.Attribute(attrname="modules"), slice=nodes.Const(value="__main__")):
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
    """@area.register, or area.register(Circle, …): `area` does something else from now on."""
    called = decorator.func if isinstance(decorator, nodes.Call) else decorator
    if isinstance(called, nodes.Attribute) and called.attrname == REGISTER and isinstance(called.expr, nodes.Name):
        yield called.expr.name


def part(node: nodes.NodeNG) -> list[str]:
    """The names of `config["a"]`, `rows[0]` or `keyword.kwlist` as an object of its own. Of an array, rows[0] is a view of rows[...]."""
    if isinstance(node, nodes.Attribute) and isinstance(node.expr, nodes.Name):
        return [f"{node.expr.name}.{node.attrname}"] if is_global(node.expr) else []
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
