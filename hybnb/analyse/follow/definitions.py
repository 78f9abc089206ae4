"""Functions and methods as values: what a `def` binds, and what is reached through an instance or a class."""

from __future__ import annotations

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import former
from hybnb.analyse.classes import Class
from hybnb.analyse.follow import decorators
from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.run import Frame, Run
from hybnb.analyse.scope import Scope
from hybnb.analyse.text.assigning import is_accessor
from hybnb.analyse.text.remembered import remembered
from hybnb.analyse.values import Container, Function, Instance, Partial, Value

CODE = (nodes.FunctionDef, nodes.Lambda)
PLAIN_VALUE = f"{__name__}.plain"


def defaults_of(run: Run, arguments: nodes.Arguments, scope: Scope) -> dict[str, Value]:
    """Default values by parameter; they outlive every call.

    Of what stands at the top level they are those of the time when it got there: what they are made of may have been named
    anew since.
    """
    defaults = _defaults(arguments)
    made_now = run.records and isinstance(scope.node, nodes.Module)
    known = run.program.defaults.get(arguments) if defaults and not made_now else None
    if known is not None:
        return known
    found: dict[str, Value] = {}
    for name, default in defaults:
        value = evaluate(run, default, scope)
        if isinstance(value.ref, Container):
            value.ref.origin, value.ref.name = "default", name
        found[name] = value
    if made_now and not all(isinstance(default, nodes.Const) for _, default in defaults):
        run.program.defaults[arguments] = found
    return found


def keep_defaults(run: Run, node: nodes.ClassDef, scope: Scope) -> None:
    """The default values of a class's methods are made with the class, and the methods only when they are asked for."""
    if run.records:
        for method in node.mymethods():
            defaults_of(run, method.args, scope)


@remembered
def _defaults(arguments: nodes.Arguments) -> list[tuple[str, nodes.NodeNG]]:
    """Parameters with their default expressions, the last positional one first."""
    if not (arguments.defaults or arguments.kw_defaults):
        return []
    positional = [a.name for a in (*arguments.posonlyargs, *(arguments.args or ()))]
    pairs = list(zip(reversed(positional), reversed(arguments.defaults or ()), strict=False))
    return pairs + [(a.name, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults or (), strict=False) if d]


def define_function(
    run: Run, node: nodes.FunctionDef, scope: Scope | None, cls: Class | None = None, *, bare: bool = False
) -> Value:
    """The value a `def` statement binds, decorators applied; `bare`: without them."""
    enclosing = scope if scope is not None and isinstance(scope.node, CODE) else None
    if enclosing is None and cls is None and _is_plain(node):
        return _plain(run, node)
    where = scope if scope is not None else Scope(node, {})
    function = Function(node, run.unit, enclosing, cls, defaults=defaults_of(run, node.args, where))
    value = Value("function", ref=function, name=node.name)
    if isinstance(node, nodes.AsyncFunctionDef):
        return Value("unknown", name=node.name)
    if node.decorators and not (bare or is_accessor(node)):
        for decorator in reversed(node.decorators.nodes):
            before = value
            value = decorators.decorate(run, decorator, evaluate(run, decorator, where), value)
            if enclosing is not None and _is_hybrid(value) and not _is_hybrid(before):
                run.effect("wrapper-per-call", decorator, call="@" + decorator.as_string())
        value = value.named(node.name)
    if enclosing is not None and not bare:
        run.program.note_definition(run, node, value)
    return value


@remembered
def _is_plain(node: nodes.FunctionDef) -> bool:
    """What it binds at the top level follows from its own text: no decorator, and no default value that is worked out."""
    constants = all(type(default) is nodes.Const for _, default in _defaults(node.args))
    return type(node) is nodes.FunctionDef and not node.decorators and constants


def _plain(run: Run, node: nodes.FunctionDef) -> Value:
    """The same value each time, in all programs that have this text."""
    known = met_before(node)
    if known is None:
        function = Function(node, run.unit, defaults=defaults_of(run, node.args, Scope(node, {})))
        known = node.__dict__[PLAIN_VALUE] = Value("function", ref=function, name=node.name)
    return known


def met_before(statement: nodes.NodeNG) -> Value | None:
    """What a `def` of the top level binds, where that is the same each time and it was followed before: most of what is
    done at the top level of a package, which each of its modules has followed anew.
    """
    known: Value | None = statement.__dict__.get(PLAIN_VALUE)
    return known


def _is_hybrid(value: Value) -> bool:
    return isinstance(value.ref, Function) and value.ref.hybrid is not None


def decorator_names(node: nodes.FunctionDef) -> set[str]:
    """The decorators as written, without their arguments."""
    found = set()
    for decorator in node.decorators.nodes if node.decorators else []:
        found.add((decorator.func if isinstance(decorator, nodes.Call) else decorator).as_string())
    return found


def _class_of(owner: Value) -> Value | None:
    """What a method of the class is bound to: the class it is asked of, or that of the object."""
    cls = owner.ref.cls if isinstance(owner.ref, Instance) else owner.ref
    return Value("class", ref=cls, name=cls.node.name) if isinstance(cls, Class) else None


def method_value(
    run: Run, node: nodes.FunctionDef, cls: Class, owner: Value, *, from_class: bool = False, bare: bool = False
) -> Value:
    """A method reached through an instance or a class; `bare`: without what its decorators make of it."""
    names = decorator_names(node)
    maker = run if run.quiet or names <= PLAIN or cls.scope is not None else _before(run, cls)
    maker.frames.append(Frame(None, cls.unit, Scope(node, {}), None))
    try:
        value = define_function(maker, node, cls.scope, cls, bare=bare)
    finally:
        maker.frames.pop()
    value = former.method_with_defaults(run, cls, value)
    if not isinstance(value.ref, Function) or "staticmethod" in names:
        return value
    if "classmethod" in names or node.name in OF_CLASS:
        bound: Value | None = _class_of(owner) or Value("class", ref=cls, name=cls.node.name)
    else:
        bound = None if from_class else owner
    if value.ref.node is node:
        value.ref.bound = bound
        return replace(value, kind="method")
    # a decorator put another function in its place; it receives the instance first
    return Value("partial", ref=Partial(value, (bound,) if bound is not None else (), {}))


def _before(run: Run, cls: Class) -> Run:
    """Decorators of methods have made what they made before anybody calls the method."""
    return run.program.at_the_top(cls.unit, max(run.epoch - 1, 0))


PLAIN = frozenset({"staticmethod", "classmethod", "property", "abstractmethod", "abc.abstractmethod", "tf.function"})
OF_CLASS = frozenset({"__init_subclass__", "__class_getitem__"})  #: class methods without being told so


def put_in_its_place(run: Run, cls: Class, name: str) -> bool:
    """A decorator of the class, written by the user, sets the method of this name anew."""
    for decorator in cls.node.decorators.nodes if cls.node.decorators is not None else ():
        by = decorator.func if isinstance(decorator, nodes.Call) else decorator
        top = run.program.at_the_top(cls.unit)
        made_by = evaluate(top, by, top.frames[0].scope).ref if isinstance(by, nodes.Name) else None
        code = made_by.node if isinstance(made_by, Function) else None
        if code is not None and any(one.attrname == name for one in code.nodes_of_class(nodes.AssignAttr)):
            return True
    return False
