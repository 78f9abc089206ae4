"""What observed calls differ in, told apart as tf.function does it (TensorFlow 2.21, `core/function/trace_type`).

Tensors go by dtype and shape, Python scalars and strings by value, containers item by item, objects by identity.
`hybnb/measure/retraces.py` counts the traces that this comes to.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final, Literal, NamedTuple

from hybnb.model import Call, CallHistory, Kind, ValueSketch

TENSORS: Final = frozenset[Kind]({"tensor", "symbolic", "ndarray", "numpy_scalar"})
SPECS: Final = frozenset[Kind]({"composite", "variable", "dataset", "dataset_iterator", "tensor_array"})
LITERALS: Final = frozenset[Kind]({"number", "bool", "string", "bytes", "none"})
CONTAINERS: Final = frozenset[Kind]({"list", "tuple", "dict"})
BY_IDENTITY: Final = frozenset[Kind]({
    "random_generator", "layer", "model", "optimizer", "metric", "loss", "function", "tf_function", "partial", "class",
    "instance", "object", "table",
})  # fmt: skip

Change = Literal["value", "shape", "rank", "dtype", "kind", "structure", "object"]


class Leaf(NamedTuple):
    """One part of an argument, as tf.function compares it. `key` holds all that counts except the shape."""

    path: str
    kind: Kind
    key: Hashable
    shape: tuple[int | None, ...] | None
    sketch: ValueSketch

    @property
    def words(self) -> str:
        """It as people say it: "float32[32, 8]", "0.1", "3 items"."""
        sketch = self.sketch
        if self.kind in TENSORS or self.kind in SPECS:
            return _tensor_words(sketch)
        if self.kind in LITERALS:
            return self.kind if sketch.value is None else _value_words(sketch.value)
        if self.kind == "dict":
            return f"keys {', '.join(sorted(sketch.keys))}"
        if self.kind in CONTAINERS:
            return f"{_length(sketch)} items"
        return sketch.qualified or sketch.type or self.kind


class Variation(NamedTuple):
    """One argument, or part of one, that differs between calls."""

    path: str  #: "lr", "batch[1]", "options['rate']"
    change: Change
    kind: Kind
    seen: tuple[str, ...]  #: what it was, in words, each once, in order of appearance

    @property
    def parameter(self) -> str:
        """The parameter it belongs to."""
        return self.path.partition("[")[0]


Signature = tuple[Leaf, ...]


def signatures(history: CallHistory, *, inside: bool = False) -> tuple[Signature, ...]:
    """Of the calls made outside a graph, as they came, as far as their order is known.

    With `inside` those made inside one count too: for a tf.function these are its own traces.
    """
    own = [signature(call) if inside or call.count > call.in_graph else None for call in history.calls]
    order = history.order or tuple(range(len(own)))
    later = tuple(i for i in range(len(own)) if i not in set(order))
    made = (found for i in (*order, *later) if i < len(own) and (found := own[i]) is not None)
    return tuple(tuple(_anew(leaf, number) for leaf in found) for number, found in enumerate(made))


def _anew(leaf: Leaf, number: int) -> Leaf:
    """A bound method as its own in each call.

    `scale.up` makes a new object each time, and tf.function doesn't know it again once the old one is gone.
    """
    return leaf._replace(key=(leaf.key, number)) if leaf.kind == "method" else leaf


def signature(call: Call) -> Signature:
    """All parts of all arguments of one call."""
    return tuple(leaf for name, sketch in call.arguments for leaf in _leaves(name, sketch))


def _leaves(path: str, sketch: ValueSketch) -> Iterator[Leaf]:
    kind = sketch.kind
    if kind in TENSORS:
        yield Leaf(path, kind, ("tensor", sketch.dtype), sketch.shape, sketch)
    elif kind in SPECS:
        yield Leaf(path, kind, (kind, sketch.type, sketch.dtype), sketch.shape, sketch)
    elif kind in LITERALS:
        yield Leaf(path, kind, ("literal", _literal(sketch)), None, sketch)
    elif kind in CONTAINERS:
        yield from _container(path, sketch)
    else:
        yield Leaf(path, kind, (kind, *_identity(sketch)), None, sketch)


def _container(path: str, sketch: ValueSketch) -> Iterator[Leaf]:
    if sketch.kind != "dict":
        yield Leaf(path, sketch.kind, (sketch.kind, _length(sketch)), None, sketch)
        named = [(str(index), item) for index, item in enumerate(sketch.items)]
    else:
        yield Leaf(path, "dict", ("dict", _length(sketch), tuple(sorted(sketch.keys))), None, sketch)
        named = sorted(((repr(key), item) for key, item in zip(sketch.keys, sketch.items, strict=False)), key=_label)
    for label, item in named:
        yield from _leaves(f"{path}[{label}]", item)


def _label(named: tuple[str, ValueSketch]) -> str:
    return named[0]


def _length(sketch: ValueSketch) -> int:
    return len(sketch.items) if sketch.length is None else sketch.length


def _literal(sketch: ValueSketch) -> Hashable:
    """The value, or what is known of one too large to keep."""
    if sketch.value is not None or sketch.kind == "none":
        return sketch.value
    return sketch.type, sketch.length


def _identity(sketch: ValueSketch) -> tuple[Hashable, ...]:
    """What tells two objects apart."""
    if sketch.kind in ("range", "slice"):
        return tuple(item.value for item in sketch.items)
    if sketch.kind in BY_IDENTITY:
        return (sketch.identity or sketch.qualified,)
    return (sketch.qualified, sketch.dtype, sketch.shape)


def _value_words(value: float | str) -> str:
    return f"{value:.4g}" if isinstance(value, float) else repr(value)


def _tensor_words(sketch: ValueSketch) -> str:
    shape = "[…]" if sketch.shape is None else str(["?" if n is None else n for n in sketch.shape]).replace("'", "")
    return f"{sketch.dtype or sketch.kind}{shape}"


def variations(history: CallHistory, *, inside: bool = False) -> tuple[Variation, ...]:
    """All parts of arguments that differ between calls and make a tf.function trace again."""
    parts: dict[str, dict[Hashable, Leaf]] = {}
    for found in signatures(history, inside=inside):
        for leaf in found:
            parts.setdefault(leaf.path, {}).setdefault((leaf.kind, leaf.key, leaf.shape), leaf)
    several = ((path, tuple(leaves.values())) for path, leaves in parts.items() if len(leaves) > 1)
    return tuple(one for path, leaves in several for one in _of_part(path, leaves))


def _of_part(path: str, leaves: tuple[Leaf, ...]) -> Iterator[Variation]:
    first = leaves[0].kind
    families = {_family(leaf.kind): leaf for leaf in reversed(leaves)}
    if len(families) > 1:
        yield Variation(path, "kind", first, tuple(leaf.kind for leaf in reversed(families.values())))
    elif first in TENSORS or first in SPECS:
        yield from _of_tensors(path, leaves)
    else:
        seen = {leaf.key: leaf for leaf in leaves}
        if len(seen) > 1:
            change: Change = "value" if first in LITERALS else "structure" if first in CONTAINERS else "object"
            yield Variation(path, change, first, tuple(leaf.words for leaf in seen.values()))


def _of_tensors(path: str, leaves: tuple[Leaf, ...]) -> Iterator[Variation]:
    kind = leaves[0].kind
    dtypes = {leaf.key: leaf.words.partition("[")[0] for leaf in leaves}
    if len(dtypes) > 1:
        yield Variation(path, "dtype", kind, tuple(dtypes.values()))
    shapes = {leaf.shape: leaf for leaf in leaves}
    if len(shapes) > 1:
        ranks = {None if shape is None else len(shape) for shape in shapes}
        change: Change = "rank" if len(ranks) > 1 else "shape"
        yield Variation(path, change, kind, tuple(leaf.words for leaf in shapes.values()))


def _family(kind: Kind) -> str:
    return "tensor" if kind in TENSORS else "literal" if kind in LITERALS else kind
