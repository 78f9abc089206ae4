"""Calls of what works on the host: NumPy, math and the like."""

from __future__ import annotations

from astroid import nodes

from hybnb.analyse import lexicon
from hybnb.analyse.follow.libraries import arrays, results
from hybnb.analyse.follow.run import Run
from hybnb.analyse.follow.state import captures, objects
from hybnb.analyse.values import Value
from hybnb.model import EffectKind

Keywords = dict[str, Value]
SHAPE_ONLY = frozenset({"np.shape", "np.ndim", "np.isscalar", "np.iterable"})


def call(
    run: Run, node: nodes.NodeNG, entry: lexicon.Entry, spoken: str, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> Value:  # fmt: skip
    """NumPy, math and the like: fine on Python values, impossible on symbolic tensors."""
    kind: EffectKind = "numpy-call" if entry.category == "numpy" else "host-call"
    for value in () if spoken in SHAPE_ONLY else (*args, *keywords.values()):
        if objects.holds_tensor(value) and not (value.outer and value.kind == "tensor"):
            run.effect(kind, node, value.sure, call=spoken, argument=value.name)
            break
    else:
        run.effect("host-work", node, call=spoken)
    chosen = spoken == "np.where" and len(args) > 1
    result = "ndarray" if chosen else entry.returns or ("ndarray" if entry.category == "numpy" else "number")
    dtype = results.dtype_of(entry, args, keywords, receiver) or arrays.of_call(spoken, args, keywords, receiver)
    captures.arrays_meet_host(run, node, args, keywords, receiver)
    return captures.from_host(
        run, spoken, result, dtype, receiver if receiver is not None else args[0] if args else None
    )
