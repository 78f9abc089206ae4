"""Distributions and bijectors of TensorFlow Probability: pure functions of tensors, as long as nothing of the user's is in them."""

from __future__ import annotations

from collections.abc import Callable

from astroid import nodes

from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import ARRAYS, SCALARS, TENSORS, Container, Instance, Value

ROOT = "tensorflow_probability."
PLAIN = TENSORS | ARRAYS | SCALARS | {"dtype", "shape"}
DEPTH = 4  #: lists within lists


def _made(run: Run, node: nodes.NodeNG, name: str, args: list[Value], keywords: dict[str, Value]) -> Value:
    """A distribution or bijector, of tensors, numbers, or others of their like."""
    if not all(_known(value, DEPTH) for value in (*args, *keywords.values())):
        return run.unknown(node, "a distribution or bijector of what isn't known")
    return Value("object", ref=Instance(run.epoch, None, name))


def _known(value: Value, depth: int) -> bool:
    holder = value.ref
    if isinstance(holder, Container):
        held = [*(holder.items or ()), *holder.entries.values(), *filter(None, [holder.element])]
        return depth > 0 and all(_known(one, depth - 1) for one in held)
    return value.kind in PLAIN or is_one(value)


def is_one(value: Value) -> bool:
    """It is of one of the library's own classes, not of one derived from it, which may do anything."""
    return isinstance(value.ref, Instance) and value.ref.cls is None and value.ref.library.startswith(ROOT)


def array_meets(run: Run, node: nodes.NodeNG, name: str, args: list[Value]) -> None:
    """Eagerly a method converts an array to the dtype of the parameters; as a tensor, in a graph, it keeps its own."""
    array = next((value for value in args if value.array), None)
    if array is not None and name.startswith(ROOT) and ".Given." in name:
        run.effect("array-argument", node, False, parameter=array.name, how="dtype")


Special = Callable[[Run, nodes.NodeNG, str, list[Value], dict[str, Value]], Value]
SPECIAL: dict[str, Special] = {f"{ROOT}{kind}.Given": _made for kind in ("distributions", "bijectors")}
