"""The function that is judged, as values: with its closure, its `self`, and what its decorators make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from astroid import nodes
from msgspec import structs

from hybnb.analyse import former
from hybnb.analyse.candidates import Candidate
from hybnb.analyse.classes import Class
from hybnb.analyse.follow import classes, definitions
from hybnb.analyse.follow.libraries import wiring
from hybnb.analyse.follow.members import find_in_class
from hybnb.analyse.follow.run import Run
from hybnb.analyse.program import TOP_LEVEL, Program
from hybnb.analyse.text.collecting import CONSTRUCTORS
from hybnb.analyse.values import KERAS, NOTHING, Function, Instance, Value

HEIRS = 4  #: classes that inherit a method, followed one by one


def plain(candidate: Candidate) -> Function:
    """The function itself, without closure and decorators."""
    return Function(candidate.node, candidate.unit)


def owners(program: Program, candidate: Candidate) -> Sequence[Instance | None]:
    """The objects that stand for `self`: of the method's own class, else of those that inherit the method; None where the
    notebook makes none.
    """
    if candidate.cls is None or candidate.cls in program.instances:
        return [program.instances.get(candidate.cls)]
    name = candidate.id.name.rpartition(".")[2]
    heirs = []
    for instance in program.instances.values():
        found = find_in_class(instance.cls, name) if instance.cls is not None else None
        if found is not None and found[0] is candidate.node:
            heirs.append(instance)
    return heirs[:HEIRS] or [None]


def function_value(program: Program, run: Run, candidate: Candidate, owner: Value | None) -> Value:
    """The candidate as a value, with its closure, its decorators and, where it is a method, its `self`, the `owner`."""
    if candidate.made is not None:
        return candidate.made
    if candidate.enclosing is not None:
        known = program.defined.get(candidate.node)
        if known is not None:
            return known
    if candidate.cls is None and (plain_one := definitions.met_before(candidate.node)) is not None:
        return _as_held(program, run, candidate, plain_one)
    gone = _made_by_what_is_gone(program, run, candidate)
    if gone is not None:
        return gone
    quiet = program.at_the_top(candidate.unit, run.epoch - 1 if run.epoch > 1 else TOP_LEVEL)
    if isinstance(candidate.node, nodes.FunctionDef):
        bare = candidate.decoration is not None and candidate.decoration.own  # what a wrapper does isn't in the graph
        if owner is not None:
            cls = owner.ref.cls if isinstance(owner.ref, Instance) else None
            if cls is not None:
                run.reads.add(cls.node.name)
                found = find_in_class(cls, candidate.node.name)
                holder = found[1] if found is not None and found[0] is candidate.node else cls
                return definitions.method_value(quiet, candidate.node, holder, owner, bare=bare)
        made = definitions.define_function(quiet, candidate.node, quiet.frames[0].scope, bare=bare)
        return _as_held(program, run, candidate, made)
    function = Function(candidate.node, candidate.unit)
    function.defaults = definitions.defaults_of(quiet, candidate.node.args, quiet.frames[0].scope)
    return Value("function", ref=function)


def _as_held(program: Program, run: Run, candidate: Candidate, made: Value) -> Value:
    """With the default values that the kernel's own function of this name has."""
    live = program.live
    itself = isinstance(made.ref, Function) and made.ref.node is candidate.node and bool(made.ref.defaults)
    if live is None or not itself or candidate.id.path is not None or candidate.cls is not None:
        return made
    run.reads.add(candidate.id.name)
    fact = live.facts.get(candidate.id.name)
    return former.with_defaults(program, live, made, fact.sketch) if fact is not None else made


def _made_by_what_is_gone(program: Program, run: Run, candidate: Candidate) -> Value | None:
    """The kernel's own function of this name, where a decorator made it that was edited since."""
    decorated = isinstance(candidate.node, nodes.FunctionDef) and candidate.node.decorators is not None
    if not decorated or candidate.cls is not None or candidate.id.path is not None or program.live is None:
        return None
    run.reads.add(candidate.id.name)
    fact = program.live.facts.get(candidate.id.name)
    held = fact is not None and fact.sketch.kind in former.HELD and former.is_gone(fact.sketch.definition)
    return Value(name=candidate.id.name) if held else None


def self_value(program: Program, run: Run, candidate: Candidate, known: Instance | None) -> Value:
    """What `self` is: an object the notebook made, else one made with arguments nobody knows."""
    assert candidate.cls is not None
    cls = known.cls if known is not None else None
    if cls is None:
        cls, made = program.made_up.get(candidate.cls) or _made_up(program, candidate)
        attributes = dict(made)  # not those that other methods will find
    else:
        attributes = known.attributes if known is not None else {}
    template = classes.instance_of(run, cls, "self", "self", epoch=TOP_LEVEL)
    template.ref.attributes, template.ref.filled = attributes, known.filled if known is not None else {}
    if candidate.id.name.rpartition(".")[2] in CONSTRUCTORS:
        template.ref.attributes = dict(template.ref.attributes)  # it makes them anew, for an object of its own
    live = program.live
    for found in live.objects_of(cls) if live is not None and cls is not None else ():
        template.ref.attributes = {**template.ref.attributes, **_alike(found.attributes, template.ref.attributes)}
        break
    if template.kind in KERAS and candidate.id.name.rpartition(".")[2] not in CONSTRUCTORS:
        wiring.built(program.at_the_top(candidate.unit), candidate.node, template)
    template.ref.complete = True
    return template


def _made_up(program: Program, candidate: Candidate) -> tuple[Class, Mapping[str, Value]]:
    """The class of a method, and what an object of it has that is made with arguments nobody knows.

    All methods of the class are given the same, unless following one of them could change what it holds.
    """
    assert candidate.cls is not None
    quiet = program.at_the_top(candidate.unit)
    value = quiet.frames[0].scope.names.get(candidate.cls.name)
    cls = value.ref if value is not None and isinstance(value.ref, Class) else None
    if cls is None or cls.node is not candidate.cls:
        cls = classes.define_class(quiet, candidate.cls, quiet.frames[0].scope).ref
    quiet.made_up = True
    made = classes.construct(quiet, candidate.cls, Value("class", ref=cls), [], {}).ref
    attributes = made.attributes if isinstance(made, Instance) else {}  # else a named tuple, a kind of dict …
    if all(value.ref is None and value.item is None for value in attributes.values()):
        program.made_up[candidate.cls] = cls, attributes
    return cls, attributes


def _alike(live: Mapping[str, Value], written: Mapping[str, Value]) -> dict[str, Value]:
    """One object's attributes as those of any: its flags count only where the source gives all objects the same."""
    found = dict(live)
    for name, value in live.items():
        if value.constant and (name not in written or written[name].const != value.const):
            found[name] = structs.replace(value, const=NOTHING)
    return found
