"""What the notebook stores in an object, by the text of the place where it does."""

from __future__ import annotations

from collections.abc import Iterator

from astroid import nodes

from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.run import Run
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.text.sites import Site
from hybnb.analyse.values import KERAS, Choice, Container, Value

NUMERIC = (nodes.Const, nodes.BinOp, nodes.UnaryOp)
OBJECTS = KERAS | {"variable", "instance", "object", "function"}
TRACKED = frozenset({"variable", "layer", "model"})  #: what the lists of a model's or module's variables come from
FAR = 3  #: names of functions' own that are looked up for one value, each by what the one before was given


def set_to_numbers(run: Run, attribute: str) -> bool:
    """Wherever an attribute of this name is set, it is to what is a number by its text."""
    run.reads.update((f".{attribute}", f"*.{attribute}"))
    sites = [site for one in run.program.namespaces.values() for _, site in one.changes.attributes.get(attribute, ())]
    return all(isinstance(value, NUMERIC) for site in sites for value in _values(site))


def may_be_object(run: Run, site: Site, kinds: frozenset[str] = OBJECTS) -> bool:
    """What is stored may have variables or code of its own, as a layer or a schedule has."""
    return any(
        _held(found, kinds)
        for value in _values(site)
        if value is not None
        for found in _meant(run, site.unit, value, FAR)
    )


def _meant(run: Run, unit: Unit, value: nodes.NodeNG, far: int) -> Iterator[Value]:
    """What an expression may hold; of a name of a function's own, what that binds it to or is given for it."""
    parts = _parts(value)
    if parts:
        for part in parts:
            yield from _meant(run, unit, part, far)
        return
    own = value.scope() if isinstance(value, nodes.Name) else None
    if not isinstance(own, nodes.FunctionDef) or value.name not in own.locals:
        quiet = run.program.at_the_top(unit)
        quiet.made_up = True
        run.reads.update(each.name for each in value.nodes_of_class(nodes.Name))
        yield evaluate(quiet, value, quiet.frames[0].scope)
    elif far:
        for source, given in _given(run, unit, own, value.name):
            yield from _meant(run, source, given, far - 1)


def _parts(value: nodes.NodeNG) -> list[nodes.NodeNG]:
    """What a list, a sum of lists or a choice is made of: each may be of a function's own, which the top level doesn't know."""
    match value:
        case nodes.List(elts=elements) | nodes.Tuple(elts=elements) | nodes.Set(elts=elements):
            return list(elements)
        case nodes.BinOp(left=one, right=other) | nodes.IfExp(body=one, orelse=other):
            return [one, other]
        case nodes.BoolOp(values=values):
            return list(values)
        case nodes.Starred(value=inner) | nodes.ListComp(elt=inner) | nodes.GeneratorExp(elt=inner):
            return [inner]
        case nodes.Call(func=nodes.Name(name="list" | "tuple" | "reversed" | "sorted"), args=[inner]):
            return [inner]
    return []


def _given(run: Run, unit: Unit, function: nodes.FunctionDef, name: str) -> Iterator[tuple[Unit, nodes.NodeNG]]:
    """The expressions that give a name of a function's own its value, in the function or where that is called."""
    for bound in function.locals[name]:
        match bound.parent:
            case nodes.Assign(value=given, targets=[target]) if target is bound:
                yield unit, given
    names = [one.name for one in (*function.args.posonlyargs, *(function.args.args or ()))]
    if name not in {*names, *(one.name for one in function.args.kwonlyargs)}:
        return
    bound_first = isinstance(function.parent, nodes.ClassDef)
    run.reads.add(f"~{function.name}")
    for caller, call in run.program.uses.calls(function.name):
        named = dict(zip(names[bound_first:], call.args, strict=False))
        named |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        if name in named:
            yield caller, named[name]


def _held(value: Value, kinds: frozenset[str]) -> bool:
    if isinstance(value.ref, Choice):
        return any(_held(option, kinds) for option in value.ref.options)
    element = value.ref.any_element() if isinstance(value.ref, Container) else None
    return value.kind in kinds or (element is not None and element is not value and _held(element, kinds))


def _values(site: Site) -> Iterator[nodes.NodeNG | None]:
    """What is stored at a site; None where that isn't an assignment, nor a call that is handed it."""
    found = False
    for node in site.unit.tree.nodes_of_class(nodes.AssignAttr | nodes.Call | nodes.Subscript):
        if node.lineno != site.line:
            continue
        if isinstance(node, nodes.AssignAttr) and node.attrname == site.attribute:
            statement, found = node.statement(), True
            yield statement.value if isinstance(statement, nodes.Assign | nodes.AugAssign) else None
        elif isinstance(node, nodes.Call) and _sets(node):
            found = True
            yield node.args[-1]
        elif isinstance(node, nodes.Call) and site.attribute == "[]" and isinstance(node.func, nodes.Attribute):
            found = True
            yield from node.args
        elif isinstance(node, nodes.Subscript) and site.attribute == "[]" and isinstance(node.parent, nodes.Assign):
            found = True
            yield node.parent.value
    if not found:
        yield None


def _sets(call: nodes.Call) -> bool:
    """setattr(owner, name, value), or object.__setattr__ of the same."""
    return len(call.args) == 3 and call.func.as_string().rpartition(".")[2] in ("setattr", "__setattr__")
