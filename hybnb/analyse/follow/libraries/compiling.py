"""model.compile(...): what Keras will trace by itself, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from astroid import nodes

from hybnb.analyse.classes import Class
from hybnb.analyse.values import Container, Function, Instance, Value

if TYPE_CHECKING:
    from hybnb.analyse.follow.run import Run

CALLER = "Model.compile"
LOSS = "compile(loss)"  #: the user's functions among the losses that a model is compiled with, as if in an attribute
#: what a model computes its losses in, when it is called
COMPUTE = frozenset({"compute_loss", "train_step", "test_step", "stateless_compute_loss"})


@dataclass(eq=False, slots=True)
class Compiled:
    """How the models of the user's own classes are compiled, by class."""

    #: → its models → where run_eagerly=True was said last, in words; "" where it wasn't
    models: dict[nodes.ClassDef, dict[Instance, str]] = field(default_factory=dict)
    by_xla: set[nodes.ClassDef] = field(default_factory=set)

    def eagerly(self, cls: nodes.ClassDef) -> str | None:
        """Where run_eagerly=True is said, if Keras traces the methods of none of the models of a class."""
        places = list(self.models.get(cls, {}).values())
        return places[-1] if places and all(places) else None


def compile_model(run: Run, node: nodes.NodeNG, model: Value, args: list[Value], keywords: dict[str, Value]) -> None:
    """Keras traces the losses and metrics that a model gets, and its methods, unless it is told to run eagerly."""
    eagerly = keywords.get("run_eagerly")
    runs_eagerly = eagerly is not None and eagerly.const is True
    if isinstance(model.ref, Instance) and isinstance(model.ref.cls, Class):
        _note(run, node, model.ref, model.ref.cls, keywords, eagerly=runs_eagerly)
    loss = keywords.get("loss", args[1] if len(args) > 1 else None)
    if isinstance(model.ref, Instance) and loss is not None:
        model.ref.attributes[LOSS] = run.container("tuple", items=_functions(loss))
    for value in () if runs_eagerly else (*args, *keywords.values()):
        for one in [value, *_items(value)]:
            if isinstance(one.ref, Function):
                run.program.note_caller(one.ref.node, (CALLER, "graph"))


def _functions(loss: Value) -> list[Value]:
    return [one for one in (loss, *_items(loss)) if isinstance(one.ref, Function) or _is_own_object(one)]


def _is_own_object(value: Value) -> bool:
    return isinstance(value.ref, Instance) and value.ref.cls is not None


def losses(model: Instance) -> list[Value]:
    """The functions and loss objects of the user's that a compiled model calls with what should come out and what does."""
    kept = model.attributes.get(LOSS)
    return list(kept.ref.items or ()) if kept is not None and isinstance(kept.ref, Container) else []


def _note(
    run: Run, node: nodes.NodeNG, model: Instance, cls: Class, keywords: dict[str, Value], *, eagerly: bool
) -> None:
    compiled, xla = run.program.compiled, keywords.get("jit_compile")
    run.program.moved.add(cls.node)
    compiled.models.setdefault(cls.node, {})[model] = run.unit.where(node.lineno or 1) if eagerly else ""
    compiled.by_xla.discard(cls.node)
    if not eagerly and xla is not None and xla.const is True:
        compiled.by_xla.add(cls.node)


def _items(value: Value) -> list[Value]:
    holder = value.ref
    return [*(holder.items or ()), *holder.entries.values()] if isinstance(holder, Container) else []
