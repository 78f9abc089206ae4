"""Gradients that callers take between two results of one call: what a graph gives back leads only to what it was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from astroid import nodes

from hybnb.analyse.candidates import Candidate
from hybnb.analyse.follow import callers
from hybnb.analyse.follow.run import Run
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.text.rebuilding import Code, survey
from hybnb.analyse.text.remembered import remembered
from hybnb.analyse.values import Value

ASKING = ("gradient", "jacobian", "batch_jacobian")
HAVING_PARTS = frozenset({"tuple", "list", "dict", "instance", "unknown"})
PASSED_ON = 3  #: functions that return a result just as they get it


def check_gradients(run: Run, candidate: Candidate, result: Value) -> None:
    """Note callers that ask a tape how one part of the result changes with another."""
    if result.kind not in HAVING_PARTS:
        return
    waiting: list[nodes.NodeNG] = [candidate.node]
    for function in waiting:
        run.reads.update(f"~{name}" for name in callers.spellings(run.program, function))
        for unit, call in callers.calls(run.program, function):
            passed_on = callers.enclosing(call) if isinstance(call.parent, nodes.Return) else None
            if passed_on is not None and len(waiting) <= PASSED_ON and passed_on not in waiting:
                waiting.append(passed_on)
            if _asked(unit, call, candidate.node):
                run.effect("lost-gradient", candidate.node, False, why="parts", place=unit.where(call.lineno or 1))
                return


def _asked(unit: Unit, call: nodes.Call, function: Code) -> bool:
    """A tape is asked, in the function around the call, for a gradient that runs from part to part of what it gives."""
    scope = callers.enclosing(call) or unit.tree
    if not any(name in unit.asked for name in ASKING):
        return False
    found = survey(scope).calls
    parts = _Parts.of(call, scope)
    return any(
        parts.lead_to_another(*asked, function)
        for name in ASKING
        for one in found.get(name, ())
        if (asked := _asking(one))
    )


def _asking(call: nodes.Call) -> tuple[nodes.NodeNG, nodes.NodeNG] | None:
    """What is differentiated, and with respect to what."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    target = call.args[0] if call.args else keywords.get("target")
    sources = call.args[1] if len(call.args) > 1 else keywords.get("sources") or keywords.get("source")
    return (target, sources) if target is not None and sources is not None else None


@dataclass
class _Parts:
    """The names that one call's result has in a scope: those of its parts, or one for the whole."""

    scope: Code
    keys: dict[str, object] = field(default_factory=dict)  #: name of a part → its place in the result
    whole: set[str] = field(default_factory=set)

    @staticmethod
    def of(call: nodes.Call, scope: Code) -> _Parts:
        parts = _Parts(scope)
        statement = call.parent
        for target in statement.targets if isinstance(statement, nodes.Assign) and statement.value is call else ():
            if isinstance(target, nodes.Tuple | nodes.List):
                parts.keys |= {one.name: i for i, one in enumerate(target.elts) if isinstance(one, nodes.AssignName)}
            elif isinstance(target, nodes.AssignName):
                parts.whole.add(target.name)
        return parts

    def lead_to_another(self, target: nodes.NodeNG, sources: nodes.NodeNG, function: Code) -> bool:
        """What is differentiated rests on a part other than the one it is differentiated by, and that may rest on it."""
        if not self.keys and not self.whole:
            return False
        asked, reached = self._reached(sources, straight=True), self._reached(target)
        return any(one != other and _rests_on(function, other, one) for one in asked for other in reached)

    def _reached(self, node: nodes.NodeNG, *, straight: bool = False) -> set[object]:
        """The parts that an expression is made of; `straight`: those that it is itself."""
        found: set[object] = set()
        seen: set[str] = set()
        waiting = [node]
        while waiting:
            one = waiting.pop()
            name = one.name if isinstance(one, nodes.Name) else ""
            key = self._key(one)
            if key is not None:
                found.add(key)
            elif name and name not in seen:
                seen.add(name)
                waiting += [
                    value
                    for value in assigned(self.scope).get(name, ())
                    if not straight or not isinstance(value, nodes.Call)
                ]
            elif not name and not (straight and isinstance(one, nodes.Call | nodes.BinOp | nodes.UnaryOp)):
                waiting += one.get_children()
        return found

    def _key(self, node: nodes.NodeNG) -> object:
        match node:
            case nodes.Name(name=name) if name in self.keys:
                return self.keys[name]
            case nodes.Name(name=name) if name in self.whole:
                return "*"
            case nodes.Subscript(value=nodes.Name(name=name), slice=nodes.Const(value=key)) if name in self.whole:
                return key
            case nodes.Attribute(expr=nodes.Name(name=name), attrname=key) if name in self.whole:
                return key
            case nodes.Subscript(value=nodes.Name(name=name)) if name in self.whole:
                return node.as_string()
        return None


