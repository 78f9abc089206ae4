"""Ops that XLA refuses, or makes something else of."""

from __future__ import annotations

from functools import lru_cache

from astroid import nodes

from hybnb.analyse import lexicon
from hybnb.analyse.follow.libraries import arrays
from hybnb.analyse.follow.run import Run
from hybnb.analyse.values import Value

Keywords = dict[str, Value]
#: ops that XLA compiles to something that doesn't check, or can't compile
COMPILED_DIFFERS = frozenset({
    "gather", "gather_nd", "scatter_nd", "tensor_scatter_nd_update", "tensor_scatter_nd_add", "embedding_lookup", "floordiv",
    "floormod", "mod", "cast", "check_numerics", "Assert", "inv", "print", "unique", "py_function", "numpy_function",
    "TensorArray", "timestamp", "truncatediv", "inverse",
})  # fmt: skip


@lru_cache(maxsize=4096)
def spoken_as(name: str) -> str:
    """A qualified name as people write it."""
    for root, short in (("tensorflow.", "tf."), ("numpy.", "np."), ("builtins.", "")):
        if name.startswith(root):
            return short + name[len(root) :]
    return name


def op(
    run: Run, node: nodes.NodeNG, name: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords,
    receiver: Value | None,
) -> None:  # fmt: skip
    """XLA takes no strings, and makes something else of some ops."""
    last = name.rpartition(".")[2]
    joins = last == "concat" and receiver is not None and receiver.kind == "tensor_array"
    if any(value.dtype == "string" for value in (*args, *keywords.values()) if value.is_tensor):
        run.effect("xla", node, call=spoken_as(name), why="string")
    elif joins or _differs_compiled(last, entry, args, keywords):
        run.effect("xla", node, call=spoken_as(name))


def _differs_compiled(last: str, entry: lexicon.Entry, args: list[Value], keywords: Keywords) -> bool:
    """Whether XLA makes something else of an op, as far as its arguments tell."""
    if last == "cast":
        dtype = arrays.named(keywords.get("dtype") or (args[1] if len(args) > 1 else None))
        return dtype is None or dtype.startswith(("int", "uint", "bool"))
    if last == "TensorArray":
        grows = keywords.get("dynamic_size") or (args[2] if len(args) > 2 else None)
        return grows is not None and grows.const is not False
    random = entry.category == "random-op" or last.startswith("stateless_")
    return random or last in COMPILED_DIFFERS or last.startswith("assert_")
