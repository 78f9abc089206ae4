"""State that is read while tracing and changes afterwards: the trace would keep what it saw first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse import former, lexicon
from hybnb.analyse.classes import Class
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import copies, entries, kept, modules, moment, owners, singletons, stored
from hybnb.analyse.happened import HAPPENINGS, originals
from hybnb.analyse.holders import Array
from hybnb.analyse.scope import Scope
from hybnb.analyse.text import keys
from hybnb.analyse.text.computed import ANY
from hybnb.analyse.text.in_place import CODE_PARTS
from hybnb.analyse.text.keys import Keys
from hybnb.analyse.text.rebuilding import parts
from hybnb.analyse.text.sites import Site, that_bind
from hybnb.analyse.values import KERAS, Container, Instance, Value

if TYPE_CHECKING:
    from hybnb.analyse.packages import Namespace

#: setting these on a Keras object assigns a variable, or is nothing that a trace looks at
KERAS_SETTERS = frozenset({"iterations", "name", "history", "stop_training"})
RATES = frozenset({"learning_rate", "lr"})  #: setting a number assigns a variable, a schedule takes its place
DEFINED = frozenset({"function", "class", "module"})  #: as a rule a text that is run leaves these alone
FILLED = frozenset({"list", "dict", "set", "ndarray", "partial"})
FILLED_LATER = FILLED | KERAS


def global_read(run: Run, node: nodes.NodeNG, name: str, value: Value) -> None:
    """A global name is read: is it bound anew, or what it holds changed, after the function is defined?"""
    if not moment.tracing(run):
        return
    root = run.frames[0]
    namespace = run.program.namespace_of(run.unit)
    if root.function is None or (namespace is not run.program.namespace_of(root.unit) and run.unit.installed):
        return
    if modules.changes(run, node, namespace, name, value):
        return
    run.reads.add(ANY)
    anything = value.kind not in DEFINED and bool(that_bind(namespace.changes.names.get(ANY, ()), name))
    if not anything and name not in namespace.changes.names and value.kind not in FILLED_LATER | {"function"}:
        return  # as most names of libraries
    (unit, line), readers = moment.place(run), moment.readers(run)
    runs_later = moment.runs_later(run, namespace)
    site = namespace.changes.of_name(name, unit, line, readers, runs_later)
    if site is None and anything:
        site = namespace.changes.of_name(name, unit, line, readers, runs_later, computed=True)
    if site is None and value.kind in FILLED_LATER:
        array, harmless = value.kind == "ndarray", partial(_harmless, run, value, keys.asked(node))
        site = namespace.changes.of_contents(name, unit, line, readers, runs_later, harmless, array=array)
        if site is None and _holds_arrays(value):
            site = namespace.changes.of_parts(name, unit, line, readers, runs_later)
    if site is None and value.kind == "function":
        site = _code_changed(run, name)
    site = site or _happened(run, value, keys.asked(node))
    if site is not None and isinstance(value.ref, Container):
        run.stale.add(value.ref)
    moment.note(run, node, name, value.kind, site)


def _code_changed(run: Run, name: str) -> Site | None:
    """Where the notebook changes what a function runs when it is called, or its defaults."""
    sites = run.program.namespace_of(run.unit).changes.contents.get(name, ())
    return next((site for site in sites if site.attribute in CODE_PARTS and site.after(*moment.place(run))), None)


def own_code_read(run: Run, node: nodes.NodeNG, name: str) -> None:
    """The function judged is called: are its own code or defaults changed under its name?"""
    run.reads.add(name)
    kept.note(run, node, name)
    moment.note(run, node, name, "function", _code_changed(run, name))


def _harmless(run: Run, value: Value, asked: Keys | None, site: Site) -> bool:
    """Setting this of a Keras object assigns a variable, or is nothing that Keras looks at; what the methods of a user's class
    look at is noted where they do. Of a dict, another key is set. Of a model, another layer is added.
    """
    if value.kind not in KERAS:
        return entries.spared(value, asked)(site)
    if site.attribute == "[]":
        return value.kind != "model" or site.within
    if site.attribute in RATES:
        return not stored.may_be_object(run, site)
    return site.attribute in KERAS_SETTERS or (not site.within and _of_no_use_to_keras(run, value, site))


def _of_no_use_to_keras(run: Run, value: Value, site: Site) -> bool:
    """An attribute that the user's code alone may read. On an object of Keras's own class, which may hold others' code, only
    what is plain is taken for one.
    """
    instance = value.ref
    if not isinstance(instance, Instance) or lexicon.looked_at(value.kind, site.attribute):
        return False
    if instance.cls is not None:
        return "?" not in instance.cls.library_bases()
    return lexicon.class_kind(instance.library) is not None and not stored.may_be_object(run, site)


def partial_read(run: Run, node: nodes.NodeNG, name: str, value: Value) -> None:
    """The function judged is a partial: are the keywords changed that it keeps? (Under its name bound anew is another one.)"""
    namespace = run.program.namespace_of(run.unit)
    run.reads.add(name)
    kept.note(run, node, name)
    site = namespace.changes.of_contents(
        name, *moment.place(run), moment.readers(run), moment.runs_later(run, namespace)
    )
    moment.note(run, node, name, value.kind, site)


def _holds_arrays(value: Value) -> bool:
    """A part of it is changed in place by += and its like, rather than bound anew as a number is."""
    element = value.ref.any_element() if isinstance(value.ref, Container) else None
    return value.kind == "ndarray" or (element is not None and element.kind in FILLED | {"unknown"})


def _happened(run: Run, value: Value, asked: Keys | None = None) -> Site | None:
    """Where the notebook changes a container or an array after the first trace, by whatever way it reaches it."""
    holder, function = value.ref, run.frames[0].function
    if not isinstance(holder, Container | Array) or function is None:
        return None
    if isinstance(holder, Container) and (holder.origin == "argument" or not run.outlives(holder)):
        return None
    run.reads.add(HAPPENINGS)
    harmless = entries.spared(value, asked)
    return run.program.happenings.after(holder, *moment.place(run), moment.readers(run), function.node, harmless)


NAMESPACES = frozenset({"types.SimpleNamespace", "argparse.Namespace"})
FLAGS = frozenset({"bool", "none", "string", "number"})


def fixed(run: Run, value: Value, place: str) -> Value:
    """A flag or number from outside, marked as one that keeps its value where nothing binds it anew. `place` is the
    global's name, or ".attribute".
    """
    if value.kind not in FLAGS or not value.constant or value.mixed or run.quiet or run.unit.installed:
        return value
    for namespace in run.program.namespaces.values():
        changes, bound = namespace.changes, namespace.changes.names.get(place, ())
        if len(bound) > 1 or any(site.function for site in bound):
            return value
        if changes.attributes.get(place.removeprefix(".")) or changes.attributes.get("*"):
            return value
    return replace(value, fixed=True)


def fixed_attribute(run: Run, instance: Instance, name: str, value: Value, *, by_class: bool = False) -> Value:
    """The same for an attribute. Keras sets some of its objects' by itself; those that a user's class sets count."""
    if not run.outlives(instance) or _has_heirs(run, instance.cls):
        return value
    made = run.program.instances.get(instance.cls.node) if instance.cls is not None else None
    by_user = by_class or (made is not None and name in made.attributes)
    if instance.library and instance.library not in NAMESPACES and not by_user:
        return value
    return fixed(run, value, f".{name}")


def _has_heirs(run: Run, cls: Class | None) -> bool:
    """Another class derives from it, whose objects may hold something else."""
    return cls is not None and run.program.changing.derived_from(cls.node.name)


def contents_read(
    run: Run, node: nodes.NodeNG, owner: Value, holder: Container, asked: Keys | None = None
) -> None:  # fmt: skip
    """What a container from outside holds, under the keys that are asked for, is read: does a global name of the same object
    change it afterwards?

    By that way a closure, a default value or a partial reaches it, under whatever name.
    """
    if not moment.tracing(run) or not run.outlives(holder) or holder.origin == "argument" or holder in run.stale:
        return
    site, name = _by_name(run, node, owner, holder, asked)
    site = site or _happened(run, owner, asked)
    if site is not None:
        run.stale.add(holder)
        moment.note(run, node, owner.name or name, holder.kind, site)


def _by_name(
    run: Run, node: nodes.NodeNG, owner: Value, holder: Container, asked: Keys | None
) -> tuple[Site | None, str]:  # fmt: skip
    """Where a container is changed under one of its global names, and which."""
    unit, line = moment.place(run)
    same = tuple(originals(holder))
    part = [owner.name] if "[" in owner.name else []  # config['a'], which may have a name of its own
    places = [
        *run.program.changing.names_of(same),
        *((one, name) for name in part for one in run.program.namespaces.values()),
    ]
    for namespace, name in places:
        run.reads.add(name)
        kept.note(run, node, name)
        site = namespace.changes.of_contents(
            name, unit, line, moment.readers(run), moment.runs_later(run, namespace), entries.spared(owner, asked)
        )
        if site is not None:
            return site, name
    return None, ""


def array_read(run: Run, node: nodes.NodeNG, value: Value) -> None:
    """An array from outside is used, however it came here: does the notebook change it afterwards?"""
    if isinstance(value.ref, Array) and moment.tracing(run):
        moment.note(run, node, value.name or "an array", value.kind, _happened(run, value))


def attribute_read(
    run: Run, node: nodes.NodeNG, owner: Value, instance: Instance, name: str, *, computed: bool = True
) -> None:
    """An attribute is read: is it set again outside the constructor? `computed` counts places too where the name of what
    is set is made at run time; else a descriptor answers, which may be that of other classes too.
    """
    instance = copies.original(run, instance, name)
    value = instance.attributes.get(name)
    if not moment.tracing(run) or not run.outlives(instance):
        return
    classes = tuple(c.node.name for c in instance.cls.lineage()) if instance.cls is not None else ()
    run.reads.update({f".{ANY}", *(f"{cls}.{name}{contents}" for cls in ("", *classes) for contents in ("", "[]"))})
    kept.note(run, node, *(f"{cls}.{name}" for cls in classes))
    held = value if value is not None and value.kind in FILLED else None
    asked = keys.asked(node) if held is not None else None
    setting = run.program.changing.setting(name)  # none or one, also where a program has many modules
    found = (_set_again(run, namespace, instance, name, classes, held, asked, computed) for namespace in setting)
    site = next((one for one in found if one is not None), None)
    site = site or (_happened(run, held, asked) if held is not None else None) or singletons.made_again(run, instance)
    kind = value.kind if value is not None else "unknown"
    # else on whatever, by any name
    sure = site is None or site.attribute != ANY or site.own or site.owner.isidentifier()
    moment.note(run, node, f"{owner.name or 'the object'}.{name}", kind, site, sure=sure)
    if site is None and instance.former and owners.asked_of_former(run, owner.name):
        run.unknown(node, f"`{owner.name}.{name}`", former.remark(instance))


def _set_again(
    run: Run, namespace: Namespace, instance: Instance, name: str, classes: tuple[str, ...], held: Value | None,
    asked: Keys | None, computed: bool,
) -> Site | None:  # fmt: skip
    """Where a namespace sets an attribute that is read, or changes what that holds."""
    changes, readers, place = namespace.changes, moment.readers(run), moment.place(run)
    runs_later = moment.runs_later(run, namespace)
    asks = computed or name.startswith("__")
    another = owners.another(run, namespace, instance) if asks else lambda _: False
    site = changes.of_attribute(name, classes, readers, *place, runs_later, another, computed=computed)
    if site is None and held is not None:
        harmless = entries.spared(held, asked)
        site = changes.of_attribute(f"{name}[]", classes, readers, *place, runs_later, harmless)
        site = site or changes.of_aliases(name, *place, readers, runs_later, harmless)
        if site is None and _holds_arrays(held):
            site = changes.of_parts(f".{name}", *place, readers, runs_later)
    return site


def whole_read(
    run: Run, node: nodes.NodeNG, value: Value, depth: int = 4, only: frozenset[object] | None = None
) -> None:  # fmt: skip
    """All that an object holds, or these of its attributes alone, is read, and so what the objects in them hold."""
    if not isinstance(value.ref, Instance) or value.kind != "instance" or not depth:
        return
    for name, held in value.ref.attributes.items():
        if only is None or name in only:
            attribute_read(run, node, value, value.ref, name)
            whole_read(run, node, held, depth - 1)


def class_attribute_read(run: Run, node: nodes.NodeNG, cls: Class, name: str) -> None:
    """An attribute of a class is read: is it set anew anywhere?"""
    if not moment.tracing(run):
        return
    kept.note(run, node, f"{cls.node.name}.{name}")
    run.reads.update(
        {f".{ANY}", *(f"{owner}.{name}{contents}" for owner in ("", cls.node.name) for contents in ("", "[]"))}
    )
    for namespace in run.program.changing.setting(name):
        now, runs_later = moment.place(run), moment.runs_later(run, namespace)
        site = namespace.changes.of_attribute(name, (cls.node.name,), frozenset(), *now, runs_later)
        if site is None:
            readers = moment.readers(run)
            site = namespace.changes.of_attribute(f"{name}[]", (cls.node.name,), readers, *now, runs_later)
        if site is not None:
            moment.note(run, node, f"{cls.node.name}.{name}", "unknown", site)
            return


def closure_read(run: Run, node: nodes.NodeNG, name: str, value: Value, holder: Scope) -> None:
    """A name of an enclosing function is read: is it bound anew after the function was made?"""
    root = run.frames[0].function if run.frames else None
    if run.quiet or root is None or any(frame.scope is holder for frame in run.frames):
        return
    if (changed := _happened(run, value, keys.asked(node))) is not None:
        moment.note(run, node, name, value.kind, changed)
        return
    if root.node.parent_of(holder.node):
        return  # a comprehension of its own, or a function that has returned
    inside = (f.function.node for f in run.frames if f.function is not None and holder.node.parent_of(f.function.node))
    made = next(inside, root.node).lineno or 0  # the reader's own line: that of who calls it may stand in another cell
    for bound in holder.node.locals.get(name, ()):
        if (
            isinstance(bound, nodes.AssignName)
            and (bound.lineno or 0) > made
            and not isinstance(bound.parent, nodes.Arguments)
        ):
            moment.note(run, node, name, value.kind, Site(run.unit, bound.lineno or 1, False))
            return
    for declared in holder.node.nodes_of_class(nodes.Nonlocal):
        writer = declared.scope()
        if name in declared.names and writer is not root.node:
            moment.note(run, node, name, value.kind, Site(run.unit, declared.lineno or 1, True, writer.name))
            return


def read_at_top_level(run: Run, attribute: str) -> bool:
    """Whether a cell itself, rather than a function, reads an attribute of this name."""
    run.reads.add(f"~{attribute}")
    found = (node for unit in run.program.units() for node in parts(unit.tree).outside.attributes.get(attribute, ()))
    return any(isinstance(node.scope(), nodes.Module) for node in found)
