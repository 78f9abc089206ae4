"""Arrays from outside: those that a trace copies into its graph, and those that NumPy works on."""

from __future__ import annotations

import re
from math import prod

from astroid import nodes

from hybnb.analyse.follow import members
from hybnb.analyse.follow.libraries import arrays
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import objects, staleness
from hybnb.analyse.values import ARRAYS, Instance, Value
from hybnb.model import Kind

AS_ARRAY = ("__array__", "__tf_tensor__")
LARGE = 4_000_000  #: bytes from which a copy in each graph is worth a word


def array_meets_op(run: Run, node: nodes.NodeNG, value: Value) -> None:
    """An operation takes a value: an array from outside becomes a constant of the graph, an object of the user's tells its own."""
    for name in AS_ARRAY if isinstance(value.ref, Instance) and value.ref.cls is not None else ():
        members.call_special(run, node, value, name)
    staleness.array_read(run, node, value)
    if value.kind != "ndarray" or not value.outer or not isinstance(value.shape, tuple) or None in value.shape:
        return
    size = prod(one for one in value.shape if isinstance(one, int)) * _item_bytes(value.dtype)
    if size >= LARGE:
        run.effect("memory", node, what="array", name=value.name, bytes=str(size))


def arrays_meet_host(
    run: Run, node: nodes.NodeNG, args: list[Value], keywords: dict[str, Value], receiver: Value | None
) -> None:
    """NumPy reads arrays, and may write into the one that it is given for that."""
    for value in (*args, *keywords.values(), *((receiver,) if receiver is not None else ())):
        staleness.array_read(run, node, value)
    if "out" in keywords:
        objects.note_array(run, node, keywords["out"])


def from_host(run: Run, spoken: str, kind: Kind, dtype: str | None, source: Value | None) -> Value:
    """What a function of the host's returns, of this kind: of an array, maybe the array itself, seen in another way."""
    if source is not None and source.kind == kind == "ndarray" and arrays.may_share(spoken):
        return Value(kind, dtype=dtype, outer=source.outer, ref=source.ref)
    return run.made_array(Value(kind, dtype=dtype if kind in ARRAYS else None))


def _item_bytes(dtype: str | None) -> int:
    bits = re.search(r"\d+$", dtype or "")
    return max(1, int(bits[0]) // 8) if bits else 1
