"""What Keras's objects keep track of: the variables of a model, the rate of an optimizer. A trace knows what they were then."""

from __future__ import annotations

from astroid import nodes
from msgspec.structs import replace

from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import moment, staleness, stored
from hybnb.analyse.text.collecting import CONSTRUCTORS
from hybnb.analyse.text.sites import Site
from hybnb.analyse.values import Container, Instance, Value

VARIABLE_LISTS = frozenset({"trainable_variables", "variables", "weights", "trainable_weights", "non_trainable_variables",
                            "non_trainable_weights", "metrics_variables"})  # fmt: skip


def of_unknown(run: Run, node: nodes.NodeNG, name: str, spelled: str) -> Value:
    """An attribute of what isn't known: of this name it is most likely a list of variables, of whichever."""
    if name not in VARIABLE_LISTS:
        return Value(name=spelled)
    run.unknown(node, f"`{spelled}`")
    found = Container("list", run.epoch - 1, "outer", name, element=Value("variable", outer=True))
    return Value("list", name=spelled, sure=False, ref=found)


def variable_list_read(run: Run, node: nodes.NodeNG, owner: Value, spelled: str) -> None:
    """A list of an object's variables is read: is `.trainable` set anywhere later, or another variable or layer put on it?"""
    if not moment.tracing(run):
        return
    run.reads.add("*.trainable")
    unit, line = moment.place(run)
    for namespace in run.program.namespaces.values():
        for _, site in namespace.changes.attributes.get("trainable", ()):
            constructed = site.function.rpartition(".")[2] in CONSTRUCTORS
            if (site.function and not constructed) or (not site.function and site.after(unit, line)):
                moment.note(run, node, spelled, "list", site)
                return
    own = run.program.namespace_of(run.unit)
    changed = own.changes.of_contents(
        owner.name, unit, line, moment.readers(run), moment.runs_later(run, own),
        lambda site: not stored.may_be_object(run, site, stored.TRACKED),
    )  # fmt: skip
    moment.note(run, node, spelled, "list", changed or _put_on_itself(run, owner), sure=False)


def _put_on_itself(run: Run, owner: Value) -> Site | None:
    """Where an object's own method, called later, puts a variable or layer on it."""
    cls = owner.ref.cls if isinstance(owner.ref, Instance) else None
    names = {one.node.name for one in cls.lineage()} if cls is not None else ()
    for namespace in run.program.namespaces.values() if names else ():
        runs_later = moment.runs_later(run, namespace)
        for attribute, owned in namespace.changes.attributes.items():
            for name, site in owned:
                own = name in names and site.function not in moment.readers(run)
                put = replace(site, attribute="[]") if attribute.endswith("[]") else site
                if own and runs_later(site) and stored.may_be_object(run, put, stored.TRACKED):
                    run.reads.add(f"{name}.{attribute}")
                    return site
    return None


def rate_read(run: Run, node: nodes.NodeNG, owner: Value) -> None:
    """An optimizer makes a step: does somebody give it a schedule for its rate, by whatever name he has of it?"""
    if not moment.tracing(run):
        return
    unit, line = moment.place(run)
    for namespace in run.program.namespaces.values():
        runs_later = moment.runs_later(run, namespace)
        for attribute in sorted(staleness.RATES):
            run.reads.update((f".{attribute}", f"*.{attribute}"))
            for _, site in namespace.changes.attributes.get(attribute, ()):
                later = runs_later(site) if site.function else site.after(unit, line)
                if later and stored.may_be_object(run, site):
                    moment.note(run, node, f"{owner.name}.{attribute}", "object", site, sure=False)
                    return
