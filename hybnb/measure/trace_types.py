"""What a traced function would take an argument for: tf.function's matching rules, applied to sketches.

A trace type is a nested tuple; two arguments share a trace when their types are equal. Checked against TensorFlow 2.21
in tests/measure/test_retraces.py. The rules:

* tensors, NumPy arrays and NumPy scalars go by dtype and shape, variables by dtype, shape and aliasing;
* Python scalars and strings go by value, and by `==`: 1, 1.0 and True share a trace, and so do all NaNs;
* lists, tuples and dicts go item by item, a dict in any order of its keys;
* everything else goes by identity.
"""

from __future__ import annotations

from typing import Any

from hybnb.model import ValueSketch

TraceType = tuple[Any, ...]

TENSORS = frozenset(("tensor", "symbolic", "ndarray", "numpy_scalar"))
LITERALS = frozenset(("number", "bool", "string", "none"))
#: Matched by a specification that sketches don't hold; two of one class usually have the same.
BY_SPECIFICATION = frozenset(("composite", "dataset", "dataset_iterator"))
#: Each `object.method` is a new object, whose identity isn't seen; sets and slices can't be passed at all.
UNCERTAIN = frozenset(("method", "set", "slice", "generator", "tensor_array", "bytes", "unknown"))


class Typing:
    """Gives the trace types of one call's arguments; `exact` tells whether all of them were seen in full."""

    def __init__(self) -> None:
        self.exact = True
        self._aliases: dict[int, int] = {}

    def of(self, sketch: ValueSketch) -> TraceType:
        """The trace type of one argument, or of an item of one."""
        kind = sketch.kind
        if kind in TENSORS:
            return ("tensor", sketch.dtype, sketch.shape)
        if kind == "variable":
            return ("variable", sketch.dtype, sketch.shape, self._alias(sketch))
        if kind in LITERALS:
            return self._literal(sketch)
        if kind in ("list", "tuple", "dict"):
            return self._container(sketch)
        if kind in ("range", "shape", "dtype"):
            return ("value", kind, sketch.dtype, sketch.shape, tuple(item.value for item in sketch.items))
        if kind in BY_SPECIFICATION:
            self.exact = False
            return ("like", kind, sketch.type, sketch.dtype, sketch.shape)
        if kind in UNCERTAIN or not sketch.identity:
            self.exact = False
        return ("object", kind, sketch.type, sketch.qualified or "", sketch.identity)

    def _alias(self, sketch: ValueSketch) -> int:
        """Which of the call's variables this is: f(v, v) and f(v, w) have a trace each.

        Calls are told apart by dtype and shape only, so that a second variable leaves the aliasing unsure.
        """
        place = self._aliases.setdefault(sketch.identity, len(self._aliases))
        self.exact = self.exact and sketch.identity != 0 and len(self._aliases) == 1
        return place

    def _literal(self, sketch: ValueSketch) -> TraceType:
        if sketch.value is None and sketch.kind != "none":
            self.exact = False
            return ("unseen", sketch.type, sketch.length)
        return ("literal", sketch.value if sketch.value == sketch.value else "a NaN", sketch.kind == "string")

    def _container(self, sketch: ValueSketch) -> TraceType:
        items = tuple(self.of(item) for item in sketch.items)
        if sketch.length != len(items):
            self.exact = False
        if sketch.kind == "dict":
            entries = sorted(zip(sketch.keys, items, strict=False), key=lambda entry: entry[0])
            return ("dict", tuple(entries), sketch.length)
        name = "list" if sketch.kind == "list" else "tuple" if sketch.type == "builtins.tuple" else sketch.type
        return ("items", name, items, sketch.length)


def covers(general: TraceType, request: TraceType) -> bool:
    """True when a trace made for `general` also takes `request`."""
    return general == request or common(general, request) == general


def common(left: TraceType, right: TraceType) -> TraceType | None:
    """The narrowest type that takes both, as reduce_retracing makes it; None where there is none."""
    if left == right:
        return left
    if left[0] != right[0]:
        return None
    if left[0] in ("tensor", "variable"):
        same = left[1] == right[1] and left[3:] == right[3:]
        return (left[0], left[1], _common_shape(left[2], right[2]), *left[3:]) if same else None
    if left[0] == "items" and left[1] == right[1] and left[3] == right[3]:
        items = _common_items(left[2], right[2])
        return None if items is None else ("items", left[1], items, left[3])
    if left[0] == "dict" and left[2] == right[2] and [key for key, _ in left[1]] == [key for key, _ in right[1]]:
        items = _common_items(tuple(item for _, item in left[1]), tuple(item for _, item in right[1]))
        keys = (key for key, _ in left[1])
        return None if items is None else ("dict", tuple(zip(keys, items, strict=True)), left[2])
    return None


def _common_items(left: tuple[TraceType, ...], right: tuple[TraceType, ...]) -> tuple[TraceType, ...] | None:
    if len(left) != len(right):
        return None
    found = []
    for one, other in zip(left, right, strict=True):
        both = common(one, other)
        if both is None:
            return None
        found.append(both)
    return tuple(found)


def _common_shape(left: tuple[int | None, ...] | None, right: tuple[int | None, ...] | None) -> TraceType | None:
    if left is None or right is None or len(left) != len(right):
        return None
    return tuple(one if one == other else None for one, other in zip(left, right, strict=True))


def difference(old: TraceType, new: TraceType) -> tuple[str, TraceType, TraceType] | None:
    """Where two types first differ: the path below the argument, as "[0]['x']", and the two types there."""
    if covers(old, new):
        return None
    if old[0] == new[0] == "items" and old[1] == new[1] and len(old[2]) == len(new[2]):
        pairs = [(f"[{index}]", *pair) for index, pair in enumerate(zip(old[2], new[2], strict=True))]
    elif old[0] == new[0] == "dict" and [key for key, _ in old[1]] == [key for key, _ in new[1]]:
        pairs = [(f"[{key!r}]", one, other) for (key, one), (_, other) in zip(old[1], new[1], strict=True)]
    else:
        return "", old, new
    for path, one, other in pairs:
        inner = difference(one, other)
        if inner is not None:
            return path + inner[0], inner[1], inner[2]
    return "", old, new


def described(found: TraceType) -> str:
    """A trace type in a few words: "float32[32, 4]", "3", "a list of 2"."""
    head = found[0]
    if head in ("tensor", "variable"):
        shape = (
            "unknown rank" if found[2] is None else ", ".join("?" if size is None else str(size) for size in found[2])
        )
        return f"{'variable ' if head == 'variable' else ''}{found[1]}[{shape}]"
    if head == "literal":
        return repr(found[1]) if found[2] else str(found[1])
    if head == "unseen":
        return f"a {found[1].rpartition('.')[2]}"
    if head == "items":
        return f"a {found[1].rpartition('.')[2]} of {found[3]}"
    if head == "dict":
        return "a dict with " + (", ".join(key for key, _ in found[1][:5]) or "no keys")
    if head == "object":
        return f"{found[1].replace('_', ' ')} {(found[3] or found[2]).rpartition('.')[2]}".strip()
    return f"another {found[1].replace('_', ' ')}"
