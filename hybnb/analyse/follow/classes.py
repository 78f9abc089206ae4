"""Classes written by the user, and objects made of them."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse import lexicon
from hybnb.analyse.classes import Class
from hybnb.analyse.follow import calls, definitions, enumerations, members
from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.flow.guards import guarded
from hybnb.analyse.follow.run import Run
from hybnb.analyse.scope import Scope
from hybnb.analyse.values import KERAS, Function, Instance, Record, Value

Keywords = dict[str, Value]


def define_class(run: Run, node: nodes.ClassDef, scope: Scope | None) -> Value:
    """The value a `class` statement binds."""
    where = scope if scope is not None else Scope(node, {})
    bases = tuple(evaluate(run, base, where) for base in node.bases)
    enclosing = scope if scope is not None and isinstance(scope.node, nodes.FunctionDef | nodes.Lambda) else None
    made = Class(node, run.unit, enclosing, bases)
    if enclosing is None:
        run.program.classes[node] = made
    return Value("class", ref=made, name=node.name)


def tell_others(run: Run, node: nodes.ClassDef, made: Value, scope: Scope) -> None:
    """Python tells the metaclass of the new class, and by `__init_subclass__` the nearest base that has it."""
    _tell_metaclass(run, node, made, scope)
    for base in made.ref.lineage()[1:]:
        found = base.node.locals.get("__init_subclass__")
        if found and isinstance(found[-1], nodes.FunctionDef):
            method = definitions.method_value(run, found[-1], base, made, from_class=True)
            given = {one.arg: evaluate(run, one.value, scope) for one in node.keywords if one.arg}
            bound = [] if isinstance(method.ref, Function) and method.ref.bound is not None else [made]
            calls.call_function(run, node, method, bound, given, converted=False)
            return


def _tell_metaclass(run: Run, node: nodes.ClassDef, made: Value, scope: Scope) -> None:
    """What the `__new__` and `__init__` of a metaclass of the user's do, as keeping the class in a registry."""
    by = next((one.node._metaclass for one in made.ref.lineage() if one.node._metaclass is not None), None)
    meta = evaluate(run, by, scope) if by is not None else Value()
    if not isinstance(meta.ref, Class):
        return
    before, run.class_made = run.class_made, made
    body = run.container("dict", element=Value())
    given = [Value("string", const=node.name), run.container("tuple", items=list(made.ref.bases)), body]
    keywords = {one.arg: evaluate(run, one.value, scope) for one in node.keywords if one.arg and one.arg != "metaclass"}
    for name, first in (("__new__", meta), ("__init__", made)):
        found = members.find_in_class(meta.ref, name)
        if found is not None and isinstance(found[0], nodes.FunctionDef):
            method = definitions.method_value(run, found[0], found[1], meta, from_class=True)
            calls.call_function(run, node, method, [first, *given], keywords, converted=False)
    run.class_made = before


def instance_of(run: Run, cls: Class, origin: str = "fresh", name: str = "", epoch: int | None = None) -> Value:
    """An instance without attributes yet."""
    library_bases = [lexicon.canonical(b) for b in cls.library_bases()]
    base = next((b for b in library_bases if lexicon.class_kind(b) is not None), next(iter(library_bases), ""))
    instance = Instance(run.epoch if epoch is None else epoch, cls, base, origin, name)  # type: ignore[arg-type]
    kind = lexicon.class_kind(base) if base else None
    return Value(kind if kind in KERAS else "instance", ref=instance, name=name)


