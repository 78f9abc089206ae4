"""Which functions there are to judge, and how each came to be a tf.function."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import lexicon, options, own_decorators
from hybnb.analyse.follow.decorators import TF_FUNCTION
from hybnb.analyse.follow.dispatch import evaluate
from hybnb.analyse.follow.run import Run
from hybnb.analyse.packages import Namespace
from hybnb.analyse.program import Program
from hybnb.analyse.redefinitions import LastDefinitions
from hybnb.analyse.scope import Scope
from hybnb.analyse.text.assigning import is_accessor
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.text.rebuilding import survey
from hybnb.analyse.values import Container, Function, Partial, Value
from hybnb.model import Decoration, FunctionId

BLOCKS = (
    nodes.If, nodes.For, nodes.While, nodes.With, nodes.Try, nodes.TryStar, nodes.ExceptHandler, nodes.Match, nodes.MatchCase,
)  # fmt: skip

HOLDING = frozenset(
    {nodes.FunctionDef, nodes.AsyncFunctionDef, nodes.ClassDef, nodes.Assign, nodes.AsyncFor, nodes.AsyncWith, *BLOCKS}
)
ROUNDS = (nodes.For, nodes.While, nodes.ListComp, nodes.SetComp, nodes.DictComp, nodes.GeneratorExp)


@dataclass(frozen=True, eq=False)
class Candidate:
    """One function to judge."""

    id: FunctionId
    node: nodes.FunctionDef | nodes.Lambda
    unit: Unit
    decoration: Decoration | None = None
    cls: nodes.ClassDef | None = None
    enclosing: nodes.FunctionDef | None = None
    first_line: int = 1
    made: Value | None = None  #: what an assignment binds, when a call made it: a partial, a function from a factory

    def signature(self, run: Run) -> list[Value] | None:
        """The specs of the decorator's input_signature, in order; None when there is none or it isn't written out."""
        for call in self._conversions(run):
            for option, given in options.written(run.program, self.unit, call):
                if option == "input_signature":
                    value = evaluate(run, given, Scope(self.unit.tree, {}))
                    return value.ref.items if isinstance(value.ref, Container) else None
        return None

    def round_of(self, run: Run) -> nodes.NodeNG | None:
        """The loop or comprehension that makes it a tf.function anew in each round."""
        if self.decoration is None:
            return None
        node = next(self._conversions(run), self.node) if self.decoration.by_call else self.node
        while node.parent is not None and not isinstance(node.parent, nodes.LocalsDictNodeNG):
            if isinstance(node.parent, ROUNDS) and node is not getattr(node.parent, "iter", None):
                return node.parent
            node = node.parent
        return None

    @cached_property
    def key(self) -> tuple[nodes.NodeNG, str]:
        """Several names may stand for one piece of code."""
        return self.node, self.id.name

    def _conversions(self, run: Run) -> Iterator[nodes.Call]:
        """The decorators that are calls, and the call `tf.function(f, …)` where one made it a tf.function."""
        decorators = getattr(self.node, "decorators", None)
        yield from (one for one in (decorators.nodes if decorators else ()) if isinstance(one, nodes.Call))
        if self.decoration is not None and self.decoration.by_call:
            for unit in run.program.namespace_of(self.unit).units:
                calls = unit.tree.nodes_of_class(nodes.Call) if unit.cell.index == self.decoration.span.cell else ()
                yield from (call for call in calls if unit.span(call) == self.decoration.span)

    @cached_property
    def last_name(self) -> str:
        """Without the names of what is around it."""
        return self.id.name.rpartition(".")[2]

    @cached_property
    def form(self) -> str:
        """As `FunctionFacts.form`."""
        if self.made is not None:
            return "partial" if isinstance(self.made.ref, Partial) else "function"
        if isinstance(self.node, nodes.AsyncFunctionDef):
            return "coroutine"
        if survey(self.node).generates:
            return "generator"
        if self.cls is not None:
            return "method"
        if not isinstance(self.node, nodes.FunctionDef):
            return "lambda"
        return "nested" if self.enclosing is not None else "function"

    @property
    def indent(self) -> str:
        if self.made is not None:  # by a line of the top level, maybe of another cell than the function's own
            return ""
        line = self.unit.lines[self.first_line - 1]
        return line[: len(line) - len(line.lstrip())]


def candidates(program: Program, others: Collection[str] = ()) -> LastDefinitions:
    """Every function of the notebook and of the user's modules but those in the files `others`; a later definition replaces
    an earlier one.
    """
    lists: list[list[Candidate]] = []
    notebook = program.namespaces[None]
    for namespace in (*(each for each in program.namespaces.values() if each is not notebook), notebook):
        program.start(namespace)
        judged = [unit for unit in namespace.units if unit.cell.path not in others]
        conversions = _conversions(program, namespace) if judged else {}
        lists += (_of_unit(program, unit, conversions) for unit in judged)
    program.last_definitions.update(lists)
    return program.last_definitions


def _of_unit(program: Program, unit: Unit, conversions: dict[str, Decoration]) -> list[Candidate]:
    """The functions of one unit, looked for once as long as the same functions are converted by calls."""
    known = program.candidates.get(unit)
    if known is None or known[0] != conversions:
        known = conversions, list(_in_body(program, unit, unit.tree, "", None, None, conversions))
        program.candidates[unit] = known
    return known[1]


def _in_body(
    program: Program, unit: Unit, parent: nodes.NodeNG, prefix: str, cls: nodes.ClassDef | None,
    enclosing: nodes.FunctionDef | None, conversions: dict[str, Decoration],
) -> Iterator[Candidate]:  # fmt: skip
    for node in parent.get_children():
        if type(node) not in HOLDING:
            continue
        match node:
            case nodes.FunctionDef():
                if is_accessor(node):
                    continue
                yield _candidate(program, unit, node, prefix + node.name, cls, enclosing, conversions)
                if _may_hold_functions(unit, node):
                    yield from _in_body(program, unit, node, f"{prefix}{node.name}.", None, node, conversions)
            case nodes.ClassDef():
                yield from _in_body(program, unit, node, f"{prefix}{node.name}.", node, enclosing, conversions)
            case nodes.Assign(value=nodes.Lambda() as function, targets=[nodes.AssignName(name=name)]):
                yield _candidate(program, unit, function, prefix + name, cls, enclosing, conversions)
            case nodes.Assign(value=nodes.Call() as made, targets=[nodes.AssignName(name=name)]):
                function = _lambda_in(program, unit, made)
                if function is not None:
                    yield _candidate(program, unit, function, prefix + name, cls, enclosing, conversions)
                elif not prefix:
                    yield from _made(program, unit, made, name)
            case _ if isinstance(node, BLOCKS):
                yield from _in_body(program, unit, node, prefix, cls, enclosing, conversions)


def _may_hold_functions(unit: Unit, function: nodes.FunctionDef) -> bool:
    """A function or class has a name in it, unless that is declared to be a global one; or a lambda stands there."""
    if survey(function).lambdas or "global " in unit.cell.source:
        return True
    return any(isinstance(each, nodes.LocalsDictNodeNG) for found in function.locals.values() for each in found)


def _lambda_in(program: Program, unit: Unit, call: nodes.Call) -> nodes.Lambda | None:
    """The lambda of `g = tf.function(lambda x: …)`."""
    if call.args and isinstance(call.args[0], nodes.Lambda) and _preset(program, unit, call.func) is not None:
        return call.args[0]
    return None


def _made(program: Program, unit: Unit, call: nodes.Call, name: str) -> Iterator[Candidate]:
    """The function of `g = functools.partial(f, …)` or `g = factory(…)`."""
    value = program.global_value(program.namespace_of(unit), name)
    inner = value
    while inner is not None and isinstance(inner.ref, Partial):
        inner = inner.ref.function
    if value is None or inner is None or not isinstance(inner.ref, Function):
        return
    if not isinstance(value.ref, Partial) and (
        inner.ref.scope is None or inner.ref.hybrid is not None or inner.ref.unit is not unit
    ):
        return  # tf.function(f) and the like: f itself is judged
    cell, line = unit.cell, call.lineno or 1
    identity = FunctionId(
        name, cell.index, line, call.end_lineno or line, cell.file_line + line - 1, cell.id, cell.path, cell.module
    )
    yield Candidate(identity, inner.ref.node, inner.ref.unit, first_line=line, made=value)


def _candidate(
    program: Program, unit: Unit, node: nodes.FunctionDef | nodes.Lambda, name: str, cls: nodes.ClassDef | None,
    enclosing: nodes.FunctionDef | None, conversions: dict[str, Decoration],
) -> Candidate:  # fmt: skip
    line = defined_at(node)
    first = line
    decoration = conversions.get(name) or conversions.get(name.rpartition(".")[2] if cls is not None else "")
    if isinstance(node, nodes.FunctionDef):
        first = min([line, *(d.lineno or line for d in (node.decorators.nodes if node.decorators else []))])
        decoration = _decorated(program, unit, node, cls, enclosing) or decoration
    elif isinstance(node.parent, nodes.Call):
        given = _preset(program, unit, node.parent.func) or {}
        decoration = _decoration(program, unit, node.parent, given, by_call=True)
    cell = unit.cell
    end = node.end_lineno or line
    identity = FunctionId(
        name, cell.index, line, end, cell.file_line + line - 1, cell.id, cell.path, cell.module
    )  # fmt: skip
    return Candidate(identity, node, unit, decoration, cls, enclosing, first)


def defined_at(node: nodes.FunctionDef | nodes.Lambda) -> int:
    """The line of the `def`; the tree's own line is that of the first decorator."""
    position = getattr(node, "position", None)
    return position.lineno if position is not None else node.fromlineno or 1


