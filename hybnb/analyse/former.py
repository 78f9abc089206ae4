"""Classes and functions that objects and other names still hold, where the notebook has defined others of their names since."""

from __future__ import annotations

from os import sep
from typing import TYPE_CHECKING, Final

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.classes import Class
from hybnb.analyse.values import LIVE_EPOCH, Function, Instance, Value
from hybnb.model import ValueSketch

if TYPE_CHECKING:
    from hybnb.analyse.follow.run import Run
    from hybnb.analyse.live import LiveValues
    from hybnb.analyse.program import Program

GONE: Final = "<cell 0>"  #: file of code whose cell was edited and run again, or deleted
HELD: Final = frozenset(
    {"function", "method", "partial", "builtin", "class"}
)  #: kinds of what may be held under other names


def is_gone(place: tuple[str, int] | None) -> bool:
    """The text of the function or class that stood there is gone."""
    return place is not None and place[0] == GONE


def is_another(program: Program, named: Value, place: tuple[str, int] | None) -> bool:
    """The function stands in another cell than the one that its name means now."""
    if place is None or not isinstance(named.ref, Function):
        return False
    file, own = place[0], named.ref.unit.cell
    here = file in (f"<cell {own.index}>", own.path)
    return not here and any(file == f"<cell {unit.cell.index}>" for unit in program.namespaces[None].units)


def script(program: Program, place: tuple[str, int] | None) -> str | None:
    """The module that stands for the script in whose file something stands, where `%run` has run that; None for the notebook."""
    file = place[0] if place is not None else ""
    if not file.endswith(".py"):
        return None
    return next((name for name, one in program.namespaces.items() if name and one.units[0].cell.path == file), None)


def is_wrapped_by_library(sketch: ValueSketch) -> bool:
    """A function of a library's stands around the user's, and goes by its name."""
    file = sketch.definition[0] if sketch.definition is not None and sketch.kind == "function" else ""
    return f"-packages{sep}" in file


def unknown(sketch: ValueSketch, name: str) -> Value:
    """What is held under a name or in an object, and of which only that is known."""
    held = (sketch.qualified or name).rpartition(".")[2]
    return Value("instance", name=name, ref=Instance(LIVE_EPOCH, None, "", "outer", name, former=held))


def standing(program: Program, named: Class, place: tuple[str, int] | None) -> Class | None:
    """The class one of whose methods stands at a place: the one that its name means now, or an earlier one.

    None where the text of that earlier one is gone. Where the place is known to nobody, the name decides.
    """
    if place is None:
        return named
    file, line = place
    if is_gone(place):
        return None
    those = (cls for cls in program.classes.values() if cls.node.name == named.node.name and _is_of(cls, file))
    return next((cls for cls in those if _begins(cls.node, line)), named)


def with_defaults(program: Program, live: LiveValues, value: Value, sketch: ValueSketch) -> Value:
    """A function as the kernel holds it: those of its default values that are functions of another text than their name's."""
    if not sketch.attributes or not isinstance(value.ref, Function):
        return value
    own = value.ref.defaults
    older = {
        name: live.from_sketch(one, name)
        for name, one in sketch.attributes.items()
        if is_gone(one.definition) or (name in own and _differs(program, live, own[name], one))
    }
    return replace(value, ref=replace(value.ref, defaults={**own, **older})) if older else value


def method_with_defaults(run: Run, cls: Class, value: Value) -> Value:
    """The same of a method, whose default values are held by the class that the kernel has under its name."""
    live = run.program.live
    if live is None or cls.scope is not None or not isinstance(value.ref, Function) or not value.ref.defaults:
        return value
    run.reads.add(cls.node.name)
    fact = live.facts.get(cls.node.name)
    if fact is None or fact.sketch.kind != "class":
        return value
    own = f"{value.ref.node.name}."
    given = {name.removeprefix(own): one for name, one in fact.sketch.attributes.items() if name.startswith(own)}
    return with_defaults(run.program, live, value, replace(fact.sketch, attributes=given)) if given else value


def _differs(program: Program, live: LiveValues, default: Value, sketch: ValueSketch) -> bool:
    if sketch.kind in HELD:
        return is_another(program, default, sketch.definition)
    held = live.from_sketch(sketch).ref
    mine = default.ref.cls if isinstance(default.ref, Instance) else None
    return mine is not None and isinstance(held, Instance) and held.cls is not mine


def is_older(default: Value, seen: Value) -> bool:
    """A default value goes by the name of what was passed, by an older text: calls tell names alone."""
    mine, passed = _code(default), _code(seen)
    if passed is None or isinstance(passed, nodes.Lambda):
        return False
    if mine is None:
        return isinstance(default.ref, Instance) and default.ref.former == passed.name
    return mine is not passed and getattr(mine, "name", "") == passed.name


def _code(value: Value) -> nodes.FunctionDef | nodes.Lambda | nodes.ClassDef | None:
    """Of a function, or of an object's class."""
    if isinstance(value.ref, Function):
        return value.ref.node
    return value.ref.cls.node if isinstance(value.ref, Instance) and value.ref.cls is not None else None


def remark(instance: Instance) -> str:
    """Why nothing is known of what such an object does; empty where its class is the one that its name means."""
    if not instance.former:
        return ""
    return f"it was made before `{instance.former}` was defined as it is now; run the cell that makes it again"


def _is_of(cls: Class, file: str) -> bool:
    return file in (f"<cell {cls.unit.cell.index}>", cls.unit.cell.path)


def _begins(node: nodes.ClassDef, line: int) -> bool:
    return node.lineno is not None and node.end_lineno is not None and node.lineno <= line <= node.end_lineno