def construct(run: Run, node: nodes.NodeNG, value: Value, args: list[Value], keywords: Keywords) -> Value:
    """Make an instance of a user's class."""
    cls: Class = value.ref
    if "typing.NamedTuple" in cls.library_bases():
        return record(run, node, Record(tuple(field_names(cls))), args, keywords)
    if enumerations.is_one(cls) and len(args) == 1:
        return enumerations.by_value(run, node, cls, args[0])
    _note_unfollowed(run, node, cls)
    result = instance_of(run, cls)
    instance: Instance = result.ref
    instance.made_in = run.around()
    if result.kind in KERAS and result.kind != "loss" and not guarded(node):
        run.effect("creation", node, what=result.kind, call=cls.node.name, guarded="no")
    if "?" in cls.library_bases():
        run.effect("unknown-call", node, call=cls.node.name, why="one of its base classes isn't known")
    found = members.find_in_class(cls, "__init__")
    if found is not None and isinstance(found[0], nodes.FunctionDef):
        method = definitions.method_value(run, found[0], found[1], result)
        calls.call_function(run, node, method, args, keywords, converted=False)
    else:
        _fields(run, node, cls, instance, args, keywords)
        members.call_special(run, node, result, "__post_init__")
    if not run.quiet:
        members.call_special(run, node, result, "__del__")  # once nobody holds it any more: in the trace, most likely
    instance.complete = True
    run.program.note_instance(run, cls, instance)
    return result


def _note_unfollowed(run: Run, node: nodes.NodeNG, cls: Class) -> None:
    """Objects come about in a way of the user's own: by a metaclass that answers the call, or by `__new__`."""
    for one in cls.lineage():
        by = one.node._metaclass  # astroid infers the public one, through all its bases
        made_by = evaluate(run, by, one.scope or Scope(one.node, {})).ref if by is not None else None
        if isinstance(made_by, Class) and members.find_in_class(made_by, "__call__") is not None:
            run.effect("unknown-call", node, call=cls.node.name, why=f"its metaclass `{made_by.node.name}` makes it")
        if "__new__" in one.node.locals:
            run.effect("unknown-call", node, call=cls.node.name, why="it has a method `__new__`")


def record(run: Run, node: nodes.NodeNG, record: Record, args: list[Value], keywords: Keywords) -> Value:
    """An instance of a named tuple."""
    if args and isinstance(node, nodes.Call) and any(isinstance(one, nodes.Starred) for one in node.args):
        args = [
            *args,
            *args[-1:] * (len(record.fields) - len(args) - len(keywords)),
        ]  # one stands for all of a generator
    items = [*args, *(keywords[name] for name in record.fields[len(args) :] if name in keywords)]
    made = run.container("tuple", items=items)
    made.ref.fields = record.fields
    return made


def _fields(
    run: Run, node: nodes.NodeNG, cls: Class, instance: Instance, args: list[Value], keywords: Keywords
) -> None:
    """Attributes of a dataclass, whose constructor Python writes, with the fields of those that it derives from."""
    by_name = {name: one for one in reversed(cls.lineage()) for name in field_names(one)}
    instance.attributes.update(zip(by_name, args, strict=False))
    instance.attributes.update(keywords)
    for name, holder in by_name.items():
        default = holder.node.locals[name][-1].statement()
        if name not in instance.attributes and getattr(default, "value", None) is not None and _is_dataclass(holder):
            value = _default(run, node, holder, name, default.value)
            instance.attributes.update({name: value} if value.is_known else {})


def _default(run: Run, node: nodes.NodeNG, cls: Class, name: str, given: nodes.NodeNG) -> Value:
    """What a field holds that the constructor isn't given: one value for all objects, or what its factory makes for each."""
    top = run.program.at_the_top(cls.unit)
    match given:
        case nodes.Call(func=nodes.Name(name="field") | nodes.Attribute(attrname="field"), keywords=words):
            said = {word.arg: word.value for word in words}
            if "default_factory" in said:
                factory = evaluate(top, said["default_factory"], Scope(cls.node, {}, cls.scope))
                return calls.call_value(run, node, factory, [], {})
            return evaluate(top, said["default"], Scope(cls.node, {}, cls.scope)) if "default" in said else Value()
    return run.program.class_value(top, cls, name)


def _is_dataclass(cls: Class) -> bool:
    decorators = cls.node.decorators.nodes if cls.node.decorators is not None else ()
    return any("dataclass" in one.as_string() for one in decorators)


def field_names(cls: Class) -> list[str]:
    """Names annotated in the class body: the fields of a dataclass or named tuple."""
    return [
        statement.target.name
        for statement in cls.node.body
        if isinstance(statement, nodes.AnnAssign) and isinstance(statement.target, nodes.AssignName)
    ]