# ---- tf.function, in any spelling ---------------------------------------------------------------------------------


def qualified(program: Program, unit: Unit, node: nodes.NodeNG) -> str:
    """The library name an expression stands for, or ""."""
    if isinstance(node, nodes.Name):
        value = program.global_value(program.namespace_of(unit), node.name)
        return lexicon.canonical(value.ref) if value is not None and isinstance(value.ref, str) else ""
    if isinstance(node, nodes.Attribute):
        owner = qualified(program, unit, node.expr)
        return lexicon.canonical(f"{owner}.{node.attrname}") if owner else ""
    return ""


def _preset(program: Program, unit: Unit, node: nodes.NodeNG) -> dict[str, str] | None:
    """The options that an expression gives already, which is tf.function or a partial of it; None where it is neither."""
    if isinstance(node, nodes.Call):
        partial = qualified(program, unit, node.func) == "functools.partial" and node.args
        inner = _preset(program, unit, node.args[0]) if partial else None
        return {**inner, **_options(program, unit, node)} if inner is not None else None
    if qualified(program, unit, node) in TF_FUNCTION:
        return {}
    value = program.global_value(program.namespace_of(unit), node.name) if isinstance(node, nodes.Name) else None
    if value is None or not isinstance(value.ref, Partial) or value.ref.function.ref not in TF_FUNCTION:
        return None
    return {key: repr(one.const) if one.constant else one.name for key, one in value.ref.keywords.items()}


