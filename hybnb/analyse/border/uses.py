"""What becomes of a function's results: whether anybody looks at them as Python values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from astroid import nodes

from hybnb.analyse.candidates import Candidate, qualified
from hybnb.analyse.follow.survey import calls_of, loads_of
from hybnb.analyse.program import Program
from hybnb.analyse.text.parse import Unit
from hybnb.analyse.text.rebuilding import survey

Use = Literal["python", "tensorflow", "dropped", ""]
Path = tuple[object, ...]  #: which part of a returned container: its index or key

SHOWN = frozenset({"print", "str", "repr", "format", "display", "range", "isinstance", "type"})
LIBRARIES = ("tensorflow.", "keras.")


@dataclass
class Results:
    """What callers do with what a function returns."""

    program: Program
    candidate: Candidate
    names: set[str] = field(default_factory=set)  #: whose readers decide

    def of(self, path: Path) -> tuple[Use, str]:
        """One use for all callers, with the place of the one that decides: as Python values, by TensorFlow alone, or not at
        all; "" when it isn't known.
        """
        self.names.add(self.candidate.id.name.rpartition(".")[2])
        found = [
            (use, unit.where(call.lineno or 1)) for unit, call in self._calls for use in _used(self, unit, call, path)
        ]
        for use, place in found:
            if use == "python":
                return use, place
        kinds = {use for use, _ in found}
        if found and kinds <= {"tensorflow", "dropped"}:
            return "tensorflow" if "tensorflow" in kinds else "dropped", found[0][1]
        return "", ""

    @cached_property
    def _calls(self) -> list[tuple[Unit, nodes.Call]]:
        name = self.candidate.id.name.rpartition(".")[2]
        return [
            (unit, call)
            for namespace in self.program.namespaces.values()
            for unit in namespace.units
            for call in calls_of(unit, name)
            if isinstance(call.func, nodes.Attribute) or self.candidate.cls is None
        ]


def _used(results: Results, unit: Unit, value: nodes.NodeNG, path: Path, *, followed: bool = False) -> Iterator[Use]:
    """What becomes of one expression that holds the result, or a part of it."""
    parent = value.parent
    match parent:
        case nodes.Expr():
            yield _left_alone(parent)
        case nodes.FormattedValue():
            yield "python"
        case nodes.Call() if parent.func is not value:
            yield _passed_to(results, unit, parent)
        case nodes.Subscript() if parent.slice is value:
            yield "python"
        case nodes.Subscript(slice=nodes.Const(value=key)) if path and key == path[0]:
            yield from _used(results, unit, parent, path[1:], followed=followed)
        case nodes.Subscript() if path:
            return  # another part of it
        case nodes.Attribute() if parent.attrname not in ("numpy", "shape", "dtype"):
            yield "python"
        case nodes.Assign() if not followed and parent.value is value:
            for target in parent.targets:
                yield from _bound(results, unit, target, path)
        case _:
            yield ""


def _left_alone(statement: nodes.Expr) -> Use:
    """A cell shows its last expression; anywhere else nobody sees it."""
    if not isinstance(statement.parent, nodes.Module):
        return "dropped"
    return "python" if statement.next_sibling() is None else ""


def _passed_to(results: Results, unit: Unit, call: nodes.Call) -> Use:
    if isinstance(call.func, nodes.Name) and call.func.name in SHOWN:
        return "python"
    return "tensorflow" if qualified(results.program, unit, call.func).startswith(LIBRARIES) else ""


def _bound(results: Results, unit: Unit, target: nodes.NodeNG, path: Path) -> Iterator[Use]:
    """The uses of the name that takes the result, or the part of it."""
    if (
        isinstance(target, nodes.Tuple | nodes.List)
        and path
        and isinstance(path[0], int)
        and path[0] < len(target.elts)
    ):
        target, path = target.elts[path[0]], path[1:]
    if not isinstance(target, nodes.AssignName):
        yield ""
        return
    scope, name = target.scope(), target.name
    if isinstance(scope, nodes.ClassDef):  # an attribute of the class, which anybody may read
        yield ""
        return
    if isinstance(scope, nodes.Module):  # other cells may read it, now or later
        results.names.add(name)
        loads = [load for other in results.program.namespace_of(unit).units for load in loads_of(other, name)]
    else:
        loads = survey(scope).loads.get(name, [])
    if not loads:
        yield "dropped"
    for load in loads:
        yield from _used(results, unit, load, path, followed=True)