def _rests_on(function: Code, part: object, source: object) -> bool:
    """Whether one part of what a function returns is made with the help of another; also where that can't be told."""
    returned = [_part(one, part, source) for one in _returns(function)]
    return not returned or any(pair is None or _leads(function, *pair) for pair in returned)


def _returns(function: Code) -> Iterator[nodes.NodeNG]:
    if isinstance(function, nodes.FunctionDef):
        yield from (one.value for one in function.nodes_of_class(nodes.Return) if one.scope() is function and one.value)
    elif isinstance(function, nodes.Lambda):
        yield function.body


def _part(value: nodes.NodeNG, part: object, source: object) -> tuple[nodes.NodeNG, nodes.NodeNG] | None:
    """The expressions of two parts, where the text shows them."""
    match value:
        case nodes.Tuple() | nodes.List():
            known: dict[object, nodes.NodeNG] = dict(enumerate(value.elts))
        case nodes.Dict():
            known = {key.value: item for key, item in value.items if isinstance(key, nodes.Const)}
        case _:
            return None
    return (known[part], known[source]) if part in known and source in known else None


def _leads(function: Code, part: nodes.NodeNG, source: nodes.NodeNG) -> bool:
    """The source has a name, under which, or another one, the other part is computed from it."""
    alike = _names_of(function, source)
    seen: set[str] = set()
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, nodes.Name) and one.name not in seen:
            if one.name in alike:
                return True
            seen.add(one.name)
            waiting += assigned(function).get(one.name, ())
        waiting += one.get_children()
    return False


def _names_of(function: Code, source: nodes.NodeNG) -> set[str]:
    """All names by which the very same value may be had; none for what an operation or a call makes at that place."""
    found: set[str] = set()
    waiting = [source]
    while waiting:
        one = waiting.pop()
        if isinstance(one, nodes.Name | nodes.AssignName):
            if one.name not in found:
                found.add(one.name)
                waiting += assigned(function).get(one.name, ())
        elif not isinstance(one, nodes.Call | nodes.BinOp | nodes.UnaryOp | nodes.Compare):
            waiting += one.get_children()
    return found


@remembered
def assigned(scope: Code) -> dict[str, list[nodes.NodeNG]]:
    """What names are made of in a function, in any order."""
    found: dict[str, list[nodes.NodeNG]] = {}
    for statement in scope.nodes_of_class((nodes.Assign, nodes.AugAssign, nodes.AnnAssign, nodes.NamedExpr, nodes.For)):
        value = statement.iter if isinstance(statement, nodes.For) else statement.value
        targets = statement.targets if isinstance(statement, nodes.Assign) else [statement.target]
        for target in targets if value is not None else ():
            for name in target.nodes_of_class((nodes.AssignName, nodes.Name)):  # also what holds an item that is set
                found.setdefault(name.name, []).append(value)
    for call in scope.nodes_of_class(nodes.Call):
        if isinstance(call.func, nodes.Attribute) and isinstance(call.func.expr, nodes.Name):
            found.setdefault(call.func.expr.name, []).extend(call.args)  # as `kept.append(value)`
    return found