def _decorated(
    program: Program,
    unit: Unit,
    node: nodes.FunctionDef,
    cls: nodes.ClassDef | None,
    enclosing: nodes.FunctionDef | None,
) -> Decoration | None:
    for decorator in node.decorators.nodes if node.decorators else []:
        given = _preset(program, unit, decorator)
        if given is not None:
            return Decoration("@" + decorator.as_string(), unit.span(decorator), given)
        given = _preset(program, unit, decorator.func) if isinstance(decorator, nodes.Call) else None
        if given is not None:
            return _decoration(program, unit, decorator, given)
    found = own_decorators.converting(program, unit, node, cls) if enclosing is None else None
    if found is None:
        return None
    decorator, known = found
    return Decoration("@" + decorator.as_string(), unit.span(decorator), known, own=True)


def _decoration(
    program: Program, unit: Unit, call: nodes.Call, given: dict[str, str], *, by_call: bool = False
) -> Decoration:  # fmt: skip
    known = {**given, **_options(program, unit, call)}
    return Decoration(("" if by_call else "@") + call.as_string(), unit.span(call), known, by_call)


def _options(program: Program, unit: Unit, call: nodes.Call) -> dict[str, str]:
    found = options.texts(program, unit, call)
    found.pop("func", None)
    return found


def _conversions(program: Program, namespace: Namespace) -> dict[str, Decoration]:
    """Functions converted by a call, as in `fast = tf.function(step)`: by the name of the function handed over."""
    found: dict[str, Decoration] = {}
    converting = program.converting[namespace]
    for unit in namespace.units[converting.looked :]:
        if calls := _calls_that_may_convert(namespace, unit):
            converting.units.append((unit, calls))
    converting.looked = len(namespace.units)
    for unit, calls in converting.units:
        for call in calls:
            given = _preset(program, unit, call.func)
            if given is None:
                continue
            target = call.args[0]
            name = target.attrname if isinstance(target, nodes.Attribute) else target.name
            found[name] = replace(_decoration(program, unit, call, given, by_call=True), rebinds=_rebinds(call, target))
    return found


def _rebinds(call: nodes.Call, target: nodes.NodeNG) -> bool:
    targets = call.parent.targets if isinstance(call.parent, nodes.Assign) else ()
    return any(one.as_string() == target.as_string() for one in targets)


def _calls_that_may_convert(namespace: Namespace, unit: Unit) -> list[nodes.Call]:
    """Calls that are handed something, in a unit that spells `function(` or reads another name of it."""
    if "function(" not in unit.cell.source and not any(_is_another(namespace, name) for name in unit.read):
        return []
    calls = unit.tree.nodes_of_class(nodes.Call)
    return [call for call in calls if call.args and isinstance(call.args[0], nodes.Name | nodes.Attribute)]


def _is_another(namespace: Namespace, name: str) -> bool:
    """Another name of tf.function, or of a partial of it."""
    value = namespace.scope.names.get(name) if namespace.scope is not None else None
    if value is None:
        return False
    made = value.ref.function.ref if isinstance(value.ref, Partial) else value.ref
    return isinstance(made, str) and made in TF_FUNCTION
